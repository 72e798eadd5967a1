//! What every write has in common: the user before it, and what is remembered of one that failed.

use reqwest::Method;
use serde_json::Value;

use super::{
    body,
    directory::ScimDirectory,
    lost_write::LostWrite,
    request::Request,
    request_failure::RequestFailure,
    resource::{Resource, user_path},
    version,
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    receipt::{Proof, Receipt, Step, StepOutcome},
    scim::schema::EXTENSION_URN,
    user::{UserId, Version},
};

impl ScimDirectory {
    /// The user before a write, unless somebody has changed it since the operator looked. Servers
    /// without `ETag`s are compared here, which leaves a moment in which two may meet.
    pub(super) async fn before(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
    ) -> Result<Resource, DirectoryError> {
        let before = self
            .resource(operator, user)
            .await
            .map_err(|failure| failure.into_user_error(self.connection.endpoint()))?;
        match expected {
            Some(expected) if version::differ(expected, &before.user.version) => {
                Err(DirectoryError::Conflict {
                    by: None,
                    at: before.modified,
                    what: "the version that you saw is no longer there".into(),
                })
            }
            _ => Ok(before),
        }
    }

    /// One PATCH of these operations, from the version that was read; the user as read again, or why
    /// that failed. A server with our extension is told the reason.
    pub(super) async fn patched(
        &self,
        operator: &Operator,
        before: &Resource,
        mut operations: Vec<Value>,
        intent: &Intent,
    ) -> Result<Result<Resource, RequestFailure>, DirectoryError> {
        let id = &before.user.id;
        let path =
            user_path(id).map_err(|failure| failure.into_user_error(self.connection.endpoint()))?;
        if self.is_extended() {
            operations.extend(reason(intent));
        }
        let request = Request::with_body(Method::PATCH, &path, body::patch(None, &operations))
            .if_match(version::etag(&before.user.version));
        match self.write(operator, &request).await {
            Ok(_) => Ok(self.resource(operator, id).await),
            Err(failure) => Err(self.write_failed(operator, before, failure).await),
        }
    }

    /// What is known of a step where the user could not be read again.
    pub(super) fn not_read_back(&self, failure: &RequestFailure) -> StepOutcome {
        StepOutcome::Unknown(format!(
            "accepted, but reading back failed: {}",
            failure.sentence(self.connection.endpoint())
        ))
    }

    /// The error of a write that failed.
    pub(super) async fn write_failed(
        &self,
        operator: &Operator,
        before: &Resource,
        failure: RequestFailure,
    ) -> DirectoryError {
        let changed_at = self.after_failure(operator, before, &failure).await;
        failure.into_write_error(self.connection.endpoint(), changed_at)
    }

    /// Remembers an open write, and reads when somebody else wrote in case of a conflict.
    pub(super) async fn after_failure(
        &self,
        operator: &Operator,
        before: &Resource,
        failure: &RequestFailure,
    ) -> Option<jiff::Timestamp> {
        if failure.leaves_open() {
            self.remember_lost(before, failure);
        }
        if matches!(failure.status(), Some(409 | 412)) {
            return self
                .resource(operator, &before.user.id)
                .await
                .ok()?
                .modified;
        }
        None
    }

    pub(super) fn remember_lost(&self, before: &Resource, failure: &RequestFailure) {
        let lost = LostWrite::new(before, failure.may_still_run());
        self.lost_writes().insert(before.user.id.clone(), lost);
    }
}

/// The operation that tells a server with our extension why.
pub(super) fn reason(intent: &Intent) -> Option<Value> {
    let reason = intent.event.reason.as_deref()?;
    Some(body::put(&format!("{EXTENSION_URN}:reason"), reason))
}

/// What was done at the server, which records nothing of it here.
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
        recorded: false,
    }
}
