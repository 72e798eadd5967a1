//! Control characters and UTF-8.

use crossterm::event::{KeyCode, KeyModifiers};

use super::step::{Step, key, unreadable};

/// A control character or one UTF-8 character.
pub fn character(bytes: &[u8]) -> Step {
    let Some(&first) = bytes.first() else {
        return Step::More;
    };
    let control = |letter: u8| {
        Some(key(
            KeyCode::Char(char::from(letter)),
            KeyModifiers::CONTROL,
        ))
    };
    let event = match first {
        b'\r' => Some(key(KeyCode::Enter, KeyModifiers::NONE)),
        b'\t' => Some(key(KeyCode::Tab, KeyModifiers::NONE)),
        0x7f => Some(key(KeyCode::Backspace, KeyModifiers::NONE)),
        0x00 => control(b' '),
        0x01..=0x1a => control(first - 1 + b'a'),
        // Ctrl-\ ] ^ _ are told as Ctrl-4 to Ctrl-7, as terminals have always done.
        0x1c..=0x1f => control(first - 0x1c + b'4'),
        _ => return utf8(bytes),
    };
    Step::Took(1, event)
}

fn utf8(bytes: &[u8]) -> Step {
    match length(bytes) {
        Length::Of(length) => {
            let taken = bytes.get(..length).unwrap_or_default();
            let text = std::str::from_utf8(taken).unwrap_or_default();
            let event = text
                .chars()
                .next()
                .map(|c| key(KeyCode::Char(c), KeyModifiers::NONE));
            Step::Took(length, event)
        }
        Length::Unfinished => Step::More,
        Length::NotUtf8 => Step::Took(1, Some(unreadable())),
    }
}

/// How long the character at the start of some bytes is.
pub enum Length {
    /// So many bytes.
    Of(usize),
    /// Its rest has not come.
    Unfinished,
    /// It is none.
    NotUtf8,
}

/// The length of the first character.
pub fn length(bytes: &[u8]) -> Length {
    let length = match bytes.first() {
        Some(0x00..=0x7f) => 1,
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return Length::NotUtf8,
    };
    let taken = bytes.get(..length.min(bytes.len())).unwrap_or_default();
    match std::str::from_utf8(taken) {
        Ok(_) => Length::Of(length),
        Err(error) if error.error_len().is_none() => Length::Unfinished,
        Err(_) => Length::NotUtf8,
    }
}
