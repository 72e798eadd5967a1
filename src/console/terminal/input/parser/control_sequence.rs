//! Control sequences: `ESC [`, parameters, one final byte.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{
    character::{Length, length},
    encoded,
    parameters::{Modifiers, Parameters},
    step::Step,
};

/// No sequence that means anything has more parameter bytes.
const LONGEST: usize = 128;

/// What follows `ESC [`.
pub fn control_sequence(rest: &[u8]) -> Step {
    let Some(end) = rest.iter().position(|byte| !(0x20..=0x3f).contains(byte)) else {
        return if rest.len() > LONGEST {
            Step::TooLong(rest.len() + 2)
        } else {
            Step::More
        };
    };
    let Some(last @ 0x40..=0x7e) = rest.get(end).copied() else {
        // Broken off: what broke it is looked at by itself.
        return Step::Took(end + 2, None);
    };
    let bytes = rest.get(..end).unwrap_or_default();
    if last == b'M' && bytes.is_empty() {
        return old_mouse(rest.get(1..).unwrap_or_default());
    }
    // Private parameters and intermediate bytes: an answer of the terminal's, or a mouse.
    let answers = bytes.first().is_some_and(|byte| *byte >= b'<')
        || bytes.iter().any(|byte| *byte < b'0')
        || end > LONGEST;
    if answers {
        return Step::Took(end + 3, None);
    }
    let parameters = Parameters::of(bytes);
    if (last, parameters.first()) == (b'~', 200) {
        return Step::PasteBegins(end + 3);
    }
    Step::Took(end + 3, event(last, &parameters))
}

/// X10's mouse: three characters after `ESC [ M`, each at least a space. They are bytes, or UTF-8
/// where the terminal was told so (mode 1005).
fn old_mouse(rest: &[u8]) -> Step {
    let mut used = 0;
    for _ in 0..3 {
        match rest.get(used..) {
            None | Some([]) => return Step::More,
            Some([0x00..0x20, ..]) => break,
            Some(bytes) => match length(bytes) {
                Length::Of(length) => used += length,
                Length::Unfinished => return Step::More,
                Length::NotUtf8 => used += 1,
            },
        }
    }
    Step::Took(used + 3, None)
}

fn event(last: u8, parameters: &Parameters<'_>) -> Option<Event> {
    let modifiers = Modifiers::of(parameters);
    // The kitty protocol tells a key that is held or let go.
    let kind = match parameters.get(1, 1) {
        Some(2) => KeyEventKind::Repeat,
        Some(3) => KeyEventKind::Release,
        _ => KeyEventKind::Press,
    };
    let (code, modifiers) = match (last, parameters.first()) {
        (b'u', code) => encoded::by_kitty(code, parameters, modifiers)?,
        (b'~', 27) => encoded::by_xterm(parameters.get(2, 0)?, modifiers)?,
        (b'~', number) => (tilde(number)?, modifiers.told()),
        (b'Z', _) => (KeyCode::BackTab, modifiers.told() | KeyModifiers::SHIFT),
        (last @ (b'P' | b'Q' | b'S'), _) => (KeyCode::F(last - b'P' + 1), modifiers.told()),
        (last, _) => (letter(last)?, modifiers.told()),
    };
    Some(Event::Key(KeyEvent::new_with_kind(code, modifiers, kind)))
}

/// The cursor keys.
pub const fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        _ => return None,
    })
}

const fn tilde(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11 => KeyCode::F(1),
        12 => KeyCode::F(2),
        13 => KeyCode::F(3),
        14 => KeyCode::F(4),
        15 => KeyCode::F(5),
        17 => KeyCode::F(6),
        18 => KeyCode::F(7),
        19 => KeyCode::F(8),
        20 => KeyCode::F(9),
        21 => KeyCode::F(10),
        23 => KeyCode::F(11),
        24 => KeyCode::F(12),
        _ => return None,
    })
}
