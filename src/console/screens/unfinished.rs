//! Changes that were begun and whose end is not on record: a crash, or a line that was lost.

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect, style::Style};

use super::{Cx, Go, Screen, Site, explain, sentence};
use crate::{
    audit::Record,
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        widgets::{AnyField as _, Form as _, Page, TextField, Tone, cut, form},
    },
    receipt::Settlement,
    text::stamp,
};

form! {
    /// What the operator has found out.
    struct RemarkForm {
        found_out: TextField = TextField::new("Found out"),
    }
}

/// The list, and what the operator has found out about the selected one.
#[derive(Debug)]
pub struct Unfinished {
    open: Vec<Record>,
    selected: usize,
    form: RemarkForm,
    /// What the directory said of the selected one.
    told: Option<String>,
    settling: Remote<()>,
}

impl Unfinished {
    /// These intents.
    pub fn of(open: Vec<Record>) -> Self {
        Self {
            open,
            selected: 0,
            form: RemarkForm::new(),
            told: None,
            settling: Remote::Idle,
        }
    }

    fn settle(&mut self, cx: &mut Cx<'_>) {
        if let Some(record) = self.open.get(self.selected)
            && !self.settling.is_loading()
        {
            let remark = Some(self.form.found_out.trimmed()).filter(|remark| !remark.is_empty());
            let request = Request::Settle(Box::new(record.clone()), remark);
            self.settling = Remote::Loading(cx.ask(request));
        }
    }

    fn move_to(&mut self, index: usize) {
        if !self.settling.is_loading() && index < self.open.len() {
            self.selected = index;
            self.told = None;
        }
    }

    fn settled(&mut self, settlement: &Settlement, cx: &mut Cx<'_>) -> Go {
        let remark = self.form.found_out.trimmed();
        let (tone, text) = match settlement {
            Settlement::Happened(how) => (Tone::Good, format!("It happened: {how}")),
            Settlement::DidNotHappen(how) => (Tone::Plain, format!("It did not happen: {how}")),
            Settlement::StillUnknown(how) if remark.is_empty() => {
                self.told = Some(how.clone());
                return Go::Stay;
            }
            Settlement::StillUnknown(_) => (
                Tone::Plain,
                format!("Closed with what you found out: {remark}"),
            ),
        };
        cx.toast(tone, sentence(&text));
        self.told = None;
        self.form = RemarkForm::new();
        self.open.remove(self.selected);
        self.selected = self.selected.min(self.open.len().saturating_sub(1));
        if self.open.is_empty() {
            Go::Back
        } else {
            Go::Stay
        }
    }
}

impl Screen for Unfinished {
    fn title(&self) -> String {
        "Unfinished".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Text, Scope::Unfinished, Scope::Page]
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept => self.settle(cx),
            Action::Up => self.move_to(self.selected.saturating_sub(1)),
            Action::Down => self.move_to(self.selected + 1),
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            _ => {}
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if let Err(why) = self.form.input(event) {
            cx.toast(Tone::Bad, why);
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        action == Action::Accept && !self.settling.is_loading()
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if !self.settling.awaits(ticket) {
            return None;
        }
        self.settling = Remote::Idle;
        Some(if let Reply::Settled(settlement) = reply {
            self.settled(settlement, cx)
        } else if let Reply::Failed(error) = reply {
            cx.toast(Tone::Bad, explain(error));
            Go::Stay
        } else {
            Go::Stay
        })
    }

    fn is_dirty(&self) -> bool {
        self.form.is_dirty()
    }

    fn is_saving(&self) -> bool {
        self.settling.is_loading()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        page.text(
            "Begun, and no outcome on record: a crash or a lost line.",
            look.theme.warn,
        );
        for (index, record) in self.open.iter().enumerate() {
            let selected = index == self.selected;
            let (pointer, style) = if selected {
                page.keep_next();
                (look.glyphs.pointer, look.theme.selected)
            } else {
                (" ", Style::new())
            };
            let room = page.width().saturating_sub(2);
            let text = cut(&line(record, site), room, look);
            page.line(ratatui::text::Line::styled(
                format!("{pointer} {text}"),
                style,
            ));
        }
        page.blank();
        self.form.found_out.draw(10, &mut page, look);
        page.blank();
        let enter = keymap::name_of(Scope::Unfinished, Action::Accept);
        if self.settling.is_loading() {
            page.text("Asking the directory...", look.theme.faint);
        } else if let Some(told) = &self.told {
            let text = format!("The directory cannot tell: {}", sentence(told));
            page.text(&look.clean(&text), look.theme.warn);
            let text = format!(
                "Look at the user, type what you found out, and {enter} closes it with that."
            );
            page.text(&text, look.theme.faint);
        } else {
            let text = format!("{enter} asks the directory what became of it.");
            page.text(&text, look.theme.faint);
        }
        page.render(frame, area);
    }
}

/// One intent in a line.
pub fn line(record: &Record, site: &Site) -> String {
    let event = &record.event;
    let whom = event.target.as_ref().map_or_else(
        || "nobody".to_owned(),
        |target| format!("{} ({})", target.name, target.login),
    );
    let who = event
        .operator
        .as_ref()
        .map_or("somebody", |actor| actor.name.as_str());
    let line = format!(
        "{}  {} for {whom} by {who}",
        stamp(record.at, &site.zone),
        event.kind.word()
    );
    site.look.clean(&line)
}
