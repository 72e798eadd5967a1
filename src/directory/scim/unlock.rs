//! Taking a lock off, at a server with our extension (`docs/scim-extension.md`).

use reqwest::Method;
use serde_json::json;
use zeroize::Zeroizing;

use super::{directory::ScimDirectory, request::Request, resource::user_path, version};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    receipt::Receipt,
    user::{UserId, Version},
};

const UNLOCK_URN: &str = "urn:halligan:params:scim:api:messages:1.0:Unlock";

impl ScimDirectory {
    pub(super) async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.extended(operator, "unlock").await?;
        let before = self.before(operator, user, expected).await?;
        let [users, id] = user_path(user)
            .map_err(|failure| failure.into_user_error(self.connection.endpoint()))?;
        let body = json!({
            "schemas": [UNLOCK_URN],
            "reason": intent.event.reason.as_deref().unwrap_or_default(),
        });
        let request = Request::with_body(
            Method::POST,
            &[users, id, ".unlock"],
            Zeroizing::new(body.to_string().into_bytes()),
        )
        .if_match(version::etag(&before.user.version));
        match self.write(operator, &request).await {
            Ok(answer) => self.receipt_of(answer),
            Err(failure) => Err(self.write_failed(operator, &before, failure).await),
        }
    }
}
