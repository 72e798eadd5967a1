//! Counting failed sign-ins, and the lock that too many of them bring.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Transaction, params};

use super::index::Row;
use crate::{password::profile::Profile, store::StoreError};

/// Counts a failure; true when it was one too many, so that the account is locked from now on.
pub(super) fn count_failure(
    transaction: &Transaction<'_>,
    profile: &Profile,
    row: Row,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if let Some(minutes) = profile.lockout_window_min {
        let begin = now.saturating_sub(SignedDuration::from_mins(i64::from(minutes)));
        transaction.execute(
            "DELETE FROM failures WHERE row = ?1 AND at <= ?2",
            params![row, begin.unwrap_or(now).as_millisecond()],
        )?;
    }
    transaction.execute(
        "INSERT INTO failures (row, nth, at)
         VALUES (?1, (SELECT coalesce(max(nth), 0) + 1 FROM failures WHERE row = ?1), ?2)",
        params![row, now.as_millisecond()],
    )?;
    let failures: u32 = transaction.query_row(
        "SELECT count(*) FROM failures WHERE row = ?1",
        [row],
        |row| row.get(0),
    )?;
    let locks = failures >= profile.lockout_attempts.max(1);
    if locks {
        transaction.execute(
            "INSERT INTO sign_ins (row, locked_since, failures) VALUES (?1, ?2, ?3)
             ON CONFLICT (row) DO UPDATE SET locked_since = ?2, failures = ?3",
            params![row, now.as_millisecond(), failures],
        )?;
        forget_failures(transaction, row)?;
    }
    Ok(locks)
}

/// Counts a refusal of any kind. A refusal that counts towards no lock does as much work on the
/// disk as one that does, so that the time taken does not tell them apart.
pub(super) fn count_refusal(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction
        .execute_batch("UPDATE counters SET value = value + 1 WHERE name = 'refused sign-ins'")?;
    Ok(())
}

pub(super) fn forget_failures(transaction: &Transaction<'_>, row: Row) -> Result<(), StoreError> {
    transaction
        .prepare_cached("DELETE FROM failures WHERE row = ?1")?
        .execute([row])?;
    Ok(())
}

/// Takes the lock off; true when there was one.
pub(super) fn unlock(transaction: &Transaction<'_>, row: Row) -> Result<bool, StoreError> {
    let locked = transaction
        .prepare_cached(
            "UPDATE sign_ins SET locked_since = NULL, failures = NULL
             WHERE row = ?1 AND locked_since IS NOT NULL",
        )?
        .execute([row])?;
    forget_failures(transaction, row)?;
    Ok(locked > 0)
}
