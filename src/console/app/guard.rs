//! Which presses of Enter count. A paste that the terminal does not bracket ends in an Enter, and a
//! held key goes on into the next screen; neither may save or close anything.

use super::clock::Millis;

/// Within this time after a character an Enter belongs to a paste.
const PASTE: Millis = 30;

/// Within this time after another Enter, one that meets another screen is the key being held
/// (keyboards start repeating after 250 to 660 ms).
const HELD: Millis = 700;

/// What to do with an Enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Go,
    /// The key is being held: nothing.
    Repeat,
    /// It came too fast after a character.
    TooFast,
}

/// Remembers when the last keys came.
#[derive(Debug, Default)]
pub struct EnterGuard {
    last_text: Option<Millis>,
    last_enter: Option<Millis>,
    moved: bool,
}

impl EnterGuard {
    /// A character or a paste came.
    pub const fn text(&mut self, at: Millis) {
        self.last_text = Some(at);
        self.last_enter = None;
        self.moved = false;
    }

    /// Another key came.
    pub const fn other(&mut self) {
        self.last_enter = None;
        self.moved = false;
    }

    /// Another screen or dialog is in front since the last Enter.
    pub const fn moved(&mut self) {
        self.moved = true;
    }

    /// An Enter came; `submits` when it would save or sign in.
    pub fn enter(&mut self, at: Millis, submits: bool) -> Verdict {
        let held = self.moved
            && self
                .last_enter
                .is_some_and(|last| at.saturating_sub(last) < HELD);
        self.last_enter = Some(at);
        if held {
            return Verdict::Repeat;
        }
        let fast = self
            .last_text
            .is_some_and(|last| at.saturating_sub(last) < PASTE);
        if fast && submits {
            return Verdict::TooFast;
        }
        self.moved = false;
        Verdict::Go
    }
}

#[cfg(test)]
mod tests;
