//! The operator's own password, where operators sign in at the server (`docs/scim-extension.md`).

use reqwest::Method;
use serde_json::json;

use super::{
    body,
    directory::ScimDirectory,
    request::Request,
    request_failure::{Answered, RequestFailure},
};
use crate::{directory::DirectoryError, operator::Operator, password::Secret, receipt::Receipt};

const CHANGE_URN: &str = "urn:halligan:params:scim:api:messages:1.0:ChangePassword";

impl ScimDirectory {
    /// The operator's own password, where operators sign in at the server.
    pub(super) async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
    ) -> Result<Receipt, DirectoryError> {
        let body = body::json_with_secrets(
            &json!({ "schemas": [CHANGE_URN] }),
            &[("old", old), ("new", new)],
        );
        let request = Request::with_body(Method::POST, &["Me", ".password"], body);
        match self.write(operator, &request).await {
            Ok(answer) => self.receipt_of(answer),
            Err(failure) => {
                if let RequestFailure::Answered(Answered {
                    status: 403,
                    detail,
                    ..
                }) = &failure
                    && detail.contains("old password")
                {
                    return Err(DirectoryError::OldPasswordWrong);
                }
                Err(failure.into_password_error(self.connection.endpoint(), None))
            }
        }
    }
}
