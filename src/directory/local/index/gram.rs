//! The pieces of text that are indexed, as numbers.

use super::{
    BLOCK_BITS,
    key::{Key, words},
};

/// Longest piece at the start of a word or a field.
pub(in super::super) const LONGEST_START: usize = 5;
/// Longest piece at the start of a word among others.
const LONGEST_AMONG: usize = 3;
/// Longest piece that may stand anywhere.
pub(in super::super) const LONGEST_ANYWHERE: usize = 3;

const CHARACTER_BITS: u32 = 7;

/// A piece of folded text and where it stands: 4 bits for place and length, then up to five
/// characters of 7 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in super::super) struct Gram(i64);

impl Gram {
    /// One to three characters, anywhere within a word that has no space in it.
    pub(in super::super) fn anywhere(text: &[u8]) -> Self {
        Self::pack(0, LONGEST_ANYWHERE, text)
    }

    /// The first one to five characters of a word: `maria` of `maria.vasquez@example.org`.
    pub(in super::super) fn word(text: &[u8]) -> Self {
        Self::pack(3, LONGEST_START, text)
    }

    /// The first one to three characters of a word in a field of several words: a name, as a rule.
    /// Tells "maria v" from a Maria whose email has a word with v.
    pub(in super::super) fn among(text: &[u8]) -> Self {
        Self::pack(8, LONGEST_AMONG, text)
    }

    /// The first one to five characters of a field, spaces included.
    pub(in super::super) fn field(text: &[u8]) -> Self {
        Self::pack(11, LONGEST_START, text)
    }

    fn pack(kind: i64, longest: usize, text: &[u8]) -> Self {
        let text = &text[..text.len().min(longest)];
        let mut packed = 0;
        for place in 0..LONGEST_START {
            let character = text.get(place).copied().unwrap_or_default();
            packed = (packed << CHARACTER_BITS) | i64::from(character & 0x7f);
        }
        let length = i64::try_from(text.len()).unwrap_or(1);
        Self(((kind + length - 1) << (CHARACTER_BITS * 5)) | packed)
    }

    /// The key of its rows in `block`.
    pub(in super::super) const fn key(self, block: i64) -> i64 {
        (self.0 << BLOCK_BITS) | block
    }

    /// The block of a key.
    pub(in super::super) const fn block(key: i64) -> i64 {
        key & ((1 << BLOCK_BITS) - 1)
    }
}

/// Every gram of a user, each once, in ascending order. `grams` is emptied first.
pub(in super::super) fn collect(key: &Key, grams: &mut Vec<Gram>) {
    grams.clear();
    for field in key.fields() {
        starts(field, LONGEST_START, Gram::field, grams);
    }
    // The name the other way round has the same words.
    for field in key.fields().take(3) {
        for word in words(field) {
            starts(word, LONGEST_START, Gram::word, grams);
            if field.contains(' ') {
                starts(word, LONGEST_AMONG, Gram::among, grams);
            }
        }
        for part in field.split(' ').map(str::as_bytes) {
            for length in 1..=LONGEST_ANYWHERE {
                grams.extend(part.windows(length).map(Gram::anywhere));
            }
        }
    }
    grams.sort_unstable();
    grams.dedup();
}

fn starts(text: &str, longest: usize, gram: impl Fn(&[u8]) -> Gram, grams: &mut Vec<Gram>) {
    let text = text.as_bytes();
    grams.extend((1..=longest.min(text.len())).map(|length| gram(&text[..length])));
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn grams_of_other_places_lengths_and_characters_differ() {
        let mut seen = HashSet::new();
        for text in ["a", "b", "aa", "ab", "aaa", "aab", "aaaa", "aaaaa", "aaaab"] {
            let text = text.as_bytes();
            assert!(seen.insert(Gram::word(text)));
            assert!(seen.insert(Gram::field(text)));
            if text.len() <= 3 {
                assert!(seen.insert(Gram::among(text)));
                assert!(seen.insert(Gram::anywhere(text)));
            }
        }
    }

    #[test]
    fn keys_of_a_gram_lie_together_in_the_order_of_blocks() {
        let (one, other) = (Gram::field(b"~~~~~"), Gram::field(b"~~~~z"));
        assert!(one.key(0) < one.key(65_535));
        assert!(other.key(65_535) < one.key(0));
        assert_eq!(Gram::block(one.key(4711)), 4711);
        assert!(one.key(65_535) > 0);
    }

    #[test]
    fn a_user_without_email_has_no_word_of_the_turned_name_missing() {
        let mut grams = Vec::new();
        collect(&Key::new("7", "", "Ann", "Lee"), &mut grams);
        for gram in [
            Gram::field(b"lee a"),
            Gram::field(b"ann l"),
            Gram::word(b"lee"),
            Gram::among(b"an"),
            Gram::anywhere(b"nn"),
        ] {
            assert!(grams.contains(&gram));
        }
        assert!(!grams.contains(&Gram::anywhere(b"n l")));
    }
}
