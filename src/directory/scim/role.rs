//! Giving a role, at a server with our extension (`docs/scim-extension.md`).

use reqwest::Method;

use super::{body, directory::ScimDirectory, request::Request, resource::user_path, version};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    permission::Role,
    receipt::{Proof, Receipt, Step, StepOutcome},
    scim::schema::EXTENSION_URN,
    user::UserId,
};

impl ScimDirectory {
    pub(super) async fn assign_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.extended(operator, "roles").await?;
        let before = self.before(operator, user, None).await?;
        let path = user_path(user)
            .map_err(|failure| failure.into_user_error(self.connection.endpoint()))?;
        let mut values = vec![(format!("{EXTENSION_URN}:role"), role.word().into())];
        if let Some(reason) = &intent.event.reason {
            values.push((format!("{EXTENSION_URN}:reason"), reason.as_str().into()));
        }
        let request = Request::with_body(Method::PATCH, &path, body::patch(None, &values))
            .if_match(version::etag(&before.user.version));
        if let Err(failure) = self.write(operator, &request).await {
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
            after: None,
            recorded: false,
        })
    }
}
