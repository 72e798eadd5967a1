//! The forms of a candidate that the rules look at, each zeroized when the verdict is given.

use deunicode::deunicode_char;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

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
}

impl Candidate {
    pub(super) fn new(text: &str, max_chars: u32) -> Self {
        let chars = text.nfc().count();
        let text = if chars > max_chars as usize { "" } else { text };
        Self {
            chars,
            exact: collect(text.nfc()),
            lower: collect(text.nfc().flat_map(char::to_lowercase)),
            plain: plain(text),
        }
    }
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
