//! What an escape byte begins.

use crossterm::event::{Event, KeyCode, KeyModifiers};

use super::{
    character::character,
    control_sequence::{control_sequence, letter},
    step::{Step, key},
};

/// The first thing in `bytes`.
pub fn next(bytes: &[u8]) -> Step {
    match bytes {
        // The Linux console sends F1 to F5 as ESC [ [ A to E.
        [] | [0x1b] | [0x1b, b'[', b'['] | [0x1b, b'O' | b']' | b'P' | b'_' | b'^' | b'X'] => {
            Step::More
        }
        [0x1b, 0x1b, ..] => Step::Took(1, Some(key(KeyCode::Esc, KeyModifiers::NONE))),
        [0x1b, kind @ (b']' | b'P' | b'_' | b'^' | b'X'), ..] => Step::StringBegins {
            took: 2,
            bell_ends: *kind == b']',
        },
        [0x1b, b'[', b'[', last, ..] => {
            let number = last.wrapping_sub(b'A').wrapping_add(1);
            let event = (1..=5)
                .contains(&number)
                .then(|| key(KeyCode::F(number), KeyModifiers::NONE));
            Step::Took(4, event)
        }
        [0x1b, b'[', rest @ ..] => control_sequence(rest),
        [0x1b, b'O', last, ..] => Step::Took(3, single_shift(*last)),
        [0x1b, rest @ ..] => match character(rest) {
            Step::Took(took, Some(Event::Key(mut event))) => {
                event.modifiers.insert(KeyModifiers::ALT);
                Step::Took(took + 1, Some(Event::Key(event)))
            }
            Step::Took(took, _) => Step::Took(took + 1, None),
            step @ (Step::PasteBegins(_)
            | Step::StringBegins { .. }
            | Step::TooLong(_)
            | Step::More) => step,
        },
        _ => character(bytes),
    }
}

/// What follows `ESC O`: cursor keys and the keypad in application mode.
fn single_shift(last: u8) -> Option<Event> {
    let code = match last {
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        b'j'..=b'y' => KeyCode::Char(char::from(last - b'j' + b'*')),
        b'X' => KeyCode::Char('='),
        _ => letter(last)?,
    };
    Some(key(code, KeyModifiers::NONE))
}
