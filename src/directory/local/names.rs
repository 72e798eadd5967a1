//! What users sign in with: the ID and the email, unique over both together.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{index::Row, read};
use crate::{
    directory::{DirectoryError, NewUser, UserAttribute},
    store::StoreError,
    text,
};

/// What somebody signs in with, as it is looked up: IDs and emails that differ in letter case alone
/// are the same.
pub fn sign_in_name(typed: &str) -> String {
    text::comparable(typed.trim()).into_owned()
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

/// Claims the ID and the email of a user; says whose they are when they are taken.
pub(super) fn claim_names(
    transaction: &Transaction<'_>,
    row: Row,
    new: &NewUser,
) -> Result<Option<Taken>, StoreError> {
    let mut claim = transaction
        .prepare_cached("INSERT OR IGNORE INTO sign_in_names (name, row) VALUES (?1, ?2)")?;
    for (attribute, name) in [
        (UserAttribute::Id, &new.login),
        (UserAttribute::Email, &new.email),
    ] {
        let key = sign_in_name(name);
        if key.is_empty() || claim.execute(params![key, row])? > 0 {
            continue;
        }
        // The owner is the user where ID and email are one and the same.
        let owner = row_of_sign_in_name(transaction, &key)?;
        if let Some(owner) = owner.filter(|owner| *owner != row) {
            return Ok(Some(Taken {
                attribute,
                name: name.clone(),
                owner,
            }));
        }
    }
    Ok(None)
}

/// An ID or email that somebody else signs in with.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) attribute: UserAttribute,
    pub(super) name: String,
    pub(super) owner: Row,
}

impl Taken {
    /// "ID E1042 is taken by Maria Vasquez (E1042)".
    pub(super) fn error(&self, connection: &Connection) -> Result<DirectoryError, DirectoryError> {
        let owner = read::user(connection, self.owner)?;
        Ok(DirectoryError::Taken {
            attribute: Some(self.attribute),
            message: format!(
                "{} {} is taken by {} ({})",
                self.attribute.word(),
                self.name,
                owner.name(),
                owner.login
            ),
        })
    }
}
