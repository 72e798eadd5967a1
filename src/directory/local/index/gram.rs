//! The pieces of text that are indexed, as numbers.

use super::{
    BLOCK_BITS,
    key::{Key, words},
};

/// Longest piece at the start of a word or a field of letters.
const LONGEST_LETTERS: usize = 8;
/// Longest piece at the start of a word that has a digit in it: longer ones are nearly all
/// different, and every one of them would take a set of its own.
const LONGEST_DIGITS: usize = 5;
/// Longest piece at the start of any other field.
const LONGEST_FIELD: usize = 6;
/// Longest piece at the start of a word among others, and of each word of a pair.
pub(in super::super) const LONGEST_AMONG: usize = 3;
/// Longest piece that may stand anywhere.
pub(in super::super) const LONGEST_ANYWHERE: usize = 3;

/// Bits of what stands in a gram, beneath those of its kind.
const TEXT_BITS: u32 = 42;
/// Printable ASCII: six characters fit.
const CHARACTER_BITS: u32 = 7;
/// Letters, digits and "none": eight characters fit, since 37^8 is less than 2^42.
const LETTERS: i64 = 37;

const ANYWHERE: i64 = 0;
const WORD: i64 = 1;
const AMONG: i64 = 2;
const FIELD: i64 = 3;
const LETTERS_OF_FIELD: i64 = 4;
const PAIR: i64 = 5;
const PARTED: i64 = 6;
const FACET: i64 = 7;

/// The least key of a facet; those of text lie beneath.
pub(in super::super) const FIRST_FACET: i64 = FACET << (TEXT_BITS + BLOCK_BITS);
/// Bits of the value of a facet, beneath those of its field.
const FACET_BITS: u32 = 34;

/// A piece of folded text and where it stands: 5 bits for the place, then 42 for the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in super::super) struct Gram(i64);

impl Gram {
    /// One to three characters, anywhere within a word that has no space in it.
    pub(in super::super) fn anywhere(text: &[u8]) -> Self {
        Self::of_characters(ANYWHERE, text)
    }

    /// The beginning of a word, as long as it is indexed: `maria` of `maria.vasquez@example.org`.
    pub(in super::super) fn word(word: &[u8]) -> Self {
        Self::of_letters(WORD, &word[..word_start(word)])
    }

    /// The first one to three letters of a word in a field of several words: a name, as a rule.
    /// Tells "maria v" from a Maria whose email has a word with v.
    pub(in super::super) fn among(word: &[u8]) -> Self {
        Self::of_letters(AMONG, start(word, LONGEST_AMONG))
    }

    /// The beginning of a field, as long as it is indexed, spaces included.
    pub(in super::super) fn field(text: &[u8]) -> Self {
        let start = &text[..field_start(text)];
        if start.len() > LONGEST_FIELD {
            Self::of_letters(LETTERS_OF_FIELD, start)
        } else {
            Self::of_characters(FIELD, start)
        }
    }

    /// The first three characters of the first two words of a field, or as many as there are:
    /// tells "laura laur" from every other Laura.
    pub(in super::super) fn pair(first: &[u8], second: &[u8]) -> Self {
        let mut both = [0; 2 * LONGEST_AMONG];
        let (first, second) = (start(first, LONGEST_AMONG), start(second, LONGEST_AMONG));
        both[..first.len()].copy_from_slice(first);
        both[LONGEST_AMONG..][..second.len()].copy_from_slice(second);
        Self::of_characters(PAIR, &both)
    }

    /// What follows the first word of a field, if that word is too long for [`Gram::field`] to
    /// tell: the email of `ashford-fire` from everybody whose name is Ashford.
    pub(in super::super) fn parted(text: &[u8]) -> Option<Self> {
        let word = text.iter().take_while(|byte| byte.is_ascii_alphanumeric());
        let word = word.count();
        let after = text.get(word).filter(|_| word >= LONGEST_FIELD)?;
        // As much of the word as leaves room for one more character.
        let mut both = [0; LONGEST_FIELD];
        both.copy_from_slice(&text[..LONGEST_FIELD]);
        both[LONGEST_FIELD - 1] = *after;
        Some(Self::of_characters(PARTED, &both))
    }

    /// Who has this value in this field, of what users are filtered by.
    pub(in super::super) const fn facet(field: i64, value: i64) -> Self {
        Self((FACET << TEXT_BITS) | (field << FACET_BITS) | value)
    }

    fn of_characters(kind: i64, text: &[u8]) -> Self {
        let mut packed = 0;
        for place in 0..LONGEST_FIELD {
            let character = text.get(place).copied().unwrap_or_default();
            packed = (packed << CHARACTER_BITS) | i64::from(character & 0x7f);
        }
        Self((kind << TEXT_BITS) | packed)
    }

