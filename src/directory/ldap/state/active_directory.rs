//! State in Active Directory and Samba (MS-ADTS 2.2.16, 3.1.1.4.5).

use super::reading::{Reading, hidden};
use crate::{
    directory::ldap::{
        account_control::{
            COMPUTED_LOCKED, DISABLED, NEVER_EXPIRES, SMART_CARD, account_control, computed,
        },
        clock,
        entry::Entry,
        policy::Rules,
    },
    user::{AccountState, Fact, Lock, PasswordState},
};

pub(super) fn state(reading: &Reading<'_>) -> AccountState {
    let entry = reading.entry;
    let control = account_control(entry);
    AccountState {
        active: control.map_or_else(
            || hidden("userAccountControl"),
            |flags| Fact::Known(flags & DISABLED == 0),
        ),
        account_expires: Fact::Known(entry.number("accountExpires").and_then(clock::filetime)),
        lock: lock(reading),
        must_change: must_change(entry, control),
        password: password(reading),
        last_sign_in: entry
            .number("lastLogonTimestamp")
            .and_then(clock::filetime)
            .map_or(Fact::NotOffered, |at| Fact::Known(Some(at))),
        ..AccountState::nothing_offered()
    }
}

fn lock(reading: &Reading<'_>) -> Fact<Option<Lock>> {
    let entry = reading.entry;
    let Some(computed) = computed(entry) else {
        return hidden("msDS-User-Account-Control-Computed");
    };
    if computed & COMPUTED_LOCKED == 0 {
        return Fact::Known(None);
    }
    let since = entry.number("lockoutTime").and_then(clock::filetime);
    let duration = match reading.rules {
        Rules::Known(policy) => policy.lockout,
        Rules::Hidden(_) | Rules::None => None,
    };
    Fact::Known(Some(Lock {
        since,
        failures: entry
            .number("badPwdCount")
            .and_then(|n| u32::try_from(n).ok())
            .filter(|&n| n > 0),
        until: since.zip(duration).and_then(|(s, d)| s.checked_add(d).ok()),
    }))
}

fn must_change(entry: &Entry, control: Option<i64>) -> Fact<bool> {
    match (entry.number("pwdLastSet"), control) {
        (Some(0), Some(flags)) => Fact::Known(flags & (NEVER_EXPIRES | SMART_CARD) == 0),
        (Some(0), None) => hidden("userAccountControl"),
        (Some(_), _) => Fact::Known(false),
        (None, _) => hidden("pwdLastSet"),
    }
}

fn password(reading: &Reading<'_>) -> Fact<PasswordState> {
    let entry = reading.entry;
    let Some(last_set) = entry.number("pwdLastSet") else {
        return hidden("pwdLastSet");
    };
    Fact::Known(PasswordState {
        set: true,
        changed_at: clock::filetime(last_set),
        expires_at: entry
            .number("msDS-UserPasswordExpiryTimeComputed")
            .and_then(clock::filetime),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::ldap::{flavour::Flavour, readable::Readable};

    fn read(attributes: &[(&str, &[&str])]) -> AccountState {
        let entry = Entry::for_test("cn=a", attributes);
        state(&Reading {
            entry: &entry,
            flavour: Flavour::ActiveDirectory,
            has_policy: true,
            readable: Readable::ALL,
            rules: &Rules::None,
            usability: None,
            now: "2026-11-23T12:00:00Z".parse().expect("a timestamp"),
        })
    }

    #[test]
    fn a_lockout_time_alone_is_no_lock() {
        let over = read(&[
            ("lockoutTime", &["134083586400000000"]),
            ("msDS-User-Account-Control-Computed", &["0"]),
        ]);
        assert_eq!(over.lock, Fact::Known(None));
        let locked = read(&[
            ("lockoutTime", &["134083586400000000"]),
            ("msDS-User-Account-Control-Computed", &["16"]),
            ("badPwdCount", &["3"]),
        ]);
        assert!(matches!(
            locked.lock,
            Fact::Known(Some(Lock {
                since: Some(_),
                failures: Some(3),
                ..
            }))
        ));
        assert_eq!(read(&[]).lock, hidden("msDS-User-Account-Control-Computed"));
    }

    #[test]
    fn must_change_has_no_effect_on_a_password_that_never_expires() {
        let must = read(&[("pwdLastSet", &["0"]), ("userAccountControl", &["512"])]);
        assert_eq!(must.must_change, Fact::Known(true));
        let never = read(&[("pwdLastSet", &["0"]), ("userAccountControl", &["66048"])]);
        assert_eq!(never.must_change, Fact::Known(false));
    }

    #[test]
    fn the_disabled_flag_is_read_from_what_is_stored() {
        assert_eq!(
            read(&[("userAccountControl", &["514"])]).active,
            Fact::Known(false)
        );
        assert_eq!(
            read(&[("userAccountControl", &["512"])]).active,
            Fact::Known(true)
        );
        assert_eq!(read(&[]).active, hidden("userAccountControl"));
    }
}
