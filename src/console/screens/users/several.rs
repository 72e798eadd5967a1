//! Selecting several users, and opening an act for them.

use super::model::{Mode, Users};
use crate::{
    console::{
        effect::Request,
        screens::{Cx, Go, bulk::Bulk},
        widgets::Tone,
    },
    desk::BulkAct,
    directory::{Found, Total},
    user::User,
};

/// So many can be selected at once.
const MOST_SELECTED: usize = 1000;

impl Users {
    /// Begins to select several.
    pub(super) fn select_several(&mut self) {
        if !self.rows().is_empty() {
            self.mode = Mode::Select(Vec::new());
        }
    }

    /// Those who are selected.
    pub(super) fn marked(&self) -> &[User] {
        match &self.mode {
            Mode::Select(marked) => marked,
            Mode::Search | Mode::Lists(_) | Mode::Export(_) => &[],
        }
    }

    /// Selects the user of the row, or not, and goes down a row.
    pub(super) fn mark(&mut self, cx: &mut Cx<'_>) {
        let user = self.rows().get(self.selected).cloned();
        if let (Mode::Select(marked), Some(user)) = (&mut self.mode, user) {
            let before = marked.len();
            marked.retain(|other| other.id != user.id);
            if marked.len() == before {
                marked.push(user);
            }
            self.move_to(self.selected + 1, cx);
        }
    }

    /// Selects everybody who matches; where all of them are selected, nobody.
    pub(super) fn mark_all(&mut self, cx: &mut Cx<'_>) {
        let rows = self.rows().len();
        let total = self.found.as_ref().map(|found| found.total);
        if let Mode::Select(marked) = &mut self.mode
            && !marked.is_empty()
            && marked.len() >= rows
        {
            marked.clear();
            return;
        }
        if total == Some(Total::Exact(rows as u64)) {
            self.mark_these(self.rows().to_vec());
        } else if let Ok(query) = self.query(&self.answered, 0, MOST_SELECTED) {
            // It gives up the page that is on its way, and brings what that would have brought.
            self.more = None;
            self.mark_all = Some(cx.ask(Request::Search(query)));
        }
    }

    /// The answer to [`Users::mark_all`].
    pub(super) fn marked_all(&mut self, found: &Found, cx: &mut Cx<'_>) {
        self.found = Some(found.clone());
        self.mark_these(found.rows.clone());
        if found.total != Total::Exact(found.rows.len() as u64) {
            let text = format!(
                "{} of {} are selected: no more can be at once.",
                found.rows.len(),
                found.total
            );
            cx.toast(Tone::Plain, text);
        }
    }

    fn mark_these(&mut self, users: Vec<User>) {
        if let Mode::Select(marked) = &mut self.mode {
            *marked = users;
        }
    }

    /// Opens the plan of an act for those who are selected.
    pub(super) fn bulk(&self, act: BulkAct, cx: &mut Cx<'_>) -> Go {
        if self.marked().is_empty() {
            cx.toast(Tone::Plain, "Nobody is selected yet.");
            return Go::Stay;
        }
        let Some(operator) = cx.operator else {
            return Go::Stay;
        };
        let users = self.marked().to_vec();
        Go::To(Box::new(Bulk::new(act, users, operator, &self.ticket)))
    }
}
