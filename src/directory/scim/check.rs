//! Does a password sign the user in? A server with our extension tells (`docs/scim-extension.md`).

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    body, directory::ScimDirectory, request::Request, request_failure::RequestFailure,
    resource::user_path,
};
use crate::{
    directory::DirectoryError, operator::Operator, password::Secret, receipt::Checked, user::UserId,
};

const CHECK_URN: &str = "urn:halligan:params:scim:api:messages:1.0:Check";

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
    pub(super) async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        self.extended(operator, "check of a password").await?;
        let endpoint = self.connection.endpoint();
        let [users, id] = user_path(user).map_err(|failure| failure.into_user_error(endpoint))?;
        let body = body::json_with_secrets(
            &json!({ "schemas": [CHECK_URN] }),
            &[("password", password)],
        );
        let request = Request::with_body(Method::POST, &[users, id, ".check"], body);
        let answer = self
            .write(operator, &request)
            .await
            .map_err(|failure| failure.into_user_error(endpoint))?;
        serde_json::from_value::<SentCheck>(answer.body)
            .map(|sent| Checked {
                matches: sent.matches,
                signs_in: sent.signs_in,
                remark: sent.remark,
            })
            .map_err(|_| RequestFailure::NotScim(200, String::new()).into_error(endpoint))
    }
}
