//! Rosters: files of people to be added, as people write them and other programs export them.
//!
//! A heading names the columns, in any order and with the names that other systems give them. Cells
//! are parted by commas, semicolons, tabs or pipes; lines end in any of the three usual ways; the
//! text is UTF-8, UTF-16 or, where the operator agrees, Windows-1252. LDIF is read too. Passwords
//! are never taken from a file.

mod columns;
mod encoding;
mod export;
mod headings;
mod import_report;
mod ldif;
mod reading;
mod records;
mod source;
mod survey;
mod values;

use std::{io::Read, path::Path};

use columns::Columns;
use records::Record;
use source::Source;
use survey::{Form, Rows, Survey};

use crate::{
    directory::{RosterRow, RosterRows, RowFault},
    text::system_error,
};

pub use encoding::Encoding;
pub use export::{ExportError, write as write_export, write_file as write_export_file};
pub use headings::Field;
pub use import_report::ImportReport;
pub use reading::{Mapping, Reading, mapped};

/// The people of a roster, row by row.
pub struct Roster {
    source: Source,
    form: Form,
    encoding: Encoding,
    guessed: Option<String>,
    columns: Columns,
    count: u64,
}

impl Roster {
    /// Opens a file, finds its heading and looks all of it over.
    ///
    /// # Errors
    /// A sentence: the file cannot be read, a quote in it never closes, or its heading lacks or holds
    /// a column that it must (not).
    pub fn open(path: &Path, reading: &Reading) -> Result<Self, String> {
        Self::of(Source::of(path), reading).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The same of bytes.
    ///
    /// # Errors
    /// As [`Roster::open`].
    pub fn read(bytes: impl Read, reading: &Reading) -> Result<Self, String> {
        let source = Source::whole(bytes).map_err(|error| system_error(&error))?;
        Self::of(source, reading)
    }

    fn of(source: Source, reading: &Reading) -> Result<Self, String> {
        let Survey {
            form,
            encoding,
            guessed,
            columns,
            rows,
        } = survey::look(&source, reading)?;
        Ok(Self {
            source,
            form,
            encoding,
            guessed,
            columns,
            count: rows,
        })
    }

    /// Columns that are of no use here and are passed over.
    pub fn ignored(&self) -> &[String] {
        &self.columns.ignored
    }

    /// What was settled while the file was looked over, a sentence each.
    pub fn remarks(&self) -> &[String] {
        &self.columns.remarks
    }

    /// How the text is coded.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// A text of the file as it reads where the encoding is a guess.
    pub fn guessed(&self) -> Option<&str> {
        self.guessed.as_deref()
    }

    /// Rows that are not blank.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The rows, from the first on.
    ///
    /// # Errors
    /// A sentence: the file cannot be opened again.
    pub fn rows(&self) -> Result<RosterRows, String> {
        Ok(Box::new(People {
            rows: survey::rows(&self.source, &self.form, self.encoding)?,
            columns: self.columns.clone(),
            width: match &self.form {
                Form::Csv { .. } => Some(self.columns.width),
                Form::Ldif(_) => None,
            },
            record: Record::default(),
            over: false,
        }))
    }
}

struct People {
    rows: Rows,
    columns: Columns,
    width: Option<usize>,
    record: Record,
    over: bool,
}

impl People {
    /// Trailing cells may be missing; what stands beyond the heading belongs to no column.
    fn too_wide(&self) -> Option<String> {
        let width = self.width?;
        let beyond =
            (width..self.record.len()).any(|place| !self.record.raw(place).trim_ascii().is_empty());
        beyond.then(|| format!("{} fields, but the heading has {width}", self.record.len()))
    }
}

impl Iterator for People {
    type Item = Result<RosterRow, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        loop {
            match self.rows.read(&mut self.record) {
                Ok(true) if self.record.is_blank() => {}
                Ok(true) => break,
                Ok(false) => return None,
                Err(fault) => {
                    self.over = fault.ends_the_file;
                    return Some(Err(fault));
                }
            }
        }
        let line = self.record.line;
        let person = match self.too_wide() {
            Some(why) => Err(why),
            None => self.columns.person(&self.record),
        };
        Some(person.map_err(|why| RowFault::of_row(line, why)))
    }
}

#[cfg(test)]
mod tests;
