//! State in 389 Directory Server.

use jiff::Timestamp;

use super::{
    reading::{Reading, hidden},
    validity,
};
use crate::{
    directory::ldap::policy::Rules,
    user::{AccountState, Fact, Lock, PasswordState},
};

/// `accountUnlockTime` of a lock that only an administrator opens; also the expiry time of a
/// password that must be changed.
const EPOCH: Timestamp = Timestamp::UNIX_EPOCH;

pub(super) fn state(reading: &Reading<'_>) -> AccountState {
    let entry = reading.entry;
    let disabled = entry.flag("nsAccountLock");
    let must_change = must_change(reading);
    let earliest = match entry.time("passwordAllowChangeTime") {
        Some(at) if must_change != Fact::Known(true) => Fact::Known(Some(at)),
        _ => reading.earliest_change(&must_change, entry.time("pwdUpdateTime")),
    };
    AccountState {
        valid_from: Fact::Known(entry.time("pwdTPRValidFrom")),
        failures_left: reading.failures_left(),
        may_change_password: may_change(reading, &must_change),
        earliest_change: earliest,
        grace_sign_ins_left: grace_left(reading),
        temporary_until: Fact::Known(entry.time("pwdTPRExpireAt")),
        active: match disabled {
            Some(disabled) => Fact::Known(!disabled),
            None if reading.usability.is_some_and(|u| !u.inactive) => Fact::Known(true),
            None if reading.readable.lock => Fact::Known(true),
            None => hidden("nsAccountLock"),
        },
        account_expires: validity::end(entry, Fact::NotOffered),
        lock: lock(reading, disabled == Some(true)),
        must_change,
        password: password(reading),
        last_sign_in: entry
            .time("lastLoginTime")
            .map_or(Fact::NotOffered, |at| Fact::Known(Some(at))),
        ..AccountState::nothing_offered()
    }
}

fn lock(reading: &Reading<'_>, disabled: bool) -> Fact<Option<Lock>> {
    let entry = reading.entry;
    let failures = entry.number("passwordRetryCount");
    let lock = |until| {
        Fact::Known(Some(Lock {
            since: None,
            failures: failures.and_then(|n| u32::try_from(n).ok()),
            until,
        }))
    };
    if let Some(usability) = reading.usability {
        // A disabled account is inactive too; that is no lock.
        return if usability.inactive && !disabled {
            lock(usability.unlocks_in.and_then(|s| reading.after(s)))
        } else {
            Fact::Known(None)
        };
    }
    let until = match entry.time("accountUnlockTime") {
        Some(until) if until == EPOCH => None,
        Some(until) if until > reading.now => Some(until),
        Some(_) => return Fact::Known(None),
        None if reading.readable.lock => return Fact::Known(None),
        None => return hidden("accountUnlockTime"),
    };
    // A reset sets the count to zero and leaves the time behind, so the time alone is no lock.
    match (failures, reading.rules) {
        (Some(0), _) => Fact::Known(None),
        (Some(failures), Rules::Known(policy)) => match policy.max_failures {
            Some(limit) if failures >= i64::from(limit) => lock(until),
            _ => Fact::Known(None),
        },
        (Some(failures), _) => Fact::Unknown(format!(
            "{failures} failed sign-ins; whether that locks needs read on passwordMaxFailure"
        )),
        (None, _) => hidden("passwordRetryCount"),
    }
}

fn must_change(reading: &Reading<'_>) -> Fact<bool> {
    let entry = reading.entry;
    if entry.flag("pwdReset") == Some(true)
        || entry.flag("pwdTPRReset") == Some(true)
        || entry.time("passwordExpirationTime") == Some(EPOCH)
    {
        return Fact::Known(true);
    }
    match reading.usability {
        Some(usability) => Fact::Known(usability.reset),
        None if reading.readable.must_change => Fact::Known(false),
        None => hidden("pwdReset"),
    }
}

