use halligan::{
    audit::{Kind, Outcome},
    desk::DeskError,
    directory::DirectoryError,
    password::profile::Profile,
    permission::{Permission, Role},
    receipt::{Proof, Step, StepOutcome},
};

use crate::support::acts::Acts as _;
use crate::support::station::{ADMIN, ADMIN_PASSWORD, NEW_PASSWORD, Station, order, secret};

const OLD: &str = "granite-willow-pepper-12";

#[tokio::test]
async fn after_a_reset_the_new_password_signs_in_and_the_old_one_does_not() {
    let station = Station::open(Profile::nist()).await;
    let user = station.add("E7", Role::None, OLD).await;
    let admin = station.admin().await;
    let receipt = station
        .desk
        .reset(&admin, order(&user, NEW_PASSWORD))
        .await
        .unwrap();
    assert!(receipt.is_success());
    assert!(matches!(receipt.proof, Proof::ReadBack(_)));
    assert_eq!(
        receipt.steps,
        [
            (Step::PasswordSet, StepOutcome::Done),
            (Step::MustChange, StepOutcome::Done),
            (Step::Unlocked, StepOutcome::NotNeeded),
        ]
    );
    station.sign_in(&user.email, OLD).await.unwrap_err();
    let session = station.sign_in(&user.email, NEW_PASSWORD).await.unwrap();
    assert!(session.must_change());
}

#[tokio::test]
async fn an_intent_precedes_the_outcome_and_both_name_operator_target_and_reason() {
    let station = Station::open(Profile::nist()).await;
    let user = station.add("E7", Role::None, OLD).await;
    let admin = station.admin().await;
    station
        .desk
        .reset(&admin, order(&user, NEW_PASSWORD))
        .await
        .unwrap();
    let pair: Vec<_> = station
        .records()
        .await
        .into_iter()
        .filter(|record| record.event.kind == Kind::PasswordReset)
        .collect();
    let [outcome, intent] = &pair[..] else {
        panic!("not two records: {pair:#?}")
    };
    assert_eq!(intent.event.outcome, Outcome::Intent);
    assert_eq!(outcome.event.outcome, Outcome::Done);
    assert_eq!(outcome.event.intent, Some(intent.sequence));
    for record in [intent, outcome] {
        assert_eq!(record.event.operator.as_ref().unwrap().login, "E1");
        assert_eq!(record.event.target.as_ref().unwrap().id, user.id);
        assert_eq!(record.event.reason.as_deref(), Some("incident 26-1123"));
        let text = serde_json::to_string(record).unwrap();
        assert!(!text.contains(NEW_PASSWORD));
    }
    let verified = station.audit.verify(None).await.unwrap();
    assert_eq!(verified.first_bad, None);
    assert!(verified.open_intents.is_empty());
}

