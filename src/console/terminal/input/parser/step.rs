//! What the start of the pending bytes turns out to be.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// What the start of the pending bytes is.
pub enum Step {
    /// So many bytes are used up, and perhaps an event came out.
    Took(usize, Option<Event>),
    /// So many bytes are used up, and what follows is pasted text.
    PasteBegins(usize),
    /// What follows is a string of the terminal's (ECMA-48: OSC, DCS, APC, PM, SOS).
    StringBegins {
        /// So many bytes are used up.
        took: usize,
        /// BEL ends it too.
        bell_ends: bool,
    },
    /// So many bytes are used up; they are the beginning of a sequence too long to be one.
    TooLong(usize),
    /// More bytes are needed.
    More,
}

/// The press of a key.
pub fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

/// Stands for bytes that are not UTF-8; fields refuse it.
pub fn unreadable() -> Event {
    key(
        KeyCode::Char(char::REPLACEMENT_CHARACTER),
        KeyModifiers::NONE,
    )
}