fn password(reading: &Reading<'_>) -> Fact<PasswordState> {
    let entry = reading.entry;
    let expires_at = entry
        .time("passwordExpirationTime")
        .filter(|at| *at != EPOCH && !never(*at));
    let expired = reading.usability.is_some_and(|u| u.expired && !u.reset);
    if expires_at.is_none() && !reading.readable.password && reading.usability.is_none() {
        return hidden("passwordExpirationTime");
    }
    let changed_at = entry.time("pwdUpdateTime");
    // The server writes either when a password is set.
    let evidence = changed_at.is_some() || entry.has("passwordExpirationTime");
    let ends = expires_at.or_else(|| expired.then_some(reading.now));
    reading.password(evidence, changed_at, ends)
}

/// Who must change may, whatever `passwordChange` says: seen with 389 2.3.
fn may_change(reading: &Reading<'_>, must_change: &Fact<bool>) -> Fact<bool> {
    match reading.rules {
        _ if *must_change == Fact::Known(true) => Fact::Known(true),
        Rules::Known(policy) => policy.user_may_change.map_or(Fact::NotOffered, Fact::Known),
        Rules::Hidden(policy) => hidden(policy),
        Rules::None => Fact::NotOffered,
    }
}

/// 389 keeps the number of grace sign-ins that were used, not their times.
fn grace_left(reading: &Reading<'_>) -> Fact<u32> {
    let used = reading.entry.number("passwordGraceUserTime").unwrap_or(0);
    reading.grace_left(usize::try_from(used).unwrap_or(0))
}

/// 2038-01-19 03:14:07: never.
fn never(at: Timestamp) -> bool {
    at.as_second() == i64::from(i32::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::directory::ldap::{
        entry::Entry, flavour::Flavour, policy::Policy, readable::Readable,
    };

    fn read(attributes: &[(&str, &[&str])]) -> AccountState {
        let three = Policy {
            max_failures: Some(3),
            ..Policy::default()
        };
        read_under(attributes, &Rules::Known(Arc::new(three)))
    }

    fn read_under(attributes: &[(&str, &[&str])], rules: &Rules) -> AccountState {
        let entry = Entry::for_test("uid=a", attributes);
        state(&Reading {
            entry: &entry,
            flavour: Flavour::Ds389,
            has_policy: true,
            readable: Readable::ALL,
            rules,
            has_password: Some(true),
            usability: None,
            now: "2026-11-23T12:00:00Z".parse().expect("a timestamp"),
        })
    }

    #[test]
    fn a_lock_left_behind_by_a_reset_is_none() {
        let locked = read(&[
            ("accountUnlockTime", &["19700101000000Z"]),
            ("passwordRetryCount", &["3"]),
        ]);
        assert!(matches!(
            locked.lock,
            Fact::Known(Some(Lock {
                failures: Some(3),
                until: None,
                ..
            }))
        ));
        let reset = read(&[
            ("accountUnlockTime", &["19700101000000Z"]),
            ("passwordRetryCount", &["0"]),
        ]);
        assert_eq!(reset.lock, Fact::Known(None));
        let one_more: &[(&str, &[&str])] = &[
            ("accountUnlockTime", &["19700101000000Z"]),
            ("passwordRetryCount", &["1"]),
        ];
        assert_eq!(
            read(one_more).lock,
            Fact::Known(None),
            "one failure after a reset"
        );
        let unsure = read_under(one_more, &Rules::Hidden("cn=config".into())).lock;
        assert!(matches!(unsure, Fact::Unknown(why) if why.contains("passwordMaxFailure")));
    }

    #[test]
    fn the_year_1970_means_must_change_and_2038_means_never() {
        let must = read(&[("passwordExpirationTime", &["19700101000000Z"])]);
        assert_eq!(must.must_change, Fact::Known(true));
        let never = read(&[("passwordExpirationTime", &["20380119031407Z"])]);
        let password = never.password.known().expect("known");
        assert_eq!(password.expires_at, None);
    }

    #[test]
    fn a_disabled_account_is_not_active() {
        assert_eq!(
            read(&[("nsAccountLock", &["true"])]).active,
            Fact::Known(false)
        );
        assert_eq!(read(&[]).active, Fact::Known(true));
    }
}
