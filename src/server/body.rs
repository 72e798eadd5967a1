//! Reading request bodies, bounded, and without ever echoing what was in them.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, StatusCode, header},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{limits::MAX_BODY, respond::ErrorResponse};
use crate::scim::{MEDIA_TYPE, Object, ScimError, ScimType};

/// The body as JSON.
pub(super) async fn json(headers: &HeaderMap, body: Body) -> Result<Value, ErrorResponse> {
    let kind = media_type(headers);
    if !matches!(kind.as_str(), MEDIA_TYPE | "application/json") {
        return Err(ErrorResponse::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("the body is to be {MEDIA_TYPE}"),
        ));
    }
    let bytes = bytes(body).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        // The text of serde_json's syntax errors holds a place, never the content.
        syntax(format!("the body is no JSON: {error}"))
    })
}

/// The body as a JSON object.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
pub(super) async fn object(headers: &HeaderMap, body: Body) -> Result<Object, ErrorResponse> {
    match json(headers, body).await? {
        Value::Object(object) => Ok(object),
        _ => Err(syntax("the body is to be a JSON object".into())),
    }
}

/// The body as one of the RFC's messages.
pub(super) async fn message<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    urn: &str,
) -> Result<T, ErrorResponse> {
    let object = object(headers, body).await?;
    of_urn(&object, urn)?;
    // The text of serde's type errors may quote a value, so it is not passed on.
    serde_json::from_value(Value::Object(object))
        .map_err(|_| syntax(format!("the body does not have the form of {urn}")))
}

/// `schemas` names the schema that the request is about.
pub(super) fn of_urn(object: &Object, urn: &str) -> Result<(), ErrorResponse> {
    let named = crate::scim::member(object, "schemas")
        .and_then(Value::as_array)
        .is_some_and(|list| {
            list.iter()
                .filter_map(Value::as_str)
                .any(|named| named.eq_ignore_ascii_case(urn))
        });
    if named {
        Ok(())
    } else {
        Err(syntax(format!("schemas is to hold {urn}")))
    }
}

/// A body of `application/x-www-form-urlencoded`.
pub(super) async fn form(
    headers: &HeaderMap,
    body: Body,
) -> Result<Vec<(String, String)>, ErrorResponse> {
    if media_type(headers) != "application/x-www-form-urlencoded" {
        return Err(ErrorResponse::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body is to be application/x-www-form-urlencoded",
        ));
    }
    Ok(pairs(&bytes(body).await?))
}

/// The pairs of a query string or form.
pub(super) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

async fn bytes(body: Body) -> Result<axum::body::Bytes, ErrorResponse> {
    to_bytes(body, MAX_BODY).await.map_err(|_| {
        ErrorResponse::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is longer than {MAX_BODY} bytes, or did not arrive"),
        )
    })
}

fn media_type(headers: &HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .unwrap_or_default()
}

fn syntax(detail: String) -> ErrorResponse {
    ScimError::bad(ScimType::InvalidSyntax, detail).into()
}
