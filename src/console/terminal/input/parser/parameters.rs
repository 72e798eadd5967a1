//! The numbers of a control sequence, and the modifier keys that one of them tells.

use crossterm::event::KeyModifiers;

/// Numbers between semicolons, each with parts between colons.
pub struct Parameters<'a>(&'a [u8]);

impl<'a> Parameters<'a> {
    /// The parameter bytes of a control sequence.
    pub const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// A part of a number, where it is given.
    pub fn get(&self, number: usize, part: usize) -> Option<u32> {
        let group = self.0.split(|byte| *byte == b';').nth(number)?;
        let digits = group.split(|byte| *byte == b':').nth(part)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// The first number; 1 where there is none.
    pub fn first(&self) -> u32 {
        self.get(0, 0).unwrap_or(1)
    }
}

/// The second number: one more than the sum of Shift 1, Alt 2, Control 4, and what only some
/// keyboards have.
#[derive(Clone, Copy)]
pub struct Modifiers(u32);

impl Modifiers {
    const SHIFT: u32 = 1;
    const LETTERS_ONLY: u32 = 64;
    /// Super, Hyper and Meta.
    const OTHERS: u32 = 8 | 16 | 32;

    /// The second number of a sequence.
    pub fn of(parameters: &Parameters<'_>) -> Self {
        Self(parameters.get(1, 0).unwrap_or(1).saturating_sub(1))
    }

    /// Is Shift held?
    pub const fn shift(self) -> bool {
        self.0 & Self::SHIFT != 0
    }

    /// Is a letter a capital one: Shift or Caps Lock, not both?
    pub const fn capital(self) -> bool {
        self.shift() != (self.0 & Self::LETTERS_ONLY != 0)
    }

    /// Is a key held that no key of ours goes with?
    pub const fn others(self) -> bool {
        self.0 & Self::OTHERS != 0
    }

    /// As events tell them.
    pub fn told(self) -> KeyModifiers {
        let mut modifiers = KeyModifiers::NONE;
        for (bit, modifier) in [
            (Self::SHIFT, KeyModifiers::SHIFT),
            (2, KeyModifiers::ALT),
            (4, KeyModifiers::CONTROL),
        ] {
            if self.0 & bit != 0 {
                modifiers.insert(modifier);
            }
        }
        modifiers
    }
}
