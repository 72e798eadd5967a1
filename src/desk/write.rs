//! What every write has in common: the intent before it, its outcome after it.

use std::future::Future;

use jiff::tz::TimeZone;

use super::{Desk, DeskError, failure};
use crate::{
    audit::{Event, Intent, Outcome},
    directory::DirectoryError,
    receipt::{Ending, Receipt},
};

impl Desk {
    /// Commits the intent, does `act`, records its outcome. A directory that has recorded it in its
    /// own transaction did not know yet whether the user can sign in: what is less than a success
    /// is recorded all the same.
    pub(super) async fn write<F, Fut>(&self, event: Event, act: F) -> Result<Receipt, DeskError>
    where
        F: FnOnce(Intent) -> Fut,
        Fut: Future<Output = Result<Receipt, DirectoryError>>,
    {
        let intent = self.intend(event).await?;
        let mut outcome = Event {
            intent: Some(intent.sequence),
            ..intent.event.clone()
        };
        let writing = self.lost.begin();
        // In a box: it holds the directory's whole conversation, and everybody who asks holds this.
        let answer = self.awaited(Box::pin(act(intent))).await;
        drop(writing);
        match answer {
            Ok(receipt) => {
                if !receipt.recorded || !receipt.is_success() {
                    outcome.outcome = outcome_of(&receipt);
                    outcome.steps.clone_from(&receipt.steps);
                    outcome.proof = Some(receipt.proof.clone());
                    self.conclude(outcome).await?;
                }
                Ok(receipt)
            }
            Err(error) => {
                outcome.outcome = failure(&error);
                self.conclude_failure(outcome).await;
                Err(error.into())
            }
        }
    }

    /// The answer, or, where whoever waits for it leaves, that it is not known.
    async fn awaited(
        &self,
        act: impl Future<Output = Result<Receipt, DirectoryError>>,
    ) -> Result<Receipt, DirectoryError> {
        let directory = self.directory.capabilities();
        if directory.records_outcome {
            return act.await;
        }
        tokio::select! {
            biased;
            answer = act => answer,
            () = self.lost.until_interrupted() => Err(DirectoryError::OutcomeUnknown(format!(
                "it was interrupted before the answer of {} was there",
                directory.name
            ))),
        }
    }

    pub(super) async fn intend(&self, event: Event) -> Result<Intent, DeskError> {
        self.audit
            .intend(event, self.now())
            .await
            .map_err(DeskError::Audit)
    }

    async fn conclude(&self, outcome: Event) -> Result<(), DeskError> {
        self.audit
            .append(outcome, self.now())
            .await
            .map(drop)
            .map_err(DeskError::OutcomeNotRecorded)
    }

    /// A failed write whose failure cannot be recorded leaves its intent open, which the next
    /// start shows: the caller learns of the failure itself.
    pub(super) async fn conclude_failure(&self, outcome: Event) {
        if let Err(error) = self.conclude(outcome).await {
            tracing::error!(%error, "the outcome of a failed write could not be recorded");
        }
    }
}

/// The outcome as it is recorded, times in UTC.
fn outcome_of(receipt: &Receipt) -> Outcome {
    let reason = || {
        receipt.after.as_deref().map_or_else(String::new, |after| {
            after.outlook.reason(after.at, &TimeZone::UTC)
        })
    };
    match receipt.ending() {
        Ending::Done => Outcome::Done,
        Ending::Accepted => Outcome::Accepted,
        Ending::Refused | Ending::Partial => Outcome::Partial,
        Ending::CannotSignIn => Outcome::CannotSignIn(reason()),
        Ending::SignInNotKnown => Outcome::SignInNotKnown(reason()),
        Ending::NotKnown => Outcome::Unknown(receipt.proof.detail().unwrap_or_default().to_owned()),
    }
}
