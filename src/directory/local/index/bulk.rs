//! Building the index for many users at once, a block of rows at a time.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hasher},
};

use rusqlite::{Connection, Transaction};

use super::{
    Row, block_of, change,
    gram::{self, Gram},
    key::Key,
    place_of,
    postings::{self, Growing},
};
use crate::store::StoreError;

/// The sets of one block while they grow: about 15 MB for 65,536 users, whatever the population.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) number: i64,
    pub(super) sets: HashMap<Gram, Growing, GramHasher>,
    grams: Vec<Gram>,
}

impl Block {
    pub(super) fn new(number: i64) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    /// Adds a user with a higher row than all before.
    pub(super) fn push(&mut self, row: Row, key: &Key) {
        let mut grams = std::mem::take(&mut self.grams);
        gram::collect(key, &mut grams);
        self.push_all(row, &grams);
        self.grams = grams;
    }

    /// Adds a row that is higher than all before to some sets.
    pub(super) fn push_all(&mut self, row: Row, grams: &[Gram]) {
        for gram in grams {
            self.sets.entry(*gram).or_default().push(place_of(row));
        }
    }

    /// Keys and stored forms in the order of keys.
    pub(super) fn into_packed(self) -> impl Iterator<Item = (i64, Vec<u8>)> {
        let number = self.number;
        let mut sets: Vec<_> = self.sets.into_iter().collect();
        sets.sort_unstable_by_key(|(gram, _)| *gram);
        sets.into_iter()
            .map(move |(gram, set)| (gram.key(number), set.packed()))
    }
}

/// Adds new users, whose rows ascend and lie above all that are there, to the index.
#[derive(Debug)]
pub(in super::super) struct Builder {
    block: Block,
    /// Users of this block may be in the index already.
    shared: bool,
}

impl Builder {
    /// A builder for rows from `first` on.
    pub(in super::super) fn new(first: Row) -> Self {
        Self {
            block: Block::new(block_of(first)),
            shared: place_of(first) > 0,
        }
    }

    /// Adds a user.
    pub(in super::super) fn push(
        &mut self,
        transaction: &Transaction<'_>,
        row: Row,
        key: &Key,
    ) -> Result<(), StoreError> {
        if block_of(row) != self.block.number {
            self.flush(transaction, block_of(row))?;
        }
        self.block.push(row, key);
        Ok(())
    }

    /// Writes what is left.
    pub(in super::super) fn finish(
        mut self,
        transaction: &Transaction<'_>,
    ) -> Result<(), StoreError> {
        let next = self.block.number + 1;
        self.flush(transaction, next)
    }

    fn flush(&mut self, transaction: &Transaction<'_>, next: i64) -> Result<(), StoreError> {
        let full = std::mem::replace(&mut self.block, Block::new(next));
        let shared = std::mem::replace(&mut self.shared, false);
        for (key, packed) in full.into_packed() {
            match change::stored(transaction, key)?.filter(|_| shared) {
                Some(there) => {
                    let new = postings::Places::unpack(&packed);
                    let both = postings::pack(there.iter().chain(new.iter()));
                    change::store(transaction, key, &both)?;
                }
                None => change::store(transaction, key, &packed)?,
            }
        }
        Ok(())
    }
}

/// Builds the index of texts anew from the users.
pub(in super::super) fn rebuild(
    transaction: &Transaction<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM grams WHERE key < ?1", [gram::FIRST_FACET])?;
    transaction.execute("DELETE FROM unmerged", [])?;
    let mut builder = Builder::new(0);
    let mut done = 0;
    each_user(transaction, |row, key| {
        builder.push(transaction, row, &key)?;
        done += 1;
        progress(done);
        Ok(())
    })?;
    builder.finish(transaction)
}

/// Every user in the order of rows.
pub(super) fn each_user(
    connection: &Connection,
    mut work: impl FnMut(Row, Key) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare("SELECT row, login, email, given, family FROM users ORDER BY row")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |column| -> Result<&str, StoreError> {
            row.get_ref(column)?
                .as_str()
                .map_err(|error| StoreError::Corrupt(error.to_string()))
        };
        work(
            row.get(0)?,
            Key::new(text(1)?, text(2)?, text(3)?, text(4)?),
        )?;
    }
    Ok(())
}

/// One multiplication spreads grams well enough; the default hasher guards against chosen keys,
/// which cannot harm a map that lives for one block.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct GramHasher(u64);

impl BuildHasher for GramHasher {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self(0)
    }
}

impl Hasher for GramHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_i64(i64::from(*byte));
        }
    }

    fn write_i64(&mut self, n: i64) {
        let mixed = (self.0 ^ n.cast_unsigned()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }
}
