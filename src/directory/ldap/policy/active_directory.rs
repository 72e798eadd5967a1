//! The head of the domain, or a password settings object (PSO) that applies to the user.

use jiff::SignedDuration;

use super::rules::{Policy, positive};
use crate::directory::{
    CountedIn,
    ldap::{clock, entry::Entry},
};

pub(super) const NAMES: &[&str] = &[
    "minPwdLength",
    "pwdHistoryLength",
    "pwdProperties",
    "maxPwdAge",
    "minPwdAge",
    "lockoutDuration",
    "lockoutThreshold",
    "lockOutObservationWindow",
    "msDS-MinimumPasswordLength",
    "msDS-PasswordHistoryLength",
    "msDS-PasswordComplexityEnabled",
    "msDS-MaximumPasswordAge",
    "msDS-MinimumPasswordAge",
    "msDS-LockoutDuration",
    "msDS-LockoutThreshold",
    "msDS-LockoutObservationWindow",
];

/// `pwdProperties`: complexity is on.
const COMPLEX: i64 = 1;
/// Kinds of characters that complexity wants.
const CLASSES: u32 = 3;
const COMPLEXITY: &str = "three of: upper case, lower case, digits, other characters; not the ID";

pub(super) fn policy(entry: &Entry) -> Option<Policy> {
    let age =
        |name: &str| -> Option<SignedDuration> { entry.number(name).and_then(clock::interval) };
    if entry.has("msDS-MinimumPasswordLength") {
        let complex = entry.flag("msDS-PasswordComplexityEnabled") == Some(true);
        return Some(Policy {
            source: entry.dn.clone(),
            min_length: positive(entry, "msDS-MinimumPasswordLength"),
            counted_in: Some(CountedIn::Utf16),
            history: positive(entry, "msDS-PasswordHistoryLength"),
            quality: complex.then_some(COMPLEXITY),
            classes: if complex { CLASSES } else { 0 },
            max_age: age("msDS-MaximumPasswordAge"),
            min_age: age("msDS-MinimumPasswordAge"),
            lockout: age("msDS-LockoutDuration"),
            max_failures: positive(entry, "msDS-LockoutThreshold"),
            failure_window: age("msDS-LockoutObservationWindow"),
            ..Policy::default()
        });
    }
    if !entry.has("minPwdLength") {
        return None;
    }
    let complex = entry.number("pwdProperties").unwrap_or(0) & COMPLEX != 0;
    Some(Policy {
        source: "the domain's policy".into(),
        min_length: positive(entry, "minPwdLength"),
        counted_in: Some(CountedIn::Utf16),
        history: positive(entry, "pwdHistoryLength"),
        quality: complex.then_some(COMPLEXITY),
        classes: if complex { CLASSES } else { 0 },
        max_age: age("maxPwdAge"),
        min_age: age("minPwdAge"),
        lockout: age("lockoutDuration"),
        max_failures: positive(entry, "lockoutThreshold"),
        failure_window: age("lockOutObservationWindow"),
        ..Policy::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_the_domain_is_read_in_its_own_units() {
        let entry = Entry::for_test(
            "DC=lab",
            &[
                ("minPwdLength", &["10"]),
                ("pwdProperties", &["1"]),
                ("pwdHistoryLength", &["5"]),
                ("maxPwdAge", &["-77760000000000"]),
                ("lockoutDuration", &["-18000000000"]),
                ("lockoutThreshold", &["3"]),
            ],
        );
        let policy = policy(&entry).expect("a policy");
        assert_eq!(policy.min_length, Some(10));
        assert_eq!(policy.max_age, Some(SignedDuration::from_hours(90 * 24)));
        assert_eq!(policy.lockout, Some(SignedDuration::from_mins(30)));
        assert_eq!(policy.max_failures, Some(3));
        assert!(policy.quality.is_some());
    }

    #[test]
    fn a_settings_object_that_hides_its_rules_is_no_policy() {
        assert_eq!(policy(&Entry::for_test("CN=StrictPSO", &[])), None);
    }
}
