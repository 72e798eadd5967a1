//! Roles, and the last administrator.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::{LocalDirectory, index::Row, read, state, write};
use crate::{
    directory::DirectoryError, password::profile::Profiles, permission::Role, store::StoreError,
    user::Verdict,
};

impl LocalDirectory {
    pub(super) async fn needs_first_administrator(&self) -> Result<bool, DirectoryError> {
        Ok(self.store.glance(has_no_administrator).await?)
    }

    /// Active, not locked, and with a password that has not expired.
    pub(super) async fn administrators_who_can_sign_in(&self) -> Result<u64, DirectoryError> {
        let (profiles, now) = (Arc::clone(&self.profiles), self.now());
        self.store
            .read(move |connection| {
                let open = who_can_sign_in(connection, &profiles, now)?;
                Ok(open.len() as u64)
            })
            .await
    }
}

/// Whoever could no longer be replaced stays.
///
/// # Errors
/// [`DirectoryError::Forbidden`].
pub(super) fn refuse_the_last_administrator(
    transaction: &Transaction<'_>,
    row: Row,
    now: Timestamp,
) -> Result<(), DirectoryError> {
    if is_last_administrator(transaction, row, now)? {
        return Err(DirectoryError::Forbidden {
            message: "this is the last administrator who can sign in: give somebody else the \
                      role first"
                .into(),
            raw: None,
        });
    }
    Ok(())
}

/// Is `row` an administrator, and no other active administrator, valid at `now`, has a password?
pub(super) fn is_last_administrator(
    connection: &Connection,
    row: Row,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let administrator = write::number_of_role(&Role::Administrator);
    let last = connection.query_row(
        "SELECT (SELECT role FROM users WHERE row = ?1) = ?2 AND NOT EXISTS
            (SELECT 1 FROM users u JOIN passwords p ON p.row = u.row
             WHERE u.role = ?2 AND u.role > 0 AND u.active AND u.row <> ?1
                 AND coalesce(u.valid_from <= ?3, 1) AND coalesce(u.valid_until > ?3, 1))",
        params![row, administrator, now.as_millisecond()],
        |row| row.get::<_, Option<bool>>(0),
    )?;
    Ok(last.unwrap_or_default())
}

/// The administrators who can sign in at `now`: active, not locked, with a password that has not
/// expired, and not gone unused for too long.
pub(super) fn who_can_sign_in(
    connection: &Connection,
    profiles: &Profiles,
    now: Timestamp,
) -> Result<Vec<Row>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT row FROM users WHERE role = ?1 AND role > 0")?;
    let rows: Vec<Row> = statement
        .query_map([write::number_of_role(&Role::Administrator)], |row| {
            row.get(0)
        })?
        .collect::<Result<_, _>>()?;
    let mut users = read::users(connection, &rows)?;
    for user in &mut users {
        state::end_inactive(profiles, user);
    }
    Ok(rows
        .into_iter()
        .zip(users)
        .filter(|(_, user)| matches!(user.verdict(now), Verdict::CanSignIn | Verdict::MustChange))
        .map(|(row, _)| row)
        .collect())
}

/// Nobody has the role and a password. A locked or disabled administrator counts: else whoever
/// locks the account by wrong guesses could become the first administrator.
fn has_no_administrator(connection: &Connection) -> Result<bool, StoreError> {
    has_no_administrator_but(connection, 0)
}

/// The same, `row` not counted.
pub(super) fn has_no_administrator_but(
    connection: &Connection,
    row: Row,
) -> Result<bool, StoreError> {
    Ok(connection.query_row(
        "SELECT NOT EXISTS
            (SELECT 1 FROM users u JOIN passwords p ON p.row = u.row
             WHERE u.role = ?1 AND u.role > 0 AND u.row <> ?2)",
        params![write::number_of_role(&Role::Administrator), row],
        |row| row.get(0),
    )?)
}
