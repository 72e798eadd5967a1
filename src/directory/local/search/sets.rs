//! Reading and intersecting the sets of some grams, block by block.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, OptionalExtension};

use super::{chosen::Chosen, rank::Sets};
use crate::{
    directory::local::index::{Row, block_of, gram::Gram, postings::Places},
    store::StoreError,
};

/// To read the text of one candidate takes about as long as to go through a set of so many bytes.
const BYTES_A_TEXT: usize = 1_000;
/// So few candidates are sooner read than any further set.
const FEW: usize = 4;

/// So few who were chosen are sooner gone through one by one than as bits.
const FEW_CHOSEN: u64 = 1_000;

/// Grams in the order in which their sets are read: the shortest first, as far as one block in
/// the middle can tell.
#[derive(Debug)]
pub(super) struct Plan {
    grams: Vec<(usize, Gram)>,
    /// No other user may be in the intersection.
    exactly: bool,
}

/// The highest block that holds a user; -1 where there is nobody.
pub(super) fn last_block(connection: &Connection) -> Result<i64, StoreError> {
    let last: Option<Row> = connection
        .prepare_cached("SELECT max(row) FROM users")?
        .query_row([], |row| row.get(0))?;
    Ok(last.map_or(-1, block_of))
}

/// Reads sets.
pub(super) struct Reader<'c> {
    length: CachedStatement<'c>,
    rows: CachedStatement<'c>,
    any: CachedStatement<'c>,
    lengths: HashMap<Gram, usize>,
    /// The highest block that holds a user.
    pub(super) last: i64,
}

impl<'c> Reader<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, StoreError> {
        Ok(Self {
            // The length of a blob stands in its header: the blob itself is not read.
            length: connection.prepare_cached("SELECT length(rows) FROM grams WHERE key = ?1")?,
            rows: connection.prepare_cached("SELECT rows FROM grams WHERE key = ?1")?,
            any: connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM grams WHERE key BETWEEN ?1 AND ?2)",
            )?,
            lengths: HashMap::new(),
            last: last_block(connection)?,
        })
    }

    /// Is there somebody for each of these grams?
    pub(super) fn has_all(&mut self, sets: &Sets) -> Result<bool, StoreError> {
        for gram in sets.grams.iter().rev() {
            let keys = [gram.key(0), gram.key(Gram::block(-1))];
            if !self.any.query_row(keys, |row| row.get::<_, bool>(0))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How to find the rows that are in all of `sets`. Where these are not conclusive, a few others
    /// may be found too.
    pub(super) fn plan(&mut self, sets: &Sets) -> Result<Plan, StoreError> {
        let mut grams = Vec::with_capacity(sets.grams.len());
        for gram in &sets.grams {
            grams.push((self.length(*gram)?, *gram));
        }
        grams.sort_unstable();
        grams.dedup();
        Ok(Plan {
            grams,
            exactly: sets.conclusive,
        })
    }

    fn length(&mut self, gram: Gram) -> Result<usize, StoreError> {
        if let Some(length) = self.lengths.get(&gram) {
            return Ok(*length);
        }
        let key = gram.key(self.last.max(0) / 2);
        let length = self.length.query_row([key], |row| row.get(0)).optional()?;
        let length = length.unwrap_or_default();
        self.lengths.insert(gram, length);
        Ok(length)
    }

    /// The places of `block` that the plan finds among those who were chosen.
    pub(super) fn intersect(
        &mut self,
        block: i64,
        plan: &Plan,
        chosen: Option<&Chosen>,
    ) -> Result<Places, StoreError> {
        let none = || Places::List(Vec::new());
        let mut places = chosen.map(|chosen| chosen.places(block, FEW_CHOSEN));
        if places.as_ref().is_some_and(|places| places.is_at_most(0)) {
            return Ok(none());
        }
        for (length, gram) in &plan.grams {
            let few = FEW.max(length / BYTES_A_TEXT);
            if !plan.exactly && places.as_ref().is_some_and(|places| places.is_at_most(few)) {
                break;
            }
            let read = self
                .rows
                .query_row([gram.key(block)], |row| {
                    let packed = row.get_ref(0)?.as_blob()?;
                    match &mut places {
                        Some(places) => places.intersect(packed),
                        None => places = Some(Places::unpack(packed)),
                    }
                    Ok(())
                })
                .optional()?;
            if read.is_none() || places.as_ref().is_some_and(|places| places.is_at_most(0)) {
                return Ok(none());
            }
        }
        Ok(places.unwrap_or_else(none))
    }
}
