use super::*;
use crate::{
    receipt::{Proof, Step, StepOutcome},
    user::Fact,
};

impl Local {
    async fn change_own(
        &self,
        user: &User,
        old: &str,
        new: &str,
    ) -> Result<Receipt, DirectoryError> {
        let me = Operator {
            id: user.id.clone(),
            permissions: user.permissions,
            ..operator()
        };
        let intent = self.intent(Kind::PasswordChanged).await;
        self.directory
            .change_own_password(&me, &secret(old), &secret(new), &intent)
            .await
    }
}

fn two() -> Profile {
    Profile {
        lockout_attempts: 2,
        ..Profile::nist()
    }
}

#[tokio::test]
async fn the_new_password_signs_in_need_not_be_changed_and_is_recorded_as_done() {
    let local = Local::open(two()).await;
    let user = local.add_with("E7", Role::None, Some(FIRST), true).await;
    let receipt = local.change_own(&user, FIRST, SECOND).await.unwrap();
    assert_eq!(receipt.steps, [(Step::PasswordSet, StepOutcome::Done)]);
    assert!(matches!(receipt.proof, Proof::ReadBack(_)));
    assert!(receipt.recorded);
    let record = local.last_record().await;
    assert_eq!(record.event.outcome, Outcome::Done);
    assert_eq!(record.event.steps, receipt.steps);
    let after = local.user(&user).await;
    assert_eq!(receipt.version, Some(after.version));
    assert_eq!(after.state.must_change, Fact::Known(false));
    let password = after.state.password.known().unwrap().clone();
    assert_eq!(password.expires_at, None, "it is no temporary one");
    assert!(!local.sign_in(&user, SECOND).await.unwrap().must_change);
    assert_eq!(
        local.refusal(&user, FIRST).await,
        SignInRefusal::WrongPassword
    );
}

#[tokio::test]
async fn a_wrong_old_password_counts_as_a_failed_sign_in_and_a_right_one_wipes_the_failures() {
    let local = Local::open(two()).await;
    let user = local.add("E7", Role::None).await;
    let wrong = Err(DirectoryError::OldPasswordWrong);
    assert_eq!(local.change_own(&user, WRONG, SECOND).await, wrong);
    local.change_own(&user, FIRST, SECOND).await.unwrap();
    assert_eq!(local.change_own(&user, WRONG, THIRD).await, wrong);
    assert_eq!(local.user(&user).await.state.lock, Fact::Known(None));
    assert_eq!(local.change_own(&user, WRONG, THIRD).await, wrong);
    assert_eq!(local.refusal(&user, SECOND).await, SignInRefusal::Locked);
}

#[tokio::test]
async fn a_locked_account_changes_nothing_and_counts_no_further_failures() {
    let local = Local::open(two()).await;
    let user = local.add("E7", Role::None).await;
    local.refusal(&user, WRONG).await;
    local.refusal(&user, WRONG).await;
    let locked = local.user(&user).await.state.lock;
    pass(SignedDuration::from_mins(1));
    for old in [FIRST, WRONG, WRONG] {
        assert_eq!(
            local.change_own(&user, old, SECOND).await,
            Err(DirectoryError::OldPasswordWrong)
        );
    }
    assert_eq!(local.number("SELECT count(*) FROM failures").await, 0);
    assert_eq!(local.user(&user).await.state.lock, locked);
    local.unlock(&user).await;
    local.sign_in(&user, FIRST).await.unwrap();
}

#[tokio::test]
async fn who_has_no_password_cannot_change_it() {
    let local = Local::open(two()).await;
    let user = local.add_with("E7", Role::None, None, false).await;
    assert_eq!(
        local.change_own(&user, FIRST, SECOND).await,
        Err(DirectoryError::OldPasswordWrong)
    );
}

#[tokio::test]
async fn a_former_password_does_not_come_back() {
    let local = Local::open(Profile {
        history: 2,
        ..two()
    })
    .await;
    let user = local.add("E7", Role::None).await;
    local.change_own(&user, FIRST, SECOND).await.unwrap();
    let refused = local.change_own(&user, SECOND, FIRST).await;
    assert!(matches!(
        refused,
        Err(DirectoryError::PasswordRefused { .. })
    ));
    local.sign_in(&user, SECOND).await.unwrap();
}

#[tokio::test]
async fn a_password_that_somebody_else_sets_meanwhile_is_not_overwritten() {
    let local = Local::open(two()).await;
    let user = local.add("E7", Role::None).await;
    let other = local.add_with("E8", Role::None, Some(THIRD), false).await;
    assert_eq!((&*user.id.0, &*other.id.0), ("1", "2"));
    // Reset between the look at the old password and the write of the new one.
    let intent = local.intent(Kind::PasswordChanged).await;
    let me = Operator {
        id: user.id.clone(),
        permissions: user.permissions,
        ..operator()
    };
    let (old, new) = (secret(FIRST), secret(SECOND));
    let refused = local
        .between(
            "UPDATE passwords SET hash = (SELECT hash FROM passwords WHERE row = 2)
             WHERE row = 1",
            local
                .directory
                .change_own_password(&me, &old, &new, &intent),
        )
        .await;
    assert_eq!(refused, Err(DirectoryError::OldPasswordWrong));
    local.sign_in(&user, THIRD).await.unwrap();
    assert_eq!(local.user(&user).await.version, user.version);
}
