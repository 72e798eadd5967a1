//! What the list holds: what was typed, what was asked, and what was found.

use std::{collections::HashMap, time::Duration};

use crossterm::event::Event;
use jiff::Timestamp;

use super::{export::Export, history::History, lists::Lists};
use crate::{
    console::{
        effect::{Request, Ticket},
        screens::{Cx, Go, edit::Edit, nobody::Nobody},
        widgets::{Form as _, TextField, Tone, form},
    },
    desk::DeskError,
    directory::{Found, Order, Query, QueryError, Total, completions},
    user::User,
};

form! {
    /// What is searched for.
    pub(super) struct SearchForm {
        search: TextField = TextField::new("Search"),
    }
}

/// Lines that are not rows: the field, its count or a blank line, the titles, what the list cannot
/// say by itself.
pub(super) const LINES_BESIDE: u16 = 4;

/// Rows asked for at a time.
const PAGE: usize = 50;

/// An answer that takes longer than this is announced.
const SLOW: Duration = Duration::from_millis(150);

/// What the keys are for.
#[derive(Debug)]
pub(super) enum Mode {
    /// Typing and opening.
    Search,
    /// Choosing a ready-made list.
    Lists(Lists),
    /// Selecting several.
    Select(Vec<User>),
    /// Saying where to write what is shown.
    Export(Export),
}

/// The list.
#[derive(Debug)]
pub struct Users {
    pub(super) form: SearchForm,
    pub(super) selected: usize,
    /// The reason or ticket that goes along to the next user's page.
    pub(super) ticket: String,
    /// What was found last, kept while the next answer is awaited.
    pub(super) found: Option<Found>,
    /// The text that `found` answers.
    pub(super) answered: String,
    pub(super) failed: Option<DeskError>,
    pub(super) asked: Option<Ticket>,
    pub(super) more: Option<Ticket>,
    pub(super) debounce: Option<Ticket>,
    pub(super) slow: Option<Ticket>,
    pub(super) is_slow: bool,
    pub(super) now: Timestamp,
    pub(super) history: History,
    pub(super) mode: Mode,
    pub(super) order: Order,
    /// What was typed is not understood, or not yet.
    pub(super) trouble: Option<QueryError>,
    /// Everybody who matches is being read, to be selected.
    pub(super) mark_all: Option<Ticket>,
}

impl Default for Users {
    fn default() -> Self {
        Self {
            form: SearchForm::new(),
            selected: 0,
            ticket: String::new(),
            found: None,
            answered: String::new(),
            failed: None,
            asked: None,
            more: None,
            debounce: None,
            slow: None,
            is_slow: false,
            now: Timestamp::UNIX_EPOCH,
            history: History::default(),
            mode: Mode::Search,
            order: Order::Best,
            trouble: None,
            mark_all: None,
        }
    }
}

