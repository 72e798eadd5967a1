//! Ending somebody's sessions.

use rusqlite::Transaction;

use super::{
    LocalDirectory,
    change::{self, By, Change},
    index::Row,
    read,
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    receipt::{Proof, Receipt, Step, StepOutcome},
    store::StoreError,
    user::UserId,
};

impl LocalDirectory {
    pub(super) async fn end_sessions(
        &self,
        operator: &Operator,
        user: &UserId,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let change = Change {
            row: read::row_of(user)?,
            expected: None,
            by: By::Operator(operator.clone()),
            what: "signed out",
            at: self.now(),
        };
        let intent = intent.clone();
        let steps = vec![(Step::SessionsEnded, StepOutcome::Done)];
        let written = steps.clone();
        let version = self
            .store
            .write(move |transaction| {
                let version = change.begin(transaction)?;
                forget(transaction, change.row)?;
                change::conclude(transaction, &intent, &written, change.at)?;
                Ok::<_, DirectoryError>(version)
            })
            .await?;
        Ok(change::receipt(steps, Proof::NotNeeded, Some(version)))
    }
}

/// Consoles see at their next act that their session is over; tokens are gone.
pub(super) fn forget(transaction: &Transaction<'_>, row: Row) -> Result<(), StoreError> {
    for sql in [
        "UPDATE users SET sessions_ended = sessions_ended + 1 WHERE row = ?1",
        "DELETE FROM api_tokens WHERE operator = ?1",
    ] {
        transaction.prepare_cached(sql)?.execute([row])?;
    }
    Ok(())
}
