//! What was read about one user.

use jiff::Timestamp;

use crate::{
    directory::ldap::{
        control::Usability, entry::Entry, flavour::Flavour, policy::Rules, readable::Readable,
    },
    user::{Fact, PasswordState},
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
    /// Is there a password at all? `None` where that may not be asked.
    pub(in crate::directory::ldap) has_password: Option<bool>,
    /// The account usability control, where it came.
    pub(in crate::directory::ldap) usability: Option<Usability>,
    pub(in crate::directory::ldap) now: Timestamp,
}

impl Reading<'_> {
    /// What is known of the password, where `evidence` shows that there is one or `has_password`
    /// was asked. Without either it cannot be told.
    pub(super) fn password(
        &self,
        evidence: bool,
        changed_at: Option<Timestamp>,
        expires_at: Option<Timestamp>,
    ) -> Fact<PasswordState> {
        if !evidence && self.has_password.is_none() {
            return Fact::NotOffered;
        }
        Fact::Known(PasswordState {
            set: evidence || self.has_password == Some(true),
            changed_at,
            expires_at,
        })
    }

    /// How many more failed sign-ins lock the account.
    pub(super) fn failures_left(&self) -> Fact<u32> {
        let Some(most) = self.most_failures() else {
            return match self.rules {
                Rules::Hidden(policy) => hidden(policy),
                Rules::Known(_) | Rules::None => Fact::NotOffered,
            };
        };
        match self.failures() {
            Fact::Known(count) => Fact::Known(most.saturating_sub(count)),
            other @ (Fact::Unknown(_) | Fact::NotOffered) => other,
        }
    }

    /// Sign-ins that are left to an expired password, of which `used` were used.
    pub(super) fn grace_left(&self, used: usize) -> Fact<u32> {
        match self.rules {
            Rules::Known(policy) => policy.grace.map_or(Fact::NotOffered, |most| {
                let used = u32::try_from(used).unwrap_or(u32::MAX);
                Fact::Known(most.saturating_sub(used))
            }),
            Rules::Hidden(policy) => hidden(policy),
            Rules::None => Fact::NotOffered,
        }
    }

    /// The end of the least age of a password that was set at `changed`. Must-change lifts the
    /// least age: seen with OpenLDAP 2.5, 389 2.3 and Samba 4.17.
    pub(super) fn earliest_change(
        &self,
        must_change: &Fact<bool>,
        changed: Option<Timestamp>,
    ) -> Fact<Option<Timestamp>> {
        if *must_change == Fact::Known(true) {
            return Fact::Known(None);
        }
        match self.rules {
            Rules::Known(policy) => Fact::Known(
                changed
                    .zip(policy.min_age)
                    .and_then(|(at, age)| at.checked_add(age).ok()),
            ),
            Rules::Hidden(policy) => hidden(policy),
            Rules::None => Fact::NotOffered,
        }
    }

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
