//! `h_i = SHA-256(h_{i-1} ‖ canonical(record_i))`, appended inside the caller's transaction.
//!
//! The canonical text is the JSON of the record without its hash, in the field order of
//! [`Event`]; it is stored as written, so verifying never depends on how it would be written today.
//! Such a chain shows edits, insertions, deletions and reorderings up to a head that is kept
//! elsewhere. Whoever can write the file can also cut off the tail, which is why `halligan audit
//! head` prints a head to be noted outside of it (Crosby and Wallach, "Efficient Data Structures for
//! Tamper-Evident Logging", USENIX Security 2009).

use std::{collections::BTreeSet, fmt::Write as _};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params, types::ValueRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::event::{Event, Kind, Outcome, Record, Target};
use crate::user::UserId;

/// What the first record is chained to.
const GENESIS: [u8; 32] = [0; 32];

/// The columns of a record, in the order in which [`Stored::read`] takes them.
pub(super) const COLUMNS: &str = "seq, at, kind, target, intent, body, hash";

#[derive(Serialize, Deserialize)]
struct Canonical<E> {
    sequence: u64,
    at: String,
    #[serde(flatten)]
    event: E,
}

/// Appends `event` within `transaction` (begun IMMEDIATE, so that no other console appends in between).
///
/// # Errors
/// Whatever SQLite says; nothing is appended then.
pub fn append(
    transaction: &Transaction<'_>,
    event: &Event,
    at: Timestamp,
) -> rusqlite::Result<Record> {
    let (last, previous) = head(transaction)?;
    let sequence = last + 1;
    let body = serde_json::to_string(&Canonical {
        sequence,
        at: instant(at),
        event,
    })
    .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let hash = link(&previous, &body);
    transaction
        .prepare_cached(
            "INSERT INTO audit (seq, at, kind, target, intent, body, hash) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            sequence,
            at.as_millisecond(),
            event.kind.word(),
            event.target.as_ref().map(|target| target.id.0.as_str()),
            settles(event, sequence),
            body,
            hash.as_slice(),
        ])?;
    Ok(Record {
        sequence,
        at: Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at),
        event: event.clone(),
        hash: hex(&hash),
    })
}

/// The intent that a record opens or closes. An outcome that is unknown closes nothing: its
/// intent stays open until it is settled.
fn settles(event: &Event, sequence: u64) -> Option<u64> {
    match event.outcome {
        Outcome::Intent => Some(sequence),
        Outcome::Unknown(_) => None,
        Outcome::Done
        | Outcome::Partial
        | Outcome::Accepted
        | Outcome::CannotSignIn(_)
        | Outcome::SignInNotKnown(_)
        | Outcome::Refused(_)
        | Outcome::SignInRefused(_)
        | Outcome::Failed(_)
        | Outcome::Cancelled => event.intent,
    }
}

/// Sequence number and hash of the last record; 0 and zeros before the first.
///
/// # Errors
/// Whatever SQLite says.
pub fn head(connection: &Connection) -> rusqlite::Result<(u64, [u8; 32])> {
    let last = connection
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(last.unwrap_or((0, GENESIS)))
}

fn link(previous: &[u8; 32], body: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(body.as_bytes());
    hasher.finalize().into()
}

fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Lower-case hexadecimal, as heads are printed and anchored.
pub fn hex(hash: &[u8]) -> String {
    hash.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A row of the audit table as it is stored.
pub(super) struct Stored {
    sequence: u64,
    at: i64,
    kind: String,
    target: Option<String>,
    intent: Option<u64>,
    body: String,
    hash: Vec<u8>,
}

impl Stored {
    /// Takes whatever stands there: a row that somebody has damaged must not hide the others.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let text = |column: usize| -> rusqlite::Result<Option<String>> {
            Ok(match row.get_ref(column)? {
                ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => {
                    None
                }
            })
        };
        let number = |column: usize| -> rusqlite::Result<Option<u64>> {
            let number: Option<i64> = row.get(column)?;
            Ok(number.and_then(|number| u64::try_from(number).ok()))
        };
        Ok(Self {
            sequence: number(0)?.unwrap_or_default(),
            at: row.get(1)?,
            kind: text(2)?.unwrap_or_default(),
            target: text(3)?,
            intent: number(4)?,
            body: text(5)?.unwrap_or_default(),
            hash: row.get(6)?,
        })
    }

    /// The record; one whose text cannot be read any more is marked as such, with its text.
    pub(super) fn record(&self) -> Record {
        let read = serde_json::from_str::<Canonical<Event>>(&self.body);
        let at = Timestamp::from_millisecond(self.at);
        let why = match (&read, &at) {
            (Err(error), _) => error.to_string(),
            (Ok(_), Err(error)) => error.to_string(),
            (Ok(_), Ok(_)) => String::new(),
        };
        let (at, event) = match (read, at) {
            (Ok(canonical), Ok(at)) => (at, canonical.event),
            (_, at) => (at.unwrap_or(Timestamp::UNIX_EPOCH), self.unreadable(&why)),
        };
        Record {
            sequence: self.sequence,
            at,
            event,
            hash: hex(&self.hash),
        }
    }

    fn unreadable(&self, why: &str) -> Event {
        Event {
            kind: Kind::Unreadable,
            outcome: Outcome::Failed(format!("this record cannot be read: {why}")),
            operator: None,
            target: self.target.as_ref().map(|id| Target {
                id: UserId(id.clone()),
                login: String::new(),
                name: String::new(),
                version: None,
            }),
            source: String::new(),
            directory: String::new(),
            profile: String::new(),
            reason: None,
            intent: self.intent,
            steps: Vec::new(),
            proof: None,
            detail: Some(format!("{} as stored: {}", self.kind, self.body)),
            caller: None,
            contact_changed: false,
        }
    }

    /// What does not fit between this row and the one before it, if anything.
    fn fault(&self, previous: u64, previous_hash: &[u8; 32]) -> Option<String> {
        if self.sequence != previous + 1 {
            return Some(format!(
                "record {} is missing: {} follows {previous}",
                previous + 1,
                self.sequence
            ));
        }
        if self.hash != link(previous_hash, &self.body) {
            return Some("its hash does not fit its text and the record before it".into());
        }
        let canonical: Canonical<Event> = match serde_json::from_str(&self.body) {
            Ok(canonical) => canonical,
            Err(error) => return Some(format!("its text cannot be read: {error}")),
        };
        let at = Timestamp::from_millisecond(self.at).map(instant);
        let event = &canonical.event;
        let target = event.target.as_ref().map(|target| &target.id.0);
        let same = canonical.sequence == self.sequence
            && at.is_ok_and(|at| at == canonical.at)
            && event.kind.word() == self.kind
            && target == self.target.as_ref()
            && settles(event, self.sequence) == self.intent;
        (!same).then(|| "its columns differ from its chained text".into())
    }
}

