//! Entries of the class `krbPwdPolicy`.

use super::rules::{Policy, positive, seconds};
use crate::directory::{CountedIn, ldap::entry::Entry};

pub(super) const NAMES: &[&str] = &[
    "krbMaxPwdLife",
    "krbMinPwdLife",
    "krbPwdMinDiffChars",
    "krbPwdMinLength",
    "krbPwdHistoryLength",
    "krbPwdMaxFailure",
    "krbPwdFailureCountInterval",
    "krbPwdLockoutDuration",
];

pub(super) fn policy(entry: &Entry) -> Option<Policy> {
    if !NAMES.iter().any(|name| entry.has(name)) {
        return None;
    }
    Some(Policy {
        source: entry.dn.clone(),
        min_length: positive(entry, "krbPwdMinLength"),
        counted_in: Some(CountedIn::CodePoints),
        history: positive(entry, "krbPwdHistoryLength"),
        quality: match entry.number("krbPwdMinDiffChars").unwrap_or(0) {
            ..=1 => None,
            2 => Some("two of: upper case, lower case, digits, other characters, no repetition"),
            3 => Some("three of: upper case, lower case, digits, other characters, no repetition"),
            _ => Some("four of: upper case, lower case, digits, other characters, no repetition"),
        },
        max_age: seconds(entry, "krbMaxPwdLife"),
        min_age: seconds(entry, "krbMinPwdLife"),
        max_failures: positive(entry, "krbPwdMaxFailure"),
        // 0 means until an administrator unlocks.
        lockout: seconds(entry, "krbPwdLockoutDuration"),
        max_idle: None,
        must_change: None,
        temporary: None,
    })
}
