//! What every write has in common: the user before it, and what is remembered of one that failed.

use super::{
    directory::ScimDirectory, lost_write::LostWrite, request_failure::RequestFailure,
    resource::Resource, version,
};
use crate::{
    directory::DirectoryError,
    operator::Operator,
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
