//! The agency's password rules, one file a rule, and their verdict on a candidate.
//!
//! A rule is its file under `policy/` and its line in `RULES`. No text that a rule gives depends on
//! the candidate, so none can betray it or its length.

use crate::password::profile::Profile;

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
mod rule;

pub use rule::{Context, Line, Refusal, Tick};

use candidate::Candidate;
use rule::{Rule, Verdict};

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
