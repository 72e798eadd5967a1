//! Bytes become events: UTF-8, control characters, the escape sequences of xterm, VT220 and the
//! Linux console (ECMA-48; `XTerm` Control Sequences, "PC-Style Function Keys"), bracketed paste.
//! What a terminal answers, and what nobody knows, is swallowed and never typed.

mod character;
mod control_sequence;
mod encoded;
mod escape;
mod parameters;
mod step;

use std::{collections::VecDeque, fmt};

use crossterm::event::{Event, KeyCode, KeyModifiers};
use zeroize::{Zeroize, Zeroizing};

use step::{Step, key, unreadable};

use crate::console::theme::{
    Ground,
    ground_answer::{self, BEGINNING},
};

/// More than any field takes; what a paste holds beyond is dropped, and the field refuses it.
const PASTE: usize = 64 * 1024;

const PASTE_END: &[u8] = b"\x1b[201~";

/// The answers that are looked at are shorter.
const LOOKED_AT: usize = 64;

/// No answer of a terminal is longer: a string whose end has been lost does not swallow for ever.
const STRING: usize = 64 * 1024;

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;
/// CAN and SUB break any sequence off (ECMA-48, and DEC's VT manuals).
const CANCELS: [u8; 2] = [0x18, 0x1a];

/// What the next bytes belong to.
#[derive(Default)]
enum Within {
    /// Nothing that has begun.
    #[default]
    Nothing,
    /// Pasted text.
    Paste(Zeroizing<Vec<u8>>),
    /// A string of the terminal's that is swallowed up to its end.
    String {
        /// BEL ends it too (OSC only).
        bell_ends: bool,
        /// So many bytes are still taken for it.
        left: usize,
        /// Its beginning.
        begun: Vec<u8>,
    },
    /// A control sequence too long to be one, swallowed up to its last byte.
    Sequence,
}

/// Keeps what has not yet become an event.
#[derive(Default)]
pub struct Parser {
    pending: Zeroizing<Vec<u8>>,
    within: Within,
    ground: Option<Ground>,
}

impl fmt::Debug for Parser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parser(…)")
    }
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
        match self.within {
            Within::Nothing => !self.pending.is_empty(),
            Within::Paste(_) => false,
            Within::String { .. } | Within::Sequence => true,
        }
    }

    /// The ground that the terminal has told of itself, once.
    pub const fn take_ground(&mut self) -> Option<Ground> {
        self.ground.take()
    }

    /// Is it the answer that was asked for at the start? Its rest may be late on a slow line, and is
    /// not to be typed.
    pub fn is_within_answer(&self) -> bool {
        matches!(&self.within, Within::String { begun, .. } if begun.starts_with(BEGINNING))
    }

    /// The rest did not come: a lone escape byte was the Escape key, anything else is dropped.
    pub fn give_up(&mut self, out: &mut VecDeque<Event>) {
        match self.within {
            Within::Paste(_) => return,
            Within::String { .. } | Within::Sequence => {}
            Within::Nothing => match self.pending.as_slice() {
                [ESCAPE] => out.push_back(key(KeyCode::Esc, KeyModifiers::NONE)),
                [ESCAPE, letter @ 0x20..=0x7e] => {
                    let code = KeyCode::Char(char::from(*letter));
                    out.push_back(key(code, KeyModifiers::ALT));
                }
                [] | [ESCAPE, ..] => {}
                _ => out.push_back(unreadable()),
            },
        }
        self.within = Within::Nothing;
        self.pending.zeroize();
    }

    fn run(&mut self, bytes: &[u8], out: &mut VecDeque<Event>) -> usize {
        let mut used = 0;
        while let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            let took = match &mut self.within {
                Within::Nothing => self.begin(rest, out),
                Within::Paste(paste) => {
                    let (took, done) = take_paste(paste, rest);
                    if let Some(text) = done {
                        self.within = Within::Nothing;
                        out.push_back(Event::Paste(text));
                    }
                    Some(took)
                }
                Within::String {
                    bell_ends,
                    left,
                    begun,
                } => {
                    let (took, ends) = take_string(rest, *bell_ends, left);
                    let room = LOOKED_AT.saturating_sub(begun.len());
                    let looked_at = rest.get(..took.min(room)).unwrap_or_default();
                    begun.extend_from_slice(looked_at);
                    if ends {
                        self.ground = ground_answer::ground(begun).or(self.ground);
                        self.within = Within::Nothing;
                    }
                    Some(took)
                }
                Within::Sequence => {
                    let took = rest.iter().take_while(|byte| is_parameter(**byte)).count();
                    if let Some(last) = rest.get(took) {
                        self.within = Within::Nothing;
                        // What breaks a sequence off is looked at by itself.
                        Some(took + usize::from((0x40..=0x7e).contains(last)))
                    } else {
                        Some(took)
                    }
                }
            };
            match took {
                Some(0) if !matches!(self.within, Within::Nothing) => break,
                Some(took) => used += took,
                None => break,
            }
        }
        used
    }

    /// Takes what stands at the start of `bytes`; nothing where more is needed.
    fn begin(&mut self, bytes: &[u8], out: &mut VecDeque<Event>) -> Option<usize> {
        match escape::next(bytes) {
            Step::Took(took, event) => {
                out.extend(event);
                Some(took)
            }
            Step::PasteBegins(took) => {
                self.within = Within::Paste(Zeroizing::default());
                Some(took)
            }
            Step::StringBegins { took, bell_ends } => {
                self.within = Within::String {
                    bell_ends,
                    left: STRING,
                    begun: Vec::new(),
                };
                Some(took)
            }
            Step::TooLong(took) => {
                self.within = Within::Sequence;
                Some(took)
            }
            Step::More => None,
        }
    }
}

/// Parameter and intermediate bytes of a control sequence.
const fn is_parameter(byte: u8) -> bool {
    matches!(byte, 0x20..=0x3f)
}

/// Takes paste bytes up to its end mark; keeps back what may be the start of the mark.
fn take_paste(paste: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) -> (usize, Option<String>) {
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
    (text + PASTE_END.len(), Some(text_of))
}

/// Swallows a string: how many bytes, and whether it ends there. Its end is ST (`ESC \`); another
/// escape byte breaks it off and begins something new.
fn take_string(bytes: &[u8], bell_ends: bool, left: &mut usize) -> (usize, bool) {
    for (at, byte) in bytes.iter().enumerate() {
        match (*byte, bytes.get(at + 1)) {
            (ESCAPE, None) => return (at, false),
            (ESCAPE, Some(b'\\')) => return (at + 2, true),
            (ESCAPE, Some(_)) => return (at, true),
            (BELL, _) if bell_ends => return (at + 1, true),
            (other, _) if CANCELS.contains(&other) => return (at + 1, true),
            _ => {}
        }
        *left -= 1;
        if *left == 0 {
            return (at + 1, true);
        }
    }
    (bytes.len(), false)
}

#[cfg(test)]
mod tests;
