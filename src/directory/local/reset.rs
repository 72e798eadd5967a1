//! Setting another user's password.

use std::sync::Arc;

use rusqlite::Transaction;

use super::{
    LocalDirectory,
    change::{self, By, Change, done_if},
    hashing, lockout, read,
    stored_password::{self, NewPassword, not_compared},
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    password::profile::Profiles,
    receipt::{PasswordReset, Receipt, Step, StepOutcome},
    store::StoreError,
    user::Version,
};

/// A password may change while the new one is being hashed; then the history is looked at again.
const ATTEMPTS: usize = 3;

impl LocalDirectory {
    pub(super) async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let row = read::row_of(reset.user)?;
        let expected = reset.expected.cloned();
        self.store
            .read(move |connection| change::refuse_if_changed(connection, row, expected.as_ref()))
            .await?;
        let hash = hashing::hash(self.profiles.general().kdf, reset.password).await?;
        for _ in 0..ATTEMPTS {
            let (instead_of, damaged_former) =
                self.refuse_former(row, None, reset.password).await?;
            let new = NewPassword {
                hash: hash.clone(),
                instead_of,
                must_change: reset.must_change,
                damaged_former,
            };
            let change = Change {
                row,
                expected: reset.expected.cloned(),
                by: By::Operator(operator.clone()),
                what: "password reset",
                at: self.now(),
            };
            let (profiles, unlock, intent) =
                (Arc::clone(&self.profiles), reset.unlock, intent.clone());
            let done = self
                .store
                .write(move |transaction| {
                    commit(transaction, &profiles, &change, &new, unlock, &intent)
                })
                .await?;
            if let Some((steps, version)) = done {
                return Ok(change::receipt(
                    steps,
                    self.proved(row, reset.password, damaged_former).await,
                    Some(version),
                ));
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
    new: &NewPassword,
    unlock: bool,
    intent: &Intent,
) -> Result<Option<(Steps, Version)>, DirectoryError> {
    // First, while nothing is written: what is answered here is committed.
    if !stored_password::put(transaction, profiles, change.row, new, change.at)? {
        return Ok(None);
    }
    let version = change.begin(transaction)?;
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
    let damaged = not_compared(new.damaged_former);
    change::conclude_with(transaction, intent, &steps, damaged, change.at)?;
    Ok(Some((steps, version)))
}

#[cfg(test)]
mod races;
