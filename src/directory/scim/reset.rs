//! Setting somebody's password: read, PATCH once, read back.

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::Value;

use super::{
    answer::Answer,
    body,
    directory::{NOT_OFFERED, ScimDirectory},
    request::{Body, Request},
    request_failure::RequestFailure,
    resource::{Resource, user_path},
    version,
    writing::{reason, receipt},
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    password::Secret,
    receipt::{PasswordReset, Proof, Receipt, Step, StepOutcome},
    scim::{schema::EXTENSION_URN, take_member},
};

/// Said beside the greyed key, and when the server has refused.
pub(super) fn patch_is_refused(host: &str) -> String {
    format!(
        "{host} does not let a password be changed by PATCH. Halligan can send the whole user by \
         PUT instead, which replaces what the server keeps: to allow that, set \
         scim.put_when_patch_is_refused = true."
    )
}

/// Said beside the greyed key, and to commands.
pub(super) fn no_password(host: &str) -> String {
    format!("{host} keeps no passwords: its schema of users has no attribute \"password\"")
}

/// Said before a save.
pub(super) fn says_no(host: &str) -> String {
    format!(
        "{host} says that passwords are not changed there (changePassword is not supported). It \
         may take a reset and do nothing: try the new password before you rely on it."
    )
}

impl ScimDirectory {
    /// Resets, and proves it by a sign-in where the site wants that of every reset.
    pub(super) async fn reset(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let Written {
            mut receipt,
            before,
            ..
        } = self.write_password(operator, reset, intent).await?;
        if let Some(verifier) = self.verifier.as_ref().filter(|it| it.after_reset) {
            let shown = receipt.proof;
            receipt.proof = self
                .proved_by_sign_in(verifier, &before.user, reset.password, shown)
                .await;
        }
        Ok(receipt)
    }

    /// Resets, and tells what was seen of it.
    pub(super) async fn write_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Written, DirectoryError> {
        let before = self.before(operator, reset.user, reset.expected).await?;
        if self.discovered.get().is_some_and(|found| found.no_password) {
            return Err(DirectoryError::NotOffered(no_password(
                &self.connection.endpoint().host,
            )));
        }
        let extended = self.is_extended();
        let mut others = Vec::new();
        if extended {
            if reset.unlock {
                others.push(body::put(&format!("{EXTENSION_URN}:unlock"), true));
            }
            others.extend(reason(intent));
        }
        let path = user_path(reset.user)
            .map_err(|failure| failure.into_user_error(self.connection.endpoint()))?;
        let etag = version::etag(&before.user.version);
        if !self.patch_refused.load(Ordering::Relaxed) {
            let body = body::patch(Some(reset.password), &others);
            let request = Request::with_body(Method::PATCH, &path, body).if_match(etag);
            match self.write(operator, &request).await {
                Ok(answer) => {
                    return Ok(self
                        .written(operator, reset, before, Method::PATCH, &answer)
                        .await);
                }
                Err(failure) if failure.refuses_the_way() => {
                    self.after_refusal(operator, &before, failure).await?;
                }
                Err(failure) => return Err(self.failed(operator, &before, failure).await),
            }
        }
        // With our extension users are read in part, and PUT would take away the rest.
        if !self.put_when_patch_is_refused || extended {
            return Err(DirectoryError::NotOffered(patch_is_refused(
                &self.connection.endpoint().host,
            )));
        }
        let request =
            Request::with_body(Method::PUT, &path, whole(&before, reset.password)).if_match(etag);
        match self.write(operator, &request).await {
            Ok(answer) => Ok(self
                .written(operator, reset, before, Method::PUT, &answer)
                .await),
            Err(failure) => Err(self.failed(operator, &before, failure).await),
        }
    }

    /// The server says that it does not do this. A server was seen to say so about what it had
    /// done, so the user is read: only one that has not moved proves the refusal.
    async fn after_refusal(
        &self,
        operator: &Operator,
        before: &Resource,
        failure: RequestFailure,
    ) -> Result<(), DirectoryError> {
        let now = self.resource(operator, &before.user.id).await;
        let said = failure.sentence(self.connection.endpoint());
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
        before: &Resource,
        failure: RequestFailure,
    ) -> DirectoryError {
        let changed_at = self.after_failure(operator, before, &failure).await;
        failure.into_password_error(self.connection.endpoint(), changed_at)
    }

    /// What the write did, as far as reading back tells.
    async fn written(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        before: Resource,
        by: Method,
        answer: &Answer,
    ) -> Written {
        let after = self.resource(operator, reset.user).await;
        let endpoint = self.connection.endpoint();
        let (proof, after_version) = match &after {
            Ok(after) => (self.proof(&before, after), Some(after.user.version.clone())),
            Err(failure) => (
                Proof::Accepted(format!(
                    "reading back failed ({})",
                    failure.sentence(endpoint)
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
        let steps = vec![
            (Step::PasswordSet, StepOutcome::Done),
            (Step::MustChange, must_change),
            (Step::Unlocked, unlocked),
        ];
        let version = after_version.filter(|version| !version.0.is_empty());
        Written {
            receipt: receipt(steps, proof, version),
            before,
            after,
            by,
            echoed: answer.echoed,
        }
    }
}

/// A password that the server took, and what was seen of it.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) receipt: Receipt,
    pub(super) before: Resource,
    pub(super) after: Option<Resource>,
    /// PATCH or PUT.
    pub(super) by: Method,
    /// The answer held the password.
    pub(super) echoed: bool,
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
fn whole(before: &Resource, password: &Secret) -> Body {
    let mut object = before.object.clone();
    for name in ["meta", "groups", "password"] {
        take_member(&mut object, name);
    }
    body::json_with_secrets(&Value::Object(object), &[("password", password)])
}
