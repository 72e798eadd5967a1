//! Something that is filled in on a page of its own; the line tells what it holds.

use std::borrow::Cow;

use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

use super::{AnyField as _, Control, Field};
use crate::console::{keymap::Scope, theme::Look, widgets::page::cut};

/// A field whose content has a page of its own.
pub type OpenerField = Field<Opener>;

/// What that page holds, in short.
#[derive(Debug, Default)]
pub struct Opener {
    summary: String,
}

impl Field<Opener> {
    /// Nothing yet.
    pub fn new(label: impl Into<Cow<'static, str>>) -> Self {
        Self::of(label, Opener::default())
    }

    /// What it holds now, in short.
    pub fn tell(&mut self, summary: String) {
        self.control.summary = summary;
    }

    /// The same, as what it holds at first.
    pub fn begin_with(&mut self, summary: String) {
        self.tell(summary);
        self.settle();
    }

    /// What it holds at first has been read again; what it holds by hand stays.
    ///
    /// Where both have changed: a sentence that says so.
    pub fn rebase(&mut self, now: String) -> Option<String> {
        if self.is_dirty() {
            return self.met(&now);
        }
        self.begin_with(now);
        None
    }
}

impl Control for Opener {
    fn scope(&self) -> Scope {
        Scope::Opener
    }

    fn state(&self) -> Cow<'_, str> {
        self.summary.as_str().into()
    }

    fn spans(&self, room: usize, _focused: bool, look: &Look) -> (Vec<Span<'static>>, usize) {
        let summary = cut(&look.clean(&self.summary), room.saturating_sub(2), look);
        (
            vec![Span::raw(format!("{} {summary}", look.glyphs.crumb))],
            0,
        )
    }

    fn fixed_spans(&self, why: &str, room: usize, look: &Look) -> Vec<Span<'static>> {
        let summary = cut(&look.clean(&self.summary), room, look);
        let left = room.saturating_sub(summary.width());
        vec![
            Span::styled(summary, look.theme.disabled),
            Span::styled(cut(&format!("  {why}"), left, look), look.theme.faint),
        ]
    }
}
