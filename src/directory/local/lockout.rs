//! Counting failed sign-ins, and the lock that too many of them bring.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction, params};

use super::{index::Row, read, role};
use crate::{password::profile::Profiles, store::StoreError};

/// Failures in a row after which even the last administrator is locked (NIST SP 800-63B-4, 3.2.2).
const MOST_IN_A_ROW: u32 = 100;

/// The wait after the first failure that would have locked somebody else, and the longest: both are
/// the examples of NIST SP 800-63B-4, 3.2.2.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// Counts a failure; true when it was one too many, so that the account is locked from now on.
pub(super) fn count_failure(
    transaction: &Transaction<'_>,
    profiles: &Profiles,
    row: Row,
    place: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let profile = read::profile_of(transaction, profiles, row)?;
    if let Some(minutes) = profile.lockout_window_min {
        let begin = now.saturating_sub(SignedDuration::from_mins(i64::from(minutes)));
        transaction.execute(
            "DELETE FROM failures WHERE row = ?1 AND at <= ?2",
            params![row, begin.unwrap_or(now).as_millisecond()],
        )?;
    }
    transaction.execute(
        "INSERT INTO failures (row, nth, at, source)
         VALUES (?1, (SELECT coalesce(max(nth), 0) + 1 FROM failures WHERE row = ?1), ?2, ?3)",
        params![row, now.as_millisecond(), place],
    )?;
    let failures = failures(transaction, row)?;
    let most = profile.lockout_attempts.max(1);
    let locks = failures >= most
        && (failures >= MOST_IN_A_ROW.max(most) || !is_slowed(transaction, profiles, row, now)?);
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

/// How long no password is looked at for `row` from `place`; `None` is not at all. Only an
/// administrator without whom nobody could unlock anybody is slowed down in place of locked, and
/// only where the wrong guesses come from: elsewhere the right password goes on to work.
pub(super) fn wait(
    connection: &Connection,
    profiles: &Profiles,
    row: Row,
    place: &str,
    now: Timestamp,
) -> Result<Option<SignedDuration>, StoreError> {
    let profile = read::profile_of(connection, profiles, row)?;
    let failures = failures(connection, row)?;
    let most = profile.lockout_attempts.max(1);
    if failures < most || !is_slowed(connection, profiles, row, now)? {
        return Ok(None);
    }
    let last: Option<i64> = connection.query_row(
        "SELECT max(at) FROM failures WHERE row = ?1 AND coalesce(source, '') = ?2",
        params![row, place],
        |row| row.get(0),
    )?;
    let Some(last) = last else {
        return Ok(None);
    };
    let last = read::instant(last)?;
    let doublings = (failures - most).min(16);
    let whole = (FIRST_WAIT * (1_i32 << doublings)).min(LONGEST_WAIT);
    // A clock that was set back makes nobody wait for longer than that.
    let passed = now.duration_since(last).max(SignedDuration::ZERO);
    Ok((passed < whole).then(|| whole - passed))
}

fn failures(connection: &Connection, row: Row) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM failures WHERE row = ?1")?
        .query_row([row], |row| row.get(0))?)
}

/// Is `row` the only administrator who can sign in, under a profile that does not want a lock all
/// the same?
fn is_slowed(
    connection: &Connection,
    profiles: &Profiles,
    row: Row,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let profile = read::profile_of(connection, profiles, row)?;
    Ok(!profile.locks_the_last_administrator()
        && role::who_can_sign_in(connection, profiles, now)? == [row])
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
