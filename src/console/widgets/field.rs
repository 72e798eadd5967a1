//! One field of a form: a label and something to fill in. What it is filled in with is part of its
//! type, so that a screen that asks a password field for a password cannot be told that it is none.

mod choice;
mod opener;
mod secret;
mod text;
mod toggle;

pub use choice::{Choice, ChoiceField};
pub use opener::{Opener, OpenerField};
pub use secret::SecretField;
pub use text::{TextControl, TextField};
pub use toggle::{Toggle, ToggleField};

use std::{borrow::Cow, fmt};

use crossterm::event::Event;
use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::page::{Page, cut};
use crate::console::{
    keymap::{Action, Scope},
    theme::Look,
};

/// Cells of a text or a password on the screen.
const MOST_CELLS: usize = 44;

/// What cannot be changed, and behind it why.
fn greyed(value: &str, why: &str, room: usize, look: &Look) -> Vec<Span<'static>> {
    let value = cut(&look.clean(value), room, look);
    let left = room.saturating_sub(value.width());
    vec![
        Span::styled(value, look.theme.disabled),
        Span::styled(cut(&format!("  {why}"), left, look), look.theme.faint),
    ]
}

/// What a field is filled in with.
pub trait Control: fmt::Debug {
    /// Which keys are alive on it.
    fn scope(&self) -> Scope;

    /// What it holds, to see whether that is another than at first. Nothing of a password.
    fn state(&self) -> Cow<'_, str>;

    /// Takes a key or paste: `Ok(true)` when it holds something else now.
    ///
    /// # Errors
    /// Why a paste was refused.
    fn input(&mut self, _event: &Event) -> Result<bool, &'static str> {
        Ok(false)
    }

    /// Takes an action of its scope: true when it was one.
    fn act(&mut self, _action: Action) -> bool {
        false
    }

    /// Its part of the line, and in which of its cells the cursor stands.
    fn spans(&self, room: usize, focused: bool, look: &Look) -> (Vec<Span<'static>>, usize);

    /// The same where it cannot be changed, and why.
    fn fixed_spans(&self, why: &str, room: usize, look: &Look) -> Vec<Span<'static>>;

    /// Wipes what is secret.
    fn wipe(&mut self) {}

    /// Masks what is secret.
    fn mask(&mut self) {}
}

/// A label, a control, and what is wrong with it.
#[derive(Debug)]
pub struct Field<C> {
    label: Cow<'static, str>,
    /// What is filled in.
    pub control: C,
    /// A hidden field takes no focus and is not drawn.
    pub visible: bool,
    /// Why it cannot be changed, if so.
    pub fixed: Option<String>,
    error: Option<String>,
    focused: bool,
    initial: String,
}

impl<C: Control> Field<C> {
    fn of(label: impl Into<Cow<'static, str>>, control: C) -> Self {
        let initial = control.state().into_owned();
        Self {
            label: label.into(),
            control,
            visible: true,
            fixed: None,
            error: None,
            focused: false,
            initial,
        }
    }

    /// What it holds now is what it held at first.
    fn settle(&mut self) {
        self.initial = self.control.state().into_owned();
    }

    /// What it held at first has become `now`, and it holds something else by hand: what to know.
    fn met(&mut self, now: &str) -> Option<String> {
        let seen = std::mem::replace(&mut self.initial, now.to_owned());
        let wanted = self.control.state();
        (seen != now && wanted != now).then(|| {
            let shown = |text: &str| if text.is_empty() { "nothing" } else { text }.to_owned();
            format!(
                "{}: you saw {}, now {}, you want {}.",
                self.name(),
                shown(&seen),
                shown(now),
                shown(&wanted)
            )
        })
    }
}

/// What every field can do, whatever it is filled in with.
pub trait AnyField: fmt::Debug {
    /// Its label within a sentence: `display name`.
    fn name(&self) -> String;

    /// Can it be seen?
    fn is_visible(&self) -> bool;

    /// Has it the focus?
    fn is_focused(&self) -> bool;

    /// Gives it the focus or takes it away.
    fn set_focused(&mut self, focused: bool);

