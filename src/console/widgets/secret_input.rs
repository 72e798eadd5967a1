//! A password field. Unlike `tui_input` it keeps no yank buffer, prints nothing in `Debug`, never
//! moves its text while growing, and wipes it.

use std::fmt;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    console::keymap,
    password::{Secret, UnusableText},
};

/// Room for any password that a policy can allow (128 code points of at most 4 bytes, and more).
const CAPACITY: usize = 1024;

/// Text that is masked, and wiped when it is cleared or dropped.
pub struct SecretInput {
    // Allocated once at full size: a growing String would leave copies in freed memory.
    text: Zeroizing<String>,
    /// Characters before the cursor.
    cursor: usize,
    revealed: bool,
}

impl Default for SecretInput {
    fn default() -> Self {
        Self {
            text: Zeroizing::new(String::with_capacity(CAPACITY)),
            cursor: 0,
            revealed: false,
        }
    }
}

impl fmt::Debug for SecretInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretInput(…)")
    }
}

impl SecretInput {
    /// Nothing typed?
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Characters typed.
    pub fn chars(&self) -> usize {
        self.text.chars().count()
    }

    /// Characters before the cursor.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Is the text to be shown?
    pub const fn is_revealed(&self) -> bool {
        self.revealed
    }

    /// Shows or masks.
    pub const fn reveal(&mut self, on: bool) {
        self.revealed = on;
    }

    /// Wipes.
    pub fn clear(&mut self) {
        // `String::zeroize` wipes the whole capacity and leaves it empty; the allocation stays.
        self.text.zeroize();
        self.cursor = 0;
        self.revealed = false;
    }

    /// The characters, for the policy's checklist and for drawing while revealed.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// A copy as a secret, to be sent to the desk; the field keeps its own until it is cleared.
    ///
    /// # Errors
    /// [`UnusableText`] for control characters; the field does not take any.
    pub fn secret(&self) -> Result<Secret, UnusableText> {
        Secret::from_typed(&self.text)
    }

    /// Takes over a password that was drawn.
    pub fn fill(&mut self, secret: &Secret) {
        self.clear();
        self.text.push_str(secret.expose());
        self.cursor = self.chars();
    }

    /// Both hold the same text?
    pub fn equals(&self, other: &Self) -> bool {
        *self.text == *other.text
    }

