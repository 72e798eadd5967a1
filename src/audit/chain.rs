//! `h_i = SHA-256(h_{i-1} ‖ canonical(record_i))`, appended inside the caller's transaction.

use jiff::Timestamp;
use rusqlite::Transaction;

use super::{Event, Record};

/// Appends `event` within `transaction` (begun IMMEDIATE, so that nobody else appends between).
///
/// # Errors
/// Whatever SQLite says; nothing is appended then.
pub fn append(
    transaction: &Transaction<'_>,
    event: &Event,
    at: Timestamp,
) -> rusqlite::Result<Record> {
    let _ = (transaction, event, at);
    todo!("audit")
}
