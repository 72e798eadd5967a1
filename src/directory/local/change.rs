//! What every change of a user shares: whose version was seen, who changed it, and the record.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{LocalDirectory, index::Row, people};
use crate::{
    audit::{Event, Intent, Outcome, chain},
    directory::DirectoryError,
    operator::Operator,
    receipt::{Settlement, Step, StepOutcome},
    store::StoreError,
    user::{UserId, Version},
};

/// A change about to be made within a transaction.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) row: Row,
    /// What the operator saw; `None` changes whatever is there.
    pub(super) expected: Option<Version>,
    pub(super) by: String,
    /// "password reset", for whoever comes too late.
    pub(super) what: &'static str,
    pub(super) at: Timestamp,
}

impl Change {
    /// Refuses when the user has changed since, else counts the change.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Conflict`].
    pub(super) fn begin(&self, transaction: &Transaction<'_>) -> Result<Version, StoreError> {
        let now = refuse_if_changed(transaction, self.row, self.expected.as_ref())?;
        let next = now + 1;
        transaction
            .prepare_cached(
                "UPDATE users SET version = ?2, changed_at = ?3, changed_by = ?4, changed_what = ?5
                 WHERE row = ?1",
            )?
            .execute(params![
                self.row,
                next,
                self.at.as_millisecond(),
                self.by,
                self.what
            ])?;
        Ok(Version(next.to_string()))
    }
}

/// The version in force.
///
/// # Errors
/// [`DirectoryError::NotFound`], or [`DirectoryError::Conflict`] when it is not `expected`.
pub(super) fn refuse_if_changed(
    connection: &rusqlite::Connection,
    row: Row,
    expected: Option<&Version>,
) -> Result<i64, StoreError> {
    let last = connection
        .prepare_cached(
            "SELECT version, changed_by, changed_at, changed_what FROM users WHERE row = ?1",
        )?
        .query_row([row], |row| {
            let at: Option<i64> = row.get(2)?;
            let what: Option<String> = row.get(3)?;
            let conflict = DirectoryError::Conflict {
                by: row.get(1)?,
                at: at.and_then(|at| Timestamp::from_millisecond(at).ok()),
                what: what.unwrap_or_else(|| "changed".into()),
            };
            Ok((row.get::<_, i64>(0)?, conflict))
        })
        .optional()?;
    let (version, conflict) = last.ok_or(DirectoryError::NotFound)?;
    match expected {
        Some(seen) if seen.0 != version.to_string() => Err(conflict.into()),
        _ => Ok(version),
    }
}

/// The operator as told to whoever comes too late: "Maria Vasquez (E1042)".
pub(super) fn signature(operator: &Operator) -> String {
    format!("{} ({})", operator.name, operator.login)
}

/// Records the outcome of an intent in the transaction of what it is the outcome of.
pub(super) fn conclude(
    transaction: &Transaction<'_>,
    intent: &Intent,
    steps: &[(Step, StepOutcome)],
    at: Timestamp,
) -> Result<(), StoreError> {
    let event = Event {
        outcome: Outcome::Done,
        intent: Some(intent.sequence),
        steps: steps.to_vec(),
        ..intent.event.clone()
    };
    chain::append(transaction, &event, at)?;
    Ok(())
}

impl LocalDirectory {
    /// A change and its outcome are committed together, so whatever has no outcome did not happen;
    /// only a disk that failed in the middle of a commit leaves a doubt, which the version settles.
    pub(super) async fn settled(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        let row = people::row_of(user)?;
        let Some(before) = before.cloned() else {
            return Ok(Settlement::DidNotHappen(
                "the store commits a change together with its outcome, and there is none".into(),
            ));
        };
        let me = signature(operator);
        let changed = self
            .store
            .read(
                move |connection| match refuse_if_changed(connection, row, Some(&before)) {
                    Ok(_) => Ok(None),
                    Err(StoreError::Rejected(DirectoryError::Conflict { by, what, .. })) => {
                        Ok(Some((by, what)))
                    }
                    Err(error) => Err(error),
                },
            )
            .await?;
        Ok(match changed {
            None => Settlement::DidNotHappen("the user is as before".into()),
            Some((Some(by), what)) if by == me => {
                Settlement::Happened(format!("the store has it: {what} by {by}"))
            }
            Some((by, what)) => Settlement::StillUnknown(format!(
                "{} has changed the user since: {what}",
                by.as_deref().unwrap_or("somebody else")
            )),
        })
    }
}
