//! Reading and intersecting the sets of some grams, block by block.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::{
    directory::local::index::{gram::Gram, postings::Places},
    store::StoreError,
};

/// To read the text of one candidate takes about as long as to go through a set of so many bytes.
const BYTES_A_TEXT: usize = 1_000;
/// So few candidates are sooner read than any further set.
const FEW: usize = 4;

/// The blocks in which every gram occurs, each with the lengths of the sets there.
#[derive(Debug)]
pub(super) struct Common {
    blocks: Vec<(i64, Vec<(usize, Gram)>)>,
}

/// Asks for sets and their lengths.
pub(super) struct Reader<'c> {
    lengths: CachedStatement<'c>,
    rows: CachedStatement<'c>,
    known: HashMap<Gram, Vec<(i64, usize)>>,
}

impl<'c> Reader<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, StoreError> {
        Ok(Self {
            // The length of a blob stands in its header: the blob itself is not read.
            lengths: connection.prepare_cached(
                "SELECT key, length(rows) FROM grams WHERE key BETWEEN ?1 AND ?2",
            )?,
            rows: connection.prepare_cached("SELECT rows FROM grams WHERE key = ?1")?,
            known: HashMap::new(),
        })
    }

    /// Where all of `grams` occur.
    pub(super) fn common(&mut self, grams: &[Gram]) -> Result<Common, StoreError> {
        let mut grams = grams.to_vec();
        grams.sort_unstable();
        grams.dedup();
        let mut blocks: Vec<(i64, Vec<(usize, Gram)>)> = Vec::new();
        for (nth, gram) in grams.into_iter().enumerate() {
            let lengths = self.lengths(gram)?;
            if nth == 0 {
                blocks.extend(
                    lengths
                        .iter()
                        .map(|(block, length)| (*block, vec![(*length, gram)])),
                );
            } else {
                blocks.retain_mut(|(block, sets)| {
                    let at = lengths.binary_search_by_key(block, |(block, _)| *block);
                    if let Ok(at) = at {
                        sets.push((lengths[at].1, gram));
                    }
                    at.is_ok()
                });
            }
            if blocks.is_empty() {
                break;
            }
        }
        Ok(Common { blocks })
    }

    fn lengths(&mut self, gram: Gram) -> Result<&[(i64, usize)], StoreError> {
        use std::collections::hash_map::Entry;
        match self.known.entry(gram) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let span = params![gram.key(0), gram.key(Gram::block(-1))];
                let lengths = self
                    .lengths
                    .query_map(span, |row| Ok((Gram::block(row.get(0)?), row.get(1)?)))?;
                Ok(unknown.insert(lengths.collect::<Result<_, _>>()?))
            }
        }
    }

    /// The places of `block` that are in every set. Where `exactly` is not asked for, a few others
    /// may be among them.
    pub(super) fn intersect(
        &mut self,
        block: i64,
        sets: &[(usize, Gram)],
        exactly: bool,
    ) -> Result<Places, StoreError> {
        let mut sets = sets.to_vec();
        sets.sort_unstable_by_key(|(length, _)| *length);
        let mut places: Option<Places> = None;
        for (length, gram) in sets {
            let few = FEW.max(length / BYTES_A_TEXT);
            if !exactly && places.as_ref().is_some_and(|places| places.is_at_most(few)) {
                break;
            }
            let key = gram.key(block);
            let read = self
                .rows
                .query_row([key], |row| {
                    let packed = row.get_ref(0)?.as_blob()?;
                    match &mut places {
                        Some(places) => places.intersect(packed),
                        None => places = Some(Places::unpack(packed)),
                    }
                    Ok(())
                })
                .optional()?;
            if read.is_none() || places.as_ref().is_some_and(|places| places.is_at_most(0)) {
                return Ok(Places::List(Vec::new()));
            }
        }
        Ok(places.unwrap_or(Places::List(Vec::new())))
    }
}

impl Common {
    /// Block numbers in ascending order, with the sets in each.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (i64, &[(usize, Gram)])> {
        self.blocks
            .iter()
            .map(|(block, sets)| (*block, sets.as_slice()))
    }
}
