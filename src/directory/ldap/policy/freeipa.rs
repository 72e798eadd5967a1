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
        max_length: None,
        history: positive(entry, "krbPwdHistoryLength"),
        classes: match entry.number("krbPwdMinDiffChars").unwrap_or(0) {
            ..=1 => 0,
            least => u32::try_from(least.min(4)).unwrap_or(4),
        },
        quality: None,
        max_age: seconds(entry, "krbMaxPwdLife"),
        min_age: seconds(entry, "krbMinPwdLife"),
        max_failures: positive(entry, "krbPwdMaxFailure"),
        // 0 means until an administrator unlocks.
        lockout: seconds(entry, "krbPwdLockoutDuration"),
        failure_window: seconds(entry, "krbPwdFailureCountInterval"),
        max_idle: None,
        must_change: None,
        user_may_change: None,
        grace: None,
        temporary: None,
    })
}
