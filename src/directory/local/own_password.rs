//! The operator's own change of password.

use std::sync::Arc;

use super::{
    LocalDirectory,
    change::{self, By, Change},
    hashing, lockout, read,
    sign_in::refuse_too_early,
    stand_in,
    stored_password::{self, NewPassword, not_compared, stored_hash},
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    password::Secret,
    receipt::{Receipt, Step, StepOutcome},
    user::Fact,
};

/// Guesses within a session all come from one place.
const HERE: &str = "a session";

impl LocalDirectory {
    pub(super) async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let row = read::row_of(&operator.id)?;
        let kdf = self.profiles.general().kdf;
        let (profiles, now) = (Arc::clone(&self.profiles), self.now());
        let (user, hash, stand_in) = self
            .store
            .read(move |connection| {
                refuse_too_early(connection, &profiles, row, HERE, now)?;
                let user = read::user(connection, row)?;
                let stand_in = stand_in::cost(connection, &user.login, kdf)?;
                Ok::<_, DirectoryError>((user, stored_hash(connection, row)?, stand_in))
            })
            .await?;
        let matches = match hash.clone() {
            Some(hash) => hashing::verify(hash, old).await?,
            None => hashing::verify_nobody(stand_in, old).await?,
        };
        if user.state.lock != Fact::Known(None) || !matches {
            // A wrong guess counts here as it does at the sign-in.
            let (profiles, now) = (Arc::clone(&self.profiles), self.now());
            let counts = user.state.lock == Fact::Known(None);
            self.store
                .write(move |transaction| {
                    if counts {
                        refuse_too_early(transaction, &profiles, row, HERE, now)?;
                        lockout::count_failure(transaction, &profiles, row, HERE, now)?;
                    }
                    Ok::<_, DirectoryError>(lockout::count_refusal(transaction)?)
                })
                .await?;
            return Err(DirectoryError::OldPasswordWrong);
        }
        let (instead_of, damaged_former) = self.refuse_former(row, None, new).await?;
        if instead_of != hash {
            return Err(DirectoryError::OldPasswordWrong);
        }
        let put = NewPassword {
            hash: hashing::hash(self.profiles.general().kdf, new).await?,
            instead_of,
            must_change: false,
            damaged_former,
        };
        let change = Change {
            row,
            expected: None,
            by: By::Operator(operator.clone()),
            what: "own password changed",
            at: self.now(),
        };
        let (profiles, intent) = (Arc::clone(&self.profiles), intent.clone());
        let version = self
            .store
            .write(move |transaction| {
                let version = change.begin(transaction)?;
                if !stored_password::put(transaction, &profiles, row, &put, change.at)? {
                    return Err(DirectoryError::OldPasswordWrong);
                }
                lockout::forget_failures(transaction, row)?;
                let steps = [(Step::PasswordSet, StepOutcome::Done)];
                let damaged = not_compared(damaged_former);
                change::conclude_with(transaction, &intent, &steps, damaged, change.at)?;
                Ok(version)
            })
            .await?;
        Ok(change::receipt(
            vec![(Step::PasswordSet, StepOutcome::Done)],
            self.proved(row, new, damaged_former).await,
            Some(version),
        ))
    }
}
