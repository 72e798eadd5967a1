//! What only a server with our extension does: unlock, check, roles, the operator's own password
//! (`docs/scim-extension.md`).

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::{
    NOT_OFFERED, ScimDirectory, body,
    connection::{Answer, Ask},
    failure::{Answered, Failure},
    mapping,
    reads::{Resource, user_path},
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    password::Secret,
    permission::Role,
    receipt::{Checked, Proof, Receipt, Step, StepOutcome},
    scim::schema::EXTENSION_URN,
    user::{UserId, Version},
};

const UNLOCK_URN: &str = "urn:halligan:params:scim:api:messages:1.0:Unlock";
const CHECK_URN: &str = "urn:halligan:params:scim:api:messages:1.0:Check";
const CHANGE_URN: &str = "urn:halligan:params:scim:api:messages:1.0:ChangePassword";

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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentCheck {
    matches: bool,
    #[serde(default)]
    signs_in: bool,
    #[serde(default)]
    remark: Option<String>,
}

impl ScimDirectory {
    async fn extended(&self, operator: &Operator, what: &str) -> Result<(), DirectoryError> {
        let discovered = self.discovered(operator).await;
        let discovered =
            discovered.map_err(|failure| failure.into_error(self.connection.place()))?;
        if discovered.extension {
            Ok(())
        } else {
            Err(DirectoryError::NotOffered(format!("{what}: {NOT_OFFERED}")))
        }
    }

    pub(super) async fn take_lock_off(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.extended(operator, "unlock").await?;
        let before = self.before(operator, user, expected).await?;
        let [users, id] =
            user_path(user).map_err(|failure| failure.into_user_error(self.connection.place()))?;
        let body = json!({
            "schemas": [UNLOCK_URN],
            "reason": intent.event.reason.as_deref().unwrap_or_default(),
        });
        let ask = Ask::with_body(
            Method::POST,
            &[users, id, ".unlock"],
            Zeroizing::new(body.to_string().into_bytes()),
        )
        .if_match(mapping::etag(&before.user.version));
        match self.write(operator, &ask).await {
            Ok(answer) => self.receipt_of(answer),
            Err(failure) => Err(self.write_failed(operator, &before, failure).await),
        }
    }

    pub(super) async fn give_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.extended(operator, "roles").await?;
        let before = self.before(operator, user, None).await?;
        let path =
            user_path(user).map_err(|failure| failure.into_user_error(self.connection.place()))?;
        let mut values = vec![(format!("{EXTENSION_URN}:role"), role.word().into())];
        if let Some(reason) = &intent.event.reason {
            values.push((format!("{EXTENSION_URN}:reason"), reason.as_str().into()));
        }
        let ask = Ask::with_body(Method::PATCH, &path, body::patch(None, &values))
            .if_match(mapping::etag(&before.user.version));
        if let Err(failure) = self.write(operator, &ask).await {
            return Err(self.write_failed(operator, &before, failure).await);
        }
        let after = self.resource(operator, user).await.ok();
        let seen = after
            .as_ref()
            .map(|after| after.user.permissions == role.permissions());
        Ok(Receipt {
            steps: vec![(
                Step::RoleAssigned,
                match seen {
                    Some(true) => StepOutcome::Done,
                    Some(false) => StepOutcome::Refused("the server shows another role".into()),
                    None => StepOutcome::Unknown("accepted, but reading back failed".into()),
                },
            )],
            proof: Proof::NotNeeded,
            version: after.map(|after| after.user.version),
            server: None,
            recorded: false,
        })
    }

    pub(super) async fn check(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        self.extended(operator, "check of a password").await?;
        let place = self.connection.place();
        let [users, id] = user_path(user).map_err(|failure| failure.into_user_error(place))?;
        let body = body::json_with_secrets(
            &json!({ "schemas": [CHECK_URN] }),
            &[("password", password)],
        );
        let ask = Ask::with_body(Method::POST, &[users, id, ".check"], body);
        let answer = self
            .write(operator, &ask)
            .await
            .map_err(|failure| failure.without(password).into_user_error(place))?;
        serde_json::from_value::<SentCheck>(answer.body)
            .map(|sent| Checked {
                matches: sent.matches,
                signs_in: sent.signs_in,
                remark: sent.remark,
            })
            .map_err(|_| Failure::NotScim(200, String::new()).into_error(place))
    }

    /// The operator's own password, where operators sign in at the server.
    pub(super) async fn change_own(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
    ) -> Result<Receipt, DirectoryError> {
        let body = body::json_with_secrets(
            &json!({ "schemas": [CHANGE_URN] }),
            &[("old", old), ("new", new)],
        );
        let ask = Ask::with_body(Method::POST, &["Me", ".password"], body);
        match self.write(operator, &ask).await {
            Ok(answer) => self.receipt_of(answer),
            Err(failure) => {
                let failure = failure.without(old).without(new);
                Err(match &failure {
                    Failure::Answered(Answered {
                        status: 403,
                        detail,
                        ..
                    }) if detail.contains("old password") => DirectoryError::OldPasswordWrong,
                    _ => failure.into_password_error(self.connection.place(), None),
                })
            }
        }
    }

    async fn write_failed(
        &self,
        operator: &Operator,
        before: &Resource,
        failure: Failure,
    ) -> DirectoryError {
        let changed_at = self.after_failure(operator, before, &failure).await;
        failure.into_write_error(self.connection.place(), changed_at)
    }

    /// The server's receipt. One that cannot be read says nothing about what was done.
    fn receipt_of(&self, answer: Answer) -> Result<Receipt, DirectoryError> {
        let sent: Sent = serde_json::from_value(answer.body).map_err(|_| {
            DirectoryError::OutcomeUnknown(format!(
                "{} answered, but not with a receipt",
                self.connection.place().host
            ))
        })?;
        Ok(Receipt {
            steps: sent
                .steps
                .into_iter()
                .map(|sent| (sent.step, sent.outcome))
                .collect(),
            proof: sent.proof.unwrap_or(Proof::NotNeeded),
            version: sent.version.map(Version),
            server: None,
            recorded: false,
        })
    }
}
