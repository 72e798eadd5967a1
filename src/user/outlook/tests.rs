use jiff::{Timestamp, tz::TimeZone};

use super::*;
use crate::user::Lock;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-11-27T21:05:00Z")
}

fn usable() -> AccountState {
    AccountState {
        password: Fact::Known(PasswordState {
            set: true,
            ..PasswordState::default()
        }),
        ..AccountState::default()
    }
}

fn told(state: &AccountState) -> (Prospect, Option<Remedy>, String) {
    let outlook = state.outlook(now(), Evidence::None);
    (
        outlook.prospect(),
        outlook.remedy(),
        outlook.sentence(now(), &TimeZone::UTC),
    )
}

#[test]
fn a_temporary_password_is_told_with_its_end_and_with_what_will_be_asked() {
    let must_change = AccountState {
        must_change: Fact::Known(true),
        ..usable()
    };
    let sentence =
        "Can sign in until Sat 21:05 UTC, and must choose a new password at the next sign-in";
    let by_age = AccountState {
        password: Fact::Known(PasswordState {
            set: true,
            changed_at: None,
            expires_at: Some(at("2026-11-28T21:05:00Z")),
        }),
        ..must_change.clone()
    };
    let by_life = AccountState {
        temporary_until: Fact::Known(Some(at("2026-11-28T21:05:00Z"))),
        ..must_change
    };
    for state in [by_age, by_life] {
        assert_eq!(told(&state), (Prospect::CanSignIn, None, sentence.into()));
    }
}

#[test]
fn an_account_that_ends_before_the_password_is_told_with_its_own_end() {
    let state = AccountState {
        account_expires: Fact::Known(Some(at("2026-11-27T22:00:00Z"))),
        temporary_until: Fact::Known(Some(at("2026-11-28T21:05:00Z"))),
        ..usable()
    };
    assert_eq!(told(&state).2, "Can sign in until 22:00 UTC");
}

#[test]
fn whoever_must_change_but_may_not_cannot_sign_in() {
    let must_change = AccountState {
        must_change: Fact::Known(true),
        ..usable()
    };
    let forbidden = AccountState {
        may_change_password: Fact::Known(false),
        ..must_change.clone()
    };
    assert_eq!(
        told(&forbidden),
        (
            Prospect::CannotSignIn,
            Some(Remedy::AllowChange),
            "Cannot sign in: the password must be changed at the next sign-in, and the user may \
             not change it"
                .into()
        )
    );
    let too_early = AccountState {
        may_change_password: Fact::Known(true),
        earliest_change: Fact::Known(Some(at("2026-11-28T21:05:00Z"))),
        ..must_change.clone()
    };
    assert_eq!(
        told(&too_early),
        (
            Prospect::CannotSignIn,
            Some(Remedy::LiftMinimumAge),
            "Cannot sign in: the password must be changed at the next sign-in, and the user may \
             not change it before Sat 21:05 UTC"
                .into()
        )
    );
    let unread = AccountState {
        may_change_password: Fact::Unknown("needs read on pwdAllowUserChange".into()),
        ..must_change
    };
    assert_eq!(
        told(&unread),
        (
            Prospect::NotKnown,
            None,
            "Not known whether the user can sign in: whether the user may change the password \
             (needs read on pwdAllowUserChange)"
                .into()
        )
    );
}

#[test]
fn may_not_change_and_a_least_age_keep_nobody_out_who_need_not_change() {
    let state = AccountState {
        may_change_password: Fact::Known(false),
        earliest_change: Fact::Known(Some(at("2026-11-28T21:05:00Z"))),
        ..usable()
    };
    assert_eq!(
        told(&state),
        (Prospect::CanSignIn, None, "Can sign in".into())
    );
}

