//! Failed sign-ins that count towards a lock now.

use super::reading::{Reading, hidden};
use crate::{
    directory::ldap::{clock, flavour::Flavour, policy::Rules},
    user::Fact,
};

impl Reading<'_> {
    /// How many failed sign-ins count now.
    pub(in crate::directory::ldap) fn failures(&self) -> Fact<u32> {
        match self.flavour {
            Flavour::OpenLdap | Flavour::Other if self.has_policy => self.failure_times(),
            Flavour::Ds389 => self.retry_count(),
            Flavour::FreeIpa => self.login_failures(),
            Flavour::ActiveDirectory => self.bad_passwords(),
            Flavour::OpenLdap | Flavour::Other | Flavour::Lldap => Fact::NotOffered,
        }
    }

    /// How many lock, where the policy says so and can be read.
    pub(in crate::directory::ldap) fn most_failures(&self) -> Option<u32> {
        match self.rules {
            Rules::Known(policy) => policy.max_failures,
            Rules::Hidden(_) | Rules::None => None,
        }
    }

    fn window(&self) -> Option<jiff::SignedDuration> {
        match self.rules {
            Rules::Known(policy) => policy.failure_window,
            Rules::Hidden(_) | Rules::None => None,
        }
    }

    /// ppolicy keeps the time of each (draft-behera-ldap-password-policy section 5.3.4).
    fn failure_times(&self) -> Fact<u32> {
        let times = self.entry.times("pwdFailureTime");
        if times.is_empty() && !self.readable.failures {
            return hidden("pwdFailureTime");
        }
        let window = self.window();
        let counts = times.into_iter().filter(|at| {
            window
                .and_then(|window| at.checked_add(window).ok())
                .is_none_or(|end| end > self.now)
        });
        Fact::Known(u32::try_from(counts.count()).unwrap_or(u32::MAX))
    }

    fn retry_count(&self) -> Fact<u32> {
        let count = match self.entry.number("passwordRetryCount") {
            None if self.readable.failures => return Fact::Known(0),
            None => return hidden("passwordRetryCount"),
            Some(count) => count,
        };
        let over = self
            .entry
            .time("retryCountResetTime")
            .is_some_and(|end| end <= self.now);
        Fact::Known(if over {
            0
        } else {
            u32::try_from(count).unwrap_or(0)
        })
    }

    /// Kerberos counts anew from an administrator's unlock, and after the time of the policy.
    fn login_failures(&self) -> Fact<u32> {
        let Some(count) = self.entry.number("krbLoginFailedCount") else {
            return if self.readable.failures {
                Fact::Known(0)
            } else {
                hidden("krbLoginFailedCount")
            };
        };
        let failed = self.entry.time("krbLastFailedAuth");
        let opened = self.entry.time("krbLastAdminUnlock");
        let over = failed
            .zip(self.window())
            .and_then(|(last, window)| last.checked_add(window).ok())
            .is_some_and(|end| end <= self.now);
        Fact::Known(if over || opened.is_some() && opened >= failed {
            0
        } else {
            u32::try_from(count).unwrap_or(0)
        })
    }

    /// `badPwdCount` stands still when its window is over (MS-ADTS 3.1.1.4.5.17).
    fn bad_passwords(&self) -> Fact<u32> {
        let Some(count) = self.entry.number("badPwdCount") else {
            return hidden("badPwdCount");
        };
        let last = self
            .entry
            .number("badPasswordTime")
            .and_then(clock::filetime);
        let over = last
            .zip(self.window())
            .and_then(|(last, window)| last.checked_add(window).ok())
            .is_some_and(|end| end <= self.now);
        Fact::Known(if over {
            0
        } else {
            u32::try_from(count).unwrap_or(0)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::SignedDuration;

    use super::*;
    use crate::directory::ldap::{entry::Entry, policy::Policy, readable::Readable};

    fn read(flavour: Flavour, attributes: &[(&str, &[&str])], readable: Readable) -> Fact<u32> {
        let entry = Entry::for_test("uid=a", attributes);
        let policy = Policy {
            failure_window: Some(SignedDuration::from_mins(15)),
            ..Policy::default()
        };
        Reading {
            entry: &entry,
            flavour,
            has_policy: true,
            readable,
            has_password: None,
            rules: &Rules::Known(Arc::new(policy)),
            usability: None,
            now: "2026-11-23T12:00:00Z".parse().expect("a timestamp"),
        }
        .failures()
    }

    #[test]
    fn failures_out_of_the_window_do_not_count() {
        let times = &["20261123115900Z", "20261123114400Z", "20261123110000Z"];
        let of = |flavour, attributes: &[(&str, &[&str])]| read(flavour, attributes, Readable::ALL);
        assert_eq!(
            of(Flavour::OpenLdap, &[("pwdFailureTime", times)]),
            Fact::Known(1)
        );
        assert_eq!(of(Flavour::OpenLdap, &[]), Fact::Known(0));
        let count = ("passwordRetryCount", &["2"][..]);
        assert_eq!(of(Flavour::Ds389, &[count]), Fact::Known(2));
        let over = ("retryCountResetTime", &["20261123115959Z"][..]);
        assert_eq!(of(Flavour::Ds389, &[count, over]), Fact::Known(0));
        let bad = ("badPwdCount", &["2"][..]);
        assert_eq!(of(Flavour::ActiveDirectory, &[bad]), Fact::Known(2));
        // 2025-11-23 08:04.
        let long_ago = ("badPasswordTime", &["134083586400000000"][..]);
        assert_eq!(
            of(Flavour::ActiveDirectory, &[bad, long_ago]),
            Fact::Known(0)
        );
    }

    #[test]
    fn failures_that_may_not_be_read_are_unknown_and_never_none() {
        let blind = Readable {
            failures: false,
            ..Readable::ALL
        };
        let unknown = |flavour| matches!(read(flavour, &[], blind), Fact::Unknown(_));
        assert!(unknown(Flavour::OpenLdap) && unknown(Flavour::Ds389));
        assert!(unknown(Flavour::ActiveDirectory));
    }
}
