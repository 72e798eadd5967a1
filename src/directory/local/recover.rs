//! The way back in for an administrator: asked for at the machine itself, by nobody who has signed
//! in.

use std::sync::Arc;

use rusqlite::{Transaction, params};

use super::{
    LocalDirectory,
    change::{self, By, Change, done_if},
    hashing, lockout, names, read,
    stored_password::{self, NewPassword, not_compared},
    write,
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    password::{Secret, profile::Profiles},
    permission::Role,
    receipt::{Proof, Receipt, Step, StepOutcome},
    store::StoreError,
    user::{Fact, User, UserId, Version},
};

/// A password may change while the new one is being hashed; then the history is looked at again.
const ATTEMPTS: usize = 3;

impl LocalDirectory {
    /// The user who signs in with `name`, if that is an administrator who may be let in again.
    pub(super) async fn administrator(&self, name: &str) -> Result<User, DirectoryError> {
        let name = names::sign_in_name(name);
        self.store
            .read(move |connection| {
                let row = names::row_of_sign_in_name(connection, &name)?
                    .ok_or(DirectoryError::NotFound)?;
                read::user(connection, row)
            })
            .await
    }

    /// Takes the lock off the administrator's account and, where one is given, puts a temporary
    /// password in force.
    pub(super) async fn recover(
        &self,
        administrator: &UserId,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let row = read::row_of(administrator)?;
        let hash = match password {
            Some(password) => Some(hashing::hash(self.profiles.general().kdf, password).await?),
            None => None,
        };
        for _ in 0..ATTEMPTS {
            let new = match (password, &hash) {
                (Some(password), Some(hash)) => {
                    let (instead_of, damaged_former) =
                        self.refuse_former(row, None, password).await?;
                    Some(NewPassword {
                        hash: hash.clone(),
                        instead_of,
                        must_change: true,
                        damaged_former,
                    })
                }
                (Some(_), None) | (None, _) => None,
            };
            let change = Change {
                row,
                expected: None,
                by: By::AtMachine,
                what: "recovered at the machine",
                at: self.now(),
            };
            let damaged = new.as_ref().map_or(0, |new| new.damaged_former);
            let (profiles, intent) = (Arc::clone(&self.profiles), intent.clone());
            let done = self
                .store
                .write(move |transaction| {
                    commit(transaction, &profiles, &change, new.as_ref(), &intent)
                })
                .await?;
            if let Some((steps, version)) = done {
                let proof = match password {
                    Some(password) => self.proved(row, password, damaged).await,
                    None => Proof::NotNeeded,
                };
                return Ok(change::receipt(steps, proof, Some(version)));
            }
        }
        Err(StoreError::Busy.into())
    }
}

type Steps = Vec<(Step, StepOutcome)>;

/// `None` when the password has changed since its history was looked at.
fn commit(
    transaction: &Transaction<'_>,
    profiles: &Profiles,
    change: &Change,
    new: Option<&NewPassword>,
    intent: &Intent,
) -> Result<Option<(Steps, Version)>, DirectoryError> {
    refuse_unless_administrator(transaction, change)?;
    let mut steps = Vec::new();
    if let Some(new) = new {
        if !stored_password::put(transaction, profiles, change.row, new, change.at)? {
            return Ok(None);
        }
        steps.push((Step::PasswordSet, StepOutcome::Done));
        steps.push((Step::MustChange, StepOutcome::Done));
    }
    let version = change.begin(transaction)?;
    let unlocked = lockout::unlock(transaction, change.row)?;
    steps.push((Step::Unlocked, done_if(unlocked)));
    let damaged = new.and_then(|new| not_compared(new.damaged_former));
    change::conclude_with(transaction, intent, &steps, damaged, change.at)?;
    Ok(Some((steps, version)))
}

/// Whoever can open the file could do more than this, but this command makes nobody an
/// administrator and enables nobody.
fn refuse_unless_administrator(
    transaction: &Transaction<'_>,
    change: &Change,
) -> Result<(), DirectoryError> {
    let user = read::user(transaction, change.row)?;
    let refuse = |message: String| Err(DirectoryError::Forbidden { message, raw: None });
    let is_administrator: bool = transaction.query_row(
        "SELECT role = ?2 FROM users WHERE row = ?1",
        params![change.row, write::number_of_role(&Role::Administrator)],
        |row| row.get(0),
    )?;
    if !is_administrator {
        return refuse(format!(
            "{} ({}) is no administrator: an administrator unlocks and resets everybody else",
            user.name(),
            user.login
        ));
    }
    if user.state.active != Fact::Known(true) {
        return refuse(format!(
            "{} ({}) has been disabled by another administrator, who can enable the account again",
            user.name(),
            user.login
        ));
    }
    Ok(())
}
