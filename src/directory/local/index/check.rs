//! Proving the index against a full scan, and mending it.

use rusqlite::{Connection, Transaction};
use serde::Serialize;

use super::{
    block_of,
    bulk::{self, Block},
    change,
    compare::{Findings, compare},
    facets, gram,
};
use crate::store::StoreError;

/// What a check of the index found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndexCheck {
    /// Users read.
    pub users: u64,
    /// Sets compared.
    pub sets: u64,
    /// What is wrong, each in words; not more than a few of each kind.
    pub faults: Vec<String>,
    /// The index was built anew.
    pub mended: bool,
}

/// Compares every set with what the users say, and the counter of users with their number.
pub(in super::super) fn prove(
    connection: &Connection,
    progress: &mut dyn FnMut(u64),
) -> Result<IndexCheck, StoreError> {
    let mut found = Findings::default();
    let waiting = change::unmerged(connection)?;
    let mut waiting = waiting.into_iter().peekable();
    let mut block = Block::new(0);
    let mut users = 0;
    bulk::each_user(connection, |row, key| {
        users += 1;
        progress(users);
        while let Some(gone) = waiting.next_if(|waiting| waiting.row < row) {
            let block = advance(connection, &mut block, gone.row, &mut found)?;
            removed(block, &gone, &mut found);
        }
        let block = advance(connection, &mut block, row, &mut found)?;
        match waiting.next_if(|waiting| waiting.row == row) {
            None => block.push(row, &key),
            Some(changed) => {
                if changed.now.as_ref() != Some(&key) {
                    found.fault(format!("the change of user {row} waits with another text"));
                }
                if let Some(was) = &changed.was {
                    block.push(row, was);
                }
            }
        }
        Ok(())
    })?;
    for gone in waiting {
        let block = advance(connection, &mut block, gone.row, &mut found)?;
        removed(block, &gone, &mut found);
    }
    compare(connection, block, &mut found)?;
    let stored: u64 = connection.query_row(
        "SELECT count(*) FROM grams WHERE key < ?1",
        [gram::FIRST_FACET],
        |row| row.get(0),
    )?;
    found.surplus(stored, 0);
    facets::check::prove(connection, &mut found)?;
    let counted: u64 = connection.query_row(
        "SELECT value FROM counters WHERE name = 'users'",
        [],
        |row| row.get(0),
    )?;
    if counted != users {
        found.fault(format!("{counted} users are counted, {users} are there"));
    }
    Ok(IndexCheck {
        users,
        sets: found.sets,
        faults: found.faults,
        mended: false,
    })
}

fn removed(block: &mut Block, gone: &change::Unmerged, found: &mut Findings) {
    if gone.now.is_some() {
        found.fault(format!("user {} waits but is not there", gone.row));
    }
    if let Some(was) = &gone.was {
        block.push(gone.row, was);
    }
}

fn advance<'a>(
    connection: &Connection,
    block: &'a mut Block,
    row: super::Row,
    found: &mut Findings,
) -> Result<&'a mut Block, StoreError> {
    let number = block_of(row);
    if number != block.number {
        let full = std::mem::replace(block, Block::new(number));
        compare(connection, full, found)?;
    }
    Ok(block)
}

/// Builds the index and the counter anew from the users.
pub(in super::super) fn mend(
    transaction: &Transaction<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    bulk::rebuild(transaction, progress)?;
    facets::merge::rebuild(transaction)?;
    transaction.execute_batch(
        "UPDATE counters SET value = (SELECT count(*) FROM users) WHERE name = 'users'",
    )?;
    Ok(())
}
