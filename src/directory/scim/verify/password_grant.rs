//! A sign-in by OAuth 2.0 with the user's own password (RFC 6749 section 4.3), where a token endpoint
//! still offers it. The token that comes of it is thrown away.

use std::path::Path;

use reqwest::Url;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{
    directory::{
        TriedSignIn,
        scim::{connection::Connection, private_file, request::Body},
    },
    password::Secret,
    text,
};

/// Longest text of the server that is shown, characters.
const LONGEST_WORD: usize = 200;

/// Where, and as which client.
#[derive(Debug)]
pub(super) struct PasswordGrant<'a> {
    pub(super) address: &'a Url,
    pub(super) client: Option<&'a str>,
    pub(super) secret: Option<&'a Path>,
    pub(super) scope: &'a str,
}

impl PasswordGrant<'_> {
    pub(super) async fn try_sign_in(
        &self,
        connection: &Connection,
        login: &str,
        password: &Secret,
    ) -> TriedSignIn {
        let secret = match self.secret.map(private_file::read_line).transpose() {
            Ok(secret) => secret,
            Err(error) => return TriedSignIn::Untold(error.to_string()),
        };
        let basic = self.client.zip(secret.as_ref().map(|it| it.as_str()));
        let mut fields = vec![
            ("grant_type", "password"),
            ("username", login),
            ("password", password.expose()),
        ];
        if !self.scope.is_empty() {
            fields.push(("scope", self.scope));
        }
        // A public client names itself in the form (RFC 6749 section 3.2.1).
        if let (Some(client), None) = (self.client, basic) {
            fields.push(("client_id", client));
        }
        let body = Body::holding(form(&fields), [password]);
        match connection.post_form(self.address, basic, body).await {
            Ok((status, answer)) => sorted(status, &answer),
            Err(failure) => TriedSignIn::Untold(failure.at(connection.endpoint(), self.address)),
        }
    }
}

/// The fields as a form, in a buffer that never grows.
fn form(fields: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
    let room = fields
        .iter()
        .map(|(name, value)| name.len() + value.len() * 3 + 2)
        .sum();
    let mut form = Zeroizing::new(Vec::with_capacity(room));
    for (n, (name, value)) in fields.iter().enumerate() {
        if n > 0 {
            form.push(b'&');
        }
        form.extend_from_slice(name.as_bytes());
        form.push(b'=');
        for part in form_urlencoded::byte_serialize(value.as_bytes()) {
            form.extend_from_slice(part.as_bytes());
        }
    }
    form
}

/// RFC 6749 section 5.
fn sorted(status: u16, answer: &Value) -> TriedSignIn {
    let word = |name: &str| answer.get(name).and_then(Value::as_str);
    if status == 200 && word("access_token").is_some_and(|token| !token.is_empty()) {
        return TriedSignIn::SignedIn;
    }
    let error = word("error").unwrap_or_default();
    let said = match word("error_description") {
        Some(more) => format!("{error}: {more}"),
        None => error.to_owned(),
    };
    let said: String = text::clean(&said).chars().take(LONGEST_WORD).collect();
    match (status, error) {
        // It does not tell a wrong password from an account that is locked or disabled.
        (400 | 401, "invalid_grant") => TriedSignIn::Refused(said),
        (_, "unsupported_grant_type" | "unauthorized_client") => TriedSignIn::Untold(format!(
            "a sign-in by password (RFC 6749 section 4.3) is not offered to this client: {said}"
        )),
        (_, "invalid_client") => TriedSignIn::Untold(format!(
            "the client of scim.verify_client_id is not accepted: {said}"
        )),
        (_, "") => TriedSignIn::Untold(format!("status {status}, and no word of OAuth")),
        (_, _) => TriedSignIn::Untold(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn only_a_token_is_a_sign_in_and_only_invalid_grant_a_refusal() {
        let token = json!({ "access_token": "x", "token_type": "Bearer" });
        assert_eq!(sorted(200, &token), TriedSignIn::SignedIn);
        for (status, answer) in [
            (200, json!({})),
            (200, json!({ "access_token": "" })),
            (302, token.clone()),
            (400, json!({ "error": "unsupported_grant_type" })),
            (401, json!({ "error": "invalid_client" })),
            (500, Value::Null),
        ] {
            let told = sorted(status, &answer);
            assert!(matches!(told, TriedSignIn::Untold(_)), "{status}: {told:?}");
        }
        let refused = json!({ "error": "invalid_grant", "error_description": "Account\u{1b}[2J" });
        let TriedSignIn::Refused(said) = sorted(400, &refused) else {
            panic!("refused")
        };
        assert!(said.starts_with("invalid_grant: Account") && !said.contains('\u{1b}'));
    }

    proptest! {
        #[test]
        fn a_form_put_together_by_hand_is_the_form_that_was_meant(login in ".{0,20}", password in ".{0,20}") {
            let form = form(&[("username", &login), ("password", &password)]);
            let capacity = form.capacity();
            prop_assert!(capacity >= form.len());
            let read: Vec<(String, String)> = form_urlencoded::parse(&form).into_owned().collect();
            prop_assert_eq!(read, [("username".to_owned(), login), ("password".to_owned(), password)]);
        }
    }
}
