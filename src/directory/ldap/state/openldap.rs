//! State under the ppolicy overlay (draft-behera-ldap-password-policy sections 5.3 and 7.1).

use jiff::{SignedDuration, Timestamp};

use super::{
    reading::{Reading, hidden},
    validity,
};
use crate::{
    directory::ldap::policy::Rules,
    user::{AccountState, Fact, Lock, PasswordState},
};

/// An administrator's lock, in force until it is deleted.
pub(in crate::directory::ldap) const PERMANENT: &str = "000001010000Z";

pub(super) fn state(reading: &Reading<'_>) -> AccountState {
    let entry = reading.entry;
    let must_change = must_change(reading);
    AccountState {
        valid_from: Fact::Known(entry.time("pwdStartTime")),
        failures_left: reading.failures_left(),
        may_change_password: may_change(reading),
        earliest_change: reading.earliest_change(&must_change, entry.time("pwdChangedTime")),
        grace_sign_ins_left: reading.grace_left(entry.count("pwdGraceUseTime")),
        account_expires: validity::end(entry, Fact::Known(entry.time("pwdEndTime"))),
        lock: lock(reading),
        must_change,
        password: password(reading),
        last_sign_in: entry
            .time("pwdLastSuccess")
            .or_else(|| entry.time("authTimestamp"))
            .map_or(Fact::NotOffered, |at| Fact::Known(Some(at))),
        ..AccountState::nothing_offered()
    }
}

fn lock(reading: &Reading<'_>) -> Fact<Option<Lock>> {
    let entry = reading.entry;
    let lock = |since, until| {
        Fact::Known(Some(Lock {
            since,
            failures: u32::try_from(entry.count("pwdFailureTime"))
                .ok()
                .filter(|&failures| failures > 0),
            until,
        }))
    };
    // OpenLDAP's answer to the account usability control tells reliably that an account can be
    // used; that it cannot be used may be a lock or an expired password (seen with 2.5).
    let usable = reading.usability.is_some_and(|usability| usability.usable);
    if let Some(text) = entry.text("pwdAccountLockedTime") {
        if text == PERMANENT {
            return lock(None, None);
        }
        let since = entry.time("pwdAccountLockedTime");
        return match reading.rules {
            _ if usable => Fact::Known(None),
            Rules::Known(policy) => {
                let until = since
                    .zip(policy.lockout)
                    .and_then(|(s, d)| s.checked_add(d).ok());
                if until.is_some_and(|until| until <= reading.now) {
                    Fact::Known(None)
                } else {
                    lock(since, until)
                }
            }
            Rules::Hidden(policy) => Fact::Unknown(format!(
                "it was locked; whether it still is needs read on {policy}"
            )),
            Rules::None => lock(since, None),
        };
    }
    let delay = entry.time("pwdAccountTmpLockoutEnd");
    if let Some(until) = delay.filter(|end| *end > reading.now) {
        return lock(None, Some(until));
    }
    if let Some(since) = idle_since(reading) {
        return lock(Some(since), None);
    }
    if usable || reading.readable.lock {
        Fact::Known(None)
    } else {
        hidden("pwdAccountLockedTime")
    }
}

/// Since when the account counts as idle (`pwdMaxIdle`), if it does.
fn idle_since(reading: &Reading<'_>) -> Option<Timestamp> {
    let Rules::Known(policy) = reading.rules else {
        return None;
    };
    let last = reading
        .entry
        .time("pwdLastSuccess")
        .or_else(|| reading.entry.time("pwdChangedTime"))?;
    let end = last.checked_add(policy.max_idle?).ok()?;
    (end <= reading.now).then_some(end)
}

fn must_change(reading: &Reading<'_>) -> Fact<bool> {
    match (reading.entry.flag("pwdReset"), reading.rules) {
        // Without pwdMustChange in the policy the flag has no effect.
        (Some(true), Rules::Known(policy)) if policy.must_change == Some(false) => {
            Fact::Known(false)
        }
        (Some(reset), _) => Fact::Known(reset),
        (None, _) if reading.usability.is_some_and(|usability| usability.reset) => {
            Fact::Known(true)
        }
        (None, _) if reading.readable.must_change => Fact::Known(false),
        (None, _) => hidden("pwdReset"),
    }
}

fn password(reading: &Reading<'_>) -> Fact<PasswordState> {
    let changed_at = reading.entry.time("pwdChangedTime");
    let known = |expires_at| reading.password(changed_at.is_some(), changed_at, expires_at);
    let by_age = changed_at
        .zip(max_age(reading))
        .and_then(|(at, age)| at.checked_add(age).ok());
    if by_age.is_some() {
        return known(by_age);
    }
    if let Some(usability) = reading.usability.filter(|usability| usability.usable) {
        return known(usability.expires_in.and_then(|s| reading.after(s)));
    }
    match reading.rules {
        Rules::Hidden(policy) => hidden(policy),
        Rules::Known(_) | Rules::None => {
            let hides_expiry = max_age(reading).is_some() && changed_at.is_none();
            if hides_expiry && !reading.readable.password {
                hidden("pwdChangedTime")
            } else {
                known(None)
            }
        }
    }
}

