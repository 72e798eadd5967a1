//! The forms of a candidate that the rules look at, each zeroized when the verdict is given.

use deunicode::deunicode_char;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::text::{ascii_look_alike, is_hidden};

/// A candidate in NFC. One that is too long keeps its length only: it is refused for that, and a
/// pasted megabyte shall not be folded and searched at every key.
pub(super) struct Candidate {
    /// Code points after NFC.
    pub(super) chars: usize,
    /// NFC as typed.
    pub(super) exact: Zeroizing<String>,
    /// In lower case.
    pub(super) lower: Zeroizing<String>,
    /// In lower case and ASCII, as far as there are near letters: `josé` is `jose`.
    pub(super) plain: Zeroizing<String>,
    /// `plain` without blanks and invisible characters.
    pub(super) dense: Zeroizing<String>,
    /// As `dense`, with the letters of other scripts as what they look like: Cyrillic `р` is `p`
    /// here, and `r` in `dense`.
    pub(super) seen: Zeroizing<String>,
}

impl Candidate {
    pub(super) fn new(text: &str, max_chars: u32) -> Self {
        let chars = text.nfc().count();
        let text = if chars > max_chars as usize { "" } else { text };
        let visible = || {
            text.nfkc()
                .filter(|char| !is_blank(*char) && !is_hidden(*char))
        };
        Self {
            chars,
            exact: collect(text.nfc()),
            lower: collect(text.nfc().flat_map(char::to_lowercase)),
            plain: plain(text),
            dense: collect(visible().flat_map(near_letters).filter(|char| *char != ' ')),
            seen: collect(visible().flat_map(|char| {
                near_letters(ascii_look_alike(char).unwrap_or(char)).filter(|char| *char != ' ')
            })),
        }
    }

    /// Does `is` hold of the candidate read by its letters, or by what they look like?
    pub(super) fn reads(&self, is: impl Fn(&str) -> bool) -> bool {
        is(&self.plain) || is(&self.dense) || (self.seen != self.dense && is(&self.seen))
    }
}

/// Nothing to be seen but room.
pub(super) fn is_blank(char: char) -> bool {
    char.is_whitespace() || char == '\u{2800}'
}

/// Lower case and near ASCII letters, in which candidates and context words are compared.
pub(super) fn plain(text: &str) -> Zeroizing<String> {
    let letters = || text.nfc().flat_map(near_letters);
    collect(letters())
}

fn near_letters(char: char) -> impl Iterator<Item = char> + Clone {
    let near = deunicode_char(char).unwrap_or_default();
    let own = near.is_empty().then_some(char);
    near.chars().chain(own).flat_map(char::to_lowercase)
}

/// Counts before it collects, so that no growing copy is left behind in freed memory.
fn collect(chars: impl Iterator<Item = char> + Clone) -> Zeroizing<String> {
    let bytes = chars.clone().map(char::len_utf8).sum();
    let mut text = Zeroizing::new(String::with_capacity(bytes));
    chars.for_each(|char| text.push(char));
    text
}
