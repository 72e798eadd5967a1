//! Bytes become events: UTF-8, control characters, the escape sequences of xterm, VT220 and the
//! Linux console (ECMA-48; `XTerm` Control Sequences, "PC-Style Function Keys"), bracketed paste.

use std::{collections::VecDeque, fmt};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use zeroize::{Zeroize, Zeroizing};

/// More than any field takes; what a paste holds beyond is dropped, and the field refuses it.
const PASTE: usize = 64 * 1024;

const PASTE_END: &[u8] = b"\x1b[201~";

/// Keeps what has not yet become an event.
#[derive(Default)]
pub struct Parser {
    pending: Zeroizing<Vec<u8>>,
    paste: Option<Zeroizing<Vec<u8>>>,
}

impl fmt::Debug for Parser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parser(…)")
    }
}

/// What the start of the pending bytes is.
enum Step {
    /// So many bytes are used up, and perhaps an event came out.
    Took(usize, Option<Event>),
    /// So many bytes are used up, and what follows is pasted text.
    PasteBegins(usize),
    /// More bytes are needed.
    More,
}

impl Parser {
    /// Takes bytes and puts out what they complete.
    pub fn feed(&mut self, bytes: &[u8], out: &mut VecDeque<Event>) {
        let mut joined = Zeroizing::new(Vec::with_capacity(self.pending.len() + bytes.len()));
        joined.extend_from_slice(&self.pending);
        joined.extend_from_slice(bytes);
        let used = self.run(&joined, out);
        self.pending.zeroize();
        self.pending
            .extend_from_slice(joined.get(used..).unwrap_or_default());
    }

    /// Does something wait for its rest? A paste does not count: it ends when it ends.
    pub fn is_unfinished(&self) -> bool {
        self.paste.is_none() && !self.pending.is_empty()
    }

    /// The rest did not come: a lone escape byte was the Escape key, anything else is dropped.
    pub fn give_up(&mut self, out: &mut VecDeque<Event>) {
        if self.paste.is_some() {
            return;
        }
        match self.pending.as_slice() {
            [0x1b] => out.push_back(key(KeyCode::Esc, KeyModifiers::NONE)),
            [0x1b, b'['] => out.push_back(key(KeyCode::Char('['), KeyModifiers::ALT)),
            [0x1b, b'O'] => out.push_back(key(KeyCode::Char('O'), KeyModifiers::ALT)),
            [] | [0x1b, ..] => {}
            _ => out.push_back(unreadable()),
        }
        self.pending.zeroize();
    }

    fn run(&mut self, bytes: &[u8], out: &mut VecDeque<Event>) -> usize {
        let mut used = 0;
        while let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            if self.paste.is_some() {
                let (took, done) = self.take_paste(rest);
                used += took;
                out.extend(done);
                if took == 0 {
                    break;
                }
                continue;
            }
            match next(rest) {
                Step::Took(took, event) => {
                    used += took;
                    out.extend(event);
                }
                Step::PasteBegins(took) => {
                    used += took;
                    self.paste = Some(Zeroizing::default());
                }
                Step::More => break,
            }
        }
        used
    }

    /// Takes paste bytes up to its end mark; keeps back what may be the start of the mark.
    fn take_paste(&mut self, bytes: &[u8]) -> (usize, Option<Event>) {
        let Some(paste) = &mut self.paste else {
            return (0, None);
        };
        let end = bytes
            .windows(PASTE_END.len())
            .position(|window| window == PASTE_END);
        let text = match end {
            Some(end) => end,
            None => bytes.len().saturating_sub(PASTE_END.len() - 1),
        };
        let room = PASTE.saturating_sub(paste.len()).min(text);
        paste.extend_from_slice(bytes.get(..room).unwrap_or_default());
        if end.is_none() {
            return (text, None);
        }
        let text_of = String::from_utf8_lossy(paste).into_owned();
        self.paste = None;
        (text + PASTE_END.len(), Some(Event::Paste(text_of)))
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

/// Stands for bytes that are not UTF-8; fields refuse it.
fn unreadable() -> Event {
    key(
        KeyCode::Char(char::REPLACEMENT_CHARACTER),
        KeyModifiers::NONE,
    )
}

fn next(bytes: &[u8]) -> Step {
    match bytes {
        // The Linux console sends F1 to F5 as ESC [ [ A to E.
        [] | [0x1b] | [0x1b, b'[', b'['] | [0x1b, b'O'] => Step::More,
        [0x1b, 0x1b, ..] => Step::Took(1, Some(key(KeyCode::Esc, KeyModifiers::NONE))),
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
            step @ (Step::PasteBegins(_) | Step::More) => step,
        },
        _ => character(bytes),
    }
}

