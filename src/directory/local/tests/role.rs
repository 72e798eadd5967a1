use super::*;
use crate::{
    directory::local::{read, role},
    receipt::{Step, StepOutcome},
};

impl Local {
    async fn give(&self, user: &User, role: Role) -> Result<Receipt, DirectoryError> {
        let intent = self.intent(Kind::RoleAssigned).await;
        self.directory
            .assign_role(&operator(), &user.id, role, &intent)
            .await
    }

    async fn is_last(&self, user: &User) -> bool {
        let row = read::row_of(&user.id).unwrap();
        self.directory
            .store()
            .read(move |connection| role::is_last_administrator(connection, row, start()))
            .await
            .unwrap()
    }

    async fn has_none_but(&self, user: &User) -> bool {
        let row = read::row_of(&user.id).unwrap();
        self.directory
            .store()
            .read(move |connection| role::has_no_administrator_but(connection, row))
            .await
            .unwrap()
    }

    async fn needs_first(&self) -> bool {
        self.directory.needs_first_administrator().await.unwrap()
    }
}

#[tokio::test]
async fn a_role_that_is_given_takes_the_place_of_the_one_before_and_is_recorded() {
    let local = Local::open(Profile::nist()).await;
    let user = local.add("E7", Role::Viewer).await;
    let receipt = local.give(&user, Role::Auditor).await.unwrap();
    assert_eq!(receipt.steps, [(Step::RoleAssigned, StepOutcome::Done)]);
    assert_eq!(local.last_record().await.event.steps, receipt.steps);
    let after = local.user(&user).await;
    assert_eq!(after.permissions, Role::Auditor.permissions());
    assert_eq!(receipt.version, Some(after.version));
}

#[tokio::test]
async fn the_last_administrator_who_can_sign_in_keeps_the_role() {
    let local = Local::open(Profile::nist()).await;
    let chief = local.add("E1", Role::Administrator).await;
    // None of these could take over.
    local.add("E2", Role::HelpDesk).await;
    local.add_with("E3", Role::Administrator, None, false).await;
    local.add("E4", Role::Administrator).await;
    local
        .execute("UPDATE users SET active = 0 WHERE login = 'E4'")
        .await;
    assert!(local.is_last(&chief).await);
    let refused = local.give(&chief, Role::HelpDesk).await;
    assert!(matches!(refused, Err(DirectoryError::Forbidden { .. })));
    assert_eq!(
        local.user(&chief).await.permissions,
        Role::Administrator.permissions()
    );
    local
        .give(&chief, Role::Administrator)
        .await
        .expect("the role stays as it is");
}

#[tokio::test]
async fn one_of_two_administrators_may_lose_the_role() {
    let local = Local::open(Profile::nist()).await;
    let chief = local.add("E1", Role::Administrator).await;
    let second = local.add("E2", Role::Administrator).await;
    assert!(!local.is_last(&chief).await && !local.is_last(&second).await);
    local.give(&chief, Role::None).await.unwrap();
    assert!(local.is_last(&second).await);
    assert!(!local.is_last(&chief).await, "no administrator any more");
    local.give(&chief, Role::Viewer).await.unwrap();
}

#[tokio::test]
async fn a_store_needs_its_first_administrator_until_one_has_a_password_locked_or_not() {
    let local = Local::open(Profile::nist()).await;
    assert!(local.needs_first().await);
    let other = local.add("E7", Role::HelpDesk).await;
    local.add_with("E2", Role::Administrator, None, false).await;
    assert!(local.needs_first().await);
    let chief = local.add("E1", Role::Administrator).await;
    assert!(!local.needs_first().await);
    assert!(local.has_none_but(&chief).await);
    assert!(!local.has_none_but(&other).await);
    local.execute("UPDATE users SET active = 0").await;
    assert!(!local.needs_first().await, "disabled is not gone");
}
