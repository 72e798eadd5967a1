//! The pieces that a password can be made of, and their prices.

use zeroize::Zeroizing;

use super::{digits, keyboard, words};
use crate::password::{policy::derivative::looks_like, word_list::COMMON_PASSWORDS};

/// A piece that starts at a given character.
pub(super) struct Piece {
    /// How many characters it has.
    pub(super) chars: usize,
    /// What it costs.
    pub(super) price: u16,
    /// For a walk over the keyboard what it costs after another walk.
    pub(super) walk: Option<u16>,
}

/// Shorter entries of the list are in words by chance.
const LEAST_LISTED: usize = 4;
const MOST_LISTED: usize = 24;
const LISTED: u16 = 40;
/// What a word costs more when it is written backwards, or with signs for letters.
const DRESSED: u16 = 3;
const NAME: u16 = 10;
/// The longest stretch that is looked for a second time.
const MOST_REPEATED: usize = 64;
/// The same, where it need not stand just before.
const MOST_FAR: usize = 16;

/// The pieces of one text.
pub(super) struct Pieces<'a> {
    text: &'a [char],
    names: &'a [Zeroizing<String>],
}

impl<'a> Pieces<'a> {
    pub(super) const fn new(text: &'a [char], names: &'a [Zeroizing<String>]) -> Self {
        Self { text, names }
    }

    /// Hands over each piece that starts at `start`.
    pub(super) fn each(&self, start: usize, mut take: impl FnMut(Piece)) {
        let rest = &self.text[start..];
        let mut plain = |chars, price| {
            take(Piece {
                chars,
                price,
                walk: None,
            });
        };
        plain(1, self.single(start));
        digits::each(rest, &mut plain);
        self.repeated(start, &mut plain);
        for (word, price) in words::ALL
            .iter()
            .flat_map(|(price, words)| words.iter().map(|word| (*word, *price)))
            .chain(self.names.iter().map(|name| (name.as_str(), NAME)))
        {
            if let Some((chars, dress)) = starts_with(rest, word) {
                plain(chars, price + dress);
            }
        }
        listed(rest, &mut plain);
        keyboard::each(rest, |chars, price, next| {
            take(Piece {
                chars,
                price,
                walk: Some(next),
            });
        });
    }

    /// One character by itself.
    fn single(&self, start: usize) -> u16 {
        let char = self.text[start];
        match char {
            '0'..='9' => 10,
            'a'..='z' => 17,
            // The same separator again is no news.
            ' '..='~' if self.text[..start].contains(&char) => 3,
            ' '..='~' => 10,
            _ => 30,
        }
    }

    /// What stands before, again: at once, mirrored, with one character changed, or from further
    /// back.
    fn repeated(&self, start: usize, plain: &mut impl FnMut(usize, u16)) {
        let (before, rest) = self.text.split_at(start);
        for chars in 2..=before.len().min(rest.len()).min(MOST_REPEATED) {
            let (last, next) = (&before[start - chars..], &rest[..chars]);
            let changed = last.iter().zip(next).filter(|(a, b)| a != b).count();
            if changed == 0 {
                plain(chars, 5);
            } else if changed == 1 && chars >= 5 {
                plain(chars, 20);
            }
            if chars >= 3 && last.iter().rev().eq(next) {
                plain(chars, 7);
            }
            if (4..=MOST_FAR).contains(&chars)
                && before.windows(chars).any(|earlier| earlier == next)
            {
                plain(chars, 10);
            }
        }
    }
}

/// Does `text` start with the word, forwards or backwards, signs allowed for letters? How many
/// characters it has, and what its dress costs.
fn starts_with(text: &[char], word: &str) -> Option<(usize, u16)> {
    let letters = || word.chars();
    let reads = |letters: &mut dyn Iterator<Item = char>| {
        let (mut chars, mut dress) = (0, 0);
        for letter in letters {
            let char = *text.get(chars)?;
            if !looks_like(char, letter) {
                return None;
            }
            if char != letter {
                dress = DRESSED;
            }
            chars += 1;
        }
        Some((chars, dress))
    };
    reads(&mut letters()).or_else(|| {
        (word.len() >= LEAST_LISTED)
            .then(|| reads(&mut letters().rev()))
            .flatten()
            .map(|(chars, dress)| (chars, dress + DRESSED))
    })
}

