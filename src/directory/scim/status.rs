//! Enabling and disabling: `active` (RFC 7643 section 4.1.1), proved by reading the user again.

use reqwest::Method;
use serde_json::Value;

use super::{body, directory::ScimDirectory, request::Request, resource::user_path, version};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    receipt::{Proof, Receipt, Step, StepOutcome},
    scim::schema::EXTENSION_URN,
    user::{Fact, UserId, Version},
};

impl ScimDirectory {
    pub(super) async fn set_status(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        active: bool,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let before = self.before(operator, user, Some(expected)).await?;
        let step = if active {
            Step::Enabled
        } else {
            Step::Disabled
        };
        let receipt = |how, version| Receipt {
            steps: vec![(step, how)],
            proof: Proof::NotNeeded,
            version,
            server: None,
            after: None,
            recorded: false,
        };
        if before.user.state.active == Fact::Known(active) {
            let version = Some(before.user.version);
            return Ok(receipt(StepOutcome::NotNeeded, version));
        }
        let path = user_path(user)
            .map_err(|failure| failure.into_user_error(self.connection.endpoint()))?;
        let mut values = vec![("active".to_owned(), Value::Bool(active))];
        if self.is_extended()
            && let Some(reason) = &intent.event.reason
        {
            values.push((format!("{EXTENSION_URN}:reason"), reason.as_str().into()));
        }
        let request = Request::with_body(Method::PATCH, &path, body::patch(None, &values))
            .if_match(version::etag(&before.user.version));
        if let Err(failure) = self.write(operator, &request).await {
            return Err(self.write_failed(operator, &before, failure).await);
        }
        let after = self.resource(operator, user).await;
        let how = match after.as_ref().map(|after| &after.user.state.active) {
            Ok(Fact::Known(now)) if *now == active => StepOutcome::Done,
            Ok(Fact::Known(_)) => {
                StepOutcome::Refused("the server said yes, and shows the user as before".into())
            }
            Ok(Fact::Unknown(why)) => StepOutcome::Unknown(why.clone()),
            Ok(Fact::NotOffered) => StepOutcome::Unknown("the server does not show it".into()),
            Err(failure) => StepOutcome::Unknown(format!(
                "accepted, but reading back failed: {}",
                failure.sentence(self.connection.endpoint())
            )),
        };
        let version = after.ok().map(|after| after.user.version);
        Ok(receipt(how, version))
    }
}
