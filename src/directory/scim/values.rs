//! Single values of a resource, tolerant of how servers write them.

use jiff::Timestamp;
use serde_json::Value;

use crate::scim::{Object, member};

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
pub(super) fn text(object: &Object, name: &str) -> Option<String> {
    match member(object, name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn time(object: &Object, name: &str) -> Option<Timestamp> {
    let text = text(object, name)?;
    text.parse()
        .ok()
        // A time without an offset is meant in UTC.
        .or_else(|| format!("{text}Z").parse().ok())
}

/// A boolean, also as the text that some servers write.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
pub(super) fn flag(object: &Object, name: &str) -> Option<bool> {
    match member(object, name)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
