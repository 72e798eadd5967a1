//! The rows that match, rank by rank, each rank in the order of rows.

use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{CachedStatement, Connection, OptionalExtension};

use super::{
    chosen::Chosen,
    joined,
    rank::{Rank, Sets, Wanted},
    sets::Reader,
};
use crate::{
    directory::local::{
        index::{Row, block_of, change, key::Key, row_at},
        read,
    },
    store::{Cancellation, StoreError},
};

pub(super) struct Search<'c> {
    connection: &'c Connection,
    wanted: &'c Wanted,
    chosen: Option<&'c Chosen>,
    cancel: &'c Cancellation,
    reader: Reader<'c>,
    text: CachedStatement<'c>,
    /// Ranks of users whose text has been read.
    judged: HashMap<Row, Option<Rank>>,
    /// Users whose sets do not count, with their true rank.
    waiting: Vec<(Row, Option<Rank>)>,
    found: Vec<Row>,
    seen: HashSet<Row>,
}

impl<'c> Search<'c> {
    pub(super) fn new(
        connection: &'c Connection,
        wanted: &'c Wanted,
        chosen: Option<&'c Chosen>,
        cancel: &'c Cancellation,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            connection,
            wanted,
            chosen,
            cancel,
            reader: Reader::new(connection)?,
            text: connection.prepare_cached(read::TEXT)?,
            judged: HashMap::new(),
            waiting: waiting(connection, wanted, chosen)?,
            found: Vec::new(),
            seen: HashSet::new(),
        })
    }

    /// Looks until `enough` are found.
    pub(super) fn run(&mut self, enough: usize) -> Result<(), StoreError> {
        self.exact()?;
        self.stage(Rank::FieldStart, &self.wanted.field_start(), enough)?;
        if let Some(sets) = self.wanted.word_start() {
            self.stage(Rank::WordStart, &sets, enough)?;
        }
        self.stage(Rank::Anywhere, &self.wanted.anywhere(), enough)?;
        if self.found.len() < joined::FEW.min(enough) {
            self.joined(enough)?;
        }
        Ok(())
    }

    /// The users whose name is written as one word in the query.
    fn joined(&mut self, enough: usize) -> Result<(), StoreError> {
        let waiting = self.waiting.iter();
        let waiting = waiting.filter(|(_, theirs)| *theirs == Some(Rank::Joined));
        let mut rows: BTreeSet<Row> = waiting.map(|(row, _)| *row).collect();
        let masked: HashSet<Row> = self.waiting.iter().map(|(row, _)| *row).collect();
        let mut read = 0;
        for sets in self.wanted.joined() {
            self.cancel.check()?;
            if !self.reader.has_all(&sets)? {
                continue;
            }
            let plan = self.reader.plan(&sets)?;
            for block in 0..=self.reader.last {
                let places = self.reader.intersect(block, &plan, self.chosen)?;
                for place in places.iter() {
                    let row = row_at(block, place);
                    if read < joined::MOST_READ && !masked.contains(&row) {
                        read += 1;
                        if self.judge(row)? == Some(Rank::Joined) {
                            rows.insert(row);
                        }
                    }
                }
            }
        }
        for row in rows {
            self.take(row);
        }
        self.found.truncate(enough);
        Ok(())
    }

    /// What was found, best first.
    pub(super) fn into_rows(self) -> Vec<Row> {
        self.found
    }

    /// The users whose whole ID or whole email is the query: two lookups.
    fn exact(&mut self) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT row FROM sign_in_names WHERE name = ?1
             UNION SELECT row FROM folded_names WHERE name = ?1",
        )?;
        let rows: Vec<Row> = statement
            .query_map([&self.wanted.whole], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut exact = Vec::new();
        for row in rows {
            if self.chosen.is_some_and(|chosen| !chosen.contains(row)) {
                continue;
            }
            if let Some(rank @ (Rank::ExactId | Rank::ExactEmail)) = self.judge(row)? {
                exact.push((rank, row));
            }
        }
        exact.sort_unstable();
        for (_, row) in exact {
            self.take(row);
        }
        Ok(())
    }

    fn stage(&mut self, rank: Rank, sets: &Sets, enough: usize) -> Result<(), StoreError> {
        if self.found.len() >= enough {
            return Ok(());
        }
        let masked: HashSet<Row> = self.waiting.iter().map(|(row, _)| *row).collect();
        let mut waiting = self
            .waiting
            .iter()
            .filter(|(_, theirs)| *theirs == Some(rank))
            .map(|(row, _)| *row)
            .collect::<Vec<_>>()
            .into_iter()
            .peekable();
        let plan = self.reader.plan(sets)?;
        for block in 0..=self.reader.last {
            self.cancel.check()?;
            while let Some(row) = waiting.next_if(|row| block_of(*row) < block) {
                self.take(row);
            }
            let places = self.reader.intersect(block, &plan, self.chosen)?;
            for place in places.iter() {
                if self.found.len() >= enough {
                    return Ok(());
                }
                let row = row_at(block, place);
                while let Some(row) = waiting.next_if(|waiting| *waiting < row) {
                    self.take(row);
                }
                if masked.contains(&row) || self.seen.contains(&row) {
                    continue;
                }
                if sets.conclusive || self.judge(row)? == Some(rank) {
                    self.take(row);
                }
            }
        }
        for row in waiting {
            self.take(row);
        }
        self.found.truncate(enough);
        Ok(())
    }

    fn take(&mut self, row: Row) {
        if self.seen.insert(row) {
            self.found.push(row);
        }
    }

    /// The rank of a user by the text.
    fn judge(&mut self, row: Row) -> Result<Option<Rank>, StoreError> {
        if let Some(rank) = self.judged.get(&row) {
            return Ok(*rank);
        }
        if self.judged.len().is_multiple_of(64) {
            self.cancel.check()?;
        }
        let wanted = self.wanted;
        let rank = self
            .text
            .query_row([row], |row| {
                let text = |column| row.get_ref(column)?.as_str().map_err(Into::into);
                let text = |column| -> rusqlite::Result<&str> { text(column) };
                Ok(wanted.rank(&Key::new(text(0)?, text(1)?, text(2)?, text(3)?)))
            })
            .optional()?
            .flatten();
        self.judged.insert(row, rank);
        Ok(rank)
    }
}

/// The users who wait to be folded into the index, with their rank; none for who was not chosen.
fn waiting(
    connection: &Connection,
    wanted: &Wanted,
    chosen: Option<&Chosen>,
) -> Result<Vec<(Row, Option<Rank>)>, StoreError> {
    let waiting = change::unmerged(connection)?;
    Ok(waiting
        .into_iter()
        .map(|user| {
            let now = user
                .now
                .filter(|_| chosen.is_none_or(|chosen| chosen.contains(user.row)));
            (user.row, now.and_then(|key| wanted.rank(&key)))
        })
        .collect())
}
