//! Proving the sets of facets against the tables.

use rusqlite::Connection;

use super::{
    super::{
        block_of,
        bulk::Block,
        compare::{Findings, compare},
        gram,
    },
    COLUMNS, collect, merge, read,
};
use crate::store::StoreError;

/// Compares every set with what the tables say, and of those who wait with what they said.
pub(in super::super) fn prove(
    connection: &Connection,
    found: &mut Findings,
) -> Result<(), StoreError> {
    let before = found.sets;
    let mut waiting = merge::waiting(connection)?.into_iter().peekable();
    let mut statement =
        connection.prepare(&format!("SELECT {COLUMNS} FROM facets ORDER BY row"))?;
    let mut rows = statement.query([])?;
    let mut block = Block::new(0);
    let mut grams = Vec::new();
    let mut take = |row, facets: Option<super::Facets>, found: &mut Findings| {
        if block_of(row) != block.number {
            let full = std::mem::replace(&mut block, Block::new(block_of(row)));
            compare(connection, full, found)?;
        }
        if let Some(facets) = facets {
            collect(&facets, &mut grams);
            block.push_all(row, &grams);
        }
        Ok::<_, StoreError>(())
    };
    while let Some(row) = rows.next()? {
        let (row, now) = read(row)?;
        while let Some((gone, was)) = waiting.next_if(|(waiting, _)| *waiting < row) {
            take(gone, was, found)?;
        }
        let facets = match waiting.next_if(|(waiting, _)| *waiting == row) {
            Some((_, was)) => was,
            None => now,
        };
        take(row, facets, found)?;
    }
    for (gone, was) in waiting {
        take(gone, was, found)?;
    }
    compare(connection, block, found)?;
    let stored: u64 = connection.query_row(
        "SELECT count(*) FROM grams WHERE key >= ?1",
        [gram::FIRST_FACET],
        |row| row.get(0),
    )?;
    found.surplus(stored, before);
    Ok(())
}
