//! Folding what has changed into the sets of facets.

use std::collections::BTreeMap;

use rusqlite::Transaction;

use super::{
    super::{
        Row, block_of,
        bulk::Block,
        change::{self, Difference},
        gram::{self, Gram},
        place_of,
    },
    COLUMNS, Facets, collect, grams_now, read,
};
use crate::store::StoreError;

/// Once more users than this wait, they are folded into the sets. Until then each filter looks at
/// them one by one, which takes a hundredth of a millisecond.
const MOST_WAITING: i64 = 256;

/// Of so many in a hundred it is quicker to build all sets anew.
const MANY: i64 = 25;

/// Folds the waiting changes into the sets once there are many.
pub(in super::super::super) fn merge_many(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let waiting: i64 = transaction
        .prepare_cached("SELECT count(*) FROM facets_waiting")?
        .query_row([], |row| row.get(0))?;
    if waiting <= MOST_WAITING {
        return Ok(());
    }
    let users: i64 = transaction
        .prepare_cached("SELECT value FROM counters WHERE name = 'users'")?
        .query_row([], |row| row.get(0))?;
    if waiting * 100 > users * MANY {
        rebuild(transaction)
    } else {
        merge(transaction)
    }
}

/// Folds every waiting change into the sets.
pub(in super::super::super) fn merge(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let mut block = 0;
    let mut differences: BTreeMap<Gram, Difference> = BTreeMap::new();
    let (mut was, mut now) = (Vec::new(), Vec::new());
    for (row, facets) in waiting(transaction)? {
        if block_of(row) != block {
            apply(transaction, block, &mut differences)?;
            block = block_of(row);
        }
        was.clear();
        if let Some(facets) = &facets {
            collect(facets, &mut was);
        }
        grams_now(transaction, row, &mut now)?;
        for gram in was.iter().filter(|gram| now.binary_search(gram).is_err()) {
            let change = differences.entry(*gram).or_default();
            change.gone.insert(place_of(row));
        }
        for gram in now.iter().filter(|gram| was.binary_search(gram).is_err()) {
            let change = differences.entry(*gram).or_default();
            change.come.insert(place_of(row));
        }
    }
    apply(transaction, block, &mut differences)?;
    transaction.execute("DELETE FROM facets_waiting", [])?;
    Ok(())
}

fn apply(
    transaction: &Transaction<'_>,
    block: i64,
    differences: &mut BTreeMap<Gram, Difference>,
) -> Result<(), StoreError> {
    for (gram, difference) in std::mem::take(differences) {
        change::apply(transaction, gram.key(block), difference)?;
    }
    Ok(())
}

/// Who waits, with what the sets hold.
pub(super) fn waiting(
    connection: &rusqlite::Connection,
) -> Result<Vec<(Row, Option<Facets>)>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM facets_waiting ORDER BY row"
    ))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Builds all sets of facets anew.
pub(in super::super::super) fn rebuild(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM grams WHERE key >= ?1", [gram::FIRST_FACET])?;
    transaction.execute("DELETE FROM facets_waiting", [])?;
    let mut block = Block::new(0);
    let mut grams = Vec::new();
    let mut statement =
        transaction.prepare(&format!("SELECT {COLUMNS} FROM facets ORDER BY row"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (row, facets) = read(row)?;
        if block_of(row) != block.number {
            store(
                transaction,
                std::mem::replace(&mut block, Block::new(block_of(row))),
            )?;
        }
        if let Some(facets) = facets {
            collect(&facets, &mut grams);
            block.push_all(row, &grams);
        }
    }
    store(transaction, block)
}

fn store(transaction: &Transaction<'_>, block: Block) -> Result<(), StoreError> {
    for (key, packed) in block.into_packed() {
        change::store(transaction, key, &packed)?;
    }
    Ok(())
}
