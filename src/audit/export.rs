//! JSON Lines (lossless) and CSV (safe to open in a spreadsheet).

use std::{
    error::Error,
    fmt::Display,
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{
    chain::{COLUMNS, Stored},
    event::Record,
};
use crate::{store::StoreError, text};

/// The two shapes of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One JSON object a line, lossless; what is hidden or acts on a terminal as `\u` escapes.
    #[default]
    JsonLines,
    /// RFC 4180, a header line first, cells made harmless for spreadsheets (CWE-1236).
    Csv,
}

impl Format {
    /// The one that the name of a file asks for; CSV where it asks for none.
    pub fn of(path: &Path) -> Self {
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending {
            Some(ending)
                if ["jsonl", "ndjson", "json"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(ending)) =>
            {
                Self::JsonLines
            }
            Some(_) | None => Self::Csv,
        }
    }
}

const HEADER: [&str; 17] = [
    "sequence",
    "at",
    "kind",
    "outcome",
    "operator_id",
    "operator_login",
    "operator_name",
    "target_id",
    "target_login",
    "target_name",
    "source",
    "directory",
    "profile",
    "reason",
    "intent",
    "detail",
    "hash",
];

/// Writes every record, oldest first, to the new file `to` (mode 0600) and returns their number.
///
/// # Errors
/// [`StoreError::Other`] when the file is there already or cannot be written.
pub fn write(connection: &Connection, to: &Path, format: Format) -> Result<u64, StoreError> {
    let name = to.display();
    let failed = |error: &(dyn Error + 'static)| cannot_be_written(&name, error);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .map_err(|error| failed(&error))?;
    let (count, file) = write_to(connection, BufWriter::new(file), format, &name)?;
    let file: File = file.into_inner().map_err(|error| failed(error.error()))?;
    file.sync_all().map_err(|error| failed(&error))?;
    Ok(count)
}

/// Writes every record, oldest first, to `out`, which errors call `name`.
///
/// # Errors
/// [`StoreError::Other`] when `out` takes no more. A record that cannot be read any more is marked,
/// and does not keep the others from being written.
pub fn write_to<W: Write>(
    connection: &Connection,
    out: W,
    format: Format,
    name: &dyn Display,
) -> Result<(u64, W), StoreError> {
    let failed = |error: &(dyn Error + 'static)| cannot_be_written(name, error);
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY seq"))?;
    let records = statement
        .query_map([], Stored::read)?
        .map(|row| Ok(row?.record()));
    match format {
        Format::JsonLines => json_lines(out, records, &failed),
        Format::Csv => csv(out, records, &failed),
    }
}

fn cannot_be_written(name: &dyn Display, error: &(dyn Error + 'static)) -> StoreError {
    let why = text::system_error(error);
    StoreError::Other(format!("{name} cannot be written: {why}"))
}

type Failed<'a> = dyn Fn(&(dyn Error + 'static)) -> StoreError + 'a;

fn json_lines<W: Write>(
    mut out: W,
    records: impl Iterator<Item = Result<Record, StoreError>>,
    failed: &Failed<'_>,
) -> Result<(u64, W), StoreError> {
    let mut count = 0;
    for record in records {
        let line = serde_json::to_string(&record?).map_err(|error| failed(&error))?;
        writeln!(out, "{}", text::json(&line)).map_err(|error| failed(&error))?;
        count += 1;
    }
    Ok((count, out))
}

/// The error of the file beneath a table.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
fn of_csv(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn csv<W: Write>(
    out: W,
    records: impl Iterator<Item = Result<Record, StoreError>>,
    failed: &Failed<'_>,
) -> Result<(u64, W), StoreError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    writer
        .write_record(HEADER)
        .map_err(|error| failed(&of_csv(error)))?;
    let mut count = 0;
    for record in records {
        let cells = row(&record?);
        writer
            .write_record(cells.iter().map(|cell| text::csv_cell(cell).to_string()))
            .map_err(|error| failed(&of_csv(error)))?;
        count += 1;
    }
    let out = writer.into_inner().map_err(|error| failed(error.error()))?;
    Ok((count, out))
}

fn row(record: &Record) -> [String; 17] {
    let event = &record.event;
    let [operator_id, operator_login, operator_name] =
        event.operator.as_ref().map_or_else(Default::default, |o| {
            [o.id.0.clone(), o.login.clone(), o.name.clone()]
        });
    let [target_id, target_login, target_name] =
        event.target.as_ref().map_or_else(Default::default, |t| {
            [t.id.0.clone(), t.login.clone(), t.name.clone()]
        });
    [
        record.sequence.to_string(),
        record.at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        event.kind.word().into(),
        outcome(record),
        operator_id,
        operator_login,
        operator_name,
        target_id,
        target_login,
        target_name,
        event.source.clone(),
        event.directory.clone(),
        event.profile.clone(),
        event.reason.clone().unwrap_or_default(),
        event.intent.map(|n| n.to_string()).unwrap_or_default(),
        detail(record),
        record.hash.clone(),
    ]
}

fn outcome(record: &Record) -> String {
    record.event.outcome.sentence()
}

fn detail(record: &Record) -> String {
    let steps = record
        .event
        .steps
        .iter()
        .map(|(step, how)| format!("{}: {}", step.words(), how.sentence()));
    record
        .event
        .detail
        .iter()
        .cloned()
        .chain(steps)
        .collect::<Vec<_>>()
        .join("; ")
}
