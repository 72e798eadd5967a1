//! Guesses at passwords on request of an operator, counted in the audit itself: so they are counted
//! together for every console, command and server at the store, and a restart forgets none.

use jiff::Timestamp;
use rusqlite::Transaction;

use super::{
    chain::{self, COLUMNS, Stored},
    event::{Event, Kind, Outcome},
    intent::Intent,
    log::AuditLog,
};
use crate::store::StoreError;

/// So many guesses that were not right, since some time, are allowed.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// At the password of one user, by anybody.
    pub of_a_user: u32,
    /// By one operator, at the passwords of anybody.
    pub by_an_operator: u32,
    /// Older ones do not count.
    pub since: Timestamp,
}

/// Whose guesses are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooMany {
    /// Those at the password of this user.
    OfTheUser,
    /// Those of this operator.
    ByTheOperator,
}

impl AuditLog {
    /// Commits the intent of a guess, unless there have been too many. Looking and counting are one
    /// transaction, and a guess under way counts as a wrong one until it is settled.
    ///
    /// # Errors
    /// The store's; the guess must not be made then.
    pub async fn intend_guess(
        &self,
        mut event: Event,
        allowance: Allowance,
        now: Timestamp,
    ) -> Result<Result<Intent, TooMany>, StoreError> {
        event.outcome = Outcome::Intent;
        self.store()
            .write(move |transaction| {
                if let Some(too_many) = too_many(transaction, &event, allowance)? {
                    return Ok(Err(too_many));
                }
                let record = chain::append(transaction, &event, now)?;
                Ok(Ok(Intent {
                    sequence: record.sequence,
                    event: record.event,
                }))
            })
            .await
    }
}

fn too_many(
    transaction: &Transaction<'_>,
    guess: &Event,
    allowance: Allowance,
) -> Result<Option<TooMany>, StoreError> {
    let mut statement =
        transaction.prepare_cached(&format!("SELECT {COLUMNS} FROM audit ORDER BY seq DESC"))?;
    let mut rows = statement.query([])?;
    let since = allowance.since.as_millisecond();
    let (mut of_the_user, mut by_the_operator) = (0_i64, 0_i64);
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(1)? < since {
            break;
        }
        if row.get_ref(2)?.as_str().ok() != Some(Kind::PasswordChecked.word()) {
            continue;
        }
        let record = Stored::read(row)?.record();
        let weight = match record.event.outcome {
            Outcome::Intent => 1,
            // Right, or not known: not a wrong guess, so the intent does not count either.
            Outcome::Done | Outcome::Failed(_) | Outcome::Unknown(_) | Outcome::Cancelled => {
                -i64::from(record.event.intent.is_some())
            }
            Outcome::SignInRefused(_)
            | Outcome::Refused(_)
            | Outcome::Partial
            | Outcome::Accepted
            | Outcome::CannotSignIn(_)
            | Outcome::SignInNotKnown(_) => 0,
        };
        let same = |id: &Option<_>, other: &Option<_>| id.is_some() && id == other;
        let target = |event: &Event| event.target.as_ref().map(|target| target.id.clone());
        let operator = |event: &Event| event.operator.as_ref().map(|actor| actor.id.clone());
        if same(&target(&record.event), &target(guess)) {
            of_the_user += weight;
        }
        if same(&operator(&record.event), &operator(guess)) {
            by_the_operator += weight;
        }
    }
    Ok(if of_the_user >= i64::from(allowance.of_a_user) {
        Some(TooMany::OfTheUser)
    } else if by_the_operator >= i64::from(allowance.by_an_operator) {
        Some(TooMany::ByTheOperator)
    } else {
        None
    })
}
