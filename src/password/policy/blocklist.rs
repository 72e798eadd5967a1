//! The list of common, expected and compromised passwords (SP 800-63B-4, 3.1.1.2; CJIS IA-5(1)):
//! the whole password is compared, never a part of it.

use super::{
    candidate::Candidate,
    context_words,
    expected::{is_expected_of_anybody, is_worth_guessing, spelled_out},
    pattern::is_pattern,
    rule::{Rule, Verdict},
};
use crate::password::word_list::COMMON_PASSWORDS;

pub(super) const RULE: Rule = Rule {
    key: "blocklist",
    label: |profile, _| {
        profile
            .blocklist
            .then(|| "not a common password".to_owned())
    },
    check: |profile, candidate, context| {
        if is_listed(candidate) {
            Verdict::broken(
                "it is on the list of common and breached passwords, which are tried first",
                "Choose another, such as four or more words that have nothing to do with each other.",
            )
        } else if is_worth_guessing(profile, candidate, context)
            && !context_words::is_made_of_names(profile, candidate, context)
            && is_expected_of_anybody(candidate)
            || is_pattern(candidate.lower.trim())
        {
            Verdict::broken(
                "it is a common password or a pattern with little added, which is tried first",
                "Choose another, such as four or more words that have nothing to do with each other.",
            )
        } else {
            Verdict::Kept
        }
    },
};

/// Is it on the list, as it is or without blanks, accents and look-alike signs?
fn is_listed(candidate: &Candidate) -> bool {
    COMMON_PASSWORDS.contains(candidate.lower.trim())
        || candidate.reads(|text| {
            COMMON_PASSWORDS.contains(text.trim())
                || ['i', 'l']
                    .into_iter()
                    .any(|one| COMMON_PASSWORDS.contains(&spelled_out(text, one)))
        })
}
