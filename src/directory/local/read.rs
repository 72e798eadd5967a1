//! Reading users.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row as SqlRow};

use super::{index::Row, stored_role};
use crate::{
    directory::DirectoryError,
    password::profile::{Profile, Profiles},
    store::StoreError,
    user::{AccountKind, AccountState, Details, Fact, Lock, PasswordState, User, UserId, Version},
};

/// What a search looks at, by row.
pub(super) const TEXT: &str = "SELECT login, email, given, family FROM users WHERE row = ?1";

const USER: &str = "SELECT u.row, u.login, u.email, u.given, u.family, u.kind, u.role, u.active,
        u.version, p.row, p.changed_at, p.expires_at, p.must_change,
        s.last_at, s.locked_since, s.failures,
        u.display_name, u.phone, u.station, u.job_title, u.valid_from, u.valid_until,
        r.name, r.permissions, r.kinds, r.stations
    FROM users u LEFT JOIN passwords p ON p.row = u.row LEFT JOIN sign_ins s ON s.row = u.row
        LEFT JOIN site_roles r ON r.number = u.role
    WHERE u.row = ?1";

/// The row that a handle names. A text that is no number is no handle of this store, nor is another
/// spelling of the same number: a handle names one user, and a user has one handle.
pub(super) fn row_of(id: &UserId) -> Result<Row, DirectoryError> {
    let row: Row = id.0.parse().map_err(|_| DirectoryError::NotFound)?;
    if row.to_string() == id.0 {
        Ok(row)
    } else {
        Err(DirectoryError::NotFound)
    }
}

/// One user.
///
/// # Errors
/// [`DirectoryError::NotFound`].
pub(super) fn user(connection: &Connection, row: Row) -> Result<User, DirectoryError> {
    users(connection, &[row])?
        .pop()
        .ok_or(DirectoryError::NotFound)
}

/// The profile of the kind of a user.
pub(super) fn profile_of<'p>(
    connection: &Connection,
    profiles: &'p Profiles,
    row: Row,
) -> Result<&'p Profile, StoreError> {
    if profiles.own().next().is_none() {
        return Ok(profiles.general());
    }
    let kind: Option<usize> = connection
        .prepare_cached("SELECT kind FROM users WHERE row = ?1")?
        .query_row([row], |row| row.get(0))
        .optional()?;
    let kind = kind.and_then(|kind| AccountKind::ALL.get(kind)).copied();
    Ok(profiles.of(kind))
}

/// Users in the order of `rows`, without those who are no longer there.
pub(super) fn users(connection: &Connection, rows: &[Row]) -> Result<Vec<User>, StoreError> {
    let mut statement = connection.prepare_cached(USER)?;
    let mut users = Vec::with_capacity(rows.len());
    for row in rows {
        users.extend(statement.query_row([row], read).optional()?);
    }
    Ok(users)
}

fn read(row: &SqlRow<'_>) -> rusqlite::Result<User> {
    let failures = row.get(15)?;
    let lock = time(row, 14)?.map(|since| {
        since.map(|since| Lock {
            since: Some(since),
            failures,
            until: None,
        })
    });
    let set = row.get::<_, Option<Row>>(9)?.is_some();
    let (changed_at, expires_at) = (time(row, 10)?, time(row, 11)?);
    let password = changed_at.and_then(|changed_at| {
        let expires_at = expires_at?;
        Ok(PasswordState {
            set,
            changed_at,
            expires_at,
        })
    });
    let kind: usize = row.get(5)?;
    let role = stored_role::held(row.get(6)?, row, 22)?;
    Ok(User {
        id: UserId(row.get::<_, Row>(0)?.to_string()),
        login: row.get(1)?,
        email: row.get(2)?,
        given_name: row.get(3)?,
        family_name: row.get(4)?,
        kind: Fact::Known(AccountKind::ALL.get(kind).copied().unwrap_or_default()),
        details: Fact::Known(Details {
            display_name: row.get::<_, Option<String>>(16)?.unwrap_or_default(),
            phone: row.get(17)?,
            station: row.get(18)?,
            job_title: row.get(19)?,
            ..Details::default()
        }),
        state: AccountState {
            active: Fact::Known(row.get(7)?),
            lock: known(lock),
            must_change: Fact::Known(row.get::<_, Option<bool>>(12)?.unwrap_or_default()),
            password: known(password),
            last_sign_in: known(time(row, 13)?),
            valid_from: known(time(row, 20)?),
            account_expires: known(time(row, 21)?),
            ..AccountState::default()
        },
        permissions: role.permissions(),
        reach: role.reach(),
        role: Some(role),
        version: Version(row.get::<_, i64>(8)?.to_string()),
    })
}

/// A time that is none, as only damage leaves one: an account must not go on for ever, or lose its
/// lock, because the end of it cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time that is kept there is none")]
pub(super) struct DamagedTime;

impl From<DamagedTime> for StoreError {
    fn from(damaged: DamagedTime) -> Self {
        Self::Corrupt(damaged.to_string())
    }
}

fn known<T>(read: Result<T, DamagedTime>) -> Fact<T> {
    read.map_or_else(|damaged| Fact::Unknown(damaged.to_string()), Fact::Known)
}

pub(super) fn instant(millis: i64) -> Result<Timestamp, DamagedTime> {
    Timestamp::from_millisecond(millis).map_err(|_| DamagedTime)
}

fn time(
    row: &SqlRow<'_>,
    column: usize,
) -> rusqlite::Result<Result<Option<Timestamp>, DamagedTime>> {
    let millis: Option<i64> = row.get(column)?;
    Ok(millis.map(instant).transpose())
}
