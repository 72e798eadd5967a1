//! Find somebody: one field, results while typing, the first row selected.

mod table;

use std::{collections::HashMap, time::Duration};

use crossterm::event::Event;
use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site, edit::Edit};
use crate::{
    console::{
        effect::{Reply, Request, Ticket},
        keymap::{Action, Scope},
        widgets::{Field, Form, Tone},
    },
    desk::DeskError,
    directory::{DirectoryError, Found, Query, Total},
    user::User,
};

/// Rows asked for at a time.
const PAGE: usize = 50;

/// An answer that takes longer than this is announced.
const SLOW: Duration = Duration::from_millis(150);

/// The list.
#[derive(Debug)]
pub struct Users {
    form: Form,
    selected: usize,
    /// What was found last, kept while the next answer is awaited.
    found: Option<Found>,
    /// The text that `found` answers.
    answered: String,
    failed: Option<DeskError>,
    asked: Option<Ticket>,
    more: Option<Ticket>,
    debounce: Option<Ticket>,
    slow: Option<Ticket>,
    is_slow: bool,
    now: Timestamp,
}

impl Default for Users {
    fn default() -> Self {
        Self {
            form: Form::new(vec![Field::text("Search", "")]),
            selected: 0,
            found: None,
            answered: String::new(),
            failed: None,
            asked: None,
            more: None,
            debounce: None,
            slow: None,
            is_slow: false,
            now: Timestamp::UNIX_EPOCH,
        }
    }
}

impl Users {
    fn typed(&self) -> &str {
        self.form.value(0)
    }

    fn rows(&self) -> &[User] {
        self.found.as_ref().map_or(&[], |found| &found.rows)
    }

    fn ask(&mut self, cx: &mut Cx<'_>) {
        let query = Query {
            text: self.typed().to_owned(),
            limit: PAGE,
            offset: 0,
        };
        self.debounce = None;
        self.more = None;
        self.asked = Some(cx.ask(Request::Search(query)));
        self.is_slow = false;
        self.slow = Some(cx.after(SLOW));
    }

    /// The text has changed: asks at once, or after a pause where the directory is far away.
    fn changed(&mut self, cx: &mut Cx<'_>) {
        self.selected = 0;
        let pause = cx.site.capabilities.debounce_millis;
        if pause == 0 {
            self.ask(cx);
        } else {
            // The answer to an older text is of no use any more.
            self.asked = None;
            self.debounce = Some(cx.after(Duration::from_millis(pause)));
        }
    }

    fn is_waiting(&self) -> bool {
        self.asked.is_some() || self.debounce.is_some()
    }

    fn move_to(&mut self, index: usize, cx: &mut Cx<'_>) {
        let rows = self.rows().len();
        self.selected = index.min(rows.saturating_sub(1));
        let more = match self.found.as_ref().map(|found| found.total) {
            Some(Total::Exact(total)) => u64::try_from(rows).is_ok_and(|rows| rows < total),
            Some(Total::MoreThan(_)) => true,
            None => false,
        };
        if self.selected + 10 >= rows && more && self.more.is_none() && !self.is_waiting() {
            self.more = Some(cx.ask(Request::Search(Query {
                text: self.answered.clone(),
                limit: PAGE,
                offset: rows,
            })));
        }
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Go {
        if self.failed.is_some() && !self.is_waiting() {
            self.ask(cx);
            return Go::Stay;
        }
        if self.debounce.is_some() {
            self.ask(cx);
        }
        if let Some(ticket) = self.asked {
            // The list on the screen does not belong to what was typed: the edit screen opens at
            // once, so that type-ahead goes into its masked field, and takes the first answer.
            return Go::To(Box::new(Edit::awaiting(ticket, self.typed())));
        }
        if let Some(user) = self.rows().get(self.selected) {
            return Go::To(Box::new(Edit::of(user)));
        }
        cx.toast(Tone::Plain, "There is nobody to open: try another search.");
        Go::Stay
    }

    /// Names that stand on the page more than once.
    fn twins(rows: &[User]) -> HashMap<String, usize> {
        let mut count = HashMap::new();
        for user in rows {
            *count.entry(user.name().to_lowercase()).or_insert(0) += 1;
        }
        count.retain(|_, times| *times > 1);
        count
    }
}

impl Screen for Users {
    fn title(&self) -> String {
        "Users".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Text, Scope::Users, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.now = cx.now;
        let _ = cx.ask(Request::OpenSearch);
        self.ask(cx);
    }

    fn back(&mut self, cx: &mut Cx<'_>) {
        // Somebody may have been changed: the rows are read again, the selection stays.
        self.ask(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept => return self.open(cx),
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            Action::Up => self.move_to(self.selected.saturating_sub(1), cx),
            Action::Down => self.move_to(self.selected + 1, cx),
            Action::PageUp => self.move_to(self.selected.saturating_sub(10), cx),
            Action::PageDown => self.move_to(self.selected + 10, cx),
            _ => {}
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) {
        match self.form.input(event) {
            Ok(Some(_)) => self.changed(cx),
            Ok(None) => {}
            Err(why) => cx.toast(Tone::Bad, why),
        }
    }

    fn wake(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.debounce == Some(ticket) {
            self.ask(cx);
        } else if self.slow == Some(ticket) {
            self.is_slow = self.asked.is_some();
        }
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
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
        match reply {
            Reply::Found(found) => {
                self.answered = self.typed().to_owned();
                self.selected = self.selected.min(found.rows.len().saturating_sub(1));
                self.found = Some(found.clone());
                self.failed = None;
            }
            Reply::Failed(DeskError::Directory(DirectoryError::Cancelled)) => {}
            Reply::Failed(error) => {
                self.failed = Some(error.clone());
                self.found = None;
            }
            _ => {}
        }
        Some(Go::Stay)
    }

    fn failure(&self) -> Option<&DeskError> {
        self.failed.as_ref()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        table::draw(self, frame, area, site);
    }
}
