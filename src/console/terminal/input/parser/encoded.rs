//! Keys that are told by number: `CSI … u` (kitty's keyboard protocol, and xterm's
//! `formatOtherKeys`) and `CSI 27 ; … ~` (xterm's `modifyOtherKeys`).

use crossterm::event::{KeyCode, KeyModifiers};

use super::parameters::{Modifiers, Parameters};

type Key = (KeyCode, KeyModifiers);

/// A key as the kitty protocol tells it: the number is that of the key without Shift.
pub fn by_kitty(code: u32, parameters: &Parameters<'_>, modifiers: Modifiers) -> Option<Key> {
    if let Some(key) = named(code, modifiers) {
        return Some(key);
    }
    let typed = parameters.get(2, 0).or_else(|| parameters.get(0, 1));
    match typed.and_then(char::from_u32) {
        Some(c) if modifiers.told().difference(KeyModifiers::SHIFT).is_empty() => {
            text(c, modifiers)
        }
        _ => character(code, modifiers, false),
    }
}

/// A key as xterm tells it: the number is that of the character.
pub fn by_xterm(code: u32, modifiers: Modifiers) -> Option<Key> {
    named(code, modifiers).or_else(|| character(code, modifiers, true))
}

/// Keys that have a name, or that stand for one on the keypad.
fn named(code: u32, modifiers: Modifiers) -> Option<Key> {
    let told = modifiers.told();
    let code = match code {
        9 if modifiers.shift() => KeyCode::BackTab,
        9 => KeyCode::Tab,
        13 | 57414 => KeyCode::Enter,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57425 => KeyCode::Insert,
        57426 => KeyCode::Delete,
        _ => return None,
    };
    Some((code, told))
}

fn character(code: u32, modifiers: Modifiers, is_shifted: bool) -> Option<Key> {
    let c = match code {
        57399..=57408 => char::from_digit(code - 57399, 10)?,
        57409..=57413 => ['.', '/', '*', '-', '+']
            .get(usize::try_from(code - 57409).ok()?)?
            .to_owned(),
        57415 => '=',
        // Keys without a character: volume, Caps Lock, F13.
        57344..=63743 => return None,
        code => char::from_u32(code)?,
    };
    let held = modifiers.told().difference(KeyModifiers::SHIFT);
    if !held.is_empty() {
        let c = c.to_lowercase().next()?;
        return (!modifiers.others()).then_some((KeyCode::Char(c), held));
    }
    if c.is_alphabetic() && modifiers.capital() {
        let mut capital = c.to_uppercase();
        return match (capital.next(), capital.next()) {
            (Some(one), None) => text(one, modifiers),
            _ => text(c, modifiers),
        };
    }
    // Which character Shift makes of a key hangs on a layout that is not told: rather nothing than
    // another character in a password.
    let guessed = modifiers.shift() && !is_shifted && !c.is_alphabetic() && c != ' ';
    if guessed { None } else { text(c, modifiers) }
}

fn text(c: char, modifiers: Modifiers) -> Option<Key> {
    let is_text = !c.is_control() && !modifiers.others();
    is_text.then_some((KeyCode::Char(c), KeyModifiers::NONE))
}
