//! State in Active Directory and Samba (MS-ADTS 2.2.16, 3.1.1.4.5).

use super::{
    change_right,
    reading::{Reading, hidden},
};
use crate::{
    directory::ldap::{
        account_control::{
            COMPUTED_LOCKED, DISABLED, NEVER_EXPIRES, SMART_CARD, account_control, computed,
        },
        clock,
        entry::Entry,
        policy::Rules,
        version::KEY_VERSION,
    },
    user::{AccountState, Fact, Lock, PasswordState},
};

pub(super) fn state(reading: &Reading<'_>) -> AccountState {
    let entry = reading.entry;
    let control = account_control(entry);
    let must_change = must_change(entry, control);
    let last_set = entry.number("pwdLastSet").and_then(clock::filetime);
    AccountState {
        failures_left: reading.failures_left(),
        may_change_password: may_change(entry),
        earliest_change: reading.earliest_change(&must_change, last_set),
        smart_card_only: control.map_or_else(
            || hidden("userAccountControl"),
            |flags| Fact::Known(flags & SMART_CARD != 0),
        ),
        active: control.map_or_else(
            || hidden("userAccountControl"),
            |flags| Fact::Known(flags & DISABLED == 0),
        ),
        account_expires: entry.number("accountExpires").map_or_else(
            || hidden("accountExpires"),
            |end| Fact::Known(clock::filetime(end)),
        ),
        lock: lock(reading),
        must_change,
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
    // pwdLastSet is 0 both for who must change and for who has never had a password; the first key
    // version may come with either.
    let evidence = last_set != 0 || entry.number(KEY_VERSION).is_some_and(|version| version > 1);
    let expires_at = entry
        .number("msDS-UserPasswordExpiryTimeComputed")
        .and_then(clock::filetime);
    reading.password(evidence, clock::filetime(last_set), expires_at)
}

/// A page asks for the access control list, a list of users does not.
fn may_change(entry: &Entry) -> Fact<bool> {
    entry
        .bytes(SECURITY_DESCRIPTOR)
        .map_or(Fact::NotOffered, |descriptor| {
            change_right::may_change_password(descriptor)
                .map_or_else(|| hidden(SECURITY_DESCRIPTOR), Fact::Known)
        })
}

/// Who may do what with the entry.
pub(in crate::directory::ldap) const SECURITY_DESCRIPTOR: &str = "nTSecurityDescriptor";

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
            has_password: None,
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
