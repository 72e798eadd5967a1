//! What a write wants the version of a resource to be, and what a read knows of it.

use axum::http::{HeaderMap, StatusCode, header};

use super::respond::ErrorResponse;
use crate::{directory::Entry, user::Version};

/// What a write wants the resource to be (RFC 9110 section 13, RFC 7644 section 3.14).
#[derive(Debug)]
pub(super) enum Condition {
    /// Nothing: whatever it is now.
    None,
    /// One of these versions, opaque tags without weakness mark and quotes.
    OneOf(Vec<Version>),
    /// None of these.
    NoneOf(Vec<Version>),
}

impl Condition {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        if let Some(tags) = tags(headers, header::IF_MATCH.as_str()) {
            return Self::OneOf(tags);
        }
        match tags(headers, header::IF_NONE_MATCH.as_str()) {
            Some(tags) => Self::NoneOf(tags),
            None => Self::None,
        }
    }

    /// The condition of an operation in a bulk request.
    pub(super) fn of_version(version: Option<&str>) -> Self {
        version.map_or(Self::None, |tag| Self::OneOf(split(tag)))
    }

    pub(super) fn holds(&self, current: &Entry) -> Result<(), ErrorResponse> {
        let named = |tags: &[Version]| {
            tags.iter()
                .any(|tag| tag.0 == "*" || *tag == current.user.version)
        };
        let holds = match self {
            Self::None => true,
            Self::OneOf(tags) => named(tags),
            Self::NoneOf(tags) => !named(tags),
        };
        if holds {
            Ok(())
        } else {
            Err(ErrorResponse::new(
                StatusCode::PRECONDITION_FAILED,
                "the user was changed since that version was read: read again and look",
            ))
        }
    }
}

fn tags(headers: &HeaderMap, name: &str) -> Option<Vec<Version>> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    Some(
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(split)
            .collect(),
    )
}

/// The opaque parts of `W/"1", "2"`: versions compare weakly, as RFC 7644 does.
fn split(text: &str) -> Vec<Version> {
    text.split(',')
        .map(|tag| {
            let tag = tag.trim();
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            Version(tag.trim_matches('"').to_owned())
        })
        .collect()
}

pub(super) fn names_version(headers: &HeaderMap, name: &str, etag: &str) -> Option<bool> {
    let tags = tags(headers, name)?;
    let own = split(etag);
    Some(tags.iter().any(|tag| tag.0 == "*" || own.contains(tag)))
}
