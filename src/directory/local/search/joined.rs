//! Names that are typed as one word: `vandenberg` for Van den Berg, `jeanluc` for Jean-Luc.
//!
//! The index holds the beginnings of words and no joined ones, so a word that is typed is taken apart
//! in the few ways in which names are joined: particles, or two parts.

use crate::directory::local::index::key::words;

/// Only where fewer users are found without.
pub(super) const FEW: usize = 20;
/// So many candidates are read at most, which takes a few milliseconds.
pub(super) const MOST_READ: usize = 500;

const SHORTEST: usize = 5;
const LONGEST: usize = 24;
/// The least letters of the last part, and of the first of two that is no particle.
const PART: usize = 3;
/// No name has more particles.
const MOST_PARTICLES: usize = 3;

/// What stands before a family name as a word of its own.
const PARTICLES: [&str; 36] = [
    "abu", "al", "ben", "bin", "d", "da", "das", "de", "del", "della", "den", "der", "di", "dos",
    "du", "el", "fitz", "ibn", "l", "la", "las", "le", "los", "mac", "mc", "o", "saint", "san",
    "santa", "st", "ten", "ter", "van", "vander", "von", "zu",
];

/// The ways to take a word apart: every part but the last is a whole word of the name, the last is
/// the beginning of one.
pub(super) fn splits(word: &str) -> Vec<Vec<&str>> {
    let letters = word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !letters || !(SHORTEST..=LONGEST).contains(&word.len()) {
        return Vec::new();
    }
    let two = (PART..=word.len() - PART).map(|at| {
        let (first, last) = word.split_at(at);
        vec![first, last]
    });
    let mut splits: Vec<Vec<&str>> = two.collect();
    particles(word, &mut Vec::new(), &mut splits);
    splits.sort_unstable();
    splits.dedup();
    splits
}

fn particles<'w>(rest: &'w str, before: &mut Vec<&'w str>, splits: &mut Vec<Vec<&'w str>>) {
    if before.len() == MOST_PARTICLES {
        return;
    }
    for particle in PARTICLES {
        let Some(behind) = rest
            .strip_prefix(particle)
            .filter(|behind| behind.len() >= PART)
        else {
            continue;
        };
        before.push(&rest[..particle.len()]);
        splits.push(before.iter().copied().chain([behind]).collect());
        particles(behind, before, splits);
        before.pop();
    }
}

/// Do consecutive words of a folded name, written as one, begin with this word?
pub(super) fn begins(name: &str, word: &str) -> bool {
    let splits = splits(word);
    if splits.is_empty() {
        return false;
    }
    let words: Vec<&str> = words(name).collect();
    splits.iter().any(|parts| {
        words.windows(parts.len()).any(|words| {
            let (Some((last, whole)), Some((word, before))) =
                (parts.split_last(), words.split_last())
            else {
                return false;
            };
            whole == before && word.starts_with(last)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_and_two_parts_are_joined_and_nothing_else() {
        for (name, word) in [
            ("jan van den berg", "vandenberg"),
            ("jan van den berg", "vandenber"),
            ("ian mac donald", "macdonald"),
            ("jean-luc picard", "jeanluc"),
            ("mary o'brien", "obrien"),
            ("ana de la cruz", "delacruz"),
            ("maria vasquez", "mariavasq"),
        ] {
            assert!(begins(name, word), "{word} for {name}");
        }
        for (name, word) in [
            ("jan van den berg", "vandenb"),
            ("jan van den berg", "vanberg"),
            ("jan van den berg", "denberga"),
            ("jan van den berg", "janva"),
            ("maria nunez", "marian"),
            ("maria vasquez", "maria"),
            ("ed li", "edli"),
        ] {
            assert!(!begins(name, word), "{word} for {name}");
        }
    }
}
