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
