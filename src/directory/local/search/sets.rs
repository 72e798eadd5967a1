//! Reading and intersecting the sets of some grams, block by block.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, OptionalExtension};

use super::rank::Piece;
use crate::{
    directory::local::index::{Row, block_of, gram::Gram, postings::Places},
    store::StoreError,
};

/// To read the text of one candidate takes about as long as to go through a set of so many bytes.
const BYTES_A_TEXT: usize = 1_000;
/// So few candidates are sooner read than any further set.
const FEW: usize = 4;
/// A second piece of a word that leaves more than this share of the candidates only repeats what
/// the first one said: its word is known well enough.
const REPEATED: (usize, usize) = (7, 8);

/// Pieces in the order in which their sets are read: the shortest first, as far as one block in
/// the middle can tell.
#[derive(Debug)]
pub(super) struct Plan {
    pieces: Vec<(usize, Piece)>,
    /// Words of which one piece a block is enough.
    known_well: Vec<usize>,
    /// Nobody else may be in the intersection.
    exactly: bool,
}

/// Reads sets.
pub(super) struct Reader<'c> {
    length: CachedStatement<'c>,
    rows: CachedStatement<'c>,
    lengths: HashMap<Gram, usize>,
    /// The highest block that holds a user.
    pub(super) last: i64,
}

impl<'c> Reader<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, StoreError> {
        let last: Option<Row> = connection
            .prepare_cached("SELECT max(row) FROM users")?
            .query_row([], |row| row.get(0))?;
        Ok(Self {
            // The length of a blob stands in its header: the blob itself is not read.
            length: connection.prepare_cached("SELECT length(rows) FROM grams WHERE key = ?1")?,
            rows: connection.prepare_cached("SELECT rows FROM grams WHERE key = ?1")?,
            lengths: HashMap::new(),
            last: last.map_or(-1, block_of),
        })
    }

    /// How to find the rows that have all of `pieces`. Where `exactly` is not asked for, a few
    /// others may be found too.
    pub(super) fn plan(&mut self, pieces: &[Piece], exactly: bool) -> Result<Plan, StoreError> {
        let mut planned = Vec::with_capacity(pieces.len());
        for piece in pieces {
            planned.push((self.length(piece.gram)?, *piece));
        }
        planned.sort_unstable_by_key(|(length, piece)| (*length, piece.gram));
        planned.dedup_by_key(|(_, piece)| piece.gram);
        Ok(Plan {
            pieces: planned,
            known_well: Vec::new(),
            exactly,
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

    /// The places of `block` that the plan finds.
    pub(super) fn intersect(&mut self, block: i64, plan: &mut Plan) -> Result<Places, StoreError> {
        let nobody = || Places::List(Vec::new());
        let mut places: Option<Places> = None;
        let mut asked: Vec<usize> = Vec::new();
        for (length, piece) in &plan.pieces {
            let few = FEW.max(length / BYTES_A_TEXT);
            if !plan.exactly {
                if places.as_ref().is_some_and(|places| places.is_at_most(few)) {
                    break;
                }
                if asked.contains(&piece.word) && plan.known_well.contains(&piece.word) {
                    continue;
                }
            }
            let before = places.as_ref().and_then(Places::count);
            let read = self
                .rows
                .query_row([piece.gram.key(block)], |row| {
                    let packed = row.get_ref(0)?.as_blob()?;
                    match &mut places {
                        Some(places) => places.intersect(packed),
                        None => places = Some(Places::unpack(packed)),
                    }
                    Ok(())
                })
                .optional()?;
            if read.is_none() || places.as_ref().is_some_and(|places| places.is_at_most(0)) {
                return Ok(nobody());
            }
            let after = places.as_ref().and_then(Places::count);
            if let (true, Some(before), Some(after)) = (asked.contains(&piece.word), before, after)
                && after * REPEATED.1 > before * REPEATED.0
            {
                plan.known_well.push(piece.word);
            }
            asked.push(piece.word);
        }
        Ok(places.unwrap_or_else(nobody))
    }
}
