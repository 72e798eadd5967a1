use jiff::{Timestamp, tz::TimeZone};

use crate::user::{AccountState, Fact, Lock, PasswordState, Verdict};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn usable() -> AccountState {
    AccountState {
        password: Fact::Known(PasswordState {
            set: true,
            changed_at: Some(at("2026-11-01T08:00:00Z")),
            expires_at: None,
        }),
        ..AccountState::default()
    }
}

fn locked() -> AccountState {
    AccountState {
        lock: Fact::Known(Some(Lock {
            since: Some(at("2026-11-23T03:12:00Z")),
            failures: Some(5),
            until: None,
        })),
        ..usable()
    }
}

fn sentence(state: &AccountState) -> String {
    let now = at("2026-11-23T03:30:00Z");
    state.verdict(now).sentence(now, &TimeZone::UTC)
}

#[test]
fn a_lock_is_told_with_its_time_its_cause_and_that_the_password_is_fine() {
    assert_eq!(
        sentence(&locked()),
        "Locked since 03:12 UTC (18 minutes ago) after 5 failed sign-ins; password is fine"
    );
}

#[test]
fn a_locked_user_who_must_change_is_not_told_that_the_password_is_fine() {
    let state = AccountState {
        must_change: Fact::Known(true),
        ..locked()
    };
    assert_eq!(
        sentence(&state),
        "Locked since 03:12 UTC (18 minutes ago) after 5 failed sign-ins"
    );
}

#[test]
fn a_lock_of_another_day_bears_its_date_and_one_that_is_over_is_no_lock() {
    let lock = |until| AccountState {
        lock: Fact::Known(Some(Lock {
            since: Some(at("2026-11-22T23:59:00Z")),
            failures: Some(1),
            until,
        })),
        ..usable()
    };
    assert_eq!(
        sentence(&lock(None)),
        "Locked since 2026-11-22 23:59 UTC (3 hours ago) after 1 failed sign-in; password is fine"
    );
    let over = lock(Some(at("2026-11-23T03:29:59Z")));
    assert_eq!(sentence(&over), "Can sign in");
}

/// Whoever has every obstacle at once; each step takes the strongest away.
#[test]
fn what_cannot_be_mended_by_a_password_is_told_before_what_can() {
    let mut state = AccountState {
        active: Fact::Known(false),
        account_expires: Fact::Known(Some(at("2026-01-01T00:00:00Z"))),
        valid_from: Fact::Known(Some(at("2026-11-24T00:00:00Z"))),
        smart_card_only: Fact::Known(true),
        password: Fact::Known(PasswordState::default()),
        must_change: Fact::Known(true),
        may_change_password: Fact::Known(false),
        earliest_change: Fact::Known(Some(at("2026-11-23T20:00:00Z"))),
        grace_sign_ins_left: Fact::Known(0),
        ..locked()
    };
    let expired = Fact::Known(PasswordState {
        set: true,
        changed_at: None,
        expires_at: Some(at("2026-11-23T03:00:00Z")),
    });
    let steps: [fn(&mut AccountState); 11] = [
        |state| state.active = Fact::Known(true),
        |state| state.account_expires = Fact::Known(None),
        |state| state.valid_from = Fact::Known(None),
        |state| state.lock = Fact::Known(None),
        |state| state.smart_card_only = Fact::Known(false),
        |_| {},
        |state| state.grace_sign_ins_left = Fact::Known(1),
        |state| state.may_change_password = Fact::Known(true),
        |state| state.earliest_change = Fact::Known(None),
        |state| state.password = usable().password,
        |state| state.must_change = Fact::Known(false),
    ];
    let mut seen = vec![sentence(&state)];
    for (nth, step) in steps.into_iter().enumerate() {
        if nth == 5 {
            state.password = expired.clone();
        }
        step(&mut state);
        seen.push(sentence(&state));
    }
    assert_eq!(
        seen,
        [
            "Disabled: cannot sign in until an administrator enables it",
            "The account ended 2026-01-01 00:00 UTC (326 days ago)",
            "Not valid until Tue 00:00 UTC",
            "Locked since 03:12 UTC (18 minutes ago) after 5 failed sign-ins",
            "Signs in with a smart card only: a password does not do",
            "Has no password yet: cannot sign in",
            "The password expired 03:00 UTC (30 minutes ago)",
            "Must change the password at next sign-in, but is not allowed to",
            "Must change the password at next sign-in, but is not allowed to before 20:00 UTC",
            "The password expired 03:00 UTC; 1 grace sign-in is left",
            "Must change the password at next sign-in",
            "Can sign in",
        ]
    );
}

#[test]
fn what_cannot_be_read_is_never_told_as_fine() {
    let state = AccountState {
        lock: Fact::Unknown("needs read on pwdAccountLockedTime".into()),
        ..usable()
    };
    assert_eq!(
        sentence(&state),
        "Not known: whether it is locked (needs read on pwdAccountLockedTime)"
    );
    let disabled = AccountState {
        active: Fact::Known(false),
        ..state
    };
    assert_eq!(
        disabled.verdict(at("2026-11-23T03:30:00Z")).words(),
        "disabled"
    );
}

#[test]
fn what_a_directory_does_not_have_stands_in_nobodys_way() {
    let state = AccountState {
        must_change: Fact::NotOffered,
        lock: Fact::NotOffered,
        ..usable()
    };
    assert_eq!(sentence(&state), "Can sign in");
}

#[test]
fn a_directory_that_shows_no_password_is_not_taken_for_one_that_has_it() {
    let state = AccountState {
        password: Fact::NotOffered,
        ..usable()
    };
    let verdict = state.verdict(at("2026-11-23T03:30:00Z"));
    assert_eq!(
        (verdict.words(), &verdict),
        ("active", &Verdict::PasswordNotShown)
    );
}
