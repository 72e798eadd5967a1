//! One of several words.

use std::borrow::Cow;

use ratatui::text::Span;

use super::{AnyField as _, Control, Field, greyed};
use crate::console::{
    keymap::{Action, Scope},
    theme::Look,
};

/// A field with one of several words.
pub type ChoiceField = Field<Choice>;

/// One of several words.
#[derive(Debug, Default)]
pub struct Choice {
    options: Vec<Cow<'static, str>>,
    chosen: usize,
}

impl Choice {
    fn word(&self) -> &str {
        self.options.get(self.chosen).map_or("", AsRef::as_ref)
    }

    /// The same as it is shown, also where nothing is chosen.
    fn shown(&self) -> &str {
        match self.word() {
            "" => "-",
            word => word,
        }
    }
}

impl Field<Choice> {
    /// One of these words, the first at first.
    pub fn new<W: Into<Cow<'static, str>>>(
        label: impl Into<Cow<'static, str>>,
        options: impl IntoIterator<Item = W>,
    ) -> Self {
        let options = options.into_iter().map(Into::into).collect();
        Self::of(label, Choice { options, chosen: 0 })
    }

    /// The word that is chosen.
    pub fn value(&self) -> &str {
        self.control.word()
    }

    /// Puts other words in place, of which one is chosen at first.
    pub fn begin_with<W: Into<Cow<'static, str>>>(
        &mut self,
        options: impl IntoIterator<Item = W>,
        chosen: usize,
    ) {
        let options: Vec<_> = options.into_iter().map(Into::into).collect();
        let chosen = chosen.min(options.len().saturating_sub(1));
        self.control = Choice { options, chosen };
        self.settle();
    }

    /// The words, and which is chosen at first, have been read again. One that was chosen by hand
    /// stays while it is among them.
    ///
    /// Where both have changed: a sentence that says so.
    pub fn rebase<W: Into<Cow<'static, str>>>(
        &mut self,
        options: impl IntoIterator<Item = W>,
        chosen: usize,
    ) -> Option<String> {
        let options: Vec<_> = options.into_iter().map(Into::into).collect();
        let kept = options.iter().position(|word| *word == self.value());
        let Some(kept) = kept.filter(|_| self.is_dirty()) else {
            self.begin_with(options, chosen);
            return None;
        };
        let now = options.get(chosen).cloned().unwrap_or_default();
        self.control = Choice {
            options,
            chosen: kept,
        };
        self.met(&now)
    }

    /// The word that is chosen, where it is another than at first.
    pub fn changed(&self) -> Option<&str> {
        self.is_dirty().then(|| self.value())
    }
}

impl Control for Choice {
    fn scope(&self) -> Scope {
        Scope::Choice
    }

    fn state(&self) -> Cow<'_, str> {
        self.word().into()
    }

    fn act(&mut self, action: Action) -> bool {
        let most = self.options.len().max(1);
        let by = if action == Action::NextChoice {
            1
        } else if action == Action::PreviousChoice {
            most - 1
        } else {
            return false;
        };
        self.chosen = (self.chosen + by) % most;
        true
    }

    fn spans(&self, _room: usize, _focused: bool, look: &Look) -> (Vec<Span<'static>>, usize) {
        (
            vec![Span::raw(format!("< {} >", look.clean(self.shown())))],
            1,
        )
    }

    fn fixed_spans(&self, why: &str, room: usize, look: &Look) -> Vec<Span<'static>> {
        greyed(self.shown(), why, room, look)
    }
}
