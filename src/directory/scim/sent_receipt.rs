//! Receipts that a server with our extension sends (`docs/scim-extension.md`).

use serde::Deserialize;

use super::{answer::Answer, directory::ScimDirectory, writing::receipt};
use crate::{
    directory::DirectoryError,
    receipt::{Proof, Receipt, Step, StepOutcome},
    user::Version,
};

/// A receipt as the server writes it.
#[derive(Deserialize)]
struct Sent {
    steps: Vec<SentStep>,
    #[serde(default)]
    proof: Option<Proof>,
    #[serde(default)]
    version: Option<String>,
}

#[derive(Deserialize)]
struct SentStep {
    step: Step,
    outcome: StepOutcome,
}

impl ScimDirectory {
    /// The server's receipt. One that cannot be read says nothing about what was done.
    pub(super) fn receipt_of(&self, answer: Answer) -> Result<Receipt, DirectoryError> {
        let sent: Sent = serde_json::from_value(answer.body).map_err(|_| {
            DirectoryError::OutcomeUnknown(format!(
                "{} answered, but not with a receipt",
                self.connection.endpoint().host
            ))
        })?;
        let steps = sent.steps.into_iter();
        Ok(receipt(
            steps.map(|sent| (sent.step, sent.outcome)).collect(),
            sent.proof.unwrap_or(Proof::NotNeeded),
            sent.version.map(Version),
        ))
    }
}