#[tokio::test]
async fn the_second_of_two_saves_is_told_who_changed_what_and_nothing_is_overwritten() {
    let station = Station::open(Profile::nist()).await;
    let user = station.add("E7", Role::None, OLD).await;
    let (first, second) = (station.admin().await, station.admin().await);
    station
        .desk
        .reset(&first, order(&user, NEW_PASSWORD))
        .await
        .unwrap();
    let error = station
        .desk
        .reset(&second, order(&user, "cinder-meadow-basket-64"))
        .await
        .unwrap_err();
    let DeskError::Directory(DirectoryError::Conflict { by, at, what }) = &error else {
        panic!("no conflict: {error:?}")
    };
    assert!(by.as_deref().unwrap().contains("Ada Lindqvist"), "{by:?}");
    assert!(at.is_some());
    assert!(what.contains("password"), "{what}");
    assert_eq!(error.changed(), "Nothing was changed.");
    station.sign_in(&user.email, NEW_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_password_that_breaks_the_policy_is_refused_by_rule_and_cure_and_recorded_without_it() {
    let station = Station::open(Profile::nist()).await;
    let user = station.add("E7", Role::None, OLD).await;
    let admin = station.admin().await;
    let error = station
        .desk
        .reset(&admin, order(&user, "shorty-9"))
        .await
        .unwrap_err();
    let DeskError::Policy(refusals) = &error else {
        panic!("not the policy: {error:?}")
    };
    assert_eq!(refusals[0].rule, "min_chars");
    assert!(!error.cure().is_empty());
    let record = station.last(Kind::PasswordReset).await;
    assert!(matches!(record.event.outcome, Outcome::Refused(_)));
    assert!(!serde_json::to_string(&record).unwrap().contains("shorty"));
    station.sign_in(&user.email, OLD).await.unwrap();
}

#[tokio::test]
async fn nobody_resets_himself_or_somebody_who_holds_what_he_lacks() {
    let station = Station::open(Profile::nist()).await;
    let helper = station.add("E7", Role::HelpDesk, OLD).await;
    let session = station.sign_in(&helper.email, OLD).await.unwrap();
    let own = station
        .desk
        .reset(&session, order(&helper, NEW_PASSWORD))
        .await;
    assert_eq!(own, Err(DeskError::OwnAccount));

    let found = station
        .desk
        .search(
            &session,
            &halligan::directory::Query {
                text: "ada@station.example".into(),
                limit: 5,
                offset: 0,
                ..halligan::directory::Query::default()
            },
        )
        .await
        .unwrap();
    let boss = &found.rows[0];
    let error = station
        .desk
        .reset(&session, order(boss, NEW_PASSWORD))
        .await
        .unwrap_err();
    let DeskError::Outranked(beyond) = error else {
        panic!("not outranked: {error:?}")
    };
    assert!(beyond.holds(Permission::RolesUpdate));
    station.admin().await;
}

#[tokio::test]
async fn outside_the_step_up_window_a_reset_wants_the_operators_password_once_more() {
    fn sixteen_minutes_later() -> jiff::Timestamp {
        jiff::Timestamp::now() + jiff::SignedDuration::from_mins(16)
    }
    let station = Station::open(Profile::nist()).await;
    let user = station.add("E7", Role::None, OLD).await;
    let admin = station.admin().await;
    let later = station.desk.clone().with_clock(sixteen_minutes_later);
    assert_eq!(
        later.reset(&admin, order(&user, NEW_PASSWORD)).await,
        Err(DeskError::StepUp)
    );
    station.sign_in(&user.email, OLD).await.unwrap();
    let user = station.desk.open_user(&admin, &user.id).await.unwrap();
    later
        .reauthenticate(&admin, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    later
        .reset(&admin, order(&user, NEW_PASSWORD))
        .await
        .unwrap();
}

#[tokio::test]
async fn under_cjis_one_proof_of_the_operators_password_serves_one_reset() {
    let station = Station::open(Profile::cjis()).await;
    let user = station.add("E7", Role::None, OLD).await;
    let admin = station.admin().await;
    station
        .desk
        .reset(&admin, order(&user, NEW_PASSWORD))
        .await
        .unwrap();
    let user = station.desk.open_user(&admin, &user.id).await.unwrap();
    assert_eq!(
        station
            .desk
            .reset(&admin, order(&user, "cinder-meadow-basket-64"))
            .await,
        Err(DeskError::StepUp)
    );
}

#[tokio::test]
async fn must_change_cannot_be_left_off_when_somebody_else_sets_the_password() {
    let station = Station::open(Profile::nist()).await;
    let user = station.add("E7", Role::None, OLD).await;
    let admin = station.admin().await;
    let mut lasting = order(&user, NEW_PASSWORD);
    lasting.must_change = false;
    assert_eq!(
        station.desk.reset(&admin, lasting).await,
        Err(DeskError::MustChangeFixed)
    );
}

#[tokio::test]
async fn under_legacy_rules_none_of_the_last_ten_passwords_comes_back() {
    let station = Station::open(Profile::legacy_90_10()).await;
    let user = station.add("E7", Role::None, OLD).await;
    let admin = station.admin().await;
    station
        .desk
        .reset(&admin, order(&user, NEW_PASSWORD))
        .await
        .unwrap();
    let user = station.desk.open_user(&admin, &user.id).await.unwrap();
    station
        .desk
        .reauthenticate(&admin, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    let error = station
        .desk
        .reset(&admin, order(&user, OLD))
        .await
        .unwrap_err();
    let DeskError::Directory(DirectoryError::PasswordRefused { refusal, .. }) = &error else {
        panic!("not refused: {error:?}")
    };
    assert_eq!(refusal.rule, "history");
    station.sign_in(&user.email, NEW_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn checking_a_password_tells_the_truth_and_counts_as_no_failure() {
    let station = Station::open(Profile {
        lockout_attempts: 4,
        ..Profile::nist()
    })
    .await;
    let user = station.add("E7", Role::None, OLD).await;
    let admin = station.admin().await;
    for _ in 0..3 {
        let checked = station
            .desk
            .check(&admin, &user.id, &secret("not this one at all"))
            .await
            .unwrap();
        assert!(!checked.matches && !checked.signs_in);
    }
    let checked = station
        .desk
        .check(&admin, &user.id, &secret(OLD))
        .await
        .unwrap();
    assert!(checked.matches && checked.signs_in);
    // The fourth wrong one is the last that is tried; the user signs in all the same.
    let wrong = secret("not this one at all");
    station.desk.check(&admin, &user.id, &wrong).await.unwrap();
    assert!(station.desk.check(&admin, &user.id, &wrong).await.is_err());
    station.sign_in(&user.email, OLD).await.unwrap();
}

#[tokio::test]
async fn where_operators_only_generate_a_typed_password_is_refused_and_a_generated_one_set() {
    let station = Station::open(Profile {
        operator_may_type_password: false,
        ..Profile::nist()
    })
    .await;
    let user = station.add("E7", Role::None, OLD).await;
    let admin = station.admin().await;
    let typed = station.desk.reset(&admin, order(&user, NEW_PASSWORD)).await;
    assert_eq!(typed, Err(DeskError::TypingNotAllowed));
    station.sign_in(&user.email, OLD).await.unwrap();
    let user = station.desk.open_user(&admin, &user.id).await.unwrap();
    let mut drawn = order(&user, NEW_PASSWORD);
    drawn.generated = true;
    station.desk.reset(&admin, drawn).await.unwrap();
    station.sign_in(&user.email, NEW_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn under_cjis_an_unused_proof_is_good_for_five_minutes() {
    fn after(seconds: i64) -> jiff::Timestamp {
        jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds)
    }
    let station = Station::open(Profile::cjis()).await;
    let user = station.add("E7", Role::None, OLD).await;
    let desk = station.desk.clone().with_clock(|| after(300));
    let admin = station.admin().await;
    let late = desk.reset(&admin, order(&user, NEW_PASSWORD)).await;
    assert_eq!(late, Err(DeskError::StepUp));
    // The clock goes on while the test runs, so that the last second cannot be told here.
    let desk = station.desk.clone().with_clock(|| after(240));
    let admin = station.admin().await;
    desk.reset(&admin, order(&user, NEW_PASSWORD))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_recovery_gives_no_password_that_the_policy_refuses() {
    let station = Station::open(Profile::nist()).await;
    let administrator = station.desk.administrator(ADMIN).await.unwrap();
    let short = secret("short");
    let source = halligan::source::Source("test".into());
    let order = halligan::desk::Recovery {
        administrator: &administrator,
        password: Some(&short),
        by: "user number 0 (root)",
        reason: "",
        source: &source,
    };
    let refused = station.desk.recover(&order).await;
    assert!(matches!(refused, Err(DeskError::Policy(_))), "{refused:?}");
    station.admin().await;
}
