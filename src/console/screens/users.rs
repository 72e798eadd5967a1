//! Find somebody: one field, results while typing, the first row selected.

mod columns;
mod export;
mod history;
mod lists;
mod marks;
mod model;
mod person;
mod search_line;
mod several;
mod table;

pub use model::Users;

use lists::{Lists, READY_MADE};
use model::Mode;

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site, explain};
use crate::{
    console::{
        effect::{Reply, Request, Ticket},
        keymap::{Action, Scope},
        widgets::{Form as _, Tone},
    },
    desk::{BulkAct, CommonFields, DeskError},
    directory::DirectoryError,
};

impl Screen for Users {
    fn title(&self) -> String {
        "Users".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        match &self.mode {
            Mode::Search => vec![Scope::Text, Scope::Users, Scope::Page],
            Mode::Lists(_) => vec![Scope::Lists, Scope::Plain, Scope::Page],
            Mode::Select(_) => vec![Scope::Selecting, Scope::Plain, Scope::Page],
            Mode::Export(_) => vec![Scope::Text, Scope::Export, Scope::Page],
        }
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.now = cx.now;
        let _ = cx.ask(Request::OpenSearch);
        self.ask(cx);
    }

    fn back(&mut self, cx: &mut Cx<'_>) {
        // Somebody may have been changed: the rows are read again, the selection stays.
        self.history.forget();
        self.mode = Mode::Search;
        self.select_text();
        self.ask(cx);
    }

    fn next_caller(&mut self, ticket: &str, cx: &mut Cx<'_>) -> bool {
        self.begin_for(ticket);
        self.ask(cx);
        true
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        if let Some(go) = self.act_in_mode(action, cx) {
            return go;
        }
        match action {
            Action::OpenLists => self.mode = Mode::Lists(Lists::open(cx)),
            Action::NextOrder => self.next_order(cx),
            Action::SelectSeveral => self.select_several(),
            Action::Export => self.begin_export(),
            Action::Mark => self.mark(cx),
            Action::MarkAll => self.mark_all(cx),
            Action::UnlockSelected => return self.bulk(BulkAct::Unlock, cx),
            Action::EnableSelected => return self.bulk(BulkAct::Enable, cx),
            Action::DisableSelected => return self.bulk(BulkAct::Disable, cx),
            Action::ResetSelected => return self.bulk(BulkAct::Reset, cx),
            Action::SetSelected => {
                return self.bulk(BulkAct::Set(CommonFields::default()), cx);
            }
            Action::Back if !matches!(self.mode, Mode::Search) => self.mode = Mode::Search,
            Action::Accept => {
                self.history.forget();
                return self.open(cx);
            }
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            Action::Up => self.move_to(self.selected.saturating_sub(1), cx),
            Action::Down => self.move_to(self.selected + 1, cx),
            Action::PageUp => self.move_to(self.selected.saturating_sub(Self::page(cx)), cx),
            Action::PageDown => self.move_to(self.selected + Self::page(cx), cx),
            Action::First => self.move_to(0, cx),
            Action::Last => self.move_to(usize::MAX, cx),
            Action::TakeSuggestion => self.take_suggestion(cx),
            _ => {}
        }
        self.look(cx);
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if let Mode::Export(export) = &mut self.mode {
            if let Err(why) = export.form.input(event) {
                cx.toast(Tone::Bad, why);
            }
            return Go::Stay;
        }
        if !matches!(self.mode, Mode::Search) {
            return Go::Stay;
        }
        match self.form.input(event) {
            Ok(true) => self.changed(cx),
            Ok(false) => {}
            Err(why) => cx.toast(Tone::Bad, why),
        }
        Go::Stay
    }

    fn wake(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.debounce == Some(ticket) {
            self.ask(cx);
        } else if self.slow == Some(ticket) {
            self.is_slow = self.asked.is_some();
        }
        self.history.wake(ticket, cx);
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.history.take(ticket, reply) {
            return Some(Go::Stay);
        }
        match &mut self.mode {
            Mode::Lists(lists) => {
                if lists.take(ticket, reply) {
                    return Some(Go::Stay);
                }
            }
            Mode::Export(export) => {
                if let Some((go, over)) = export.take(ticket, reply, cx) {
                    if over {
                        self.mode = Mode::Search;
                    }
                    return Some(go);
                }
            }
            Mode::Search | Mode::Select(_) => {}
        }
        if self.mark_all == Some(ticket) {
            self.mark_all = None;
            if let Reply::Found(found) = reply {
                self.marked_all(found, cx);
            } else if let Reply::Failed(error) = reply {
                cx.toast(Tone::Bad, explain(error));
            }
            return Some(Go::Stay);
        }
        if self.more == Some(ticket) {
            self.more = None;
            if let (Reply::Found(more), Some(found)) = (reply, &mut self.found) {
                found.rows.extend(more.rows.iter().cloned());
            }
            return Some(Go::Stay);
        }
        if self.asked != Some(ticket) {
            return None;
        }
        self.asked = None;
        self.slow = None;
        self.is_slow = false;
        self.now = cx.now;
        if let Reply::Found(found) = reply {
            self.answered = self.typed().to_owned();
            self.selected = self.selected.min(found.rows.len().saturating_sub(1));
            self.found = Some(found.clone());
            self.failed = None;
            self.look(cx);
        } else if let Reply::Failed(error) = reply
            && !is_cancelled(error)
        {
            self.failed = Some(error.clone());
            self.found = None;
        }
        Some(Go::Stay)
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        if let Mode::Export(export) = &mut self.mode {
            export.ask(true, cx);
        }
        Go::Stay
    }

    fn is_saving(&self) -> bool {
        matches!(&self.mode, Mode::Export(export) if export.is_writing())
    }

    fn blocked(&self, action: Action, _site: &Site) -> Option<String> {
        if action != Action::TakeSuggestion {
            return None;
        }
        let meant = self.found.as_ref().and_then(|found| found.meant.as_ref());
        let suggests = meant.is_some() || !self.completions().is_empty();
        (!suggests).then(|| "Nothing else is suggested.".to_owned())
    }

    fn failure(&self) -> Option<&DeskError> {
        self.failed.as_ref()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        table::draw(self, frame, area, site);
    }
}

impl Users {
    /// What a key means beside the search; `None` where it means the same as there.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act_in_mode(&mut self, action: Action, cx: &mut Cx<'_>) -> Option<Go> {
        match &mut self.mode {
            Mode::Lists(lists) => {
                let last = READY_MADE.len() - 1;
                match action {
                    Action::Up => lists.selected = lists.selected.saturating_sub(1),
                    Action::Down => lists.selected = (lists.selected + 1).min(last),
                    Action::First => lists.selected = 0,
                    Action::Last => lists.selected = last,
                    Action::Accept => {
                        let line = lists.line();
                        self.show_list(line, cx);
                    }
                    _ => return None,
                }
                Some(Go::Stay)
            }
            Mode::Export(export) if action == Action::Accept => {
                export.ask(false, cx);
                Some(Go::Stay)
            }
            Mode::Export(export) if action == Action::Back && export.is_writing() => {
                cx.toast(
                    Tone::Plain,
                    "It is being written: please wait for the answer.",
                );
                Some(Go::Stay)
            }
            Mode::Search | Mode::Select(_) | Mode::Export(_) => None,
        }
    }
}

/// A question that was given up has no answer, and nothing failed.
const fn is_cancelled(error: &DeskError) -> bool {
    matches!(error, DeskError::Directory(DirectoryError::Cancelled))
}
