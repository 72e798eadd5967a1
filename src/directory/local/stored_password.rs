//! The password in force and those before it, as hashes.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{LocalDirectory, hashing, index::Row, read, state};
use crate::{
    directory::DirectoryError,
    kind::AccountKind,
    password::{Secret, hash::PasswordHash, profile::Profiles},
    receipt::Proof,
    store::StoreError,
};

/// A password about to be put in the place of another.
#[derive(Debug)]
pub(super) struct NewPassword {
    pub(super) hash: PasswordHash,
    /// The hash that was in force when the history was looked at.
    pub(super) instead_of: Option<PasswordHash>,
    pub(super) must_change: bool,
    /// With so many former passwords it could not be compared.
    pub(super) damaged_former: usize,
}

impl NewPassword {
    /// Is the hash in force still the one that was looked at?
    pub(super) fn is_next(&self, connection: &Connection, row: Row) -> Result<bool, StoreError> {
        Ok(stored_hash(connection, row)? == self.instead_of)
    }
}

impl LocalDirectory {
    /// Looks at the history, as far as the account's kind asks for it, or the `kind` that it gets;
    /// gives the hash that is in force, and with how many former passwords
    /// nothing could be compared.
    pub(super) async fn refuse_former(
        &self,
        row: Row,
        kind: Option<AccountKind>,
        password: &Secret,
    ) -> Result<(Option<PasswordHash>, usize), DirectoryError> {
        let profiles = Arc::clone(&self.profiles);
        let (current, former) = self
            .store
            .read(move |connection| {
                let current = stored_hash(connection, row)?;
                let history = match kind {
                    Some(kind) => profiles.of(Some(kind)).history,
                    None => read::profile_of(connection, &profiles, row)?.history,
                };
                let former = former(connection, row, history, current.as_ref())?;
                Ok::<_, StoreError>((current, former))
            })
            .await?;
        let damaged = hashing::refuse_former(former, password).await?;
        Ok((current, damaged))
    }

    /// Reads the hash back on another connection and tries the password on it.
    /// What is damaged in the history is said with it.
    pub(super) async fn proved(&self, row: Row, password: &Secret, damaged: usize) -> Proof {
        let read = self
            .store
            .read(move |connection| stored_hash(connection, row))
            .await;
        let verified = match read {
            Ok(Some(hash)) => hashing::verify(hash, password).await,
            Ok(None) => Ok(false),
            Err(error) => Err(error.into()),
        };
        match verified {
            Ok(true) => Proof::ReadBack(match not_compared(damaged) {
                Some(remark) => format!("the stored hash verified; {remark}"),
                None => "the stored hash verified".into(),
            }),
            Ok(false) => Proof::NotKnown("the store holds another password by now".into()),
            Err(error) => Proof::Accepted(format!("it could not be read back: {error}")),
        }
    }
}

/// For the record and the receipt: the history rule was not looked at in full.
pub(super) fn not_compared(damaged: usize) -> Option<String> {
    match damaged {
        0 => None,
        1 => Some("not compared with 1 former password, whose stored hash is damaged".into()),
        many => Some(format!(
            "not compared with {many} former passwords, whose stored hashes are damaged"
        )),
    }
}

/// The hash in force.
pub(super) fn stored_hash(
    connection: &Connection,
    row: Row,
) -> Result<Option<PasswordHash>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT hash FROM passwords WHERE row = ?1")?
        .query_row([row], |row| row.get(0).map(PasswordHash))
        .optional()?)
}

/// Puts a password in force; false when another has come between.
pub(super) fn put(
    transaction: &Transaction<'_>,
    profiles: &Profiles,
    row: Row,
    new: &NewPassword,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !new.is_next(transaction, row)? {
        return Ok(false);
    }
    let profile = read::profile_of(transaction, profiles, row)?;
    keep_former(transaction, row, profile.history, new.instead_of.as_ref())?;
    let expires = state::expiry(profile, new.must_change, now);
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO passwords (row, hash, changed_at, expires_at, must_change)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            row,
            new.hash.0,
            now.as_millisecond(),
            expires.map(Timestamp::as_millisecond),
            new.must_change
        ])?;
    Ok(true)
}

/// The passwords that may not come again: the one in force and those before it.
fn former(
    connection: &Connection,
    row: Row,
    history: u32,
    current: Option<&PasswordHash>,
) -> Result<Vec<PasswordHash>, StoreError> {
    if history == 0 {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "SELECT hash FROM former_passwords WHERE row = ?1 ORDER BY nth DESC LIMIT ?2",
    )?;
    let older = statement.query_map(params![row, history - 1], |row| {
        row.get(0).map(PasswordHash)
    })?;
    let mut hashes: Vec<_> = current.cloned().into_iter().collect();
    for hash in older {
        hashes.push(hash?);
    }
    Ok(hashes)
}

fn keep_former(
    transaction: &Transaction<'_>,
    row: Row,
    history: u32,
    old: Option<&PasswordHash>,
) -> Result<(), StoreError> {
    let Some(old) = old else { return Ok(()) };
    transaction.execute(
        "INSERT INTO former_passwords (row, nth, hash)
         VALUES (?1, (SELECT coalesce(max(nth), 0) + 1 FROM former_passwords WHERE row = ?1), ?2)",
        params![row, old.0],
    )?;
    // No more are kept than the profile asks for, the one in force being the first of them.
    transaction.execute(
        "DELETE FROM former_passwords WHERE row = ?1
         AND nth <= (SELECT max(nth) FROM former_passwords WHERE row = ?1) - ?2",
        params![row, history.saturating_sub(1)],
    )?;
    Ok(())
}
