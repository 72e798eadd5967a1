//! What every change of a user shares: whose version was seen, who changed it, and the record.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{
    index::{Row, facets::merge::merge_many},
    operator_now::refuse_if_operator_changed,
    read,
};
use crate::{
    audit::{Event, Intent, Outcome, chain},
    directory::DirectoryError,
    operator::Operator,
    receipt::{Proof, Receipt, Step, StepOutcome},
    store::StoreError,
    user::Version,
};

/// Who makes a change.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "one for an act, and nearly always an operator"
)]
pub(super) enum By {
    /// Somebody at the desk.
    Operator(Operator),
    /// Whoever can open the store's file, at this machine (`halligan recover`).
    AtMachine,
}

/// A change about to be made within a transaction.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) row: Row,
    /// What the operator saw; `None` changes whatever is there.
    pub(super) expected: Option<Version>,
    pub(super) by: By,
    /// "password reset", for an operator who saves too late.
    pub(super) what: &'static str,
    pub(super) at: Timestamp,
}

impl Change {
    /// Refuses when the operator or the user has changed since, else counts the change.
    ///
    /// # Errors
    /// [`DirectoryError::OperatorChanged`], [`DirectoryError::NotFound`],
    /// [`DirectoryError::Conflict`].
    pub(super) fn begin(&self, transaction: &Transaction<'_>) -> Result<Version, DirectoryError> {
        let by = match &self.by {
            By::Operator(operator) => {
                refuse_if_operator_changed(transaction, operator, self.at)?;
                signature(operator)
            }
            By::AtMachine => "halligan recover".to_owned(),
        };
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
                by,
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
) -> Result<i64, DirectoryError> {
    let last = connection
        .prepare_cached(
            "SELECT version, changed_by, changed_at, changed_what FROM users WHERE row = ?1",
        )?
        .query_row([row], |row| {
            let at: Option<i64> = row.get(2)?;
            let what: Option<String> = row.get(3)?;
            let conflict = DirectoryError::Conflict {
                by: row.get(1)?,
                at: at.and_then(|at| read::instant(at).ok()),
                what: what.unwrap_or_else(|| "changed".into()),
            };
            Ok((row.get::<_, i64>(0)?, conflict))
        })
        .optional()?;
    let (version, conflict) = last.ok_or(DirectoryError::NotFound)?;
    match expected {
        Some(seen) if seen.0 != version.to_string() => Err(conflict),
        Some(_) | None => Ok(version),
    }
}

/// The operator as named to another who saves too late: "Maria Vasquez (E1042)".
pub(super) fn signature(operator: &Operator) -> String {
    format!("{} ({})", operator.name, operator.login)
}

/// The receipt of what was done and recorded in one transaction.
pub(super) const fn receipt(
    steps: Vec<(Step, StepOutcome)>,
    proof: Proof,
    version: Option<Version>,
) -> Receipt {
    Receipt {
        steps,
        proof,
        version,
        server: None,
        after: None,
        recorded: true,
    }
}

/// Records the outcome of an intent in the transaction of what it is the outcome of.
pub(super) fn conclude(
    transaction: &Transaction<'_>,
    intent: &Intent,
    steps: &[(Step, StepOutcome)],
    at: Timestamp,
) -> Result<(), StoreError> {
    conclude_with(transaction, intent, steps, None, at)
}

/// The same with what is to be known of it besides.
pub(super) fn conclude_with(
    transaction: &Transaction<'_>,
    intent: &Intent,
    steps: &[(Step, StepOutcome)],
    remark: Option<String>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let told = intent.event.detail.as_ref();
    let detail = match (told, remark) {
        (Some(told), Some(remark)) => Some(format!("{told}; {remark}")),
        (told, remark) => remark.or_else(|| told.cloned()),
    };
    let event = Event {
        detail,
        outcome: Outcome::Done,
        intent: Some(intent.sequence),
        steps: steps.to_vec(),
        ..intent.event.clone()
    };
    chain::append(transaction, &event, at)?;
    merge_many(transaction)
}

/// The outcome of a step that is taken only where there is something to do.
pub(super) const fn done_if(done: bool) -> StepOutcome {
    if done {
        StepOutcome::Done
    } else {
        StepOutcome::NotNeeded
    }
}
