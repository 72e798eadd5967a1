//! A switch.

use std::borrow::Cow;

use ratatui::text::Span;

use super::{AnyField as _, Control, Field};
use crate::console::{
    keymap::{Action, Scope},
    theme::Look,
    widgets::page::cut,
};

/// A field with a switch.
pub type ToggleField = Field<Toggle>;

/// A switch.
#[derive(Debug)]
pub struct Toggle {
    /// Its position.
    pub on: bool,
}

impl Field<Toggle> {
    /// A switch in this position.
    pub fn new(label: impl Into<Cow<'static, str>>, on: bool) -> Self {
        Self::of(label, Toggle { on })
    }

    /// Its position; false where it is hidden.
    pub fn is_on(&self) -> bool {
        self.visible && self.control.on
    }

    /// The position that it has at first has been read again. One that was chosen stays.
    ///
    /// Where both have changed: a sentence that says so.
    pub fn rebase(&mut self, now: bool) -> Option<String> {
        if self.is_dirty() {
            return self.met(if now { "yes" } else { "no" });
        }
        self.begin_with(now);
        None
    }

    /// Puts it into the position that it has at first.
    pub fn begin_with(&mut self, on: bool) {
        self.control.on = on;
        self.settle();
    }
}

impl Control for Toggle {
    fn scope(&self) -> Scope {
        Scope::Toggle
    }

    fn state(&self) -> Cow<'_, str> {
        if self.on { "yes" } else { "no" }.into()
    }

    fn act(&mut self, action: Action) -> bool {
        let turns = action == Action::Toggle;
        if turns {
            self.on = !self.on;
        }
        turns
    }

    fn spans(&self, _room: usize, _focused: bool, _look: &Look) -> (Vec<Span<'static>>, usize) {
        let text = if self.on { "[x] yes" } else { "[ ] no" };
        (vec![Span::raw(text)], 0)
    }

    fn fixed_spans(&self, why: &str, room: usize, look: &Look) -> Vec<Span<'static>> {
        // What a directory does not offer is no "no".
        let text = if self.on { "[x] yes" } else { "[ ]" };
        let hint = cut(&format!("  {why}"), room.saturating_sub(6), look);
        vec![Span::raw(text), Span::styled(hint, look.theme.faint)]
    }
}
