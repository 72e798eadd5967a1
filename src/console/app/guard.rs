//! Which keys count. A held Enter goes on into the next screen, and a letter that belongs to typed
//! text may meet a question that has come up meanwhile; neither may save, confirm or throw away
//! anything. A key that does nothing of that kind always counts: text that was typed behind it would
//! land in another field otherwise.

use super::clock::Millis;
use crate::console::effect::Ticket;

/// Enters within this time of each other are a key that is held: keyboards repeat ten to fifty times
/// a second, and no finger is so fast.
const TRAIN: Millis = 110;

/// Within this time after another Enter, one may be the first repeat of a held key (keyboards start
/// repeating after 250 to 660 ms): it is decided when no other has followed for [`TRAIN`].
const HELD: Millis = 700;

/// Within this time after a character an Enter belongs to a paste, where the terminal does not tell
/// pasted text from typed text.
const PASTE: Millis = 30;

/// Within this time after another character a letter belongs to a text.
const TEXT: Millis = 400;

/// For how long an Enter waits for others.
pub const WAIT: Millis = TRAIN;

/// An Enter, and what it would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enter {
    /// When it came.
    pub at: Millis,
    /// It would save, confirm or throw something away.
    pub is_final: bool,
    /// The terminal says that the key is being held (kitty's keyboard protocol).
    pub told_as_repeat: bool,
}

/// What to do with an Enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Go,
    /// It counts if no other follows within [`WAIT`].
    Wait,
    /// The key is being held: nothing. True the first time, when that is to be said.
    Held(bool),
    /// It came with the text, as a paste brings it.
    Pasted,
}

/// Remembers when the last keys came.
#[derive(Debug)]
pub struct EnterGuard {
    brackets_paste: bool,
    last_text: Option<Millis>,
    last_enter: Option<Millis>,
    waiting: Option<Ticket>,
    told: bool,
}

impl EnterGuard {
    /// A guard at a terminal that tells pasted text from typed text, or does not.
    pub const fn new(brackets_paste: bool) -> Self {
        Self {
            brackets_paste,
            last_text: None,
            last_enter: None,
            waiting: None,
            told: false,
        }
    }

    /// A character or a paste came.
    pub const fn text(&mut self, at: Millis) {
        self.other();
        self.last_text = Some(at);
    }

    /// Another key came.
    pub const fn other(&mut self) {
        self.last_enter = None;
        self.last_text = None;
        self.told = false;
    }

    /// Does a letter that came now belong to a text that is being typed?
    pub fn within_text(&self, at: Millis) -> bool {
        self.last_text
            .is_some_and(|last| at.saturating_sub(last) < TEXT)
    }

    /// Another screen or dialog is in front: an Enter that still waits was meant for the one before.
    pub const fn moved(&mut self) {
        self.waiting = None;
    }

    /// The Enter that waits is decided when this sleep ends.
    pub const fn waits(&mut self, ticket: Ticket) {
        self.waiting = Some(ticket);
    }

    /// Takes the Enter that waits; true if there is one.
    pub const fn take_waiting(&mut self) -> bool {
        self.waiting.take().is_some()
    }

    /// The same if it is the one whose sleep has ended.
    pub fn take_waiting_for(&mut self, ticket: Ticket) -> bool {
        self.waiting == Some(ticket) && self.take_waiting()
    }

    /// An Enter came.
    pub fn enter(&mut self, enter: Enter) -> Verdict {
        let since = |then: Option<Millis>| then.map(|then| enter.at.saturating_sub(then));
        let before = since(self.last_enter);
        self.last_enter = Some(enter.at);
        let held = before.is_some_and(|time| time < TRAIN);
        if held {
            self.waiting = None;
        }
        if !enter.is_final {
            return Verdict::Go;
        }
        if held || enter.told_as_repeat {
            let first = !self.told;
            self.told = true;
            return Verdict::Held(first);
        }
        if before.is_some_and(|time| time < HELD) {
            return Verdict::Wait;
        }
        if !self.brackets_paste && since(self.last_text).is_some_and(|time| time < PASTE) {
            return Verdict::Pasted;
        }
        self.told = false;
        Verdict::Go
    }
}

#[cfg(test)]
mod tests;
