//! Draws a readable password: words or groups.
//!
//! Every draw is uniform, from the operating system's generator (SP 800-63B-4, 3.2.12). What a
//! policy demands is built in at fixed places and counted; nothing is mended after the draw, which
//! would bias it. A draw that breaks the policy is thrown away as a whole.

use rand::{TryRng, rngs::SysRng};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    Secret,
    policy::{self, Context},
    profile::Profile,
    word_list::SHORT_WORDS,
};

/// The two shapes of a generated password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Four short words and two digits: `acorn-otter-lilac-spoon-47`.
    #[default]
    Words,
    /// Three groups of five of 32 unambiguous symbols, one fixed place a digit.
    Groups,
}

/// A generated password and what it is worth.
#[derive(Debug)]
pub struct Generated {
    /// The password.
    pub secret: Secret,
    /// Entropy of the draw in bits, counted from the draws made (not guessed from the text).
    pub bits: f64,
}

/// How many whole draws are thrown away before the policy is blamed.
const MOST_DRAWS: u32 = 1000;
/// Symbols that are not mistaken for one another when read or heard with their words: no I, O, 0, 1.
const SYMBOLS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// The digits of [`SYMBOLS`], for the place that is always a digit.
const DIGITS: &[u8] = b"23456789";
/// For the place that is always a small letter, where four classes are asked for: no i, l, o.
const SMALL_LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz";
const WORDS: usize = 4;
const GROUP: usize = 5;
const GROUPED_SYMBOLS: usize = 15;
const SEPARATOR: char = '-';

/// Draws from the operating system's generator until the draw obeys `profile` for `context`.
///
/// # Errors
/// A sentence when the operating system has no randomness, or no draw obeyed the policy within
/// the bound (a policy that excludes every shape).
pub fn generate(
    profile: &Profile,
    shape: Shape,
    context: &Context<'_>,
) -> Result<Generated, String> {
    let context = Context {
        generated: true,
        ..*context
    };
    for _ in 0..MOST_DRAWS {
        let draw = match shape {
            Shape::Words => words(profile)?,
            Shape::Groups => groups(profile)?,
        };
        if policy::judge(profile, &draw.text, &context).is_err()
            || policy::names_the_user(&draw.text, &context)
        {
            continue;
        }
        return Ok(Generated {
            secret: Secret::from_typed(&draw.text).map_err(|error| error.to_string())?,
            bits: draw.bits,
        });
    }
    Err(format!(
        "no generated password obeyed the policy \"{}\" in {MOST_DRAWS} draws; choose the other \
         shape, or look at min_chars_generated and max_chars in the configuration",
        profile.name
    ))
}

/// `acorn-otter-lilac-spoon-47`, with more words where the policy wants it longer.
fn words(profile: &Profile) -> Result<Draw, String> {
    let (least, most) = (
        profile.min_chars_generated as usize,
        profile.max_chars as usize,
    );
    // n words of 3 to 5 letters, each with its separator, and two digits.
    let (shortest, mean, longest) = (|n| 4 * n + 2, |n| 11 * n / 2 + 2, |n| 6 * n + 2);
    let mut count = WORDS;
    while shortest(count) < least {
        count += 1;
    }
    while count > WORDS && mean(count) > most && longest(count - 1) >= least {
        count -= 1;
    }
    // "yo-yo" would read as two words.
    let list = || SHORT_WORDS.iter().filter(|word| !word.contains(SEPARATOR));
    let listed = list().count();

    let mut draw = Draw::with_room(longest(count));
    for place in 0..count {
        let word = list()
            .nth(draw.below(listed)?)
            .ok_or("the word list has changed its length")?;
        let (first, rest) = word.split_at(1);
        if place == 0 && profile.composition_classes >= 4 {
            draw.text
                .extend(first.chars().map(|char| char.to_ascii_uppercase()));
        } else {
            draw.text.push_str(first);
        }
        draw.text.push_str(rest);
        draw.text.push(SEPARATOR);
    }
    draw.symbol(b"0123456789")?;
    draw.symbol(b"0123456789")?;
    Ok(draw)
}

/// `K7WQF-M3XTR-9HPA4`, with more symbols where the policy wants it longer. The last place is a
/// digit; the first is a small letter where four classes are asked for.
fn groups(profile: &Profile) -> Result<Draw, String> {
    let length = |symbols: usize| symbols + (symbols - 1) / GROUP;
    let mut symbols = GROUPED_SYMBOLS;
    while length(symbols) < profile.min_chars_generated as usize {
        symbols += 1;
    }
    let mut draw = Draw::with_room(length(symbols));
    for place in 0..symbols {
        if place > 0 && place % GROUP == 0 {
            draw.text.push(SEPARATOR);
        }
        draw.symbol(if place == symbols - 1 {
            DIGITS
        } else if place == 0 && profile.composition_classes >= 4 {
            SMALL_LETTERS
        } else {
            SYMBOLS
        })?;
    }
    Ok(draw)
}

/// A secret in the making, with room for all of it from the start.
struct Draw {
    text: Zeroizing<String>,
    bits: f64,
}

impl Draw {
    fn with_room(bytes: usize) -> Self {
        Self {
            text: Zeroizing::new(String::with_capacity(bytes)),
            bits: 0.0,
        }
    }

    /// A uniform number below `bound`, its bits counted. What would bias the rest is drawn again.
    fn below(&mut self, bound: usize) -> Result<usize, String> {
        let bound = u32::try_from(bound).map_err(|_| "there is too much to choose from")?;
        let fair = u32::MAX - u32::MAX % bound;
        self.bits += f64::from(bound).log2();
        loop {
            let number = SysRng.try_next_u32().map_err(|error| {
                format!("the operating system gave no random numbers ({error})")
            })?;
            if number < fair {
                return Ok((number % bound) as usize);
            }
        }
    }

    fn symbol(&mut self, from: &[u8]) -> Result<(), String> {
        let place = self.below(from.len())?;
        self.text.push(char::from(from[place]));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
