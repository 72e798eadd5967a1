use super::*;
use crate::{
    directory::local::{
        hashing, read,
        stored_password::{NewPassword, put},
    },
    receipt::{Proof, Step, StepOutcome},
    user::{Fact, Version},
};

fn remembering(history: u32) -> Profile {
    Profile {
        history,
        ..Profile::nist()
    }
}

fn is_former(answer: &Result<Receipt, DirectoryError>) -> bool {
    matches!(answer, Err(DirectoryError::PasswordRefused { refusal, .. }) if refusal.rule == "history")
}

#[tokio::test]
async fn a_reset_says_each_step_proves_the_password_and_is_recorded_with_the_change() {
    let local = Local::open(remembering(0)).await;
    let user = local.add("E7", Role::None).await;
    let receipt = local
        .reset_by(&PasswordReset {
            user: &user.id,
            expected: Some(&user.version),
            password: &secret(SECOND),
            must_change: true,
            unlock: true,
        })
        .await
        .unwrap();
    assert_eq!(
        receipt.steps,
        [
            (Step::PasswordSet, StepOutcome::Done),
            (Step::MustChange, StepOutcome::Done),
            (Step::Unlocked, StepOutcome::NotNeeded),
        ]
    );
    assert!(matches!(receipt.proof, Proof::ReadBack(_)));
    let record = local.last_record().await;
    assert_eq!(record.event.outcome, Outcome::Done);
    assert_eq!(record.event.steps, receipt.steps);
    let after = local.user(&user).await;
    assert_eq!(receipt.version, Some(after.version));
    assert_eq!(after.state.must_change, Fact::Known(true));
    let password = after.state.password.known().unwrap().clone();
    assert_eq!(password.changed_at, Some(now()));
    assert_eq!(
        password.expires_at,
        Some(now() + SignedDuration::from_hours(24))
    );

    let receipt = local.reset(&user, THIRD).await.unwrap();
    assert_eq!(receipt.steps[1], (Step::MustChange, StepOutcome::NotNeeded));
    let after = local.user(&user).await;
    assert_eq!(after.state.must_change, Fact::Known(false));
}

#[tokio::test]
async fn a_reset_of_a_user_who_has_changed_since_changes_nothing() {
    let local = Local::open(remembering(0)).await;
    let user = local.add("E7", Role::None).await;
    let password = secret(SECOND);
    let stale = PasswordReset {
        user: &user.id,
        expected: Some(&Version("7".into())),
        password: &password,
        must_change: false,
        unlock: false,
    };
    let refused = local.reset_by(&stale).await;
    assert!(matches!(refused, Err(DirectoryError::Conflict { .. })));
    let intent = local.intent(Kind::Unlock).await;
    let refused = local
        .directory
        .unlock(&operator(), &user.id, stale.expected, &intent)
        .await;
    assert!(matches!(refused, Err(DirectoryError::Conflict { .. })));
    local.sign_in(&user, FIRST).await.unwrap();
}

#[tokio::test]
async fn a_change_that_comes_between_the_look_and_the_write_is_a_conflict() {
    let local = Local::open(remembering(0)).await;
    let user = local.add("E7", Role::None).await;
    let intent = local.intent(Kind::PasswordReset).await;
    let (password, me) = (secret(SECOND), operator());
    let reset = PasswordReset {
        user: &user.id,
        expected: Some(&user.version),
        password: &password,
        must_change: false,
        unlock: false,
    };
    let refused = local
        .between(
            "UPDATE users SET version = version + 1 WHERE row = 1",
            local.directory.reset_password(&me, &reset, &intent),
        )
        .await;
    assert!(matches!(refused, Err(DirectoryError::Conflict { .. })));
    local.sign_in(&user, FIRST).await.unwrap();
}

#[tokio::test]
async fn the_password_in_force_is_the_first_of_those_that_may_not_come_again() {
    let local = Local::open(remembering(1)).await;
    let user = local.add("E7", Role::None).await;
    assert!(is_former(&local.reset(&user, FIRST).await));
    local.reset(&user, SECOND).await.unwrap();
    local.reset(&user, FIRST).await.unwrap();

    let local = Local::open(remembering(2)).await;
    let user = local.add("E7", Role::None).await;
    local.reset(&user, SECOND).await.unwrap();
    assert!(is_former(&local.reset(&user, FIRST).await));
    assert!(is_former(&local.reset(&user, SECOND).await));
    local.reset(&user, THIRD).await.unwrap();
    local.reset(&user, FIRST).await.unwrap();
    assert!(is_former(&local.reset(&user, THIRD).await));
}

