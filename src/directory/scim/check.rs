//! Does a password sign the user in? A server with our extension tells (`docs/scim-extension.md`).

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    body,
    directory::{NOT_OFFERED, ScimDirectory},
    request::Request,
    request_failure::RequestFailure,
    resource::user_path,
};
use crate::{
    directory::{DirectoryError, Support},
    operator::Operator,
    password::Secret,
    receipt::Checked,
    user::UserId,
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
    /// Can a password be checked without counting as a failed sign-in?
    pub(super) fn check_support(&self) -> Support {
        match &self.verifier {
            _ if self.is_extended() => Support::Yes,
            Some(verifier) => Support::No(format!(
                "Only a sign-in at {} would tell, which may count a wrong one as a failure.",
                verifier.place()
            )),
            None => Support::No(format!(
                "check of a password: {NOT_OFFERED} (SCIM has no such thing; scim.verify can name a \
                 sign-in that proves one)"
            )),
        }
    }

    pub(super) async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        let extended = self.extended(operator, "check of a password").await;
        if let (Err(DirectoryError::NotOffered(_)), Some(verifier)) = (&extended, &self.verifier) {
            let read = self.resource(operator, user).await;
            let user = read
                .map_err(|failure| failure.into_user_error(self.connection.endpoint()))?
                .user;
            return self.checked_by_sign_in(verifier, &user, password).await;
        }
        extended?;
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
