//! What was read about one user.

use jiff::Timestamp;

use crate::{
    directory::ldap::{
        control::Usability, entry::Entry, flavour::Flavour, policy::Rules, readable::Readable,
    },
    user::Fact,
};

/// Everything that was read about one user.
#[derive(Debug)]
pub(in crate::directory::ldap) struct Reading<'a> {
    pub(in crate::directory::ldap) entry: &'a Entry,
    pub(in crate::directory::ldap) flavour: Flavour,
    /// The server has a password policy at all.
    pub(in crate::directory::ldap) has_policy: bool,
    pub(in crate::directory::ldap) readable: Readable,
    pub(in crate::directory::ldap) rules: &'a Rules,
    /// The account usability control, where it came.
    pub(in crate::directory::ldap) usability: Option<Usability>,
    pub(in crate::directory::ldap) now: Timestamp,
}

impl Reading<'_> {
    /// The time in so many seconds.
    pub(super) fn after(&self, seconds: i64) -> Option<Timestamp> {
        self.now
            .checked_add(jiff::SignedDuration::from_secs(seconds))
            .ok()
    }
}

/// What a missing right hides.
pub(super) fn hidden<T>(attribute: &str) -> Fact<T> {
    Fact::Unknown(format!("needs read on {attribute}"))
}