    /// Which keys are alive on it.
    fn scope(&self) -> Scope;

    /// Does it hold something that was not there at first?
    fn is_dirty(&self) -> bool;

    /// Marks it as wrong, or takes the mark away.
    fn mark(&mut self, error: Option<String>);

    /// Is it marked as wrong?
    fn is_refused(&self) -> bool;

    /// Takes a key or paste: `Ok(true)` when it holds something else now.
    ///
    /// # Errors
    /// Why a paste was refused.
    fn input(&mut self, event: &Event) -> Result<bool, &'static str>;

    /// Takes an action of its scope: true when it was one.
    fn act(&mut self, action: Action) -> bool;

    /// Wipes what is secret.
    fn wipe(&mut self);

    /// Masks what is secret.
    fn mask(&mut self);

    /// The line of the field, and in which column the cursor stands.
    fn line(&self, label_width: usize, width: usize, look: &Look) -> (Line<'static>, Option<u16>);

    /// Draws it and what is wrong with it into `page`.
    fn draw(&self, label_width: usize, page: &mut Page, look: &Look);
}

impl<C: Control> AnyField for Field<C> {
    fn name(&self) -> String {
        let is_word = |word: &str| word.chars().skip(1).any(char::is_lowercase);
        if is_word(&self.label) {
            self.label.to_lowercase()
        } else {
            self.label.to_string()
        }
    }

    fn is_visible(&self) -> bool {
        self.visible
    }

    fn is_focused(&self) -> bool {
        self.focused
    }

    fn set_focused(&mut self, focused: bool) {
        self.focused = focused;
    }

    fn scope(&self) -> Scope {
        self.control.scope()
    }

    fn is_dirty(&self) -> bool {
        self.visible && self.control.state() != self.initial
    }

    fn mark(&mut self, error: Option<String>) {
        self.error = error;
    }

    fn is_refused(&self) -> bool {
        self.error.is_some()
    }

    fn input(&mut self, event: &Event) -> Result<bool, &'static str> {
        if self.fixed.is_some() {
            return Ok(false);
        }
        let changed = self.control.input(event)?;
        if changed {
            self.error = None;
        }
        Ok(changed)
    }

    fn act(&mut self, action: Action) -> bool {
        self.fixed.is_none() && self.control.act(action)
    }

    fn wipe(&mut self) {
        self.control.wipe();
    }

    fn mask(&mut self) {
        self.control.mask();
    }

    fn line(&self, label_width: usize, width: usize, look: &Look) -> (Line<'static>, Option<u16>) {
        let pointer = if self.focused {
            look.glyphs.pointer
        } else {
            " "
        };
        let label = format!(
            "{pointer} {:<label_width$} ",
            cut(&look.clean(&self.label), label_width, look)
        );
        let before = label.width();
        let style = if self.focused {
            look.theme.accent
        } else {
            Style::new()
        };
        let mut spans = vec![Span::styled(label, style)];
        let room = width.saturating_sub(before + 2).max(1);
        let cursor = if let Some(why) = &self.fixed {
            spans.extend(self.control.fixed_spans(why, room, look));
            0
        } else {
            let (own, cursor) = self.control.spans(room, self.focused, look);
            spans.extend(own);
            cursor
        };
        let column = u16::try_from(before + 1 + cursor).unwrap_or(u16::MAX);
        (Line::from(spans), self.focused.then_some(column))
    }

    fn draw(&self, label_width: usize, page: &mut Page, look: &Look) {
        if !self.visible {
            return;
        }
        let (line, cursor) = self.line(label_width, page.width(), look);
        page.field(line, cursor, self.focused);
        if let Some(why) = self.fixed.as_ref().filter(|_| self.focused)
            && label_width + 8 + self.control.state().width() + why.width() > page.width()
        {
            // The line shows a part of it.
            page.indented(label_width + 3, &look.clean(why), look.theme.faint);
        }
        if let Some(error) = &self.error {
            page.indented(label_width + 3, &look.clean(error), look.theme.bad);
        }
    }
}
