//! Setting somebody's password: read, PATCH once, read back.

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::Value;

use super::{
    NOT_OFFERED, ScimDirectory, body,
    connection::Ask,
    failure::Failure,
    mapping,
    reads::{Resource, user_path},
    settle::LostWrite,
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    password::Secret,
    receipt::{PasswordReset, Proof, Receipt, Step, StepOutcome},
    scim::{schema::EXTENSION_URN, take_member},
    user::{UserId, Version},
};

/// Said beside the greyed key, and when the server has refused.
pub(super) fn patch_is_refused(host: &str) -> String {
    format!(
        "{host} does not let a password be changed by PATCH. Halligan can send the whole user by \
         PUT instead, which replaces what the server keeps: to allow that, set \
         scim.put_when_patch_is_refused = true."
    )
}

impl ScimDirectory {
    pub(super) async fn reset(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let before = self.before(operator, reset.user, reset.expected).await?;
        let extended = self.is_extended();
        let mut others = Vec::new();
        if extended {
            if reset.unlock {
                others.push((format!("{EXTENSION_URN}:unlock"), Value::Bool(true)));
            }
            if let Some(reason) = &intent.event.reason {
                others.push((format!("{EXTENSION_URN}:reason"), reason.as_str().into()));
            }
        }
        let path = user_path(reset.user).map_err(|failure| self.told(failure))?;
        let etag = mapping::etag(&before.user.version);
        if !self.patch_refused.load(Ordering::Relaxed) {
            let body = body::patch(Some(reset.password), &others);
            let ask = Ask::with_body(Method::PATCH, &path, body).if_match(etag);
            match self.write(operator, &ask).await {
                Ok(_) => return Ok(self.receipt(operator, reset, &before).await),
                Err(failure) if failure.refuses_the_way() => {
                    self.after_refusal(operator, &before, failure).await?;
                }
                Err(failure) => return Err(self.failed(operator, reset, &before, failure).await),
            }
        }
        // With our extension users are read in part, and PUT would take away the rest.
        if !self.put_when_patch_is_refused || extended {
            return Err(DirectoryError::NotOffered(patch_is_refused(
                &self.connection.place().host,
            )));
        }
        let ask = Ask::with_body(Method::PUT, &path, whole(&before, reset.password)).if_match(etag);
        match self.write(operator, &ask).await {
            Ok(_) => Ok(self.receipt(operator, reset, &before).await),
            Err(failure) => Err(self.failed(operator, reset, &before, failure).await),
        }
    }

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
            .map_err(|failure| failure.into_user_error(self.connection.place()))?;
        match expected {
            Some(expected) if mapping::differ(expected, &before.user.version) => {
                Err(DirectoryError::Conflict {
                    by: None,
                    at: before.modified,
                    what: "the version that you saw is no longer there".into(),
                })
            }
            _ => Ok(before),
        }
    }

    /// The server says that it does not do this. A server was seen to say so about what it had
    /// done, so the user is read: only one that has not moved proves the refusal.
    async fn after_refusal(
        &self,
        operator: &Operator,
        before: &Resource,
        failure: Failure,
    ) -> Result<(), DirectoryError> {
        let now = self.resource(operator, &before.user.id).await;
        let said = failure.sentence(self.connection.place());
        match now {
            Ok(now)
                if now.user.version == before.user.version && !now.user.version.0.is_empty() =>
            {
                self.patch_refused.store(true, Ordering::Relaxed);
                Ok(())
            }
            Ok(now) if !now.user.version.0.is_empty() => {
                self.remember_lost(before, &failure);
                Err(DirectoryError::OutcomeUnknown(format!(
                    "{said}, but the user has changed since"
                )))
            }
            _ => {
                self.remember_lost(before, &failure);
                Err(DirectoryError::OutcomeUnknown(format!(
                    "{said}, and the server shows nothing by which that could be checked"
                )))
            }
        }
    }

    /// The error of a write that failed; what is open is remembered until it is settled.
    async fn failed(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        before: &Resource,
        failure: Failure,
    ) -> DirectoryError {
        let failure = failure.without(reset.password);
        let changed_at = self.after_failure(operator, before, &failure).await;
        failure.into_password_error(self.connection.place(), changed_at)
    }

    /// Remembers an open write, and reads when somebody else wrote in case of a conflict.
    pub(super) async fn after_failure(
        &self,
        operator: &Operator,
        before: &Resource,
        failure: &Failure,
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

    pub(super) fn remember_lost(&self, before: &Resource, failure: &Failure) {
        let lost = LostWrite::new(before, failure.may_still_run());
        self.lost_writes().insert(before.user.id.clone(), lost);
    }

    /// What the write did, as far as reading back tells.
    async fn receipt(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        before: &Resource,
    ) -> Receipt {
        let after = self.resource(operator, reset.user).await;
        let place = self.connection.place();
        let (proof, version) = match &after {
            Ok(after) => (self.proof(before, after), Some(after.user.version.clone())),
            Err(failure) => (
                Proof::Unproved(format!(
                    "accepted, not confirmed: reading back failed ({})",
                    failure.sentence(place)
                )),
                None,
            ),
        };
        let after = after.ok();
        let must_change = step(reset.must_change, self.is_extended(), || {
            let state = &after.as_ref()?.user.state;
            state.must_change.known().copied()
        });
        let was_locked = matches!(before.user.state.lock.known(), Some(Some(_)));
        let unlocked = if self.is_extended() && !was_locked {
            StepOutcome::NotNeeded
        } else {
            step(reset.unlock, self.is_extended(), || {
                let state = &after.as_ref()?.user.state;
                state.lock.known().map(Option::is_none)
            })
        };
        Receipt {
            steps: vec![
                (Step::PasswordSet, StepOutcome::Done),
                (Step::MustChange, must_change),
                (Step::Unlocked, unlocked),
            ],
            proof,
            version: version.filter(|version| !version.0.is_empty()),
            server: None,
            recorded: false,
        }
    }

    /// The server's own time of the last password change is the best proof; else that the version
    /// has moved.
    fn proof(&self, before: &Resource, after: &Resource) -> Proof {
        let changed = |resource: &Resource| {
            resource
                .user
                .state
                .password
                .known()
                .and_then(|password| password.changed_at)
        };
        if let (was, Some(is)) = (changed(before), changed(after))
            && was.is_none_or(|was| was < is)
        {
            self.versions_move.store(true, Ordering::Relaxed);
            return Proof::Proved("the server's time of the last password change has moved".into());
        }
        if after.user.version.0.is_empty() {
            return Proof::Unproved(
                "accepted, not confirmed: this server shows no version of a user".into(),
            );
        }
        if mapping::differ(&before.user.version, &after.user.version) {
            self.versions_move.store(true, Ordering::Relaxed);
            return Proof::Proved("the user's version at the server has moved".into());
        }
        let why = if before.just_changed {
            "the user had been changed a moment before, and the version at the server has not \
             moved since"
        } else {
            "the user's version at the server has not moved"
        };
        Proof::Unproved(format!("accepted, not confirmed: {why}"))
    }

    fn told(&self, failure: Failure) -> DirectoryError {
        failure.into_user_error(self.connection.place())
    }
}

/// A step beside the password: what the server shows afterwards decides.
fn step(asked: bool, offered: bool, seen: impl FnOnce() -> Option<bool>) -> StepOutcome {
    match (asked, offered) {
        (false, _) => StepOutcome::NotNeeded,
        (true, false) => StepOutcome::NotOffered(NOT_OFFERED.into()),
        (true, true) => match seen() {
            Some(true) => StepOutcome::Done,
            Some(false) => {
                StepOutcome::Refused("the server took the password, but not this".into())
            }
            None => StepOutcome::Unknown("the server did not show it afterwards".into()),
        },
    }
}

/// The whole user with a password, for PUT: what was read, without what clients cannot write.
fn whole(before: &Resource, password: &Secret) -> zeroize::Zeroizing<Vec<u8>> {
    let mut object = before.object.clone();
    for name in ["meta", "groups", "password"] {
        take_member(&mut object, name);
    }
    body::json_with_secrets(&Value::Object(object), &[("password", password)])
}
