//! Rows and cells (RFC 4180), with the line in which an editor shows them.
//!
//! By hand: a reader that takes a quote which never closes for a field that holds the rest of the
//! file cannot tell that anything is wrong.

use std::io::{BufRead as _, BufReader};

use super::encoding::LineBreaks;
use crate::{directory::RowFault, text::system_error};

/// A row, whatever stands in its quotes.
const LONGEST_ROW: usize = 1 << 20;

/// One row.
#[derive(Debug, Default)]
pub(super) struct Record {
    text: Vec<u8>,
    ends: Vec<usize>,
    /// The line in which it begins.
    pub(super) line: u64,
}

impl Record {
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell as it stands; nothing beyond the last.
    pub(super) fn raw(&self, at: usize) -> &[u8] {
        let begin = match at.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(self.text.len()),
            None => 0,
        };
        let end = self.ends.get(at).copied().unwrap_or(begin);
        &self.text[begin.min(end)..end]
    }

    /// A cell without blanks around it; `None` if it is no UTF-8.
    pub(super) fn cell(&self, at: usize) -> Option<&str> {
        std::str::from_utf8(self.raw(at)).ok().map(str::trim)
    }

    /// Nothing but blanks stands in it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.iter().all(u8::is_ascii_whitespace)
            || std::str::from_utf8(&self.text).is_ok_and(|text| text.trim().is_empty())
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    /// A row of cells from elsewhere.
    pub(super) fn of<'a>(cells: impl IntoIterator<Item = &'a str>, line: u64) -> Self {
        let mut record = Self {
            line,
            ..Self::default()
        };
        for cell in cells {
            record.text.extend_from_slice(cell.as_bytes());
            record.end_cell();
        }
        record
    }
}

/// Reads rows one after the other.
pub(super) struct Records {
    source: BufReader<LineBreaks>,
    delimiter: u8,
    raw: Vec<u8>,
    line: u64,
}

impl Records {
    pub(super) fn new(source: LineBreaks, delimiter: u8) -> Self {
        Self {
            source: BufReader::new(source),
            delimiter,
            raw: Vec::new(),
            line: 0,
        }
    }

    fn next_line(&mut self) -> Result<bool, RowFault> {
        self.raw.clear();
        let read = self.source.read_until(b'\n', &mut self.raw);
        let read = read.map_err(|error| RowFault::of_file(self.line + 1, system_error(&error)))?;
        if read == 0 {
            return Ok(false);
        }
        self.line += 1;
        if self.raw.last() == Some(&b'\n') {
            self.raw.pop();
        }
        Ok(true)
    }

    /// The next row; false at the end.
    ///
    /// # Errors
    /// Of one row, or of the file from there on.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<bool, RowFault> {
        record.clear();
        if !self.next_line()? {
            return Ok(false);
        }
        record.line = self.line;
        let mut at = 0;
        loop {
            let blanks = self.raw[at..]
                .iter()
                .take_while(|byte| **byte == b' ')
                .count();
            if self.raw.get(at + blanks) == Some(&b'"') {
                at = self.quoted(record, at + blanks + 1)?;
            } else {
                let rest = &self.raw[at..];
                let length = rest
                    .iter()
                    .position(|byte| *byte == self.delimiter)
                    .unwrap_or(rest.len());
                record.text.extend_from_slice(&rest[..length]);
                at += length;
            }
            record.end_cell();
            if at >= self.raw.len() {
                return Ok(true);
            }
            // The delimiter.
            at += 1;
        }
    }

    /// A cell in quotes, from behind the first; where the delimiter or the end of the line stands.
    fn quoted(&mut self, record: &mut Record, mut at: usize) -> Result<usize, RowFault> {
        let opened = self.line;
        let never_closes = || {
            RowFault::of_file(
                opened,
                "a quote opens here and does not close: everything behind it would be one cell",
            )
        };
        loop {
            let rest = &self.raw[at..];
            let Some(length) = rest.iter().position(|byte| *byte == b'"') else {
                record.text.extend_from_slice(rest);
                record.text.push(b'\n');
                if record.text.len() > LONGEST_ROW || !self.next_line()? {
                    return Err(never_closes());
                }
                at = 0;
                continue;
            };
            record.text.extend_from_slice(&rest[..length]);
            at += length + 1;
            if self.raw.get(at) == Some(&b'"') {
                record.text.push(b'"');
                at += 1;
                continue;
            }
            while self.raw.get(at).is_some_and(|byte| *byte == b' ') {
                at += 1;
            }
            return match self.raw.get(at) {
                None => Ok(at),
                Some(byte) if *byte == self.delimiter => Ok(at),
                // What looked like the end was the beginning of another cell.
                Some(_) if self.line > opened => Err(never_closes()),
                Some(_) => Err(RowFault::of_row(
                    opened,
                    "text follows the quote that closes a cell",
                )),
            };
        }
    }
}