/// A control character or one UTF-8 character.
fn character(bytes: &[u8]) -> Step {
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
    let length = match bytes.first() {
        Some(0x00..=0x7f) => 1,
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return Step::Took(1, Some(unreadable())),
    };
    let taken = bytes.get(..length.min(bytes.len())).unwrap_or_default();
    match std::str::from_utf8(taken) {
        Ok(text) => Step::Took(
            length,
            text.chars()
                .next()
                .map(|c| key(KeyCode::Char(c), KeyModifiers::NONE)),
        ),
        Err(error) if error.error_len().is_none() => Step::More,
        Err(_) => Step::Took(1, Some(unreadable())),
    }
}

/// What follows `ESC O`.
fn single_shift(last: u8) -> Option<Event> {
    let code = match last {
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => letter(last)?,
    };
    Some(key(code, KeyModifiers::NONE))
}

const fn letter(last: u8) -> Option<KeyCode> {
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

/// What follows `ESC [`: parameters, then one final byte.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
fn control_sequence(rest: &[u8]) -> Step {
    let Some(end) = rest.iter().position(|byte| !(0x20..=0x3f).contains(byte)) else {
        return Step::More;
    };
    if !rest
        .get(end)
        .is_some_and(|last| (0x40..=0x7e).contains(last))
    {
        // Broken off: what broke it is looked at by itself.
        return Step::Took(end + 2, None);
    }
    let (parameters, last) = (rest.get(..end).unwrap_or_default(), rest.get(end).copied());
    let mut numbers = parameters
        .split(|byte| *byte == b';')
        .map(|part| std::str::from_utf8(part).ok()?.parse::<u16>().ok());
    let first = numbers.next().flatten().unwrap_or(1);
    let modifiers = modifiers(numbers.next().flatten().unwrap_or(1));
    let code = match (last, first) {
        (Some(b'~'), 200) => return Step::PasteBegins(end + 3),
        (Some(b'~'), number) => tilde(number),
        (Some(b'Z'), _) => Some(KeyCode::BackTab),
        (Some(last @ (b'P' | b'Q' | b'S')), _) => Some(KeyCode::F(last - b'P' + 1)),
        (Some(last), _) => letter(last),
        (None, _) => None,
    };
    let event = code.map(|code| match code {
        KeyCode::BackTab => key(code, modifiers | KeyModifiers::SHIFT),
        _ => key(code, modifiers),
    });
    Step::Took(end + 3, event)
}

const fn tilde(number: u16) -> Option<KeyCode> {
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

/// The second parameter: one more than the sum of Shift 1, Alt 2, Control 4.
fn modifiers(parameter: u16) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
    ] {
        if bits & bit != 0 {
            modifiers.insert(modifier);
        }
    }
    modifiers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events(chunks: &[&[u8]]) -> Vec<Event> {
        let mut parser = Parser::default();
        let mut out = VecDeque::new();
        for chunk in chunks {
            parser.feed(chunk, &mut out);
        }
        parser.give_up(&mut out);
        out.into()
    }

    fn plain(code: KeyCode) -> Event {
        key(code, KeyModifiers::NONE)
    }

    #[test]
    fn keys_of_xterm_vt220_and_the_linux_console_are_known() {
        for (bytes, code) in [
            (&b"a"[..], KeyCode::Char('a')),
            ("ñ".as_bytes(), KeyCode::Char('ñ')),
            (b"\r", KeyCode::Enter),
            (b"\t", KeyCode::Tab),
            (b"\x7f", KeyCode::Backspace),
            (b"\x1b", KeyCode::Esc),
            (b"\x1b[A", KeyCode::Up),
            (b"\x1bOB", KeyCode::Down),
            (b"\x1b[H", KeyCode::Home),
            (b"\x1b[4~", KeyCode::End),
            (b"\x1b[6~", KeyCode::PageDown),
            (b"\x1b[[A", KeyCode::F(1)),
            (b"\x1bOP", KeyCode::F(1)),
            (b"\x1b[11~", KeyCode::F(1)),
            (b"\x1b[3~", KeyCode::Delete),
        ] {
            assert_eq!(events(&[bytes]), [plain(code)], "{bytes:?}");
        }
        for (bytes, code, modifiers) in [
            (&b"\x07"[..], KeyCode::Char('g'), KeyModifiers::CONTROL),
            (b"\x1c", KeyCode::Char('4'), KeyModifiers::CONTROL),
            (b"\x1b[Z", KeyCode::BackTab, KeyModifiers::SHIFT),
            (b"\x1b[1;5C", KeyCode::Right, KeyModifiers::CONTROL),
            (b"\x1bx", KeyCode::Char('x'), KeyModifiers::ALT),
        ] {
            assert_eq!(events(&[bytes]), [key(code, modifiers)], "{bytes:?}");
        }
    }

    #[test]
    fn a_sequence_that_the_line_tears_apart_is_one_key() {
        assert_eq!(
            events(&[b"\x1b", b"[", b"1;", b"5A"]),
            [key(KeyCode::Up, KeyModifiers::CONTROL)]
        );
        assert_eq!(events(&[b"\xc3", b"\xb1"]), [plain(KeyCode::Char('ñ'))]);
    }

    #[test]
    fn a_paste_is_one_event_however_it_comes() {
        let pasted = [Event::Paste("two\rlines \u{1b}[31m".into())];
        assert_eq!(events(&[b"\x1b[200~two\rlines \x1b[31m\x1b[201~"]), pasted);
        assert_eq!(
            events(&[b"\x1b[200~two\r", b"lines \x1b[31m\x1b[2", b"01~"]),
            pasted
        );
        let huge = [&b"\x1b[200~"[..], &vec![b'x'; 1 << 20], b"\x1b[201~y"].concat();
        let out = events(&[&huge]);
        assert!(matches!(&out[..], [Event::Paste(text), _] if text.len() == PASTE));
    }

    #[test]
    fn bytes_that_are_not_utf8_become_a_mark() {
        assert_eq!(
            events(&[b"a\xff\xfeb\xc3"]),
            [
                plain(KeyCode::Char('a')),
                unreadable(),
                unreadable(),
                plain(KeyCode::Char('b')),
                unreadable()
            ]
        );
    }

    #[test]
    fn sequences_that_nobody_knows_are_dropped() {
        assert_eq!(
            events(&[b"\x1b[I\x1b[?1;2c\x1b[97;5uz"]),
            [plain(KeyCode::Char('z'))]
        );
        let long = [&b"\x1b["[..], &[b'1'; 100]].concat();
        assert_eq!(events(&[&long]), []);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_give_the_same_events(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            cuts in prop::collection::vec(0..200_usize, 0..8),
        ) {
            let whole = events(&[&bytes]);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(events(&pieces), whole);
        }
    }

    #[test]
    fn of_a_paste_of_a_megabyte_no_more_is_kept_than_a_field_could_take() {
        let (mut parser, mut out) = (Parser::default(), VecDeque::new());
        parser.feed(b"\x1b[200~", &mut out);
        for _ in 0..256 {
            parser.feed(&[b'x'; 4096], &mut out);
            let kept = parser.paste.as_ref().map_or(0, |paste| paste.capacity());
            assert!(kept <= 2 * PASTE, "{kept} bytes are kept of the paste");
            let pending = parser.pending.capacity();
            assert!(pending <= 4096, "{pending} bytes wait");
            assert!(out.is_empty());
        }
        parser.feed(PASTE_END, &mut out);
        let Some(Event::Paste(text)) = out.pop_front() else {
            panic!("no paste came out");
        };
        assert_eq!(text.len(), PASTE);
        assert!(parser.paste.is_none());
    }
}
