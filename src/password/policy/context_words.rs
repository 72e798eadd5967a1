//! Words that anybody would try for this user here: names, agency, mail domain, this program
//! (SP 800-63B-4, 3.1.1.2; ASVS 6.1.2 and 6.2.11).

use super::{
    Context, Rule, Verdict,
    candidate::{Candidate, plain},
    derivative::{Word, is_made_of},
    expected::{is_expected, is_expected_of_anybody, is_worth_guessing},
    reject_user_id,
};
use zeroize::Zeroizing;

use crate::password::profile::{Derivatives, Profile};

const PROGRAM: &str = "halligan";

pub(super) const RULE: Rule = Rule {
    key: "context_words",
    label: |_, _| Some("not just names of the user or the agency".to_owned()),
    check: |profile, candidate, context| {
        // One refusal for one fault.
        if reject_user_id::is_broken(profile, candidate, context) {
            return Verdict::Kept;
        }
        let broken = is_made_of_names(profile, candidate, context)
            || (profile.reject_user_id == Derivatives::AndDerivatives
                && is_little_more(profile, candidate, context));
        if broken {
            Verdict::broken(
                "it is little more than names that belong to the user, the agency or this program",
                "Add words that have nothing to do with the user or the agency.",
            )
        } else {
            Verdict::Kept
        }
    },
};

/// Is it nothing but the user's ID and address and names of user, agency and program?
pub(super) fn is_made_of_names(
    profile: &Profile,
    candidate: &Candidate,
    context: &Context<'_>,
) -> bool {
    let words = words(context);
    match profile.reject_user_id {
        Derivatives::Equal => candidate.reads(|text| words.iter().any(|word| word.is(text))),
        Derivatives::AndDerivatives => candidate.reads(|text| is_made_of(text, &words)),
    }
}

/// Is it expected of somebody who knows the user, and of nobody else? What everybody expects is
/// refused by the blocklist.
fn is_little_more(profile: &Profile, candidate: &Candidate, context: &Context<'_>) -> bool {
    if !is_worth_guessing(profile, candidate, context) || is_expected_of_anybody(candidate) {
        return false;
    }
    let names: Vec<_> = known(context)
        .map(|word| Zeroizing::new(plain(word).replace(' ', "")))
        .filter(|word| word.chars().count() >= 2)
        .collect();
    is_expected(&candidate.dense, &names) || is_expected(&candidate.seen, &names)
}

/// Every word that a guesser knows of this user and agency.
pub(super) fn known<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a str> {
    let user = context.user;
    let whole = [
        user.login.as_str(),
        user.email.as_str(),
        context.agency,
        PROGRAM,
    ];
    let names = [user.given_name.as_str(), user.family_name.as_str()];
    let split = |text: &'a str| text.split(|char: char| !char.is_alphanumeric());
    whole
        .into_iter()
        .chain(names)
        .chain(user.email.split('@'))
        .chain(whole.into_iter().chain(names).flat_map(split))
        .filter(|word| !word.is_empty())
}

fn words(context: &Context<'_>) -> Vec<Word> {
    let user = context.user;
    let domain = user.email.split('@').nth(1).unwrap_or_default();
    let mut words = reject_user_id::words(context);
    words.extend(
        [context.agency, PROGRAM, domain]
            .into_iter()
            .chain([user.given_name.as_str(), user.family_name.as_str()])
            .chain(parts(context.agency))
            .chain(parts(&user.given_name))
            .chain(parts(&user.family_name))
            .chain(parts(domain))
            .chain(parts(&user.email))
            .filter_map(Word::new),
    );
    words
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    // Short ones count only as themselves (`derivative::LEAST`).
    text.split(|char: char| !char.is_alphanumeric())
}
