//! Entries of the class `pwdPolicy`.

use super::rules::{Policy, positive, seconds};
use crate::directory::{CountedIn, ldap::entry::Entry};

pub(super) const NAMES: &[&str] = &[
    "pwdAttribute",
    "pwdMinLength",
    "pwdInHistory",
    "pwdCheckQuality",
    "pwdMaxAge",
    "pwdMinAge",
    "pwdLockout",
    "pwdMaxFailure",
    "pwdLockoutDuration",
    "pwdMaxIdle",
    "pwdMustChange",
];

pub(super) fn policy(entry: &Entry) -> Option<Policy> {
    if !entry.has("pwdAttribute") {
        return None;
    }
    // Without pwdCheckQuality neither length nor quality is looked at.
    let checks = entry.number("pwdCheckQuality").unwrap_or(0) > 0;
    Some(Policy {
        source: entry.dn.clone(),
        min_length: positive(entry, "pwdMinLength").filter(|_| checks),
        counted_in: Some(CountedIn::Bytes),
        history: positive(entry, "pwdInHistory"),
        quality: None,
        max_age: seconds(entry, "pwdMaxAge"),
        min_age: seconds(entry, "pwdMinAge"),
        max_failures: positive(entry, "pwdMaxFailure"),
        lockout: seconds(entry, "pwdLockoutDuration"),
        max_idle: seconds(entry, "pwdMaxIdle"),
        must_change: Some(entry.flag("pwdMustChange").unwrap_or(false)),
        temporary: None,
    })
}