    /// Takes a key or a paste: `Ok(true)` when the text changed.
    ///
    /// # Errors
    /// A sentence that says why a paste was refused; the text is as before.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is another crate's, and what is not named is handled alike"
    )]
    pub fn input(&mut self, event: &Event) -> Result<bool, &'static str> {
        match event {
            Event::Paste(text) => self.paste(text),
            Event::Key(key) => self.key(key),
            _ => Ok(false),
        }
    }

    fn paste(&mut self, text: &str) -> Result<bool, &'static str> {
        // One trailing line break comes with nearly every copied line; more than that is a
        // mistake, and a password cannot hold any.
        let line = text
            .strip_suffix("\r\n")
            .or_else(|| text.strip_suffix(['\n', '\r']))
            .unwrap_or(text);
        if line.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
            return Err("The paste holds a line break: nothing was taken. Paste one line only.");
        }
        if line.chars().any(char::is_control) {
            return Err("The paste holds control characters: nothing was taken.");
        }
        if line.contains(char::REPLACEMENT_CHARACTER) {
            return Err("The paste is not UTF-8: nothing was taken.");
        }
        self.insert(line)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is another crate's, and what is not named is handled alike"
    )]
    fn key(&mut self, key: &KeyEvent) -> Result<bool, &'static str> {
        match key.code {
            KeyCode::Char(c) if keymap::is_text(key) => {
                if c.is_control() {
                    return Err("A password cannot hold control characters.");
                }
                if c == char::REPLACEMENT_CHARACTER {
                    return Err("The terminal sent a key that is not UTF-8: nothing was taken.");
                }
                let mut bytes = Zeroizing::new([0; 4]);
                return self.insert(c.encode_utf8(&mut *bytes));
            }
            KeyCode::Char('u' | 'w') if key.modifiers == KeyModifiers::CONTROL => {
                let changed = !self.is_empty();
                self.clear();
                return Ok(changed);
            }
            KeyCode::Char('h') if key.modifiers == KeyModifiers::CONTROL => {
                return Ok(self.remove_before());
            }
            KeyCode::Backspace => return Ok(self.remove_before()),
            KeyCode::Delete => return Ok(self.remove_at(self.cursor)),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.chars()),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.chars(),
            KeyCode::Char('e') if key.modifiers == KeyModifiers::CONTROL => {
                self.cursor = self.chars();
            }
            _ => {}
        }
        Ok(false)
    }

    fn insert(&mut self, text: &str) -> Result<bool, &'static str> {
        if self.text.len() + text.len() > CAPACITY {
            return Err("That is longer than any password can be: nothing was taken.");
        }
        let at = self.byte(self.cursor);
        self.text.insert_str(at, text);
        self.cursor += text.chars().count();
        Ok(!text.is_empty())
    }

    fn remove_before(&mut self) -> bool {
        if self.cursor == 0 {
            return false;
        }
        self.cursor -= 1;
        self.remove_at(self.cursor)
    }

    fn remove_at(&mut self, index: usize) -> bool {
        let at = self.byte(index);
        if at >= self.text.len() {
            return false;
        }
        self.text.remove(at);
        true
    }

    fn byte(&self, index: usize) -> usize {
        self.text
            .char_indices()
            .nth(index)
            .map_or(self.text.len(), |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> SecretInput {
        let mut input = SecretInput::default();
        for c in text.chars() {
            input
                .input(&Event::Key(KeyCode::Char(c).into()))
                .expect("a plain character");
        }
        input
    }

    #[test]
    fn a_paste_loses_one_trailing_line_break_and_no_more() {
        for paste in ["hunter2", "hunter2\n", "hunter2\r", "hunter2\r\n"] {
            let mut input = SecretInput::default();
            assert_eq!(input.input(&Event::Paste(paste.into())), Ok(true));
            assert_eq!(input.expose(), "hunter2");
        }
        for paste in [
            "hunter2\n\n",
            "one\ntwo",
            "\u{1b}[31m",
            "a\tb",
            "a\u{2028}b",
        ] {
            let mut input = typed("before");
            assert!(input.input(&Event::Paste(paste.into())).is_err());
            assert_eq!(input.expose(), "before", "{paste:?}");
        }
    }

    #[test]
    fn a_huge_paste_is_refused_and_the_text_never_moves() {
        let mut input = typed("before");
        let address = input.text.as_ptr();
        assert!(input.input(&Event::Paste("x".repeat(1 << 20))).is_err());
        assert_eq!(input.expose(), "before");
        let room = CAPACITY - input.text.len();
        assert_eq!(input.input(&Event::Paste("x".repeat(room))), Ok(true));
        assert_eq!(input.text.as_ptr(), address);
        input.clear();
        assert_eq!(input.text.as_ptr(), address);
    }

    #[test]
    fn editing_keys_move_and_remove_whole_characters() {
        let mut input = typed("añb");
        for code in [KeyCode::Left, KeyCode::Backspace] {
            assert!(input.input(&Event::Key(code.into())).is_ok());
        }
        assert_eq!(input.expose(), "ab");
        assert_eq!(input.cursor(), 1);
        assert_eq!(input.input(&Event::Key(KeyCode::Delete.into())), Ok(true));
        assert_eq!(input.expose(), "a");
    }

    #[test]
    fn nothing_of_it_shows_in_debug() {
        assert!(!format!("{:?}", typed("hunter2")).contains("hunter2"));
    }
}
