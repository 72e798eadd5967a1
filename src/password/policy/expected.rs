//! Is a password what a guesser expects? The long list that no file could hold: common passwords
//! twice over, with years, digits and symbols, keyboard rows, phrases that everybody uses.
//!
//! A candidate is cut into pieces, each with a price: how many guesses it takes, as tenths of their
//! decimal logarithm. The cheapest way to make up the whole decides. A listed password costs 40,
//! since the list has ten thousand; four words drawn from 1296 cost more than twice [`BUDGET`].

use zeroize::Zeroizing;

use super::{Context, candidate::Candidate, min_chars, pattern::is_pattern};
use crate::password::profile::Profile;

use pieces::{Piece, Pieces, letter_for};

mod digits;
mod keyboard;
mod pieces;
mod words;

/// What costs no more is expected: two listed passwords side by side and two digits.
const BUDGET: u16 = 94;
const OUT_OF_REACH: u16 = u16::MAX;

/// The cheapest price of the text up to some character, by what stands there: a walk over the
/// keyboard is cheap after another walk.
#[derive(Clone, Copy)]
struct Price {
    after_walk: u16,
    after_other: u16,
}

impl Price {
    fn least(self) -> u16 {
        self.after_walk.min(self.after_other)
    }
}

/// A shorter one is refused for that; everything is easily made up of a few characters.
pub(super) fn is_worth_guessing(
    profile: &Profile,
    candidate: &Candidate,
    context: &Context<'_>,
) -> bool {
    profile.blocklist && candidate.chars >= min_chars::least(profile, context) as usize
}

/// Is it what a guesser tries who knows nothing of the user?
pub(super) fn is_expected_of_anybody(candidate: &Candidate) -> bool {
    is_pattern(&candidate.dense)
        || is_expected(&candidate.dense, &[])
        || (candidate.seen != candidate.dense && is_expected(&candidate.seen, &[]))
}

/// Can `text` (lower case, near ASCII, without blanks) be made up within [`BUDGET`]? `names` are
/// words that the guesser knows of this user and agency.
pub(super) fn is_expected(text: &str, names: &[Zeroizing<String>]) -> bool {
    let count = text.chars().count();
    let mut chars = Zeroizing::new(Vec::with_capacity(count));
    chars.extend(text.chars());
    let pieces = Pieces::new(&chars, names);
    let mut prices = vec![
        Price {
            after_walk: OUT_OF_REACH,
            after_other: OUT_OF_REACH,
        };
        count + 1
    ];
    prices[0].after_other = 0;
    for start in 0..count {
        let reached = prices[start];
        if reached.least() > BUDGET {
            continue;
        }
        pieces.each(start, |Piece { chars, price, walk }| {
            let end = &mut prices[start + chars];
            if let Some(next) = walk {
                let total = (reached.after_walk.saturating_add(next)).min(reached.least() + price);
                end.after_walk = end.after_walk.min(total);
            } else {
                end.after_other = end.after_other.min(reached.least() + price);
            }
        });
    }
    count > 0 && prices[count].least() <= BUDGET
}

/// The text with the letters that its signs stand for; `one` is what `1` stands for.
pub(super) fn spelled_out(text: &str, one: char) -> Zeroizing<String> {
    let mut spelled = Zeroizing::new(String::with_capacity(text.len()));
    spelled.extend(
        text.chars()
            .map(|char| letter_for(char, one).unwrap_or(char)),
    );
    spelled
}

#[cfg(test)]
mod tests;
