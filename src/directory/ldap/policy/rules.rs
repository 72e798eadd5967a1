//! A policy, in one shape for every flavour.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::directory::{CountedIn, ldap::entry::Entry};

/// A policy, in one shape for every flavour. `None` means "no such rule".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::directory::ldap) struct Policy {
    pub(in crate::directory::ldap) source: String,
    pub(in crate::directory::ldap) min_length: Option<usize>,
    pub(in crate::directory::ldap) max_length: Option<usize>,
    pub(in crate::directory::ldap) counted_in: Option<CountedIn>,
    /// Remembered passwords.
    pub(in crate::directory::ldap) history: Option<u32>,
    /// So many kinds of characters are wanted, of four; 0 for any.
    pub(in crate::directory::ldap) classes: u32,
    /// Kinds of characters or other quality rules, in words.
    pub(in crate::directory::ldap) quality: Option<&'static str>,
    pub(in crate::directory::ldap) max_age: Option<SignedDuration>,
    pub(in crate::directory::ldap) min_age: Option<SignedDuration>,
    /// So many failed sign-ins lock; `None`: they never do, or it is not known.
    pub(in crate::directory::ldap) max_failures: Option<u32>,
    /// Failed sign-ins older than this do not count any more.
    pub(in crate::directory::ldap) failure_window: Option<SignedDuration>,
    /// How long a lock lasts; `None`: until an administrator opens it.
    pub(in crate::directory::ldap) lockout: Option<SignedDuration>,
    pub(in crate::directory::ldap) max_idle: Option<SignedDuration>,
    /// Whether must-change is enforced; `None` where the flavour has no such switch.
    pub(in crate::directory::ldap) must_change: Option<bool>,
    /// Whether users may change their own passwords; `None` where the policy does not say.
    pub(in crate::directory::ldap) user_may_change: Option<bool>,
    /// So many sign-ins are left to a password that has expired.
    pub(in crate::directory::ldap) grace: Option<u32>,
    /// Life of a temporary password.
    pub(in crate::directory::ldap) temporary: Option<SignedDuration>,
}

/// What is known of the rules for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::directory::ldap) enum Rules {
    Known(Arc<Policy>),
    /// There is a policy, but it may not be read; its name.
    Hidden(String),
    /// No policy applies.
    None,
}

/// Seconds as a length of time; 0 and less mean that there is no such rule.
pub(super) fn seconds(entry: &Entry, name: &str) -> Option<SignedDuration> {
    entry
        .number(name)
        .filter(|&seconds| seconds > 0)
        .map(SignedDuration::from_secs)
}

pub(super) fn positive<N: TryFrom<i64>>(entry: &Entry, name: &str) -> Option<N> {
    entry
        .number(name)
        .filter(|&number| number > 0)
        .and_then(|number| N::try_from(number).ok())
}
