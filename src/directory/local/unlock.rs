//! Taking the lock off an account.

use super::{
    LocalDirectory,
    change::{self, By, Change, done_if},
    lockout, read,
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    receipt::{Proof, Receipt, Step},
    user::{UserId, Version},
};

impl LocalDirectory {
    pub(super) async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let change = Change {
            row: read::row_of(user)?,
            expected: expected.cloned(),
            by: By::Operator(operator.clone()),
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
                Ok::<_, DirectoryError>((steps, version))
            })
            .await?;
        Ok(change::receipt(steps, Proof::NotNeeded, Some(version)))
    }
}
