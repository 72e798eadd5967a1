use super::*;
use crate::{
    directory::local::hashing::tests::{HASHED, SPENT_ON_NOBODY},
    password::{hash::Cost, profile::Kdf},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const LEAST: SignedDuration = SignedDuration::from_millis(1);

fn quick() -> Profile {
    Profile {
        kdf: Kdf::Argon2id,
        ..Profile::nist()
    }
}

#[tokio::test]
async fn who_signs_in_is_told_apart_by_address_or_id_in_any_case_and_the_time_is_kept() {
    let local = Local::open(quick()).await;
    let user = local.add("E7", Role::HelpDesk).await;
    pass(DAY);
    let operator = local
        .directory
        .sign_in(" E7@Station.Example ", &secret(FIRST))
        .await
        .unwrap();
    assert_eq!(
        (operator.id, operator.login),
        (user.id.clone(), "E7".into())
    );
    assert_eq!(operator.name, "Test E7");
    assert_eq!(operator.permissions, Role::HelpDesk.permissions());
    assert!(!operator.must_change);
    let again = local.directory.sign_in("e7", &secret(FIRST)).await.unwrap();
    assert_eq!(again.id, user.id);
    let state = local.user(&user).await.state;
    assert_eq!(state.last_sign_in.known(), Some(&Some(start() + DAY)));
}

#[tokio::test]
async fn nobody_is_an_unknown_user() {
    let local = Local::open(quick()).await;
    local.add("E7", Role::None).await;
    let refused = local.directory.sign_in("E70", &secret(FIRST)).await;
    assert_eq!(
        refused,
        Err(DirectoryError::SignIn {
            reason: SignInRefusal::UnknownUser,
            user: None,
        })
    );
}

#[tokio::test]
async fn the_refusal_names_what_stands_in_the_way_the_strongest_first() {
    let local = Local::open(Profile {
        lockout_attempts: 1,
        ..quick()
    })
    .await;
    let none = local.add_with("E6", Role::None, None, false).await;
    assert_eq!(local.refusal(&none, FIRST).await, SignInRefusal::NoPassword);
    let user = local.add("E7", Role::None).await;
    assert_eq!(local.refusal(&user, WRONG).await, SignInRefusal::NowLocked);
    assert_eq!(local.refusal(&user, FIRST).await, SignInRefusal::Locked);
    local.execute("UPDATE users SET active = 0").await;
    assert_eq!(local.refusal(&user, FIRST).await, SignInRefusal::Disabled);
    assert_eq!(local.refusal(&none, FIRST).await, SignInRefusal::Disabled);
}

#[tokio::test]
async fn a_temporary_password_signs_in_until_its_hours_are_over() {
    let local = Local::open(quick()).await;
    let user = local.add_with("E7", Role::None, Some(FIRST), true).await;
    pass(DAY - LEAST);
    assert!(local.sign_in(&user, FIRST).await.unwrap().must_change);
    pass(LEAST);
    assert_eq!(local.refusal(&user, FIRST).await, SignInRefusal::Expired);
    // Whoever does not know the password does not learn that it has expired.
    assert_eq!(
        local.refusal(&user, WRONG).await,
        SignInRefusal::WrongPassword
    );
}

#[tokio::test]
async fn a_password_stops_working_at_the_end_of_its_age() {
    let local = Local::open(Profile {
        max_age_days: Some(90),
        ..quick()
    })
    .await;
    let user = local.add("E7", Role::None).await;
    pass(DAY * 90 - LEAST);
    local.sign_in(&user, FIRST).await.unwrap();
    pass(LEAST);
    assert_eq!(local.refusal(&user, FIRST).await, SignInRefusal::Expired);
}

#[tokio::test]
async fn an_account_that_nobody_uses_ends_but_not_that_of_the_last_administrator() {
    let local = Local::open(Profile {
        disable_inactive_days: Some(90),
        ..quick()
    })
    .await;
    let chief = local.add("E1", Role::Administrator).await;
    let user = local.add("E7", Role::None).await;
    pass(DAY * 90 - LEAST);
    local.sign_in(&user, FIRST).await.unwrap();
    pass(DAY * 90);
    assert_eq!(local.refusal(&user, FIRST).await, SignInRefusal::Disabled);
    assert_eq!(
        local.refusal(&user, WRONG).await,
        SignInRefusal::WrongPassword
    );
    local.sign_in(&chief, FIRST).await.unwrap();
}

#[tokio::test]
async fn an_administrator_who_is_not_the_last_ends_like_anybody_else() {
    let local = Local::open(Profile {
        disable_inactive_days: Some(90),
        ..quick()
    })
    .await;
    let chief = local.add("E1", Role::Administrator).await;
    local.add("E2", Role::Administrator).await;
    pass(DAY * 90);
    assert_eq!(local.refusal(&chief, FIRST).await, SignInRefusal::Disabled);
}

#[tokio::test]
async fn a_hash_of_an_older_kind_is_made_anew_by_a_good_sign_in_and_by_nothing_else() {
    const HASH: &str = "SELECT hash FROM passwords";
    let old = Local::open(Profile {
        kdf: Kdf::Pbkdf2Sha256,
        ..quick()
    })
    .await;
    let user = old.add("E7", Role::None).await;
    let before = old.text(HASH).await;
    assert!(before.starts_with("$pbkdf2-sha256$"), "{before}");
    old.sign_in(&user, FIRST).await.unwrap();
    assert_eq!(old.text(HASH).await, before, "it is of the right kind");

    let local = old.under(quick());
    local.refusal(&user, WRONG).await;
    assert_eq!(local.text(HASH).await, before);
    local.sign_in(&user, FIRST).await.unwrap();
    let renewed = local.text(HASH).await;
    assert!(renewed.starts_with("$argon2id$"), "{renewed}");
    local.sign_in(&user, FIRST).await.unwrap();
    assert_eq!(local.text(HASH).await, renewed);
}

#[tokio::test]
async fn a_password_that_is_replaced_while_it_is_being_checked_is_checked_anew() {
    // Both passwords are on the account one after the other; the second comes in between.
    let local = Local::open(quick()).await;
    let user = local.add("E7", Role::None).await;
    let other = local.add_with("E8", Role::None, Some(SECOND), false).await;
    assert_eq!((&*user.id.0, &*other.id.0), ("1", "2"));
    let take_over = "UPDATE passwords SET hash = (SELECT hash FROM passwords WHERE row = 2)
         WHERE row = 1";
    local
        .between(take_over, local.sign_in(&user, SECOND))
        .await
        .expect("the password that is in force by now is right");
    assert_eq!(local.number("SELECT count(*) FROM failures").await, 0);

    local.reset(&user, FIRST).await.unwrap();
    let refused = local.between(take_over, local.sign_in(&user, FIRST)).await;
    assert!(matches!(
        refused,
        Err(DirectoryError::SignIn {
            reason: SignInRefusal::WrongPassword,
            ..
        })
    ));
    assert_eq!(local.number("SELECT count(*) FROM failures").await, 1);
}

/// Hashes of nothing, whose cost is easy to tell from that of any profile.
const OF_ANOTHER_COST: &str = "UPDATE passwords SET hash = '$pbkdf2-sha256$i=1234\
     $WlpaWlpaWlpaWlpaWlpaWg$WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo'";

#[tokio::test]
async fn a_damaged_hash_is_not_known_counts_as_no_failure_and_names_the_account() {
    let local = Local::open(Profile {
        lockout_attempts: 3,
        ..quick()
    })
    .await;
    let user = local.add("E7", Role::Administrator).await;
    local
        .execute("UPDATE passwords SET hash = replace(hash, 'm=19456', 'm=4294967295')")
        .await;
    for password in [WRONG, FIRST, WRONG, WRONG, WRONG] {
        let error = local.sign_in(&user, password).await.unwrap_err();
        let DirectoryError::PasswordNotChecked { user: named, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(named.as_ref().unwrap().id, user.id);
        assert_eq!(error.changed(), "Nothing was changed.");
    }
    assert_eq!(local.number("SELECT count(*) FROM failures").await, 0);
    let intent = local.intent(Kind::PasswordChanged).await;
    let itself = Operator {
        id: user.id.clone(),
        ..operator()
    };
    let changed = local
        .directory
        .change_own_password(&itself, &secret(WRONG), &secret(SECOND), &intent)
        .await;
    assert!(matches!(
        changed,
        Err(DirectoryError::PasswordNotChecked { .. })
    ));
    let checked = local
        .directory
        .check_password(&operator(), &user.id, &secret(FIRST))
        .await;
    assert!(matches!(
        checked,
        Err(DirectoryError::PasswordNotChecked { .. })
    ));
    assert_eq!(local.number("SELECT count(*) FROM failures").await, 0);
    local
        .execute("UPDATE passwords SET hash = replace(hash, 'm=4294967295', 'm=19456')")
        .await;
    local.sign_in(&user, FIRST).await.unwrap();
}

#[tokio::test]
async fn somebody_unknown_costs_what_the_stored_hashes_cost_after_a_change_of_profile_too() {
    let local = Local::open(quick()).await;
    let unknown = async |name: &str| {
        let refused = local.directory.sign_in(name, &secret(FIRST)).await;
        assert!(matches!(refused, Err(DirectoryError::SignIn { .. })));
        SPENT_ON_NOBODY.take().unwrap()
    };
    assert_eq!(unknown("empty store").await, Cost::of(Kdf::Argon2id));
    let none = local.add_with("E6", Role::None, None, false).await;
    local.add("E7", Role::None).await;
    local.execute(OF_ANOTHER_COST).await;
    let older = Cost::Pbkdf2Sha256 { rounds: 1234 };
    assert_eq!(unknown("nobody").await, older);
    local.refusal(&none, FIRST).await;
    assert_eq!(SPENT_ON_NOBODY.take(), Some(older), "without a password");
    // Some have the older scheme and some that of today: so do the unknown.
    local.add("E8", Role::None).await;
    let mut seen = Vec::new();
    for n in 0..24 {
        let name = format!("nobody {n}");
        let cost = unknown(&name).await;
        assert_eq!(unknown(&name).await, cost, "the same at every try");
        seen.push(cost);
    }
    assert!(seen.contains(&older) && seen.contains(&Cost::of(Kdf::Argon2id)));
}

#[tokio::test]
async fn a_hash_is_renewed_for_who_has_been_let_in_and_no_work_is_done_for_anybody_else() {
    let local = Local::open(Profile {
        lockout_attempts: 1,
        ..quick()
    })
    .await;
    let user = local.add("E7", Role::None).await;
    let other = local.under(Profile {
        kdf: Kdf::Pbkdf2Sha256,
        lockout_attempts: 1,
        ..quick()
    });
    assert_eq!(other.refusal(&user, WRONG).await, SignInRefusal::NowLocked);
    HASHED.set(0);
    assert_eq!(other.refusal(&user, FIRST).await, SignInRefusal::Locked);
    assert_eq!(HASHED.get(), 0, "the time would tell that it is right");
    local
        .execute("UPDATE sign_ins SET locked_since = NULL")
        .await;
    other.sign_in(&user, FIRST).await.unwrap();
    assert_eq!(HASHED.get(), 1);
    let renewed = "SELECT count(*) FROM passwords WHERE hash LIKE '$pbkdf2-sha256$%'";
    assert_eq!(local.number(renewed).await, 1);
}

#[tokio::test]
async fn a_time_that_is_none_lets_nobody_in_and_is_no_no() {
    let local = Local::open(quick()).await;
    let user = local.add("E7", Role::None).await;
    let damages = [
        "UPDATE passwords SET expires_at = 9000000000000000000",
        "UPDATE passwords SET changed_at = -9000000000000000000, expires_at = NULL",
        "UPDATE passwords SET changed_at = 0;
         UPDATE sign_ins SET locked_since = 9000000000000000000",
    ];
    local.sign_in(&user, FIRST).await.unwrap();
    for damage in damages {
        local.execute(damage).await;
        let refused = local.sign_in(&user, FIRST).await.unwrap_err();
        assert!(
            matches!(&refused, DirectoryError::Unavailable { message, .. } if message.contains("damaged")),
            "{damage}: {refused:?}"
        );
        assert_eq!(local.number("SELECT count(*) FROM failures").await, 0);
    }
}
