//! The directory's own rules for passwords.

use serde::Serialize;

use crate::{password::policy::Line, password::policy::Refusal, password::policy::Tick};

/// A directory's own password rules, for the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DirectoryPolicy {
    /// Where they were read: a DN, "the domain".
    pub source: String,
    /// The rules, in the order in which they are shown.
    pub rules: Vec<DirectoryRule>,
    /// Said beside them: that the directory does not check what an administrator sets.
    pub remark: Option<String>,
}

/// One rule of a [`DirectoryPolicy`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DirectoryRule {
    /// As a short sentence: "at least 10 characters (directory)".
    pub label: String,
    /// The least length, where this rule is about it; others can only be judged on Save.
    pub least: Option<(usize, CountedIn)>,
}

/// What a directory counts when it measures a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedIn {
    /// Code points.
    CodePoints,
    /// UTF-16 code units (Active Directory).
    Utf16,
    /// Bytes of UTF-8 (OpenLDAP).
    Bytes,
}

impl DirectoryRule {
    /// The rule's line in the checklist for `candidate` (NFC).
    pub fn line(&self, candidate: &str) -> Line {
        let broken = self.least.filter(|&(least, unit)| {
            least
                > match unit {
                    CountedIn::CodePoints => candidate.chars().count(),
                    CountedIn::Utf16 => candidate.encode_utf16().count(),
                    CountedIn::Bytes => candidate.len(),
                }
        });
        Line {
            label: self.label.clone(),
            tick: match (self.least, broken) {
                (None, _) => Tick::OnSave,
                (Some(_), None) => Tick::Kept,
                (Some(_), Some(_)) => Tick::Broken,
            },
            refusal: broken.map(|(least, _)| Refusal {
                rule: "directory_min_chars".into(),
                message: format!("too short for the directory: {least} characters are needed"),
                cure: format!("Add words until it has {least} characters."),
            }),
        }
    }
}