    fn of_letters(kind: i64, text: &[u8]) -> Self {
        let mut packed = 0;
        for place in 0..LONGEST_LETTERS {
            let letter = match text.get(place) {
                Some(digit @ b'0'..=b'9') => 1 + i64::from(digit - b'0'),
                Some(letter @ b'a'..=b'z') => 11 + i64::from(letter - b'a'),
                _ => 0,
            };
            packed = packed * LETTERS + letter;
        }
        Self((kind << TEXT_BITS) | packed)
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

fn start(text: &[u8], longest: usize) -> &[u8] {
    &text[..text.len().min(longest)]
}

fn letters(text: &[u8]) -> usize {
    let letters = text.iter().take_while(|byte| byte.is_ascii_lowercase());
    letters.take(LONGEST_LETTERS).count()
}

/// How much of the beginning of a word is indexed.
pub(in super::super) fn word_start(word: &[u8]) -> usize {
    letters(word).max(word.len().min(LONGEST_DIGITS))
}

/// How much of the beginning of a field is indexed.
pub(in super::super) fn field_start(text: &[u8]) -> usize {
    let six = start(text, LONGEST_FIELD);
    let digits = six.iter().any(u8::is_ascii_digit);
    let longest = if digits {
        LONGEST_DIGITS
    } else {
        LONGEST_FIELD
    };
    letters(text).max(six.len().min(longest))
}

/// Every gram of a user, each once, in ascending order. `grams` is emptied first.
pub(in super::super) fn collect(key: &Key, grams: &mut Vec<Gram>) {
    grams.clear();
    for field in key.fields().map(str::as_bytes) {
        starts(field, field_start(field), Gram::field, grams);
        grams.extend(Gram::parted(field));
        let mut parts = field.split(|byte| *byte == b' ');
        if let (Some(first), Some(second)) = (parts.next(), parts.next()) {
            starts(
                second,
                LONGEST_AMONG,
                |start| Gram::pair(first, start),
                grams,
            );
        }
    }
    // The name the other way round has the same words.
    for field in key.fields().take(3) {
        for word in words(field).map(str::as_bytes) {
            starts(word, word_start(word), Gram::word, grams);
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

fn starts(text: &[u8], longest: usize, gram: impl Fn(&[u8]) -> Gram, grams: &mut Vec<Gram>) {
    grams.extend((1..=longest.min(text.len())).map(|length| gram(&text[..length])));
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn grams_of_other_places_lengths_and_characters_differ() {
        let mut seen = HashSet::new();
        let short = ["a", "b", "0", "z", "9", "aa", "ab", "aaa", "aab"];
        let long = [
            "aaaa", "aaaaaa", "aaaaaaa", "aaaaaab", "aaaaaaaa", "zzzzzzzz", "99999",
        ];
        for text in short.iter().chain(&long).map(|text| text.as_bytes()) {
            assert!(seen.insert(Gram::word(text)));
            assert!(seen.insert(Gram::field(text)));
            if text.len() <= 3 {
                assert!(seen.insert(Gram::among(text)));
                assert!(seen.insert(Gram::anywhere(text)));
                for other in short.map(str::as_bytes) {
                    assert!(seen.insert(Gram::pair(text, other)));
                }
            }
        }
    }

    #[test]
    fn a_start_is_told_in_eight_letters_six_characters_or_five_with_a_digit() {
        for (text, told) in [
            ("vasquezmaria", 8),
            ("vasquez.m", 7),
            ("lee ann", 6),
            ("e101009", 5),
            ("lee an", 6),
        ] {
            assert_eq!(field_start(text.as_bytes()), told, "{text}");
        }
        assert_eq!(word_start(b"vasquezmaria"), 8);
        assert_eq!(word_start(b"vasquez42"), 7);
        assert_eq!(word_start(b"e101009"), 5);
        assert_ne!(Gram::field(b"vasquezm"), Gram::field(b"vasquezn"));
        assert_eq!(Gram::field(b"lee ann"), Gram::field(b"lee anm"));
        assert_eq!(Gram::word(b"vasquez42"), Gram::word(b"vasquez43"));
    }

    #[test]
    fn what_follows_a_long_first_word_is_told() {
        assert_ne!(Gram::parted(b"ashford-fire"), Gram::parted(b"ashford lee"));
        assert_eq!(Gram::parted(b"ashford-fire"), Gram::parted(b"ashfork-"));
        assert_eq!(Gram::parted(b"ashford"), None);
        assert_eq!(Gram::parted(b"maria lee"), None);
    }

    #[test]
    fn keys_of_a_gram_lie_together_in_the_order_of_blocks() {
        let (one, other) = (Gram::field(b"~~~~~~"), Gram::field(b"~~~~~z"));
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
            Gram::pair(b"ann", b"le"),
            Gram::pair(b"lee", b"ann"),
        ] {
            assert!(grams.contains(&gram));
        }
        assert!(!grams.contains(&Gram::anywhere(b"n l")));
    }
}
