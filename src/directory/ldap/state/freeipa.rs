//! State in FreeIPA: Kerberos keeps it, each server its own count of failures.

use super::reading::{Reading, hidden};
use crate::{
    directory::ldap::{freeipa, policy::Rules},
    user::{AccountState, Fact, Lock, PasswordState},
};

pub(super) fn state(reading: &Reading<'_>) -> AccountState {
    let entry = reading.entry;
    let must_change = must_change(reading);
    AccountState {
        failures_left: reading.failures_left(),
        earliest_change: reading.earliest_change(&must_change, entry.time("krbLastPwdChange")),
        active: match entry.flag("nsAccountLock") {
            // What was deleted and is kept cannot sign in, whatever it says.
            _ if freeipa::is_deleted(&entry.dn) => Fact::Known(false),
            Some(disabled) => Fact::Known(!disabled),
            None if reading.readable.lock => Fact::Known(true),
            None => hidden("nsAccountLock"),
        },
        account_expires: match entry.time("krbPrincipalExpiration") {
            Some(end) => Fact::Known(Some(end)),
            None if reading.readable.password => Fact::Known(None),
            None => hidden("krbPrincipalExpiration"),
        },
        lock: lock(reading),
        must_change,
        password: password(reading),
        last_sign_in: entry
            .time("krbLastSuccessfulAuth")
            .map_or(Fact::NotOffered, |at| Fact::Known(Some(at))),
        ..AccountState::nothing_offered()
    }
}

/// Locked: as many failures as the policy allows, the last one after an administrator's unlock and no
/// longer ago than a lock lasts (`ipadb_check_pw_policy` judges by the same four values).
fn lock(reading: &Reading<'_>) -> Fact<Option<Lock>> {
    let entry = reading.entry;
    let Some(failures) = entry.number("krbLoginFailedCount") else {
        return if reading.readable.lock {
            Fact::Known(None)
        } else {
            hidden("krbLoginFailedCount")
        };
    };
    let failed = entry.time("krbLastFailedAuth");
    let opened = entry.time("krbLastAdminUnlock");
    if failures <= 0 || opened.is_some() && opened >= failed {
        return Fact::Known(None);
    }
    let Rules::Known(policy) = reading.rules else {
        return Fact::Unknown(format!(
            "{failures} failed sign-ins; whether that locks needs read on krbPwdMaxFailure"
        ));
    };
    let locks = policy
        .max_failures
        .is_some_and(|most| failures >= i64::from(most));
    let until = match (failed, policy.lockout) {
        (Some(failed), Some(length)) => failed.checked_add(length).ok(),
        _ => None,
    };
    if !locks || until.is_some_and(|until| until <= reading.now) {
        return Fact::Known(None);
    }
    Fact::Known(Some(Lock {
        since: failed,
        failures: u32::try_from(failures).ok(),
        until,
    }))
}

/// What somebody else sets expires in the second before it is set.
fn must_change(reading: &Reading<'_>) -> Fact<bool> {
    let entry = reading.entry;
    match (
        entry.time("krbPasswordExpiration"),
        entry.time("krbLastPwdChange"),
    ) {
        (Some(expires), Some(changed)) => Fact::Known(expires <= changed),
        (None, _) if reading.readable.must_change => Fact::Known(false),
        (Some(expires), None) if expires > reading.now => Fact::Known(false),
        (Some(_), None) => hidden("krbLastPwdChange"),
        (None, _) => hidden("krbPasswordExpiration"),
    }
}

fn password(reading: &Reading<'_>) -> Fact<PasswordState> {
    let entry = reading.entry;
    let changed_at = entry.time("krbLastPwdChange");
    if changed_at.is_none() && !reading.readable.password {
        return hidden("krbLastPwdChange");
    }
    let expires_at = entry
        .time("krbPasswordExpiration")
        // An expiry that asks for a change is told as that.
        .filter(|expires| changed_at.is_none_or(|changed| *expires > changed));
    Fact::Known(PasswordState {
        // An account that was added without one has never had a change.
        set: changed_at.is_some(),
        changed_at,
        expires_at,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::SignedDuration;

    use super::*;
    use crate::directory::ldap::{
        entry::Entry, flavour::Flavour, policy::Policy, readable::Readable,
    };

    const ANN: &str = "uid=ann,cn=users,cn=accounts,dc=lab";

    fn read(dn: &str, attributes: &[(&str, &[&str])]) -> AccountState {
        let rules = Rules::Known(Arc::new(Policy {
            max_failures: Some(6),
            lockout: Some(SignedDuration::from_secs(600)),
            ..Policy::default()
        }));
        let entry = Entry::for_test(dn, attributes);
        state(&Reading {
            entry: &entry,
            flavour: Flavour::FreeIpa,
            has_policy: true,
            readable: Readable::ALL,
            has_password: None,
            rules: &rules,
            usability: None,
            now: "2026-11-23T12:00:00Z".parse().expect("a timestamp"),
        })
    }

    fn locked(failures: &str, failed: &str, opened: Option<&str>) -> bool {
        let (failures, failed) = ([failures], [failed]);
        let opened: Vec<&str> = opened.into_iter().collect();
        let state = read(
            ANN,
            &[
                ("krbLoginFailedCount", &failures),
                ("krbLastFailedAuth", &failed),
                ("krbLastAdminUnlock", &opened),
            ],
        );
        matches!(state.lock, Fact::Known(Some(_)))
    }

    #[test]
    fn failures_lock_until_an_administrator_unlocks_or_the_time_is_over() {
        assert!(locked("6", "20261123115500Z", None));
        assert!(!locked("5", "20261123115500Z", None), "one less");
        assert!(
            !locked("6", "20261123114900Z", None),
            "ten minutes are over"
        );
        assert!(!locked("6", "20261123115500Z", Some("20261123115600Z")));
        assert!(
            locked("6", "20261123115500Z", Some("20261123115400Z")),
            "an older unlock"
        );
    }

    #[test]
    fn a_password_that_expired_before_it_was_set_must_be_changed() {
        let reset = read(
            ANN,
            &[
                ("krbLastPwdChange", &["20261123115500Z"]),
                ("krbPasswordExpiration", &["20261123115459Z"]),
            ],
        );
        assert_eq!(reset.must_change, Fact::Known(true));
        assert_eq!(reset.password.known().and_then(|it| it.expires_at), None);
        let own = read(
            ANN,
            &[
                ("krbLastPwdChange", &["20261101000000Z"]),
                ("krbPasswordExpiration", &["20261120000000Z"]),
            ],
        );
        assert_eq!(own.must_change, Fact::Known(false));
        let expires = own.password.known().and_then(|it| it.expires_at);
        assert!(expires.is_some(), "expired by its age");
        let never = read(ANN, &[]);
        assert!(never.password.known().is_some_and(|it| !it.set));
    }

    #[test]
    fn what_was_deleted_and_is_kept_is_not_active() {
        let deleted = "uid=ann,cn=deleted users,cn=accounts,cn=provisioning,dc=lab";
        assert_eq!(
            read(deleted, &[("nsAccountLock", &["FALSE"])]).active,
            Fact::Known(false)
        );
        assert_eq!(read(ANN, &[]).active, Fact::Known(true));
        assert_eq!(
            read(ANN, &[("nsAccountLock", &["TRUE"])]).active,
            Fact::Known(false)
        );
        let ended = read(ANN, &[("krbPrincipalExpiration", &["20200101000000Z"])]);
        assert!(matches!(ended.account_expires, Fact::Known(Some(_))));
    }
}
