//! What may have been meant by a query that finds no user: one letter wrong, missing or too many,
//! or two letters transposed.
//!
//! It is only suggested, never answered with: Enter opens the first row, and that must not be a user
//! who was not asked for. The index itself is the dictionary, as it has the beginning of every
//! word. IDs are left alone: one digit away is another user.

use std::collections::HashSet;

use rusqlite::Connection;

use super::{chosen::Chosen, rank::Wanted, stream::Search};
use crate::{
    directory::local::index::{
        change,
        gram::{self, Gram},
        key::words,
    },
    store::{Cancellation, StoreError},
};

/// Words of three letters are one letter away from too many others.
const SHORTEST: usize = 4;
/// No name has longer words.
const LONGEST: usize = 20;
/// So many spellings that begin a known word are tried in the whole text.
const TRIED: usize = 8;

/// A text that finds users and differs by one letter from `folded`, which finds none.
pub(super) fn nearly(
    connection: &Connection,
    folded: &str,
    chosen: Option<&Chosen>,
    cancel: &Cancellation,
) -> Result<Option<String>, StoreError> {
    let mut begins = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM grams WHERE key BETWEEN ?1 AND ?2)")?;
    let mut waiting = HashSet::new();
    let mut grams = Vec::new();
    for key in change::unmerged(connection)?
        .iter()
        .filter_map(|user| user.now.as_ref())
    {
        gram::collect(key, &mut grams);
        waiting.extend(grams.iter().copied());
    }
    let mut is_known = |word: &[u8]| -> Result<bool, StoreError> {
        let gram = Gram::word(word);
        let all = [gram.key(0), gram.key(Gram::block(-1))];
        Ok(waiting.contains(&gram) || begins.query_row(all, |row| row.get(0))?)
    };
    let mut unknown = Vec::new();
    for word in words(folded) {
        if !is_known(word.as_bytes())? {
            unknown.push(word);
        }
    }
    // With two wrong words there are too many possibilities.
    let &[word] = &unknown[..] else {
        return Ok(None);
    };
    let at = word.as_ptr() as usize - folded.as_ptr() as usize;
    let wrong = (SHORTEST..=LONGEST).contains(&word.len());
    if !wrong || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(None);
    }
    let mut tried = 0;
    for spelling in spellings(word.as_bytes()) {
        if !is_known(&spelling)? {
            continue;
        }
        cancel.check()?;
        let spelling = String::from_utf8_lossy(&spelling);
        let text = format!("{}{spelling}{}", &folded[..at], &folded[at + word.len()..]);
        let wanted = Wanted::new(&text);
        let mut search = Search::new(connection, &wanted, chosen, cancel)?;
        search.run(1)?;
        if !search.into_rows().is_empty() {
            return Ok(Some(text));
        }
        tried += 1;
        if tried == TRIED {
            break;
        }
    }
    Ok(None)
}

/// Every other spelling within one typing error, the likeliest errors first.
fn spellings(word: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let length = word.len();
    let turned = (1..length)
        .filter(|at| word[at - 1] != word[*at])
        .map(|at| {
            let mut other = word.to_vec();
            other.swap(at - 1, at);
            other
        });
    let wrong = (0..length).rev().flat_map(move |at| {
        (b'a'..=b'z')
            .filter(move |letter| *letter != word[at])
            .map(move |letter| {
                let mut other = word.to_vec();
                other[at] = letter;
                other
            })
    });
    let missing = (0..length).rev().flat_map(move |at| {
        (b'a'..=b'z').map(move |letter| {
            let mut other = word.to_vec();
            other.insert(at, letter);
            other
        })
    });
    // Without its last letter a word is a shorter word that is known anyway.
    let surplus = (0..length - 1).rev().map(move |at| {
        let mut other = word.to_vec();
        other.remove(at);
        other
    });
    turned.chain(surplus).chain(missing).chain(wrong)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_slip_of_one_letter_is_among_the_spellings(
            meant in "[a-z]{4,9}", at in 0_usize..9, letter in b'a'..=b'z', slip in 0..4,
        ) {
            let at = at % (meant.len() - 1);
            let mut typed = meant.clone().into_bytes();
            match slip {
                0 => typed.swap(at, at + 1),
                1 => typed[at] = letter,
                2 => drop(typed.remove(at)),
                _ => typed.insert(at, letter),
            }
            let all: HashSet<_> = spellings(&typed).collect();
            prop_assert!(typed == meant.as_bytes() || all.contains(meant.as_bytes()));
            prop_assert!(!all.contains(&typed));
        }
    }
}
