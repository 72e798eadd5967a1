//! Older written policies: no name of the user anywhere in the password (the "basic" option of
//! CJIS IA-5(1)(a)-5, allowed until 30 September 2024).

use super::{Context, Rule, Verdict, candidate::plain};

pub(super) const RULE: Rule = Rule {
    key: "reject_proper_name",
    label: |profile, _| {
        profile
            .reject_proper_name
            .then(|| "no name of the user in it".to_owned())
    },
    check: |_, candidate, context| {
        if names(context).any(|name| candidate.reads(|text| text.contains(name.as_str()))) {
            Verdict::broken(
                "a name of the user is part of it",
                "Leave the user's names out.",
            )
        } else {
            Verdict::Kept
        }
    },
};

/// The names of three letters and more, folded; shorter ones are in words by chance.
pub(super) fn names(context: &Context<'_>) -> impl Iterator<Item = String> {
    [&context.user.given_name, &context.user.family_name]
        .into_iter()
        .flat_map(|name| name.split(|char: char| !char.is_alphanumeric()))
        .map(|name| plain(name).as_str().to_owned())
        .filter(|name| name.chars().filter(|char| char.is_alphabetic()).count() >= 3)
}
