//! The user's own ID and address (CJIS IA-5(1)(a)-5; SP 800-63B-4, 3.1.1.2, context words).

use super::{
    Candidate, Context, Rule, Verdict,
    derivative::{Word, is_made_of},
};
use crate::password::profile::{Derivatives, Profile};

pub(super) const RULE: Rule = Rule {
    key: "reject_user_id",
    label: |profile, _| {
        Some(match profile.reject_user_id {
            Derivatives::Equal => "not the user's ID or email".to_owned(),
            Derivatives::AndDerivatives => "not a form of the user's ID or email".to_owned(),
        })
    },
    check: |profile, candidate, context| {
        if is_broken(profile, candidate, context) {
            Verdict::broken(
                "it is the user's ID or email address, or a form of it",
                "Choose words that have nothing to do with the user.",
            )
        } else {
            Verdict::Kept
        }
    },
};

pub(super) fn is_broken(profile: &Profile, candidate: &Candidate, context: &Context<'_>) -> bool {
    let words = words(context);
    match profile.reject_user_id {
        Derivatives::Equal => candidate.reads(|text| words.iter().any(|word| word.is(text))),
        Derivatives::AndDerivatives => candidate.reads(|text| is_made_of(text, &words)),
    }
}

/// The ID, the address and its part before the `@`.
pub(super) fn words(context: &Context<'_>) -> Vec<Word> {
    let user = context.user;
    let local = user.email.split('@').next().unwrap_or_default();
    [user.login.as_str(), user.email.as_str(), local]
        .into_iter()
        .filter_map(Word::new)
        .collect()
}
