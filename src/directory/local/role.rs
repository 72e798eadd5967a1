//! Roles, and the last administrator.

use rusqlite::{Connection, Transaction, params};

use super::{LocalDirectory, index::Row, write};
use crate::{directory::DirectoryError, permission::Role, store::StoreError};

impl LocalDirectory {
    pub(super) async fn needs_first_administrator(&self) -> Result<bool, DirectoryError> {
        Ok(self.store.glance(has_no_administrator).await?)
    }
}

/// Whoever could no longer be replaced stays.
///
/// # Errors
/// [`DirectoryError::Forbidden`].
pub(super) fn refuse_the_last_administrator(
    transaction: &Transaction<'_>,
    row: Row,
) -> Result<(), DirectoryError> {
    if is_last_administrator(transaction, row)? {
        return Err(DirectoryError::Forbidden {
            message: "this is the last administrator who can sign in: give somebody else the \
                      role first"
                .into(),
            raw: None,
        });
    }
    Ok(())
}

/// Is `row` an administrator, and no other active administrator has a password?
pub(super) fn is_last_administrator(connection: &Connection, row: Row) -> Result<bool, StoreError> {
    let administrator = write::number_of_role(Role::Administrator);
    let last = connection.query_row(
        "SELECT (SELECT role FROM users WHERE row = ?1) = ?2 AND NOT EXISTS
            (SELECT 1 FROM users u JOIN passwords p ON p.row = u.row
             WHERE u.role = ?2 AND u.role > 0 AND u.active AND u.row <> ?1)",
        params![row, administrator],
        |row| row.get::<_, Option<bool>>(0),
    )?;
    Ok(last.unwrap_or_default())
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
        params![write::number_of_role(Role::Administrator), row],
        |row| row.get(0),
    )?)
}
