//! A password.

use std::borrow::Cow;

use crossterm::event::Event;
use ratatui::text::Span;

use super::{
    Control, Field, MOST_CELLS,
    text::{boxed, window},
};
use crate::console::{
    keymap::Scope,
    theme::Look,
    widgets::{page::cut, secret_input::SecretInput},
};

/// A field for a password.
pub type SecretField = Field<SecretInput>;

impl Field<SecretInput> {
    /// An empty field.
    pub fn new(label: impl Into<Cow<'static, str>>) -> Self {
        Self::of(label, SecretInput::default())
    }

    /// Has anything been typed?
    pub fn is_filled(&self) -> bool {
        !self.control.is_empty()
    }
}

impl Control for SecretInput {
    fn scope(&self) -> Scope {
        Scope::Text
    }

    fn state(&self) -> Cow<'_, str> {
        if self.is_empty() { "" } else { "typed" }.into()
    }

    fn input(&mut self, event: &Event) -> Result<bool, &'static str> {
        Self::input(self, event)
    }

    fn spans(&self, room: usize, focused: bool, look: &Look) -> (Vec<Span<'static>>, usize) {
        let room = room.min(MOST_CELLS);
        let (shown, at) = if self.is_revealed() {
            window(self.expose(), self.cursor(), room, look)
        } else {
            let mask = look.glyphs.mask.to_string().repeat(self.chars());
            window(&mask, self.cursor(), room, look)
        };
        (boxed(shown, room, focused, look), at)
    }

    fn fixed_spans(&self, why: &str, room: usize, look: &Look) -> Vec<Span<'static>> {
        vec![Span::styled(cut(why, room, look), look.theme.faint)]
    }

    fn wipe(&mut self) {
        self.clear();
    }

    fn mask(&mut self) {
        self.reveal(false);
    }
}
