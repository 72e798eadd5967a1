//! Keeping the index true within the transaction of a change.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{
    Row, block_of, gram,
    key::{Key, fold},
    place_of,
    postings::{self, Places},
};
use crate::{directory::NewUser, store::StoreError};

/// Once more changed users than this wait, their grams are folded into the sets. Until then each
/// search looks through them one by one, which takes a hundredth of a millisecond.
const UNMERGED: i64 = 64;

/// A user whose grams in the sets do not count.
#[derive(Debug)]
pub(in super::super) struct Unmerged {
    pub(in super::super) row: Row,
    /// What the sets say.
    pub(in super::super) was: Option<Key>,
    /// What is true.
    pub(in super::super) now: Option<Key>,
}

/// Records that `row` was found by `was` and is from now on to be found by `now`.
pub(in super::super) fn replace(
    transaction: &Transaction<'_>,
    row: Row,
    was: Option<&Key>,
    now: Option<&Key>,
) -> Result<(), StoreError> {
    let text = |key: Option<&Key>| key.map(|key| key.0.clone());
    // `was` stays what it is for a user who waits already: it is what the sets hold.
    transaction
        .prepare_cached(
            "INSERT INTO unmerged (row, was, now) VALUES (?1, ?2, ?3)
             ON CONFLICT (row) DO UPDATE SET now = excluded.now",
        )?
        .execute(params![row, text(was), text(now)])?;
    let waiting: i64 = transaction
        .prepare_cached("SELECT count(*) FROM unmerged")?
        .query_row([], |row| row.get(0))?;
    if waiting > UNMERGED {
        merge(transaction)?;
    }
    Ok(())
}

/// The users whose grams are not up to date, in the order of rows.
pub(in super::super) fn unmerged(connection: &Connection) -> Result<Vec<Unmerged>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT row, was, now FROM unmerged ORDER BY row")?;
    let rows = statement.query_map([], |row| {
        Ok(Unmerged {
            row: row.get(0)?,
            was: row.get::<_, Option<String>>(1)?.map(Key),
            now: row.get::<_, Option<String>>(2)?.map(Key),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is to become of a set.
#[derive(Debug, Default)]
pub(super) struct Difference {
    pub(super) gone: HashSet<u16>,
    pub(super) come: BTreeSet<u16>,
}

/// Folds every waiting change into the sets.
pub(in super::super) fn merge(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let mut differences: BTreeMap<i64, Difference> = BTreeMap::new();
    let mut grams = Vec::new();
    for waiting in unmerged(transaction)? {
        let (block, place) = (block_of(waiting.row), place_of(waiting.row));
        if let Some(was) = &waiting.was {
            gram::collect(was, &mut grams);
            for gram in &grams {
                let change = differences.entry(gram.key(block)).or_default();
                change.gone.insert(place);
            }
        }
        if let Some(now) = &waiting.now {
            gram::collect(now, &mut grams);
            for gram in &grams {
                let change = differences.entry(gram.key(block)).or_default();
                change.come.insert(place);
            }
        }
    }
    for (key, change) in differences {
        apply(transaction, key, change)?;
    }
    transaction.execute("DELETE FROM unmerged", [])?;
    Ok(())
}

/// Makes the change of a set.
pub(super) fn apply(
    transaction: &Transaction<'_>,
    key: i64,
    change: Difference,
) -> Result<(), StoreError> {
    let mut places = change.come;
    if let Some(there) = stored(transaction, key)? {
        let kept = there.iter().filter(|place| !change.gone.contains(place));
        places.extend(kept);
    }
    store(transaction, key, &postings::pack(places))
}

/// The set of a key, if there is one.
pub(super) fn stored(
    transaction: &Transaction<'_>,
    key: i64,
) -> Result<Option<Places>, StoreError> {
    Ok(transaction
        .prepare_cached("SELECT rows FROM grams WHERE key = ?1")?
        .query_row([key], |row| Ok(Places::unpack(row.get_ref(0)?.as_blob()?)))
        .optional()?)
}

/// Puts `packed` in the place of the set of a key; nothing in it takes it away.
pub(super) fn store(
    transaction: &Transaction<'_>,
    key: i64,
    packed: &[u8],
) -> Result<(), StoreError> {
    if packed.is_empty() {
        transaction
            .prepare_cached("DELETE FROM grams WHERE key = ?1")?
            .execute([key])?;
    } else {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO grams (key, rows) VALUES (?1, ?2)")?
            .execute(params![key, packed])?;
    }
    Ok(())
}

/// Notes the folded ID and email where a lookup of the sign-in name would not find them.
pub(in super::super) fn note_folded_names(
    transaction: &Transaction<'_>,
    row: Row,
    new: &NewUser,
) -> Result<(), StoreError> {
    for name in [&new.login, &new.email] {
        // Of plain ASCII the folded text is the sign-in name.
        if !name.is_ascii() {
            transaction
                .prepare_cached("INSERT OR IGNORE INTO folded_names (name, row) VALUES (?1, ?2)")?
                .execute(params![fold(name), row])?;
        }
    }
    Ok(())
}
