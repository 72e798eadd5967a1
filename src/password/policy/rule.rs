//! What a rule is, what it is asked and what it answers.

use serde::{Deserialize, Serialize};

use super::candidate::Candidate;
use crate::{password::profile::Profile, user::User};

/// One rule: its key, when it applies, and its verdict.
pub(super) struct Rule {
    /// The key in the profile, and in every refusal.
    pub(super) key: &'static str,
    /// The line of the checklist; `None` when the profile does not ask for the rule.
    pub(super) label: fn(&Profile, &Context<'_>) -> Option<String>,
    pub(super) check: fn(&Profile, &Candidate, &Context<'_>) -> Verdict,
}

/// What a rule says of a candidate.
pub(super) enum Verdict {
    Kept,
    /// Kept, and not worth a line: hardly anybody breaks it.
    Silent,
    /// Allowed, with a line of its own.
    Doubtful,
    Broken {
        message: String,
        cure: String,
    },
    OnSave,
}

impl Verdict {
    pub(super) fn broken(message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self::Broken {
            message: message.into(),
            cure: cure.into(),
        }
    }
}

/// A refusal that names the rule and the cure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The rule's key in the profile: `min_chars`, `blocklist`, `history`.
    pub rule: String,
    /// What is wrong, without the password: "too short: 15 characters are needed".
    pub message: String,
    /// What to do: "Add words until it has 15 characters".
    pub cure: String,
}

/// How a rule looks in the live checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// Kept.
    Kept,
    /// Broken; without a refusal where another rule must be kept first.
    Broken,
    /// Can only be judged by the directory, on Save (history).
    OnSave,
    /// Allowed, and worth a second look (a blank at either end).
    Doubtful,
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The rule as a short sentence: "at least 15 characters".
    pub label: String,
    /// Kept, broken, judged on Save or doubtful.
    pub tick: Tick,
    /// The refusal when it is broken.
    pub refusal: Option<Refusal>,
}

/// What a candidate is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Whose password it will be: names, ID and email parts are context words.
    pub user: &'a User,
    /// The agency's name, a context word too; may be empty.
    pub agency: &'a str,
    /// True for a password that our generator drew.
    pub generated: bool,
}
