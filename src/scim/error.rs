//! Errors in the form of RFC 7644 section 3.12.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The schema URN of an error body.
pub const URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Detail keywords of RFC 7644 table 9 and RFC 9865 section 2.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ScimType {
    /// The filter does not follow the grammar, or compares what cannot be compared.
    InvalidFilter,
    /// More results than the server looks at.
    TooMany,
    /// A unique attribute is taken.
    Uniqueness,
    /// The attribute may not be changed in this way.
    Mutability,
    /// The body is not what the request wants.
    InvalidSyntax,
    /// The path of a PATCH operation is malformed or names nothing.
    InvalidPath,
    /// The path of a PATCH operation matches no value.
    NoTarget,
    /// A required value is missing, or a value is not of the attribute's kind.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVers,
    /// The request would show something sensitive in its address.
    Sensitive,
    /// The cursor is not one of this server's.
    InvalidCursor,
    /// The cursor has expired.
    ExpiredCursor,
    /// The count of a cursor request is out of range.
    InvalidCount,
}

impl ScimType {
    /// Every keyword.
    pub const ALL: [Self; 13] = [
        Self::InvalidFilter,
        Self::TooMany,
        Self::Uniqueness,
        Self::Mutability,
        Self::InvalidSyntax,
        Self::InvalidPath,
        Self::NoTarget,
        Self::InvalidValue,
        Self::InvalidVers,
        Self::Sensitive,
        Self::InvalidCursor,
        Self::ExpiredCursor,
        Self::InvalidCount,
    ];

    /// The keyword as it stands in a body: `invalidFilter`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }

    /// The keyword's meaning; `None` for a word that is in neither RFC.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A SCIM error: the HTTP status, a keyword where the RFC has one, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimError {
    /// HTTP status, 400 to 599.
    pub status: u16,
    /// Keyword.
    pub scim_type: Option<ScimType>,
    /// What happened, for people.
    pub detail: String,
}

impl ScimError {
    /// An error with `status` and no keyword.
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        Self {
            status,
            scim_type: None,
            detail: detail.into(),
        }
    }

    /// A 400 with a keyword.
    pub fn bad(scim_type: ScimType, detail: impl Into<String>) -> Self {
        Self {
            status: 400,
            scim_type: Some(scim_type),
            detail: detail.into(),
        }
    }
}

impl fmt::Display for ScimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(kind) = self.scim_type {
            write!(f, " {}", kind.word())?;
        }
        write!(f, ": {}", self.detail)
    }
}

impl std::error::Error for ScimError {}

#[derive(Serialize)]
struct Sent<'a> {
    schemas: [&'static str; 1],
    status: String,
    #[serde(rename = "scimType", skip_serializing_if = "Option::is_none")]
    scim_type: Option<&'static str>,
    detail: &'a str,
}

impl Serialize for ScimError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Sent {
            schemas: [URN],
            status: self.status.to_string(),
            scim_type: self.scim_type.map(ScimType::word),
            detail: &self.detail,
        }
        .serialize(serializer)
    }
}

#[derive(Deserialize)]
struct Received {
    #[serde(default)]
    status: serde_json::Value,
    #[serde(rename = "scimType", default)]
    scim_type: Option<String>,
    #[serde(default)]
    detail: Option<String>,
}

impl<'de> Deserialize<'de> for ScimError {
    /// Reads what servers really send: `status` as a string or, against the RFC, as a number.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is another crate's, and what is not named is handled alike"
    )]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let received = Received::deserialize(deserializer)?;
        let status = match &received.status {
            serde_json::Value::String(text) => text.parse().unwrap_or(0),
            serde_json::Value::Number(number) => number
                .as_u64()
                .and_then(|number| u16::try_from(number).ok())
                .unwrap_or(0),
            _ => 0,
        };
        Ok(Self {
            status,
            scim_type: received.scim_type.as_deref().and_then(ScimType::from_word),
            detail: received.detail.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_written_with_its_status_as_a_string() {
        let error = ScimError::bad(ScimType::InvalidFilter, "no such attribute");
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"invalidFilter","detail":"no such attribute"}"#
        );
    }

    #[test]
    fn an_error_with_a_numeric_status_is_understood_too() {
        let error: ScimError = serde_json::from_str(r#"{"status":501,"detail":"no"}"#).unwrap();
        assert_eq!(error, ScimError::new(501, "no"));
    }
}
