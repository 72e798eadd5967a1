//! Taking users away.

use super::{
    LocalDirectory,
    change::{self, By, Change},
    entries,
    index::change::{merge, replace},
    read, role,
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    receipt::{Proof, Receipt, Step, StepOutcome},
    user::{UserId, Version},
};

/// Everything that belongs to the account; the audit stays.
const TRACES: [&str; 10] = [
    "DELETE FROM site_values WHERE row = ?1",
    "DELETE FROM passwords WHERE row = ?1",
    "DELETE FROM former_passwords WHERE row = ?1",
    "DELETE FROM sign_ins WHERE row = ?1",
    "DELETE FROM failures WHERE row = ?1",
    "DELETE FROM sign_in_names WHERE row = ?1",
    "DELETE FROM folded_names WHERE row = ?1",
    "DELETE FROM api_tokens WHERE operator = ?1",
    "DELETE FROM users WHERE row = ?1",
    "UPDATE counters SET value = max(value, ?1) WHERE name = 'highest removed row'",
];

impl LocalDirectory {
    pub(super) async fn remove(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let change = Change {
            row: read::row_of(user)?,
            expected: Some(expected.clone()),
            by: By::Operator(operator.clone()),
            what: "removed",
            at: self.now(),
        };
        let intent = intent.clone();
        let steps = vec![(Step::Removed, StepOutcome::Done)];
        let written = steps.clone();
        self.store
            .write(move |transaction| {
                change.begin(transaction)?;
                role::refuse_the_last_administrator(transaction, change.row, change.at)?;
                let old = entries::one(transaction, change.row)?;
                replace(transaction, change.row, Some(&entries::key(&old)), None)?;
                // Else ID, name and address would wait among the changes to the index.
                merge(transaction)?;
                for sql in TRACES {
                    transaction.prepare_cached(sql)?.execute([change.row])?;
                }
                transaction
                    .execute_batch("UPDATE counters SET value = value - 1 WHERE name = 'users'")?;
                change::conclude(transaction, &intent, &written, change.at)?;
                Ok::<_, DirectoryError>(())
            })
            .await?;
        Ok(change::receipt(steps, Proof::NotNeeded, None))
    }
}
