//! Setting somebody's password, and unlocking.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::{
    LocalDirectory, account,
    change::{self, Change},
    hashing,
    index::Row,
    lockout, people,
    sign_in::stored_hash,
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    password::{Secret, hash::PasswordHash, profile::Profile},
    receipt::{PasswordReset, Proof, Receipt, Step, StepOutcome},
    store::StoreError,
    user::{UserId, Version},
};

/// A password may change while the new one is being hashed; then the history is looked at again.
const ATTEMPTS: usize = 3;

/// A password about to be put in the place of another.
#[derive(Debug)]
pub(super) struct NewPassword {
    pub(super) hash: PasswordHash,
    /// The hash that was in force when the history was looked at.
    pub(super) instead_of: Option<PasswordHash>,
    pub(super) must_change: bool,
}

impl LocalDirectory {
    pub(super) async fn password_set(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let row = people::row_of(reset.user)?;
        let expected = reset.expected.cloned();
        self.store
            .read(move |connection| change::refuse_if_changed(connection, row, expected.as_ref()))
            .await?;
        let hash = hashing::hash(self.profile.kdf, reset.password).await?;
        for _ in 0..ATTEMPTS {
            let instead_of = self.refuse_former(row, reset.password).await?;
            let new = NewPassword {
                hash: hash.clone(),
                instead_of,
                must_change: reset.must_change,
            };
            let change = Change {
                row,
                expected: reset.expected.cloned(),
                by: change::signature(operator),
                what: "password reset",
                at: self.now(),
            };
            let (profile, unlock, intent) =
                (Arc::clone(&self.profile), reset.unlock, intent.clone());
            let done = self
                .store
                .write(move |transaction| {
                    commit(transaction, &profile, &change, &new, unlock, &intent)
                })
                .await?;
            if let Some((steps, version)) = done {
                return Ok(Receipt {
                    steps,
                    proof: self.proved(row, reset.password).await,
                    version: Some(version),
                    server: None,
                    recorded: true,
                });
            }
        }
        Err(StoreError::Busy.into())
    }

    /// Looks at the history; gives the hash that is in force.
    pub(super) async fn refuse_former(
        &self,
        row: Row,
        password: &Secret,
    ) -> Result<Option<PasswordHash>, DirectoryError> {
        let history = self.profile.history;
        let (current, former) = self
            .store
            .read(move |connection| {
                let current = stored_hash(connection, row)?;
                let former = former(connection, row, history, current.as_ref())?;
                Ok((current, former))
            })
            .await?;
        hashing::refuse_former(former, password).await?;
        Ok(current)
    }

    /// Reads the hash back on another connection and tries the password on it.
    pub(super) async fn proved(&self, row: Row, password: &Secret) -> Proof {
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
            Ok(true) => Proof::Proved("verified against the store".into()),
            Ok(false) => Proof::Unproved("the store holds another password by now".into()),
            Err(error) => Proof::Unproved(format!("it could not be read back: {error}")),
        }
    }

    pub(super) async fn unlocked(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let change = Change {
            row: people::row_of(user)?,
            expected: expected.cloned(),
            by: change::signature(operator),
            what: "unlocked",
            at: self.now(),
        };
        let intent = intent.clone();
        let (steps, version) = self
            .store
            .write(move |transaction| {
                let version = change.begin(transaction)?;
                let was_locked = lockout::unlock(transaction, change.row)?;
                let steps = vec![(Step::Unlocked, done_if(was_locked))];
                change::conclude(transaction, &intent, &steps, change.at)?;
                Ok((steps, version))
            })
            .await?;
        Ok(Receipt {
            steps,
            proof: Proof::NotNeeded,
            version: Some(version),
            server: None,
            recorded: true,
        })
    }
}

type Steps = Vec<(Step, StepOutcome)>;

/// `None` when the password has changed since its history was looked at.
fn commit(
    transaction: &Transaction<'_>,
    profile: &Profile,
    change: &Change,
    new: &NewPassword,
    unlock: bool,
    intent: &Intent,
) -> Result<Option<(Steps, Version)>, StoreError> {
    let version = change.begin(transaction)?;
    if !put(transaction, profile, change.row, new, change.at)? {
        return Ok(None);
    }
    let unlocked = if unlock {
        lockout::unlock(transaction, change.row)?
    } else {
        lockout::forget_failures(transaction, change.row)?;
        false
    };
    let steps = vec![
        (Step::PasswordSet, StepOutcome::Done),
        (Step::MustChange, done_if(new.must_change)),
        (Step::Unlocked, done_if(unlocked)),
    ];
    change::conclude(transaction, intent, &steps, change.at)?;
    Ok(Some((steps, version)))
}

/// Puts a password in force; false when another has come between.
pub(super) fn put(
    transaction: &Transaction<'_>,
    profile: &Profile,
    row: Row,
    new: &NewPassword,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if stored_hash(transaction, row)? != new.instead_of {
        return Ok(false);
    }
    keep_former(transaction, row, profile.history, new.instead_of.as_ref())?;
    let expires = account::expiry(profile, new.must_change, now);
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

pub(super) const fn done_if(done: bool) -> StepOutcome {
    if done {
        StepOutcome::Done
    } else {
        StepOutcome::NotNeeded
    }
}