#[tokio::test]
async fn without_a_history_the_same_password_may_be_set_again_and_none_is_kept() {
    let local = Local::open(remembering(0)).await;
    let user = local.add("E7", Role::None).await;
    local.reset(&user, FIRST).await.unwrap();
    local.reset(&user, FIRST).await.unwrap();
    let kept = local.number("SELECT count(*) FROM former_passwords").await;
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn no_more_former_passwords_are_kept_than_the_profile_asks_for() {
    const KEPT: &str = "SELECT count(*) FROM former_passwords WHERE row = 1";
    let local = Local::open(remembering(3)).await;
    let user = local.add("E7", Role::None).await;
    let other = local.add("E8", Role::None).await;
    local.reset(&other, SECOND).await.unwrap();
    for (n, kept) in [(1, 1), (2, 2), (3, 2), (4, 2), (5, 2)] {
        local
            .reset(&user, &format!("lantern gates copper {n}"))
            .await
            .unwrap();
        assert_eq!(local.number(KEPT).await, kept, "after {n}");
    }
    // Those of another are not pruned with them.
    assert!(is_former(&local.reset(&other, FIRST).await));
    // A profile that asks for less drops what is too much at the next change.
    let local = local.under(remembering(1));
    local.reset(&user, FIRST).await.unwrap();
    assert_eq!(local.number(KEPT).await, 0);
}

#[tokio::test]
async fn of_two_resets_to_one_password_at_once_the_second_finds_it_in_the_history() {
    let local = Local::open(remembering(1)).await;
    let user = local.add("E7", Role::None).await;
    let (one, other) = tokio::join!(local.reset(&user, SECOND), local.reset(&user, SECOND));
    let answers = [one, other];
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().any(is_former), "{answers:?}");
}

#[tokio::test]
async fn a_password_is_put_in_force_only_in_the_place_of_the_one_that_was_looked_at() {
    let local = Local::open(remembering(3)).await;
    let user = local.add("E7", Role::None).await;
    let row = read::row_of(&user.id).unwrap();
    let kdf = local.directory.profiles.general().kdf;
    let hash = hashing::hash(kdf, &secret(SECOND)).await.unwrap();
    let another = hashing::hash(kdf, &secret(THIRD)).await.unwrap();
    for instead_of in [None, Some(another)] {
        let new = NewPassword {
            hash: hash.clone(),
            instead_of,
            must_change: false,
            damaged_former: 0,
        };
        let is_put = local
            .directory
            .store()
            .write(move |transaction| put(transaction, &Profile::nist().into(), row, &new, now()))
            .await
            .unwrap();
        assert!(!is_put);
    }
    local.sign_in(&user, FIRST).await.unwrap();
    let kept = local.number("SELECT count(*) FROM former_passwords").await;
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_password_that_is_not_the_one_in_the_store_is_not_proved() {
    let local = Local::open(remembering(0)).await;
    let user = local.add("E7", Role::None).await;
    let row = read::row_of(&user.id).unwrap();
    let proof = local.directory.proved(row, &secret(SECOND), 0).await;
    assert!(matches!(proof, Proof::NotKnown(_)), "{proof:?}");
    let proof = local.directory.proved(row, &secret(FIRST), 0).await;
    assert!(matches!(proof, Proof::ReadBack(_)), "{proof:?}");
    let proof = local.directory.proved(row + 1, &secret(FIRST), 0).await;
    assert!(matches!(proof, Proof::NotKnown(_)), "{proof:?}");
}

#[tokio::test]
async fn a_damaged_former_hash_is_told_with_the_proof_and_in_the_record() {
    let local = Local::open(remembering(3)).await;
    let user = local.add("E7", Role::None).await;
    local.reset(&user, SECOND).await.unwrap();
    local
        .execute("UPDATE former_passwords SET hash = 'junk'")
        .await;
    let receipt = local.reset(&user, THIRD).await.unwrap();
    let remark = "not compared with 1 former password, whose stored hash is damaged";
    assert_eq!(
        receipt.proof,
        Proof::ReadBack(format!("the stored hash verified; {remark}"))
    );
    let records = local.audit.list(AuditQuery::default()).await.unwrap();
    assert_eq!(records[0].event.outcome, Outcome::Done);
    assert_eq!(records[0].event.detail.as_deref(), Some(remark));
}
