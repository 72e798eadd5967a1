//! Bodies that hold passwords, in buffers that are wiped.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::request::Body;
use crate::{password::Secret, scim::patch};

/// A JSON object with secrets in it, in a buffer that is wiped. `plain` is an object.
pub(super) fn json_with_secrets(plain: &Value, secrets: &[(&str, &Secret)]) -> Body {
    let plain = plain.to_string();
    // Room for every character escaped, so that no growing copy is left behind.
    let room: usize = secrets
        .iter()
        .map(|(name, secret)| name.len() + secret.expose().len() * 6 + 8)
        .sum();
    let mut body = Zeroizing::new(Vec::with_capacity(plain.len() + room));
    body.extend_from_slice(plain.as_bytes());
    for (name, secret) in secrets {
        body.pop();
        if body.last() != Some(&b'{') {
            body.push(b',');
        }
        body.push(b'"');
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(b"\":");
        push_json(&mut body, secret.expose());
        body.push(b'}');
    }
    Body::holding(body, secrets.iter().map(|(_, secret)| *secret))
}

/// `text` as a JSON string.
pub(super) fn push_json(body: &mut Vec<u8>, text: &str) {
    // Writing a string into memory cannot fail.
    drop(serde_json::to_writer(body, text));
}

/// An operation of a PATCH that puts `value` at `path`.
pub(super) fn put(path: &str, value: impl Into<Value>) -> Value {
    json!({ "op": "replace", "path": path, "value": value.into() })
}

/// A PATCH (RFC 7644 section 3.5.2), that of the password first.
pub(super) fn patch(password: Option<&Secret>, others: &[Value]) -> Body {
    let schemas = Value::from(vec![patch::URN]).to_string();
    let others: Vec<String> = others.iter().map(ToString::to_string).collect();
    let room = password.map_or(0, |password| password.expose().len() * 6)
        + others.iter().map(|other| other.len() + 1).sum::<usize>();
    let mut body = Zeroizing::new(Vec::with_capacity(schemas.len() + room + 128));
    body.extend_from_slice(b"{\"schemas\":");
    body.extend_from_slice(schemas.as_bytes());
    body.extend_from_slice(b",\"Operations\":[");
    if let Some(password) = password {
        body.extend_from_slice(br#"{"op":"replace","path":"password","value":"#);
        push_json(&mut body, password.expose());
        body.push(b'}');
    }
    for (n, other) in others.iter().enumerate() {
        if n > 0 || password.is_some() {
            body.push(b',');
        }
        body.extend_from_slice(other.as_bytes());
    }
    body.extend_from_slice(b"]}");
    Body::holding(body, password)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_body_put_together_by_hand_is_the_json_that_was_meant(
            text in "[^\\p{Cc}]{0,40}", login in ".{0,20}",
        ) {
            let secret = Secret::from_typed(&text).unwrap();
            let capacity = |body: &Zeroizing<Vec<u8>>| body.capacity();
            let body = patch(Some(&secret), &[put("x:unlock", true)]).bytes;
            let read: Value = serde_json::from_slice(&body).unwrap();
            prop_assert_eq!(&read["Operations"][0]["value"], secret.expose());
            prop_assert_eq!(&read["Operations"][1], &json!({"op": "replace", "path": "x:unlock", "value": true}));
            prop_assert!(capacity(&body) >= body.len());
            let body = json_with_secrets(&json!({ "login": login }), &[("password", &secret)]).bytes;
            let read: Value = serde_json::from_slice(&body).unwrap();
            prop_assert_eq!(read, json!({ "login": login, "password": secret.expose() }));
        }
    }
}
