//! Entries of the class `pwdPolicy`.

use super::rules::{Policy, positive, seconds};
use crate::directory::{CountedIn, ldap::entry::Entry};

pub(super) const NAMES: &[&str] = &[
    "pwdAttribute",
    "pwdMinLength",
    "pwdMaxLength",
    "pwdInHistory",
    "pwdCheckQuality",
    "pwdMaxAge",
    "pwdMinAge",
    "pwdLockout",
    "pwdMaxFailure",
    "pwdFailureCountInterval",
    "pwdLockoutDuration",
    "pwdMaxIdle",
    "pwdMustChange",
    "pwdAllowUserChange",
    "pwdGraceAuthNLimit",
];

pub(super) fn policy(entry: &Entry) -> Option<Policy> {
    if !entry.has("pwdAttribute") {
        return None;
    }
    // Without pwdCheckQuality neither length nor quality is looked at.
    let checks = entry.number("pwdCheckQuality").unwrap_or(0) > 0;
    // Without pwdLockout nobody is locked, however often.
    let locks = entry.flag("pwdLockout") == Some(true);
    Some(Policy {
        source: entry.dn.clone(),
        min_length: positive(entry, "pwdMinLength").filter(|_| checks),
        max_length: positive(entry, "pwdMaxLength").filter(|_| checks),
        counted_in: Some(CountedIn::Bytes),
        history: positive(entry, "pwdInHistory"),
        quality: None,
        classes: 0,
        max_age: seconds(entry, "pwdMaxAge"),
        min_age: seconds(entry, "pwdMinAge"),
        max_failures: positive(entry, "pwdMaxFailure").filter(|_| locks),
        failure_window: seconds(entry, "pwdFailureCountInterval"),
        lockout: seconds(entry, "pwdLockoutDuration"),
        max_idle: seconds(entry, "pwdMaxIdle"),
        must_change: Some(entry.flag("pwdMustChange").unwrap_or(false)),
        // Absent means that they may (draft-behera-ldap-password-policy section 5.2.14).
        user_may_change: Some(entry.flag("pwdAllowUserChange").unwrap_or(true)),
        grace: positive(entry, "pwdGraceAuthNLimit"),
        temporary: None,
    })
}