fn may_change(reading: &Reading<'_>) -> Fact<bool> {
    match reading.rules {
        Rules::Known(policy) => policy.user_may_change.map_or(Fact::NotOffered, Fact::Known),
        Rules::Hidden(policy) => hidden(policy),
        Rules::None => Fact::NotOffered,
    }
}

fn max_age(reading: &Reading<'_>) -> Option<SignedDuration> {
    match reading.rules {
        Rules::Known(policy) => policy.max_age,
        Rules::Hidden(_) | Rules::None => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::directory::ldap::{
        control::Usability, entry::Entry, flavour::Flavour, policy::Policy, readable::Readable,
    };

    const HIDDEN: Readable = Readable::NOTHING;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn read(
        attributes: &[(&str, &[&str])],
        rules: &Rules,
        readable: Readable,
        usability: Option<Usability>,
    ) -> AccountState {
        let entry = Entry::for_test("uid=a", attributes);
        state(&Reading {
            entry: &entry,
            flavour: Flavour::OpenLdap,
            has_policy: true,
            readable,
            rules,
            has_password: Some(true),
            usability,
            now: at("2026-11-23T12:00:00Z"),
        })
    }

    fn policy(change: impl FnOnce(&mut Policy)) -> Rules {
        let mut policy = Policy::default();
        change(&mut policy);
        Rules::Known(Arc::new(policy))
    }

    #[test]
    fn a_lock_that_cannot_be_read_is_unknown_and_never_no() {
        let state = read(&[], &Rules::None, HIDDEN, None);
        assert_eq!(state.lock, hidden("pwdAccountLockedTime"));
        assert_eq!(state.must_change, hidden("pwdReset"));
        let state = read(&[], &Rules::None, Readable::ALL, None);
        assert_eq!(state.lock, Fact::Known(None));
    }

    #[test]
    fn a_lock_ends_when_its_duration_is_over() {
        let locked: &[(&str, &[&str])] = &[("pwdAccountLockedTime", &["20261123113000Z"])];
        let hour = policy(|p| p.lockout = Some(SignedDuration::from_hours(1)));
        let state = read(locked, &hour, Readable::ALL, None);
        let Fact::Known(Some(lock)) = state.lock else {
            panic!("{:?}", state.lock)
        };
        assert_eq!(lock.until, Some(at("2026-11-23T12:30:00Z")));
        let minute = policy(|p| p.lockout = Some(SignedDuration::from_mins(1)));
        assert_eq!(
            read(locked, &minute, Readable::ALL, None).lock,
            Fact::Known(None)
        );
        let forever = policy(|p| p.lockout = None);
        let state = read(locked, &forever, Readable::ALL, None);
        assert!(matches!(
            state.lock,
            Fact::Known(Some(Lock { until: None, .. }))
        ));
        let state = read(locked, &Rules::Hidden("cn=p".into()), Readable::ALL, None);
        assert!(matches!(state.lock, Fact::Unknown(_)));
    }

    #[test]
    fn must_change_without_effect_is_not_must_change() {
        let reset: &[(&str, &[&str])] = &[("pwdReset", &["TRUE"])];
        let off = policy(|p| p.must_change = Some(false));
        assert_eq!(
            read(reset, &off, Readable::ALL, None).must_change,
            Fact::Known(false)
        );
        let on = policy(|p| p.must_change = Some(true));
        assert_eq!(
            read(reset, &on, Readable::ALL, None).must_change,
            Fact::Known(true)
        );
    }

    #[test]
    fn the_account_usability_control_fills_in_what_cannot_be_read() {
        let usable = Usability {
            usable: true,
            expires_in: Some(60),
            ..Usability::default()
        };
        let rules = Rules::Hidden("cn=p".into());
        let state = read(&[], &rules, HIDDEN, Some(usable));
        assert_eq!(state.lock, Fact::Known(None));
        let password = state.password.known().expect("known");
        assert_eq!(password.expires_at, Some(at("2026-11-23T12:01:00Z")));
        // That it cannot be used does not say why.
        let state = read(&[], &rules, HIDDEN, Some(Usability::default()));
        assert_eq!(state.lock, hidden("pwdAccountLockedTime"));
        assert_eq!(state.password, hidden("cn=p"));
    }

    #[test]
    fn a_password_expires_by_the_age_of_its_policy() {
        let changed: &[(&str, &[&str])] = &[("pwdChangedTime", &["20261101000000Z"])];
        let aged = policy(|p| p.max_age = Some(SignedDuration::from_hours(24)));
        let Fact::Known(password) = read(changed, &aged, Readable::ALL, None).password else {
            panic!("unknown")
        };
        assert_eq!(password.expires_at, Some(at("2026-11-02T00:00:00Z")));
    }
}
