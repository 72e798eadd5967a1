//! The agency's password rules, one file a rule, and their verdict on a candidate.
//!
//! A rule is its file under `policy/` and its line in `RULES`. No text that a rule gives depends on
//! the candidate, so none can betray it or its length.

use serde::{Deserialize, Serialize};

use crate::{password::profile::Profile, user::User};

mod blocklist;
mod candidate;
mod composition_classes;
mod context_words;
mod derivative;
mod history;
mod max_chars;
mod min_chars;
mod reject_proper_name;
mod reject_user_id;

use candidate::Candidate;

/// Every rule, in the order of the checklist.
const RULES: [Rule; 8] = [
    min_chars::RULE,
    max_chars::RULE,
    composition_classes::RULE,
    blocklist::RULE,
    reject_user_id::RULE,
    reject_proper_name::RULE,
    context_words::RULE,
    history::RULE,
];

/// One rule: its key, when it applies, and its verdict.
struct Rule {
    /// The key in the profile, and in every refusal.
    key: &'static str,
    /// The line of the checklist; `None` when the profile does not ask for the rule.
    label: fn(&Profile, &Context<'_>) -> Option<String>,
    check: fn(&Profile, &Candidate, &Context<'_>) -> Verdict,
}

enum Verdict {
    Kept,
    Broken { message: String, cure: String },
    OnSave,
}

impl Verdict {
    fn broken(message: impl Into<String>, cure: impl Into<String>) -> Self {
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

/// The checklist for `candidate`, a line per rule that the profile turns on, in fixed order.
/// The verdict is that on the NFC of the candidate, whatever form is given.
pub fn checklist(profile: &Profile, candidate: &str, context: &Context<'_>) -> Vec<Line> {
    let candidate = Candidate::new(candidate, profile.max_chars);
    RULES
        .iter()
        .filter_map(|rule| {
            let label = (rule.label)(profile, context)?;
            let (tick, refusal) = match (rule.check)(profile, &candidate, context) {
                Verdict::Kept => (Tick::Kept, None),
                Verdict::OnSave => (Tick::OnSave, None),
                Verdict::Broken { message, cure } => {
                    let rule = rule.key.to_owned();
                    let refusal = Refusal {
                        rule,
                        message,
                        cure,
                    };
                    (Tick::Broken, Some(refusal))
                }
            };
            Some(Line {
                label,
                tick,
                refusal,
            })
        })
        .collect()
}

/// Does the candidate keep every rule that can be told without the store (history cannot)?
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

/// Does the user's ID, or a name of the user of three letters or more, occur anywhere in the
/// candidate? Active Directory's complexity rule refuses such a password, so none is generated.
pub(super) fn names_the_user(candidate: &str, context: &Context<'_>) -> bool {
    let candidate = candidate::plain(candidate);
    let login = candidate::plain(&context.user.login);
    (login.chars().count() >= 3 && candidate.contains(login.as_str()))
        || reject_proper_name::names(context).any(|name| candidate.contains(name.as_str()))
}

#[cfg(test)]
pub(super) mod tests;
