//! Writing users' rows.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::index::Row;
use crate::{
    directory::{NewUser, Provisioned},
    permission::Role,
    store::StoreError,
    user::AccountKind,
};

/// A role as it is stored. One that is known by its name alone does not come so far, and would be
/// none.
pub(super) fn number_of_role(role: &Role) -> u32 {
    role.number().unwrap_or_default()
}

/// A kind as it is stored: its place in [`AccountKind::ALL`].
pub(super) fn number_of_kind(kind: AccountKind) -> usize {
    place(&AccountKind::ALL, &kind)
}

fn place<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter()
        .position(|other| other == one)
        .unwrap_or_default()
}

/// The row after the last that was ever given.
pub(super) fn next_row(transaction: &Transaction<'_>) -> Result<Row, StoreError> {
    Ok(transaction
        .prepare_cached(
            "SELECT max(coalesce((SELECT max(row) FROM users), 0),
                 (SELECT value FROM counters WHERE name = 'highest removed row')) + 1",
        )?
        .query_row([], |row| row.get(0))?)
}

/// Writes a new user; names, index and counter are the caller's.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    row: Row,
    new: &NewUser,
    by: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO users (row, login, email, given, family, kind, role, active, version,
                 created_at, changed_at, changed_by, changed_what,
                 display_name, phone, station, job_title, valid_from, valid_until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?9, ?10, 'added',
                 nullif(?11, ''), ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(params![
            row,
            new.login,
            new.email,
            new.given_name,
            new.family_name,
            place(&AccountKind::ALL, &new.kind),
            number_of_role(&new.role),
            new.active,
            at.as_millisecond(),
            by,
            new.details.display_name,
            new.details.phone,
            new.details.station,
            new.details.job_title,
            new.valid_from.map(Timestamp::as_millisecond),
            new.valid_until.map(Timestamp::as_millisecond),
        ])?;
    Ok(())
}

/// Writes the attributes of a user who is there; names and index are the caller's.
pub(super) fn update(
    transaction: &Transaction<'_>,
    row: Row,
    new: &NewUser,
    provisioned: &Provisioned,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE users SET login = ?2, email = ?3, given = ?4, family = ?5, kind = ?6, role = ?7,
                 active = ?8, external_id = ?9, display_name = ?10, email_primary = ?11,
                 phone = ?12, station = ?13, job_title = ?14, valid_from = ?15, valid_until = ?16
             WHERE row = ?1",
        )?
        .execute(params![
            row,
            new.login,
            new.email,
            new.given_name,
            new.family_name,
            place(&AccountKind::ALL, &new.kind),
            number_of_role(&new.role),
            new.active,
            provisioned.external_id,
            display_name(new, provisioned),
            provisioned.email_is_not_primary.then_some(0),
            new.details.phone,
            new.details.station,
            new.details.job_title,
            new.valid_from.map(Timestamp::as_millisecond),
            new.valid_until.map(Timestamp::as_millisecond),
        ])?;
    Ok(())
}

/// The display name as it is stored: NULL is put together for clients, and empty is none at all.
fn display_name<'a>(new: &'a NewUser, provisioned: &Provisioned) -> Option<&'a str> {
    let name = new.details.display_name.as_str();
    (!name.is_empty() || provisioned.shows_no_name).then_some(name)
}

/// Counts users that were added.
pub(super) fn count_added(transaction: &Transaction<'_>, added: u64) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE counters SET value = value + ?1 WHERE name = 'users'")?
        .execute([added])?;
    Ok(())
}