/// The entries of the list of common passwords that `text` starts with.
fn listed(text: &[char], plain: &mut impl FnMut(usize, u16)) {
    let most = text.len().min(MOST_LISTED);
    let mut spelled = Zeroizing::new(String::with_capacity(most * 4));
    for chars in LEAST_LISTED..=most {
        let piece = &text[..chars];
        let mut is_listed = |letters: &mut dyn Iterator<Item = char>| {
            spelled.clear();
            spelled.extend(letters);
            COMMON_PASSWORDS.contains(&spelled)
        };
        if is_listed(&mut piece.iter().copied()) {
            plain(chars, LISTED);
            continue;
        }
        let signs = piece.iter().any(|char| letter_for(*char, 'i').is_some())
            && piece.iter().any(char::is_ascii_alphabetic);
        let dressed = is_listed(&mut piece.iter().rev().copied())
            || (signs
                && ['i', 'l'].into_iter().any(|one| {
                    is_listed(
                        &mut piece
                            .iter()
                            .map(|char| letter_for(*char, one).unwrap_or(*char)),
                    )
                }));
        if dressed {
            plain(chars, LISTED + DRESSED);
        }
    }
}

/// The letter that people mean by the sign, `one` being that of `1`.
pub(super) fn letter_for(sign: char, one: char) -> Option<char> {
    if matches!(sign, '1' | '!' | '|') {
        return Some(one);
    }
    "abegostz"
        .chars()
        .find(|letter| sign != *letter && looks_like(sign, *letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Length and price of each piece at `start` that is no walk.
    fn pieces(text: &str, start: usize) -> Vec<(usize, u16)> {
        let chars: Vec<char> = text.chars().collect();
        let names = [Zeroizing::new("vasquez".to_owned())];
        let mut found = Vec::new();
        Pieces::new(&chars, &names).each(start, |piece| {
            if piece.walk.is_none() {
                found.push((piece.chars, piece.price));
            }
        });
        found
    }

    #[track_caller]
    fn has(text: &str, start: usize, piece: (usize, u16)) {
        assert!(pieces(text, start).contains(&piece), "{piece:?} of {text}");
    }

    #[track_caller]
    fn has_none(text: &str, start: usize, chars: usize) {
        let found = pieces(text, start);
        assert!(found.iter().all(|(other, _)| *other != chars), "{found:?}");
    }

    #[test]
    fn a_separator_is_cheap_when_it_comes_again() {
        has("q-x-z", 1, (1, 10));
        has("q-x-z", 3, (1, 3));
        has("q7x7z", 3, (1, 10));
    }

    #[test]
    fn a_name_costs_more_in_disguise_and_most_in_two() {
        assert!(!pieces("vasquez", 0).contains(&(7, NAME + DRESSED)));
        has("vasquez", 0, (7, 10));
        has("v@squez", 0, (7, 13));
        has("zeuqsav", 0, (7, 13));
        has("zeuqs@v", 0, (7, 16));
    }

    #[test]
    fn what_was_there_before_is_cheap_again_mirrored_or_with_one_character_changed() {
        has("xqkjzkjz", 5, (3, 5));
        has_none("xqkjzxxx", 5, 3);
        has("xqkzzkqx", 4, (4, 7));
        has_none("qkkq", 2, 2);
        has("xqkjvxqzjv", 5, (5, 20));
        has_none("xqkjvxqzzv", 5, 5);
        has_none("xqkjxqzj", 4, 4);
        has("xqkjvwxqkj", 6, (4, 10));
    }

    #[test]
    fn listed_passwords_are_known_backwards_and_with_signs() {
        has("baseball", 0, (8, 40));
        has("llabesab", 0, (8, 43));
        has("b@seball", 0, (8, 43));
        // Signs alone are a number.
        assert!(COMMON_PASSWORDS.contains("boss"));
        assert!(!pieces("8055", 0).contains(&(4, 43)));
    }

    #[test]
    fn a_sign_stands_for_its_letter_and_a_letter_for_none() {
        for (sign, letter) in [
            ('@', 'a'),
            ('4', 'a'),
            ('8', 'b'),
            ('3', 'e'),
            ('9', 'g'),
            ('6', 'g'),
            ('0', 'o'),
            ('$', 's'),
            ('5', 's'),
            ('7', 't'),
            ('+', 't'),
            ('2', 'z'),
        ] {
            assert_eq!(letter_for(sign, 'i'), Some(letter), "{sign}");
            assert!(looks_like(sign, letter));
        }
        for one in ['i', 'l'] {
            for sign in ['1', '!', '|'] {
                assert_eq!(letter_for(sign, one), Some(one));
            }
        }
        for char in "abegostzx-".chars() {
            assert_eq!(letter_for(char, 'i'), None, "{char}");
        }
    }
}
