//! Rosters: CSV files of people to be added.
//!
//! The first line names the columns, in any order and with the usual other names. The file is
//! UTF-8, with or without a byte order mark, parted by commas, semicolons or tabs, its lines ended
//! in any of the three usual ways. Passwords are never taken from a file.

mod columns;
mod encoding;

use std::{
    io::{BufReader, Read},
    path::Path,
};

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder, Trim};

use crate::{
    directory::{NewUser, RosterRows},
    file,
    text::system_error,
};
use columns::Columns;

/// A hundred bytes each for five million people.
const LARGEST: u64 = 512 << 20;

/// The people of a roster, row by row.
pub struct Roster {
    reader: Reader<Box<dyn Read + Send>>,
    columns: Columns,
    record: ByteRecord,
    over: bool,
}

impl Roster {
    /// Opens a file and reads its heading.
    ///
    /// # Errors
    /// A sentence: the file cannot be read, is no UTF-8, or its heading lacks or holds a column
    /// that it must (not).
    pub fn open(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let file = file::open(path, LARGEST)
            .map_err(|error| format!("{shown}: {}", system_error(&error)))?;
        // What grows while it is read is bounded too.
        Self::read(BufReader::new(file.take(LARGEST))).map_err(|error| format!("{shown}: {error}"))
    }

    /// Reads the heading of a roster.
    ///
    /// # Errors
    /// As [`Roster::open`].
    pub fn read(source: impl Read + Send + 'static) -> Result<Self, String> {
        let (source, delimiter) = encoding::begin(source)?;
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .trim(Trim::Headers)
            .from_reader(source);
        let heading = reader.byte_headers().map_err(|error| error.to_string())?;
        let columns = Columns::of(heading)?;
        Ok(Self {
            reader,
            columns,
            record: ByteRecord::new(),
            over: false,
        })
    }

    /// Columns that are of no use here and are passed over.
    pub fn ignored(&self) -> &[String] {
        self.columns.ignored()
    }

    /// The line in which the row that was read last begins, counted back from its end: the reader's
    /// own count stands before the empty lines that it passes over.
    fn line(&self) -> u64 {
        let at_least = self.record.position().map_or(1, csv::Position::line);
        let last = self.reader.position().line().saturating_sub(1);
        let breaks = self.record.as_slice().iter().filter(|b| **b == b'\n');
        last.saturating_sub(breaks.count() as u64).max(at_least)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is another crate's, and what is not named is handled alike"
    )]
    fn sentence(&self, error: &csv::Error) -> String {
        match error.kind() {
            ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => {
                let line = self.line();
                format!("line {line}: {len} fields, but the heading has {expected_len}")
            }
            ErrorKind::Io(error) => system_error(error),
            _ => error.to_string(),
        }
    }

    /// The rows as an import takes them.
    pub fn into_rows(self) -> RosterRows {
        Box::new(self)
    }
}

impl Iterator for Roster {
    type Item = Result<(u64, NewUser), String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                // After a failure to read there is no telling where the next row begins.
                self.over = error.is_io_error();
                return Some(Err(self.sentence(&error)));
            }
        }
        let line = self.line();
        self.record.trim();
        Some(match self.columns.user(&self.record) {
            Ok(user) => Ok((line, user)),
            Err(error) => Err(format!("line {line}: {error}")),
        })
    }
}

#[cfg(test)]
mod tests;
