//! Comparing sets with what they should be.

use rusqlite::{Connection, OptionalExtension};

use super::bulk::Block;
use crate::store::StoreError;

/// So many faults are reported; whatever their number, the cure is the same.
const TOLD: usize = 10;

/// What is found while sets are compared.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) sets: u64,
    pub(super) faults: Vec<String>,
}

impl Findings {
    /// `stored` sets are there, of which those since `before` were to be.
    pub(super) fn surplus(&mut self, stored: u64, before: u64) {
        let known = self.sets - before;
        if stored > known {
            let surplus = stored - known;
            self.fault(format!("{surplus} sets belong to no user"));
        }
    }

    pub(super) fn fault(&mut self, what: String) {
        if self.faults.len() < TOLD {
            self.faults.push(what);
        }
    }
}

/// Compares the sets of a block with those that are stored.
pub(super) fn compare(
    connection: &Connection,
    block: Block,
    found: &mut Findings,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("SELECT rows FROM grams WHERE key = ?1")?;
    let number = block.number;
    for (key, expected) in block.into_packed() {
        let same = statement
            .query_row([key], |row| Ok(row.get_ref(0)?.as_blob()? == expected))
            .optional()?;
        match same {
            Some(true) => found.sets += 1,
            Some(false) => {
                found.sets += 1;
                found.fault(format!("a set of block {number} is wrong (key {key})"));
            }
            None => found.fault(format!("a set of block {number} is missing (key {key})")),
        }
    }
    Ok(())
}
