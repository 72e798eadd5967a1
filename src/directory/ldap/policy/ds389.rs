//! `cn=config` and local policies of 389 Directory Server.

use super::rules::{Policy, positive, seconds};
use crate::directory::{CountedIn, ldap::entry::Entry};

pub(super) const NAMES: &[&str] = &[
    "passwordCheckSyntax",
    "passwordMinLength",
    "passwordMinCategories",
    "passwordMinUppers",
    "passwordHistory",
    "passwordInHistory",
    "passwordExp",
    "passwordMaxAge",
    "passwordMinAge",
    "passwordLockout",
    "passwordMaxFailure",
    "passwordResetFailureCount",
    "passwordUnlock",
    "passwordLockoutDuration",
    "passwordMustChange",
    "passwordChange",
    "passwordGraceLimit",
    "passwordTPRDelayExpireAt",
    "passwordTrackUpdateTime",
];

pub(super) fn policy(entry: &Entry) -> Option<Policy> {
    if !NAMES.iter().any(|name| entry.has(name)) {
        return None;
    }
    let on = |name: &str| entry.flag(name) == Some(true);
    let checks = on("passwordCheckSyntax");
    let categories = positive(entry, "passwordMinCategories").unwrap_or(0);
    // Upper case letters are the kind that is not drawn unless all four are asked for.
    let wants_all = positive::<u32>(entry, "passwordMinUppers").is_some();
    let classes = if wants_all { 4 } else { categories };
    Some(Policy {
        source: entry.dn.clone(),
        min_length: positive(entry, "passwordMinLength").filter(|_| checks),
        counted_in: Some(CountedIn::CodePoints),
        history: positive(entry, "passwordInHistory").filter(|_| on("passwordHistory")),
        quality: checks.then_some("no part of the user's name, ID or address"),
        classes: if checks { classes } else { 0 },
        max_age: seconds(entry, "passwordMaxAge").filter(|_| on("passwordExp")),
        min_age: seconds(entry, "passwordMinAge"),
        max_length: None,
        max_failures: positive(entry, "passwordMaxFailure").filter(|_| on("passwordLockout")),
        failure_window: seconds(entry, "passwordResetFailureCount"),
        lockout: seconds(entry, "passwordLockoutDuration").filter(|_| on("passwordUnlock")),
        max_idle: None,
        must_change: Some(on("passwordMustChange")),
        user_may_change: entry.flag("passwordChange"),
        grace: positive(entry, "passwordGraceLimit"),
        temporary: seconds(entry, "passwordTPRDelayExpireAt"),
    })
}