impl Users {
    /// The list of a search that begins with this key or paste.
    ///
    /// # Errors
    /// Why a paste was refused.
    pub fn typed_into(event: &Event) -> Result<Self, &'static str> {
        let mut users = Self::default();
        users.form.input(event)?;
        Ok(users)
    }

    /// The list for somebody whose change has the reason or ticket of the one before.
    pub fn for_ticket(ticket: &str) -> Self {
        Self {
            ticket: ticket.to_owned(),
            ..Self::default()
        }
    }

    /// The text is selected, so that the next name replaces it.
    pub(super) fn select_text(&mut self) {
        self.form.search.select();
    }

    /// Nothing is typed yet, and this reason or ticket goes along.
    pub(super) fn begin_for(&mut self, ticket: &str) {
        ticket.clone_into(&mut self.ticket);
        self.form.search.set_text("");
        self.selected = 0;
    }

    /// How the filter at the end of the line can go on.
    pub(super) fn completions(&self) -> Vec<String> {
        completions(self.typed())
    }

    /// Completes the filter at the end of the line, or searches for what may have been meant.
    pub(super) fn take_suggestion(&mut self, cx: &mut Cx<'_>) {
        if let Some(first) = self.completions().first() {
            let typed = self.typed();
            let begin = typed.rfind(char::is_whitespace).map_or(0, |at| {
                at + typed[at..].chars().next().map_or(0, char::len_utf8)
            });
            let not = if typed[begin..].starts_with('-') {
                "-"
            } else {
                ""
            };
            let line = format!("{}{not}{first}", &typed[..begin]);
            self.form.search.set_text(&line);
            self.changed(cx);
            return;
        }
        let meant = self.found.as_ref().and_then(|found| found.meant.clone());
        if let Some(meant) = meant.filter(|_| !self.is_waiting()) {
            self.form.search.set_text(&meant);
            self.changed(cx);
        }
    }

    /// Rows that the window shows.
    pub(super) fn page(cx: &Cx<'_>) -> usize {
        usize::from(cx.lines)
            .saturating_sub(usize::from(LINES_BESIDE))
            .max(1)
    }

    /// What was typed.
    pub(super) fn typed(&self) -> &str {
        self.form.search.value()
    }

    /// The person beside the list is whoever is selected now.
    pub(super) fn look(&mut self, cx: &mut Cx<'_>) {
        let user = self.rows().get(self.selected).map(|user| user.id.clone());
        self.history.look_at(user.as_ref(), cx);
    }

    pub(super) fn rows(&self) -> &[User] {
        self.found.as_ref().map_or(&[], |found| &found.rows)
    }

    /// Asks for what was typed.
    pub(super) fn ask(&mut self, cx: &mut Cx<'_>) {
        self.debounce = None;
        self.more = None;
        self.mark_all = None;
        let query = match self.query(self.typed(), 0, PAGE) {
            Ok(query) => query,
            Err(trouble) => {
                // What stands there answers an older line.
                self.trouble = Some(trouble);
                self.asked = None;
                return;
            }
        };
        self.trouble = None;
        self.asked = Some(cx.ask(Request::Search(query)));
        self.is_slow = false;
        self.slow = Some(cx.after(SLOW));
    }

    /// What a line asks for, in the order that is wanted.
    pub(super) fn query(
        &self,
        line: &str,
        offset: usize,
        limit: usize,
    ) -> Result<Query, QueryError> {
        Ok(Query {
            order: self.order,
            limit,
            offset,
            ..Query::typed(line)?
        })
    }

    /// Lists in the next order.
    pub(super) fn next_order(&mut self, cx: &mut Cx<'_>) {
        self.order = self.order.next();
        self.selected = 0;
        self.ask(cx);
    }

    /// Shows a ready-made list.
    pub(super) fn show_list(&mut self, line: &str, cx: &mut Cx<'_>) {
        self.mode = Mode::Search;
        self.form.search.set_text(line);
        self.selected = 0;
        self.ask(cx);
    }

    /// Asks where to write what is shown.
    pub(super) fn begin_export(&mut self) {
        if let Ok(query) = self.query(&self.answered, 0, PAGE) {
            self.mode = Mode::Export(Export::of(query));
        }
    }

    /// The text has changed: asks at once, or after a pause where the directory is far away.
    pub(super) fn changed(&mut self, cx: &mut Cx<'_>) {
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

    /// Selects a row, and asks for more where the rows run out.
    pub(super) fn move_to(&mut self, index: usize, cx: &mut Cx<'_>) {
        let rows = self.rows().len();
        self.selected = index.min(rows.saturating_sub(1));
        let more = match self.found.as_ref().map(|found| found.total) {
            Some(Total::Exact(total)) => u64::try_from(rows).is_ok_and(|rows| rows < total),
            Some(Total::MoreThan(_)) => true,
            None => false,
        };
        let is_read = self.more.is_some() || self.mark_all.is_some() || self.is_waiting();
        if self.selected + 10 >= rows && more && !is_read {
            self.more = self
                .query(&self.answered, rows, PAGE)
                .ok()
                .map(|query| cx.ask(Request::Search(query)));
        }
    }

    /// Opens the selected user, or whoever comes first in the answer on its way.
    pub(super) fn open(&mut self, cx: &mut Cx<'_>) -> Go {
        if let Some(trouble) = &self.trouble {
            cx.toast(Tone::Bad, format!("{trouble}."));
            return Go::Stay;
        }
        if self.failed.is_some() && !self.is_waiting() {
            self.ask(cx);
            // Without a text nobody can have been meant.
            if self.typed().trim().is_empty() {
                return Go::Stay;
            }
        }
        if self.debounce.is_some() {
            self.ask(cx);
        }
        if let Some(ticket) = self.asked {
            // The list on the screen does not belong to what was typed: the edit screen opens at
            // once, so that type-ahead goes into its masked field, and takes the first answer.
            let page = Edit::awaiting(ticket, self.typed()).for_ticket(&self.ticket);
            return Go::To(Box::new(page));
        }
        if let Some(user) = self.rows().get(self.selected) {
            let page = Edit::of(user).for_ticket(&self.ticket);
            return Go::To(Box::new(page));
        }
        Go::To(Box::new(Nobody::found(self.typed(), self.found.as_ref())))
    }

    /// Names that stand on the page more than once.
    pub(super) fn twins(rows: &[User]) -> HashMap<String, usize> {
        let mut count = HashMap::new();
        for user in rows {
            *count.entry(user.name().to_lowercase()).or_insert(0) += 1;
        }
        count.retain(|_, times| *times > 1);
        count
    }
}
