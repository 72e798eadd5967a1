//! The agency's password rules, one file a rule, and their verdict on a candidate.

use serde::{Deserialize, Serialize};

use crate::{password::profile::Profile, user::User};

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
    /// Broken.
    Broken,
    /// Can only be judged by the directory, on Save (history).
    OnSave,
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The rule as a short sentence: "at least 15 characters".
    pub label: String,
    /// Kept, broken or judged on Save.
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
    /// True where the password is used with a second factor.
    pub with_mfa: bool,
}

/// The checklist for `candidate` (NFC), a line per rule that the profile turns on, in fixed order.
pub fn checklist(profile: &Profile, candidate: &str, context: &Context<'_>) -> Vec<Line> {
    let _ = (profile, candidate, context);
    todo!("password helper")
}

/// The first broken rules, or nothing.
///
/// # Errors
/// Every rule that is broken, in checklist order.
pub fn judge(
    profile: &Profile,
    candidate: &str,
    context: &Context<'_>,
) -> Result<(), Vec<Refusal>> {
    let broken: Vec<_> = checklist(profile, candidate, context)
        .into_iter()
        .filter_map(|line| line.refusal)
        .collect();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken)
    }
}
