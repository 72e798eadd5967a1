//! Users as the store keeps them.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, Transaction, params};
use unicode_normalization::UnicodeNormalization;

use super::index::Row;
use crate::{
    directory::{DirectoryError, NewUser, Provisioned},
    permission::Role,
    store::StoreError,
    user::{AccountKind, AccountState, Fact, Lock, PasswordState, User, UserId, Version},
};

/// What a search looks at, by row.
pub(super) const TEXT: &str = "SELECT login, email, given, family FROM users WHERE row = ?1";

const USER: &str = "SELECT u.row, u.login, u.email, u.given, u.family, u.kind, u.role, u.active,
        u.version, p.row, p.changed_at, p.expires_at, p.must_change,
        s.last_at, s.locked_since, s.failures
    FROM users u LEFT JOIN passwords p ON p.row = u.row LEFT JOIN sign_ins s ON s.row = u.row
    WHERE u.row = ?1";

/// What a handle of ours says; any other text is nobody's.
pub(super) fn row_of(id: &UserId) -> Result<Row, DirectoryError> {
    id.0.parse().map_err(|_| DirectoryError::NotFound)
}

/// What somebody signs in with, as it is looked up: IDs and emails that differ in letter case alone
/// are the same.
pub fn sign_in_name(typed: &str) -> String {
    typed.trim().nfc().collect::<String>().to_lowercase()
}

pub(super) fn row_of_sign_in_name(
    connection: &Connection,
    name: &str,
) -> Result<Option<Row>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT row FROM sign_in_names WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

/// One user.
///
/// # Errors
/// [`DirectoryError::NotFound`].
pub(super) fn user(connection: &Connection, row: Row) -> Result<User, StoreError> {
    connection
        .prepare_cached(USER)?
        .query_row([row], read)
        .optional()?
        .ok_or_else(|| DirectoryError::NotFound.into())
}

/// Users in the order of `rows`; who is no longer there is left out.
pub(super) fn users(connection: &Connection, rows: &[Row]) -> Result<Vec<User>, StoreError> {
    let mut statement = connection.prepare_cached(USER)?;
    let mut users = Vec::with_capacity(rows.len());
    for row in rows {
        users.extend(statement.query_row([row], read).optional()?);
    }
    Ok(users)
}

fn read(row: &SqlRow<'_>) -> rusqlite::Result<User> {
    let lock = time(row, 14)?.map(|since| -> rusqlite::Result<_> {
        Ok(Lock {
            since: Some(since),
            failures: row.get(15)?,
            until: None,
        })
    });
    let password = PasswordState {
        set: row.get::<_, Option<Row>>(9)?.is_some(),
        changed_at: time(row, 10)?,
        expires_at: time(row, 11)?,
    };
    let (kind, role): (usize, usize) = (row.get(5)?, row.get(6)?);
    let role = Role::ALL.get(role).copied().unwrap_or_default();
    Ok(User {
        id: UserId(row.get::<_, Row>(0)?.to_string()),
        login: row.get(1)?,
        email: row.get(2)?,
        given_name: row.get(3)?,
        family_name: row.get(4)?,
        kind: Fact::Known(AccountKind::ALL.get(kind).copied().unwrap_or_default()),
        state: AccountState {
            active: Fact::Known(row.get(7)?),
            account_expires: Fact::Known(None),
            lock: Fact::Known(lock.transpose()?),
            must_change: Fact::Known(row.get::<_, Option<bool>>(12)?.unwrap_or_default()),
            password: Fact::Known(password),
            last_sign_in: Fact::Known(time(row, 13)?),
        },
        permissions: role.permissions(),
        version: Version(row.get::<_, i64>(8)?.to_string()),
    })
}

fn time(row: &SqlRow<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let millis: Option<i64> = row.get(column)?;
    Ok(millis.and_then(|millis| Timestamp::from_millisecond(millis).ok()))
}

/// A role as it is stored: its place in [`Role::ALL`].
pub(super) fn number_of_role(role: Role) -> usize {
    place(&Role::ALL, &role)
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
                 created_at, changed_at, changed_by, changed_what)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?9, ?10, 'added')",
        )?
        .execute(params![
            row,
            new.login,
            new.email,
            new.given_name,
            new.family_name,
            place(&AccountKind::ALL, &new.kind),
            number_of_role(new.role),
            new.active,
            at.as_millisecond(),
            by,
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
                 active = ?8, external_id = ?9, display_name = ?10, email_primary = ?11
             WHERE row = ?1",
        )?
        .execute(params![
            row,
            new.login,
            new.email,
            new.given_name,
            new.family_name,
            place(&AccountKind::ALL, &new.kind),
            number_of_role(new.role),
            new.active,
            provisioned.external_id,
            provisioned.display_name,
            provisioned.email_is_not_primary.then_some(0),
        ])?;
    Ok(())
}

/// Takes the ID and the email of a new user; says whose they are when they are taken.
pub(super) fn claim_names(
    transaction: &Transaction<'_>,
    row: Row,
    new: &NewUser,
) -> Result<Option<Taken>, StoreError> {
    let mut claim = transaction
        .prepare_cached("INSERT OR IGNORE INTO sign_in_names (name, row) VALUES (?1, ?2)")?;
    for (what, name) in [("ID", &new.login), ("email", &new.email)] {
        let key = sign_in_name(name);
        if key.is_empty() || claim.execute(params![key, row])? > 0 {
            continue;
        }
        match row_of_sign_in_name(transaction, &key)? {
            Some(owner) if owner != row => {
                return Ok(Some(Taken {
                    what,
                    name: name.clone(),
                    owner,
                }));
            }
            // The ID and the email are one and the same.
            _ => {}
        }
    }
    Ok(None)
}

/// An ID or email that somebody else signs in with.
#[derive(Debug)]
pub(super) struct Taken {
    /// "ID" or "email".
    pub(super) what: &'static str,
    pub(super) name: String,
    pub(super) owner: Row,
}

impl Taken {
    /// "ID E1042 is taken by Maria Vasquez (E1042)".
    pub(super) fn sentence(&self, connection: &Connection) -> Result<String, StoreError> {
        let owner = user(connection, self.owner)?;
        Ok(format!(
            "{} {} is taken by {} ({})",
            self.what,
            self.name,
            owner.name(),
            owner.login
        ))
    }
}

pub(super) fn count_added(transaction: &Transaction<'_>, added: u64) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE counters SET value = value + ?1 WHERE name = 'users'")?
        .execute([added])?;
    Ok(())
}