/// What a verification of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Records read.
    pub records: u64,
    /// Hash of the last record in hex, to be anchored elsewhere.
    pub head: String,
    /// The first record that does not fit, and why. A missing record bears the number that it
    /// should have had.
    pub first_bad: Option<(u64, String)>,
    /// Intents without an outcome.
    pub open_intents: Vec<u64>,
    /// Records that bear an earlier time than the one before them, by more than [`SLACK`]: the
    /// clock was set back. No fault of the chain.
    pub backwards: Vec<u64>,
}

/// A record's time is taken before the lock of the store is waited for, at most half a minute.
const SLACK: i64 = 60_000;

/// A head that was written down earlier: `(sequence, hash in hex)`.
pub type Anchor = (u64, String);

/// Walks the whole chain and, where one is given, checks that it still holds `anchor`. The chain
/// and the list of open intents are compared, so `snapshot` is one state of the store.
///
/// # Errors
/// Whatever SQLite says; a broken chain is no error but [`Verified::first_bad`].
pub fn verify(snapshot: &Connection, anchor: Option<&Anchor>) -> rusqlite::Result<Verified> {
    let mut statement = snapshot.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut first_bad = None;
    let mut records = 0;
    let mut open = BTreeSet::new();
    let (mut sequence, mut hash) = (0, GENESIS);
    let mut anchored = anchor.is_none();
    let mut backwards = Vec::new();
    let mut before = i64::MIN;
    while let Some(row) = rows.next()? {
        let stored = Stored::read(row)?;
        if first_bad.is_none()
            && let Some(fault) = stored.fault(sequence, &hash)
        {
            // Of a gap the first number that is missing.
            let place = stored.sequence.min(sequence + 1);
            first_bad = Some((place, fault));
        }
        if anchor.is_some_and(|(at, head)| *at == stored.sequence && *head == hex(&stored.hash)) {
            anchored = true;
        }
        match stored.intent {
            Some(intent) if intent == stored.sequence => {
                open.insert(intent);
            }
            Some(closed) => {
                open.remove(&closed);
            }
            None => {}
        }
        if stored.at < before.saturating_sub(SLACK) {
            backwards.push(stored.sequence);
        }
        before = stored.at;
        records += 1;
        sequence = stored.sequence;
        hash = <[u8; 32]>::try_from(stored.hash.as_slice()).unwrap_or(GENESIS);
    }
    if let (None, false, Some((at, _))) = (&first_bad, anchored, anchor) {
        first_bad = Some((
            *at,
            "the anchored head is not in the chain: records were cut off or rewritten".into(),
        ));
    }
    let listed = open_intents(snapshot)?.into_iter().collect();
    if let (None, Some(intent)) = (&first_bad, open.symmetric_difference(&listed).next()) {
        first_bad = Some((
            *intent,
            "the list of open intents differs from what the chain says of this one".into(),
        ));
    }
    Ok(Verified {
        records,
        head: hex(&hash),
        first_bad,
        open_intents: open.into_iter().collect(),
        backwards,
    })
}

/// Sequence numbers of the intents that no outcome closes, oldest first.
///
/// # Errors
/// Whatever SQLite says.
pub fn open_intents(connection: &Connection) -> rusqlite::Result<Vec<u64>> {
    connection
        .prepare_cached("SELECT seq FROM open_intents ORDER BY seq")?
        .query_map([], |row| row.get(0))?
        .collect()
}

#[cfg(test)]
mod tests;
