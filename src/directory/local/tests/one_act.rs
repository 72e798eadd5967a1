//! Everything that was changed of a user in one transaction with its record.

use super::*;
use crate::{
    directory::{PasswordChange, UserChange},
    receipt::{Step, StepOutcome},
    user::{DetailsChange, Fact},
};

fn phone(number: &str) -> UserChange {
    UserChange {
        details: DetailsChange {
            phone: Some(number.into()),
            ..DetailsChange::default()
        },
        ..UserChange::default()
    }
}

impl Local {
    async fn make(&self, user: &User, change: UserChange) -> Result<Receipt, DirectoryError> {
        let intent = self.intent(Kind::UserChanged).await;
        let user = self.user(user).await;
        self.directory
            .change(&operator(), &user.id, &user.version, &change, &intent)
            .await
    }

    async fn phone_of(&self, user: &User) -> String {
        let details = self.user(user).await.details;
        details.known().cloned().unwrap_or_default().phone
    }
}

#[tokio::test]
async fn password_lock_status_role_and_details_are_changed_with_one_record() {
    let local = Local::open(Profile::nist()).await;
    let user = local.add("E7", Role::None).await;
    for _ in 0..20 {
        let _ = local.sign_in(&user, WRONG).await;
    }
    let is_locked = async || {
        local
            .user(&user)
            .await
            .state
            .lock
            .known()
            .cloned()
            .flatten()
    };
    assert!(is_locked().await.is_some());
    let receipt = local
        .make(
            &user,
            UserChange {
                active: Some(false),
                role: Some(Role::Viewer),
                unlock: true,
                password: Some(PasswordChange::Set {
                    password: secret(SECOND),
                    generated: false,
                }),
                ..phone("303 555 0142")
            },
        )
        .await
        .unwrap();
    let steps: Vec<_> = [
        Step::PasswordSet,
        Step::MustChange,
        Step::Unlocked,
        Step::Disabled,
        Step::RoleAssigned,
        Step::Changed,
    ]
    .map(|step| (step, StepOutcome::Done))
    .into();
    assert_eq!(receipt.steps, steps);
    assert!(receipt.recorded);
    assert_eq!(local.last_record().await.event.steps, steps);
    let after = local.user(&user).await;
    assert_eq!(after.state.active, Fact::Known(false));
    assert_eq!(after.permissions, Role::Viewer.permissions());
    assert_eq!(local.phone_of(&user).await, "303 555 0142");
    assert_eq!(is_locked().await, None);
}

#[tokio::test]
async fn what_is_refused_of_an_act_leaves_nothing_of_it() {
    let local = Local::open(Profile::nist()).await;
    let chief = local.add("E1", Role::Administrator).await;
    let refused = local
        .make(
            &chief,
            UserChange {
                role: Some(Role::None),
                ..phone("303 555 0142")
            },
        )
        .await;
    assert!(matches!(refused, Err(DirectoryError::Forbidden { .. })));
    assert_eq!(local.phone_of(&chief).await, "");
    assert_eq!(local.user(&chief).await.version, chief.version);
}

#[tokio::test]
async fn another_password_may_be_wanted_without_setting_one() {
    let local = Local::open(Profile::nist()).await;
    let user = local.add("E7", Role::None).await;
    let wanted = || UserChange {
        must_change: true,
        ..UserChange::default()
    };
    let receipt = local.make(&user, wanted()).await.unwrap();
    assert_eq!(receipt.steps, [(Step::MustChange, StepOutcome::Done)]);
    let after = local.user(&user).await;
    assert_eq!(after.state.must_change, Fact::Known(true));
    let receipt = local.make(&user, wanted()).await.unwrap();
    assert_eq!(receipt.steps, [(Step::MustChange, StepOutcome::NotNeeded)]);
}