#[test]
fn grace_sign_ins_let_in_until_none_is_left() {
    let expired = |left| AccountState {
        password: Fact::Known(PasswordState {
            set: true,
            changed_at: None,
            expires_at: Some(at("2026-11-27T03:00:00Z")),
        }),
        grace_sign_ins_left: left,
        ..usable()
    };
    assert_eq!(
        told(&expired(Fact::Known(2))),
        (
            Prospect::CanSignIn,
            None,
            "Can sign in with an expired password: 2 grace sign-ins are left".into()
        )
    );
    for left in [Fact::Known(0), Fact::NotOffered] {
        assert_eq!(
            told(&expired(left)),
            (
                Prospect::CannotSignIn,
                Some(Remedy::ResetPassword),
                "Cannot sign in: the password expired 03:00 UTC".into()
            )
        );
    }
}

#[test]
fn every_obstacle_has_the_act_that_takes_it_away() {
    let lock = |until| {
        Fact::Known(Some(Lock {
            since: None,
            failures: None,
            until,
        }))
    };
    let cases = [
        (
            AccountState {
                active: Fact::Known(false),
                ..usable()
            },
            Remedy::Enable,
            "Cannot sign in: disabled",
        ),
        (
            AccountState {
                account_expires: Fact::Known(Some(at("2026-11-26T00:00:00Z"))),
                ..usable()
            },
            Remedy::ExtendAccount,
            "Cannot sign in: the account ended 2026-11-26 00:00 UTC",
        ),
        (
            AccountState {
                valid_from: Fact::Known(Some(at("2026-12-01T08:00:00Z"))),
                ..usable()
            },
            Remedy::BeginEarlier,
            "Cannot sign in: not valid until Tue 08:00 UTC",
        ),
        (
            AccountState {
                lock: lock(None),
                ..usable()
            },
            Remedy::Unlock,
            "Cannot sign in: locked",
        ),
        (
            AccountState {
                lock: lock(Some(at("2026-11-27T21:20:00Z"))),
                ..usable()
            },
            Remedy::Unlock,
            "Cannot sign in: locked until 21:20 UTC",
        ),
        (
            AccountState {
                smart_card_only: Fact::Known(true),
                ..usable()
            },
            Remedy::AllowPassword,
            "Cannot sign in: only a smart card does, no password",
        ),
        (
            AccountState::default(),
            Remedy::ResetPassword,
            "Cannot sign in: no password is set",
        ),
    ];
    for (state, remedy, sentence) in cases {
        assert_eq!(
            told(&state),
            (Prospect::CannotSignIn, Some(remedy), sentence.into())
        );
    }
}

#[test]
fn without_evidence_of_a_password_it_is_not_known_whether_the_user_can_sign_in() {
    for password in [Fact::NotOffered, Fact::Unknown("hidden".into())] {
        let state = AccountState {
            password,
            ..usable()
        };
        let prospect = |evidence| state.outlook(now(), evidence).prospect();
        assert_eq!(prospect(Evidence::None), Prospect::NotKnown);
        assert_eq!(prospect(Evidence::PasswordSet), Prospect::CanSignIn);
        assert_eq!(prospect(Evidence::SignedIn), Prospect::CanSignIn);
    }
}

#[test]
fn only_a_real_sign_in_answers_for_what_could_not_be_read() {
    let state = AccountState {
        lock: Fact::Unknown("needs read on pwdAccountLockedTime".into()),
        ..usable()
    };
    let prospect = |evidence| state.outlook(now(), evidence).prospect();
    assert_eq!(prospect(Evidence::PasswordSet), Prospect::NotKnown);
    assert_eq!(prospect(Evidence::SignedIn), Prospect::CanSignIn);
    let disabled = AccountState {
        active: Fact::Known(false),
        ..state
    };
    assert_eq!(
        disabled.outlook(now(), Evidence::SignedIn).prospect(),
        Prospect::CannotSignIn,
        "disabled since"
    );
}

#[test]
fn the_last_failure_before_a_lock_is_told() {
    let state = |left| AccountState {
        failures_left: Fact::Known(left),
        ..usable()
    };
    assert_eq!(
        told(&state(1)).2,
        "Can sign in; one more failed sign-in locks the account"
    );
    assert_eq!(told(&state(3)).2, "Can sign in");
}
