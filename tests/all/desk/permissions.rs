//! Every operation with every missing permission: the desk refuses exactly what it must.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use halligan::{
    audit::{AuditQuery, Event, Format, Intent, Kind, Outcome},
    desk::{Desk, DeskError, Session},
    directory::{
        Capabilities, Directory, DirectoryError, Found, ImportWatch, Imported, NewUser, Query,
        RosterRows, SharedDirectory,
    },
    operator::Operator,
    password::{Secret, profile::Profile},
    permission::{Permission, Role},
    receipt::{Checked, PasswordReset, Receipt, Settlement},
    user::{User, UserId, Version},
};

use crate::support::station::{
    ADMIN, ADMIN_PASSWORD, NEW_PASSWORD, Station, order, person, secret, source,
};

/// The real directory, but whoever signs in lacks one permission.
#[derive(Debug)]
struct Narrowed {
    inner: SharedDirectory,
    without: Permission,
}

#[async_trait]
impl Directory for Narrowed {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError> {
        let mut operator = self.inner.sign_in(login, password).await?;
        operator.permissions = operator.permissions.without(self.without);
        Ok(operator)
    }
    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        self.inner.search(operator, query).await
    }
    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        self.inner.user(operator, id).await
    }
    async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.inner.reset_password(operator, reset, intent).await
    }
    async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.inner.unlock(operator, user, expected, intent).await
    }
    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.inner
            .change_own_password(operator, old, new, intent)
            .await
    }
    async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        self.inner.check_password(operator, user, password).await
    }
    async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<User, DirectoryError> {
        self.inner.create(operator, new, password, intent).await
    }
    async fn import(
        &self,
        operator: &Operator,
        rows: RosterRows,
        watch: ImportWatch,
        intent: &Intent,
    ) -> Result<Imported, DirectoryError> {
        self.inner.import(operator, rows, watch, intent).await
    }
    async fn create_first_administrator(
        &self,
        new: &NewUser,
        password: &Secret,
        event: Event,
    ) -> Result<User, DirectoryError> {
        self.inner
            .create_first_administrator(new, password, event)
            .await
    }
    async fn assign_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.inner.assign_role(operator, user, role, intent).await
    }
    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        self.inner.settle(operator, user, before).await
    }
}

/// Does every operation once and tells which permission each was refused for.
async fn walk(
    desk: &Desk,
    session: &Session,
    user: &User,
) -> BTreeMap<&'static str, Option<Permission>> {
    fn missing<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> Option<Permission> {
        match answer {
            // A role is given only by somebody who holds all that is in it.
            Ok(_) | Err(DeskError::Outranked(_)) => None,
            Err(DeskError::Lacks(permission)) => Some(permission),
            Err(other) => panic!("refused for another reason: {other:?}"),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let query = Query {
        text: "E7".into(),
        limit: 5,
        offset: 0,
    };
    let colleague = NewUser {
        role: Role::HelpDesk,
        ..person("E70", "e70@station.example", "Una", "Field")
    };
    let visitor = person("E71", "e71@station.example", "Vic", "Stone");
    let row = person("E72", "e72@station.example", "Wim", "Holt");
    let rows: RosterRows = Box::new([Ok((2, row))].into_iter());
    let unlocked = missing(desk.unlock(session, &user.id, None, "").await);
    let checked = missing(
        desk.check(session, &user.id, &secret("whatever it may be"))
            .await,
    );
    let mut reset = order(user, NEW_PASSWORD);
    reset.expected = None;
    BTreeMap::from([
        ("open search", missing(desk.open_search(session).await)),
        ("search", missing(desk.search(session, &query).await)),
        (
            "open user",
            missing(desk.open_user(session, &user.id).await),
        ),
        ("unlock", unlocked),
        ("check", checked),
        ("reset", missing(desk.reset(session, reset).await)),
        (
            "create visitor",
            missing(desk.create_user(session, visitor, None).await),
        ),
        (
            "create colleague",
            missing(desk.create_user(session, colleague, None).await),
        ),
        (
            "import",
            missing(desk.import(session, rows, ImportWatch::default()).await),
        ),
        (
            "assign role",
            missing(desk.assign_role(session, &user.id, Role::Viewer).await),
        ),
        (
            "audit list",
            missing(desk.audit_list(session, AuditQuery::default()).await),
        ),
        (
            "audit verify",
            missing(desk.audit_verify(session, None).await),
        ),
        (
            "audit export",
            missing(
                desk.audit_export(session, folder.path().join("a.jsonl"), Format::JsonLines)
                    .await,
            ),
        ),
    ])
}

#[tokio::test]
async fn every_operation_is_refused_without_its_permission_and_done_with_it() {
    let wanted = BTreeMap::from([
        ("open search", vec![Permission::UsersRead]),
        ("search", vec![Permission::UsersRead]),
        ("open user", vec![Permission::UsersRead]),
        ("unlock", vec![Permission::UsersUpdate]),
        ("check", vec![Permission::UsersUpdate]),
        ("reset", vec![Permission::UsersUpdate]),
        ("create visitor", vec![Permission::UsersCreate]),
        (
            "create colleague",
            vec![Permission::UsersCreate, Permission::RolesUpdate],
        ),
        ("import", vec![Permission::UsersCreate]),
        ("assign role", vec![Permission::RolesUpdate]),
        ("audit list", vec![Permission::AuditRead]),
        ("audit verify", vec![Permission::AuditRead]),
        ("audit export", vec![Permission::AuditRead]),
    ]);
    for without in Permission::ALL {
        let station = Station::open(Profile::nist()).await;
        let user = station
            .add("E7", Role::None, "granite-willow-pepper-12")
            .await;
        let desk = station.desk_before(Arc::new(Narrowed {
            inner: Arc::clone(&station.directory),
            without,
        }));
        let session = desk
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD), &source())
            .await
            .unwrap();
        let refused = walk(&desk, &session, &user).await;
        for (operation, permissions) in &wanted {
            let expected = permissions.contains(&without).then_some(without);
            assert_eq!(
                refused.get(operation).copied().flatten(),
                expected,
                "{operation} without {without}"
            );
        }
        let recorded = station
            .records()
            .await
            .iter()
            .filter(|record| {
                matches!(&record.event.outcome, Outcome::Refused(why) if why.starts_with("this needs"))
            })
            .count();
        let refusals = refused.values().flatten().count();
        assert_eq!(recorded, refusals, "refusals recorded without {without}");
    }
}

#[tokio::test]
async fn nobody_gives_a_role_that_holds_what_he_lacks_nor_one_to_himself() {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    assert_eq!(
        station
            .desk
            .assign_role(&admin, &admin.operator().id, Role::None)
            .await,
        Err(DeskError::OwnAccount)
    );
    assert!(matches!(
        station.last_outcome(Kind::RoleAssigned).await,
        Outcome::Refused(_)
    ));

    let narrow = station.desk_before(Arc::new(Narrowed {
        inner: Arc::clone(&station.directory),
        without: Permission::UsersUpdate,
    }));
    let session = narrow
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD), &source())
        .await
        .unwrap();
    let user = station
        .add("E7", Role::None, "granite-willow-pepper-12")
        .await;
    let refused = narrow
        .assign_role(&session, &user.id, Role::HelpDesk)
        .await
        .unwrap_err();
    let DeskError::Outranked(beyond) = refused else {
        panic!("given: {refused:?}")
    };
    assert!(beyond.holds(Permission::UsersUpdate));
}
