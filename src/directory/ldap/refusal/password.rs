//! Why OpenLDAP and 389 refuse a password: the policy control first, then the text.

use ldap3::LdapResult;

use super::rule::{in_history, number, rule, too_short, too_young};
use crate::{
    directory::ldap::control::{PolicyError, policy_error},
    password::policy::Refusal,
};

/// The refusal behind a 19.
pub(super) fn refusal(result: &LdapResult) -> Refusal {
    let text = result.text.to_ascii_lowercase();
    // 389 names the cause in the text where the control says "quality" only.
    match policy_error(&result.ctrls) {
        Some(PolicyError::TooShort) => too_short(number(&text)),
        Some(PolicyError::InHistory) => in_history(),
        Some(PolicyError::TooYoung) => too_young(),
        Some(PolicyError::TooLong) => rule("too_long", "too long", "Use a shorter one."),
        Some(PolicyError::ModificationNotAllowed) => rule(
            "not_allowed",
            "its policy forbids changes of this password",
            "Ask the directory's administrator.",
        ),
        Some(PolicyError::MustSupplyOldPassword) => rule(
            "old_password",
            "its policy wants the old password as proof",
            "Ask the directory's administrator for the right to reset.",
        ),
        Some(
            PolicyError::PasswordExpired
            | PolicyError::AccountLocked
            | PolicyError::ChangeAfterReset
            | PolicyError::InsufficientQuality,
        )
        | None => by_text(&text),
    }
}

fn by_text(text: &str) -> Refusal {
    if text.contains("history") || text.contains("not being changed") {
        in_history()
    } else if text.contains("too young") || text.contains("minimum age") {
        too_young()
    } else if text.contains("at least") || text.contains("too short") {
        too_short(number(text))
    } else if text.contains("based off of user entry") {
        rule(
            "names",
            "it holds a part of the user's name, ID or address",
            "Choose one that has nothing to do with the user.",
        )
    } else if text.contains("dictionary") || text.contains("palindrome") {
        rule("quality", "it is too easy to guess", "Use generate.")
    } else {
        rule(
            "quality",
            "it does not meet the quality rules (length, kinds of characters, words)",
            "Use a longer one with upper case, lower case and digits; generate makes one.",
        )
    }
}
