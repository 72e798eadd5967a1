//! LDIF (RFC 2849): each entry is a row, each attribute a column.

use std::io::{BufRead as _, BufReader};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{encoding::LineBreaks, records::Record};
use crate::{directory::RowFault, text::system_error};

/// An entry, whatever photographs are in it.
const LONGEST_ENTRY: usize = 4 << 20;

/// Is this the beginning of LDIF?
pub(super) fn begins(first_lines: &[String]) -> bool {
    let line = first_lines
        .iter()
        .map(|line| line.trim_end())
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    line.is_some_and(|line| {
        let line = line.to_ascii_lowercase();
        line.starts_with("dn:")
            || line
                .strip_prefix("version:")
                .is_some_and(|rest| rest.trim() == "1")
    })
}

/// Reads entries one after the other.
pub(super) struct Entries {
    source: BufReader<LineBreaks>,
    line: u64,
    /// The columns, in their order; one that is met for the first time comes last.
    pub(super) attributes: Vec<String>,
}

impl Entries {
    pub(super) fn new(source: LineBreaks, attributes: Vec<String>) -> Self {
        Self {
            source: BufReader::new(source),
            line: 0,
            attributes,
        }
    }

    /// The next entry as a row; false at the end.
    ///
    /// # Errors
    /// Of one entry, or of the file.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<bool, RowFault> {
        loop {
            let (begun, lines) = self.lines()?;
            if lines.is_empty() {
                return Ok(false);
            }
            let mut values: Vec<Option<String>> = vec![None; self.attributes.len()];
            let mut is_entry = false;
            for line in &lines {
                let Some((name, value)) = line.split_once(':') else {
                    return Err(RowFault::of_row(begun, "this is no attribute of LDIF"));
                };
                let name = name.split(';').next().unwrap_or(name);
                let value = of(value)
                    .ok_or_else(|| RowFault::of_row(begun, format!("{name} is no base64")))?;
                match name.to_ascii_lowercase().as_str() {
                    "dn" => is_entry = true,
                    "changetype" if value.eq_ignore_ascii_case("add") => {}
                    "changetype" => {
                        let what = format!("the change `{value}` adds nobody");
                        return Err(RowFault::of_row(begun, what));
                    }
                    _ => {
                        let at = self.place(name);
                        values.resize(self.attributes.len(), None);
                        // The first of several values is the one that is shown elsewhere too.
                        values[at].get_or_insert(value);
                    }
                }
            }
            if is_entry {
                let cells = values
                    .iter()
                    .map(|value| value.as_deref().unwrap_or_default());
                *record = Record::of(cells, begun);
                return Ok(true);
            }
        }
    }

    fn place(&mut self, name: &str) -> usize {
        let known = (self.attributes.iter()).position(|known| known.eq_ignore_ascii_case(name));
        known.unwrap_or_else(|| {
            self.attributes.push(name.to_owned());
            self.attributes.len() - 1
        })
    }

    /// The lines of the next entry, each whole, and where it begins.
    fn lines(&mut self) -> Result<(u64, Vec<String>), RowFault> {
        let (mut begun, mut lines, mut length) = (0, Vec::<String>::new(), 0);
        let mut comment = false;
        loop {
            let mut raw = Vec::new();
            let read = self.source.read_until(b'\n', &mut raw);
            let read =
                read.map_err(|error| RowFault::of_file(self.line + 1, system_error(&error)))?;
            if read == 0 {
                return Ok((begun, lines));
            }
            self.line += 1;
            length += read;
            if length > LONGEST_ENTRY {
                return Err(RowFault::of_file(
                    self.line,
                    "an entry is longer than 4 MiB",
                ));
            }
            let line = String::from_utf8_lossy(&raw);
            let line = line.trim_end_matches('\n');
            if let Some(rest) = line.strip_prefix(' ') {
                match lines.last_mut() {
                    Some(last) if !comment => last.push_str(rest),
                    Some(_) | None => {}
                }
                continue;
            }
            comment = line.starts_with('#');
            if comment {
                continue;
            }
            if line.trim().is_empty() {
                if lines.is_empty() {
                    continue;
                }
                return Ok((begun, lines));
            }
            if lines.is_empty() {
                // The version stands before the first entry, with or without an empty line between.
                if line.to_ascii_lowercase().starts_with("version:") {
                    continue;
                }
                begun = self.line;
            }
            lines.push(line.to_owned());
        }
    }
}

/// The value behind the first colon.
fn of(value: &str) -> Option<String> {
    match value.strip_prefix(':') {
        Some(coded) => {
            let bytes = STANDARD.decode(coded.trim()).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        }
        // An address of the value elsewhere is not followed.
        None if value.starts_with('<') => Some(String::new()),
        None => Some(value.trim().to_owned()),
    }
}
