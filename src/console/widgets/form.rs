//! Fields, which of them has the focus, and whether anything was typed.

use crossterm::event::Event;

use super::{
    field::{Control, Field},
    page::Page,
    secret_input::SecretInput,
};
use crate::console::{
    keymap::{Action, Scope},
    theme::Look,
};

/// Fields in the order of the Tab key.
#[derive(Debug)]
pub struct Form {
    /// The fields; screens address them by constants.
    pub fields: Vec<Field>,
    focus: usize,
}

impl Form {
    /// A form with the focus on its first field.
    pub const fn new(fields: Vec<Field>) -> Self {
        Self { fields, focus: 0 }
    }

    /// Which field has the focus.
    pub const fn focus(&self) -> usize {
        self.focus
    }

    /// Moves the focus to a field.
    pub fn focus_on(&mut self, index: usize) {
        if self.fields.get(index).is_some_and(|field| field.visible) {
            self.focus = index;
        }
    }

    /// The text of a field.
    pub fn value(&self, index: usize) -> &str {
        self.fields.get(index).map_or("", Field::value)
    }

    /// The text of a field without blanks around it.
    pub fn trimmed(&self, index: usize) -> String {
        self.value(index).trim().to_owned()
    }

    /// The position of a switch; false where it is hidden.
    pub fn is_on(&self, index: usize) -> bool {
        self.fields
            .get(index)
            .is_some_and(|field| field.visible && field.is_on())
    }

    /// The password field at `index`.
    pub fn secret(&self, index: usize) -> Option<&SecretInput> {
        match &self.fields.get(index)?.control {
            Control::Secret(input) => Some(input),
            Control::Text(_) | Control::Toggle { .. } | Control::Choice { .. } => None,
        }
    }

    /// Has anything been typed in the password field at `index`?
    pub fn has_secret(&self, index: usize) -> bool {
        self.secret(index).is_some_and(|secret| !secret.is_empty())
    }

    /// The password field at `index`, to be changed.
    pub fn secret_mut(&mut self, index: usize) -> Option<&mut SecretInput> {
        match &mut self.fields.get_mut(index)?.control {
            Control::Secret(input) => Some(input),
            Control::Text(_) | Control::Toggle { .. } | Control::Choice { .. } => None,
        }
    }

    /// Marks a field as wrong and moves the focus there.
    pub fn refuse(&mut self, index: usize, why: impl Into<String>) {
        if let Some(field) = self.fields.get_mut(index) {
            field.error = Some(why.into());
        }
        self.focus_on(index);
    }

    /// Enter in a form that wants more than this field. Goes on to the next field and marks what is
    /// wrong with the one that is left; only on the `last` field it leads back to what is wrong. So
    /// what is typed behind it never lands in a field that was left already.
    pub fn advance(&mut self, last: usize, (index, why): (usize, String)) {
        if self.focus >= last {
            self.refuse(index, why);
            return;
        }
        if let Some(field) = self.fields.get_mut(index).filter(|_| index == self.focus) {
            field.error = Some(why);
        }
        self.step(1);
    }

    /// Selects the text of a field: what is typed next replaces it.
    pub fn select(&mut self, index: usize) {
        if let Some(field) = self.fields.get_mut(index) {
            field.select();
        }
    }

    /// Puts another text into a field.
    pub fn set_text(&mut self, index: usize, text: &str) {
        if let Some(field) = self.fields.get_mut(index) {
            field.set_text(text);
        }
    }

    /// Is a field marked as wrong?
    pub fn is_refused(&self, index: usize) -> bool {
        self.fields
            .get(index)
            .is_some_and(|field| field.error.is_some())
    }

    /// Takes every mark away.
    pub fn forgive(&mut self) {
        for field in &mut self.fields {
            field.error = None;
        }
    }

    /// Wipes every password field.
    pub fn blank_secrets(&mut self) {
        for field in &mut self.fields {
            if let Control::Secret(input) = &mut field.control {
                input.clear();
            }
        }
    }

    /// Masks every password field.
    pub fn mask(&mut self) {
        for field in &mut self.fields {
            if let Control::Secret(input) = &mut field.control {
                input.reveal(false);
            }
        }
    }

    /// Does any field hold something that was not there at first?
    pub fn is_dirty(&self) -> bool {
        self.fields.iter().any(Field::is_dirty)
    }

    /// What kind of field has the focus.
    pub fn kind(&self) -> Scope {
        match self.fields.get(self.focus).map(|field| &field.control) {
            Some(Control::Toggle { .. }) => Scope::Toggle,
            Some(Control::Choice { .. }) => Scope::Choice,
            Some(Control::Text(_) | Control::Secret(_)) | None => Scope::Text,
        }
    }

    /// Moves the focus or turns a switch; true when the action was one of the form's own.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    pub fn act(&mut self, action: Action) -> bool {
        match action {
            Action::NextField => self.step(1),
            Action::PreviousField => self.step(self.fields.len().saturating_sub(1)),
            Action::Toggle => {
                if let Some(Control::Toggle { on, fixed: None }) = self.focused() {
                    *on = !*on;
                }
            }
            Action::NextChoice | Action::PreviousChoice => {
                if let Some(Control::Choice { options, chosen }) = self.focused() {
                    let most = options.len().max(1);
                    let by = if action == Action::NextChoice {
                        1
                    } else {
                        most - 1
                    };
                    *chosen = (*chosen + by) % most;
                }
            }
            _ => return false,
        }
        true
    }

    fn focused(&mut self) -> Option<&mut Control> {
        self.fields
            .get_mut(self.focus)
            .map(|field| &mut field.control)
    }

    fn step(&mut self, by: usize) {
        let most = self.fields.len().max(1);
        for _ in 0..most {
            self.focus = (self.focus + by) % most;
            if self
                .fields
                .get(self.focus)
                .is_some_and(|field| field.visible)
            {
                return;
            }
        }
    }

    /// Gives a key or paste to the focused field: which field changed, if any.
    ///
    /// # Errors
    /// Why a paste was refused.
    pub fn input(&mut self, event: &Event) -> Result<Option<usize>, &'static str> {
        let focus = self.focus;
        match self.fields.get_mut(focus) {
            Some(field) => Ok(field.input(event)?.then_some(focus)),
            None => Ok(None),
        }
    }

    /// Draws one field and what is wrong with it into `page`.
    pub fn draw(&self, index: usize, label_width: usize, page: &mut Page, look: &Look) {
        let Some(field) = self.fields.get(index).filter(|field| field.visible) else {
            return;
        };
        let focused = index == self.focus;
        let (line, cursor) = field.line(label_width, page.width(), focused, look);
        page.field(line, cursor, focused);
        if let Some(error) = &field.error {
            page.indented(label_width + 3, error, look.theme.bad);
        }
    }
}
