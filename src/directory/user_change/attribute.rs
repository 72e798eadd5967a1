//! One attribute: as it was, is, and was wanted.

use std::fmt;

use serde::Serialize;

/// An attribute as it was and as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeChange {
    /// Its name.
    pub attribute: &'static str,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

impl fmt::Display for AttributeChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (old, new) = (shown(&self.old), shown(&self.new));
        write!(f, "{} {old} -> {new}", words(self.attribute))
    }
}

/// An attribute that has changed since it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeConflict {
    /// Its name.
    pub attribute: &'static str,
    /// As it was seen.
    pub seen: String,
    /// As it is now.
    pub now: String,
    /// As it was to become; `None` where it was to stay.
    pub wanted: Option<String>,
}

impl fmt::Display for AttributeConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: you saw {}, now {}",
            words(self.attribute),
            shown(&self.seen),
            shown(&self.now)
        )?;
        match &self.wanted {
            Some(wanted) => write!(f, ", you want {}", shown(wanted)),
            None => Ok(()),
        }
    }
}

/// An attribute's name within a sentence.
pub(super) fn words(attribute: &'static str) -> &'static str {
    match attribute {
        "id" => "ID",
        "given_name" => "given name",
        "family_name" => "family name",
        "display_name" => "display name",
        "job_title" => "job title",
        "valid_from" => "valid from",
        "valid_until" => "valid until",
        other => other,
    }
}

pub(super) fn shown(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}
