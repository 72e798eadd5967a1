//! The agency's password rules, one file a rule, and their verdict on a candidate.
//!
//! A rule is its file under `policy/` and its line in `RULES`. No text that a rule gives depends on
//! the candidate, so none can betray it or its length; the one exception names an invisible character.

use crate::password::profile::Profile;

mod blocklist;
mod candidate;
mod characters;
mod composition_classes;
mod context_words;
mod derivative;
mod expected;
mod history;
mod max_chars;
mod min_chars;
mod min_strength;
mod pattern;
mod reject_proper_name;
mod reject_user_id;
mod rule;

pub use rule::{Context, Line, Refusal, Tick};

use candidate::Candidate;
use rule::{Rule, Verdict};

/// The rules in the order of the checklist, before `min_strength` and `history`.
const RULES: [Rule; 9] = [
    min_chars::RULE,
    max_chars::RULE,
    characters::RULE,
    characters::BLANK_AT_AN_END,
    composition_classes::RULE,
    blocklist::RULE,
    reject_user_id::RULE,
    reject_proper_name::RULE,
    context_words::RULE,
];

/// The checklist for `candidate`, a line per rule that the profile turns on, in fixed order.
/// The verdict is that on the NFC of the candidate, whatever form is given.
pub fn checklist(profile: &Profile, candidate: &str, context: &Context<'_>) -> Vec<Line> {
    let candidate = Candidate::new(candidate, profile.max_chars);
    let mut lines: Vec<_> = RULES
        .iter()
        .filter_map(|rule| line(rule, profile, &candidate, context))
        .collect();
    // It costs most and says least: where another rule is broken, it waits.
    let broken = lines.iter().any(|line| line.tick == Tick::Broken);
    let hard_enough = if broken {
        (min_strength::RULE.label)(profile, context).map(|label| Line {
            label,
            tick: Tick::Broken,
            refusal: None,
        })
    } else {
        line(&min_strength::RULE, profile, &candidate, context)
    };
    lines.extend(hard_enough);
    lines.extend(line(&history::RULE, profile, &candidate, context));
    lines
}

/// The rule's line, if the profile asks for the rule and it has something to say.
fn line(
    rule: &Rule,
    profile: &Profile,
    candidate: &Candidate,
    context: &Context<'_>,
) -> Option<Line> {
    let label = (rule.label)(profile, context)?;
    let (tick, refusal) = match (rule.check)(profile, candidate, context) {
        Verdict::Silent => return None,
        Verdict::Kept => (Tick::Kept, None),
        Verdict::Doubtful => (Tick::Doubtful, None),
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

/// What is to be told of a password that is allowed, to whoever sees no checklist.
pub fn doubt(candidate: &str) -> Option<&'static str> {
    characters::has_blank_at_an_end(candidate).then_some(characters::BLANK_AT_AN_END_TOLD)
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
