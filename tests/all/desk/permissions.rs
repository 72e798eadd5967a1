//! Every operation with every missing permission: the desk refuses exactly what it must.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use halligan::{
    audit::{AuditQuery, Event, Format, Intent, Kind, Outcome},
    desk::{Desk, DeskError, Session},
    directory::{
        Capabilities, Directory, DirectoryError, Found, Import, ImportWatch, Imported, NewUser,
        PasswordChange, Query, RosterRow, RosterRows, SharedDirectory, UserChange,
    },
    operator::Operator,
    password::{Secret, profile::Profile},
    permission::{Permission, Role},
    receipt::{Checked, PasswordReset, Receipt, Settlement},
    user::{User, UserId, Version},
};

use crate::support::acts::Acts as _;
use crate::support::station::{
    ADMIN, ADMIN_PASSWORD, NEW_PASSWORD, Station, order, person, secret, source,
};

const OLD: &str = "granite-willow-pepper-12";

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
    async fn operator_now(&self, operator: &Operator) -> Result<Operator, DirectoryError> {
        let whole = Operator {
            permissions: Role::Administrator.permissions(),
            ..operator.clone()
        };
        let mut now = self.inner.operator_now(&whole).await?;
        now.permissions = now.permissions.without(self.without);
        Ok(now)
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
        import: Import,
        intent: &Intent,
    ) -> Result<Imported, DirectoryError> {
        self.inner.import(operator, import, intent).await
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
    async fn change(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        change: &UserChange,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let inner = &self.inner;
        inner.change(operator, user, expected, change, intent).await
    }
    async fn remove(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.inner.remove(operator, user, expected, intent).await
    }
    async fn end_sessions(
        &self,
        operator: &Operator,
        user: &UserId,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.inner.end_sessions(operator, user, intent).await
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

/// Does every act once, each with its seat, and tells which permission each was refused for.
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
    let file = folder.path().join("a.jsonl");
    let query = Query {
        text: "E7".into(),
        limit: 5,
        offset: 0,
        ..Query::default()
    };
    let colleague = NewUser {
        role: Role::HelpDesk,
        ..person("E70", "e70@station.example", "Una", "Field")
    };
    let visitor = person("E71", "e71@station.example", "Vic", "Stone");
    let row = person("E72", "e72@station.example", "Wim", "Holt");
    let rows: RosterRows = Box::new([Ok(RosterRow::whole(2, row))].into_iter());
    let mut reset = order(user, NEW_PASSWORD);
    reset.expected = None;
    let guess = secret("whatever it may be");
    let list = AuditQuery::default();
    let id = &user.id;
    let mut told = BTreeMap::new();
    told.insert("open search", missing(desk.open_search(session).await));
    told.insert("search", missing(desk.search(session, &query).await));
    told.insert("open user", missing(desk.open_user(session, id).await));
    told.insert("beforehand", missing(desk.beforehand(session, id).await));
    told.insert("unlock", missing(desk.unlock(session, id, None, "").await));
    told.insert("check", missing(desk.check(session, id, &guess).await));
    told.insert("reset", missing(desk.reset(session, reset).await));
    let renamed = UserChange {
        given_name: Some("Zoe".into()),
        ..UserChange::default()
    };
    told.insert(
        "rename",
        missing(desk.change_user(session, id, renamed).await),
    );
    let disabled = UserChange {
        active: Some(false),
        ..UserChange::default()
    };
    told.insert(
        "disable",
        missing(desk.change_user(session, id, disabled).await),
    );
    let bare = UserChange {
        password: Some(PasswordChange::TakeAway),
        ..UserChange::default()
    };
    told.insert(
        "take password away",
        missing(desk.change_user(session, id, bare).await),
    );
    told.insert(
        "create visitor",
        missing(desk.create_user(session, visitor, None).await),
    );
    told.insert(
        "create colleague",
        missing(desk.create_user(session, colleague, None).await),
    );
    let watch = ImportWatch::default();
    told.insert("import", missing(desk.import(session, rows, watch).await));
    told.insert(
        "assign role",
        missing(desk.assign_role(session, id, Role::Viewer).await),
    );
    let role = UserChange {
        role: Some(Role::Viewer),
        ..UserChange::default()
    };
    told.insert(
        "change role",
        missing(desk.change_user(session, id, role).await),
    );
    let ending = async {
        let seat = desk.at(session).users_force_logout(Kind::SessionsEnded);
        seat.await?.end_sessions(id, "").await
    };
    told.insert("end sessions", missing(ending.await));
    let tokens = desk.at(session).tokens_update(Kind::TokensListed);
    let listed = async { tokens.await?.clients().await };
    told.insert("list tokens", missing(listed.await));
    told.insert("audit list", missing(desk.audit_list(session, list).await));
    told.insert(
        "audit verify",
        missing(desk.audit_verify(session, None).await),
    );
    let exported = desk.audit_export(session, file, Format::JsonLines);
    told.insert("audit export", missing(exported.await));
    told.insert("remove", missing(desk.remove_user(session, id).await));
    told
}

#[tokio::test]
async fn every_act_is_refused_without_its_permission_recorded_as_such_and_done_with_it() {
    use Permission::{
        AuditRead, RolesUpdate, TokensUpdate, UsersCreate, UsersDelete, UsersForceLogout,
        UsersRead, UsersUpdate, UsersUpdateStatus,
    };
    let wanted = BTreeMap::from([
        ("open search", (Kind::SearchOpened, vec![UsersRead])),
        ("search", (Kind::SearchOpened, vec![UsersRead])),
        ("open user", (Kind::UserViewed, vec![UsersRead])),
        ("beforehand", (Kind::UserViewed, vec![UsersRead])),
        ("unlock", (Kind::Unlock, vec![UsersUpdate])),
        ("check", (Kind::PasswordChecked, vec![UsersUpdate])),
        ("reset", (Kind::PasswordReset, vec![UsersUpdate])),
        ("rename", (Kind::UserChanged, vec![UsersUpdate])),
        ("disable", (Kind::UserChanged, vec![UsersUpdateStatus])),
        ("take password away", (Kind::UserChanged, vec![UsersUpdate])),
        ("create visitor", (Kind::UserCreated, vec![UsersCreate])),
        (
            "create colleague",
            (Kind::UserCreated, vec![UsersCreate, RolesUpdate]),
        ),
        ("import", (Kind::RosterImported, vec![UsersCreate])),
        ("assign role", (Kind::RoleAssigned, vec![RolesUpdate])),
        ("change role", (Kind::RoleAssigned, vec![RolesUpdate])),
        (
            "end sessions",
            (Kind::SessionsEnded, vec![UsersForceLogout]),
        ),
        ("list tokens", (Kind::TokensListed, vec![TokensUpdate])),
        ("audit list", (Kind::AuditListed, vec![AuditRead])),
        ("audit verify", (Kind::AuditVerified, vec![AuditRead])),
        ("audit export", (Kind::AuditExported, vec![AuditRead])),
        ("remove", (Kind::UserRemoved, vec![UsersDelete])),
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
        let mut kinds = Vec::new();
        for (act, (kind, permissions)) in &wanted {
            let expected = permissions.contains(&without).then_some(without);
            assert_eq!(refused[act], expected, "{act} without {without}");
            kinds.extend(expected.map(|_| *kind));
        }
        assert_eq!(refused.len(), wanted.len());
        let mut recorded: Vec<Kind> = station
            .records()
            .await
            .iter()
            .filter(|record| {
                matches!(&record.event.outcome, Outcome::Refused(why) if why.starts_with("this needs"))
            })
            .map(|record| record.event.kind)
            .collect();
        kinds.sort_by_key(|kind| kind.word());
        recorded.sort_by_key(|kind| kind.word());
        assert_eq!(recorded, kinds, "refusals recorded without {without}");
    }
}

/// Somebody at the desk who may do everything, and a user who may do less.
async fn two(profile: Profile) -> (Station, Arc<Session>, User) {
    let station = Station::open(profile).await;
    let user = station
        .add("E7", Role::None, "granite-willow-pepper-12")
        .await;
    let admin = station.admin().await;
    (station, admin, user)
}

fn sensitive() -> [(&'static str, UserChange); 4] {
    let change = UserChange::default;
    [
        (
            "role",
            UserChange {
                role: Some(Role::Viewer),
                ..change()
            },
        ),
        (
            "status",
            UserChange {
                active: Some(false),
                ..change()
            },
        ),
        (
            "password away",
            UserChange {
                password: Some(PasswordChange::TakeAway),
                ..change()
            },
        ),
        (
            "password",
            UserChange {
                password: Some(PasswordChange::Set {
                    password: secret(NEW_PASSWORD),
                    generated: false,
                }),
                ..change()
            },
        ),
    ]
}

#[tokio::test]
async fn a_removal_and_a_change_of_role_status_or_password_want_the_operators_password_afresh() {
    fn sixteen_minutes_later() -> jiff::Timestamp {
        jiff::Timestamp::now() + jiff::SignedDuration::from_mins(16)
    }
    let (station, admin, user) = two(Profile::nist()).await;
    let later = station.desk.clone().with_clock(sixteen_minutes_later);
    for (what, change) in sensitive() {
        let answer = later.change_user(&admin, &user.id, change).await;
        assert_eq!(answer, Err(DeskError::StepUp), "{what}");
    }
    assert_eq!(
        later.remove_user(&admin, &user.id).await,
        Err(DeskError::StepUp)
    );
    assert_eq!(
        later.assign_role(&admin, &user.id, Role::Viewer).await,
        Err(DeskError::StepUp)
    );
    let renamed = UserChange {
        given_name: Some("Zoe".into()),
        ..UserChange::default()
    };
    later.change_user(&admin, &user.id, renamed).await.unwrap();
    assert_eq!(station.last_outcome(Kind::UserChanged).await, Outcome::Done);
    later
        .reauthenticate(&admin, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    later.remove_user(&admin, &user.id).await.unwrap();
    assert_eq!(station.last_outcome(Kind::UserRemoved).await, Outcome::Done);
}

#[tokio::test]
async fn nobody_changes_or_removes_the_own_account_or_one_that_may_do_more() {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    let own = admin.operator().id.clone();
    for (what, change) in sensitive() {
        let answer = station.desk.change_user(&admin, &own, change).await;
        assert_eq!(answer, Err(DeskError::OwnAccount), "{what}");
    }
    let removed = station.desk.remove_user(&admin, &own).await;
    assert_eq!(removed, Err(DeskError::OwnAccount));
    assert!(matches!(
        station.last_outcome(Kind::UserRemoved).await,
        Outcome::Refused(_)
    ));

    let boss = station
        .add("E8", Role::Administrator, "granite-willow-pepper-12")
        .await;
    let narrow = station.desk_before(Arc::new(Narrowed {
        inner: Arc::clone(&station.directory),
        without: Permission::AuditRead,
    }));
    let session = narrow
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD), &source())
        .await
        .unwrap();
    for (what, change) in sensitive() {
        let answer = narrow.change_user(&session, &boss.id, change).await;
        assert!(
            matches!(answer, Err(DeskError::Outranked(_))),
            "{what}: {answer:?}"
        );
    }
    let outranked = [
        narrow.remove_user(&session, &boss.id).await,
        narrow.unlock(&session, &boss.id, None, "").await,
        narrow.reset(&session, order(&boss, NEW_PASSWORD)).await,
    ];
    for answer in outranked {
        assert!(matches!(answer, Err(DeskError::Outranked(_))), "{answer:?}");
    }
    let guess = secret("whatever it may be");
    let checked = narrow.check(&session, &boss.id, &guess).await;
    assert!(
        matches!(checked, Err(DeskError::Outranked(_))),
        "{checked:?}"
    );
}

#[tokio::test]
async fn a_change_is_judged_as_a_reset_is_and_refused_whole() {
    let set = |password| UserChange {
        given_name: Some("Zoe".into()),
        password: Some(PasswordChange::Set {
            password: secret(password),
            generated: false,
        }),
        ..UserChange::default()
    };
    let (station, admin, user) = two(Profile::nist()).await;
    let refused = station
        .desk
        .change_user(&admin, &user.id, set("short"))
        .await;
    assert!(matches!(refused, Err(DeskError::Policy(_))), "{refused:?}");
    assert!(matches!(
        station.last_outcome(Kind::PasswordReset).await,
        Outcome::Refused(_)
    ));
    let (strict, chief, other) = two(Profile {
        operator_may_type_password: false,
        ..Profile::nist()
    })
    .await;
    let typed = strict
        .desk
        .change_user(&chief, &other.id, set(NEW_PASSWORD))
        .await;
    assert_eq!(typed, Err(DeskError::TypingNotAllowed));
    let after = strict.desk.open_user(&chief, &other.id).await.unwrap();
    assert_eq!(after.given_name, other.given_name);
    assert_eq!(after.version, other.version);
}

#[tokio::test]
async fn nobody_gives_a_role_with_a_permission_not_held_nor_one_to_the_own_account() {
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

#[tokio::test]
async fn nobody_takes_a_role_away_that_holds_what_the_operator_lacks() {
    let station = Station::open(Profile::nist()).await;
    let auditor = station.add("E7", Role::Auditor, OLD).await;
    let narrow = station.desk_before(Arc::new(Narrowed {
        inner: Arc::clone(&station.directory),
        without: Permission::AuditRead,
    }));
    let session = narrow
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD), &source())
        .await
        .unwrap();
    let refused = narrow
        .assign_role(&session, &auditor.id, Role::Viewer)
        .await
        .unwrap_err();
    let DeskError::Outranked(beyond) = refused else {
        panic!("taken: {refused:?}")
    };
    assert_eq!(beyond.iter().collect::<Vec<_>>(), [Permission::AuditRead]);
}

#[tokio::test]
async fn nobody_unlocks_or_checks_the_own_account_or_somebody_who_holds_more() {
    let station = Station::open(Profile::nist()).await;
    let helper = station.add("E7", Role::HelpDesk, OLD).await;
    let boss = station.add("E8", Role::Auditor, OLD).await;
    let session = station.sign_in(&helper.email, OLD).await.unwrap();
    let desk = &station.desk;
    let guess = secret("whatever it may be");
    assert_eq!(
        desk.unlock(&session, &helper.id, None, "").await,
        Err(DeskError::OwnAccount)
    );
    assert_eq!(
        desk.check(&session, &helper.id, &guess).await,
        Err(DeskError::OwnAccount)
    );
    let unlocked = desk.unlock(&session, &boss.id, None, "").await;
    assert!(matches!(unlocked, Err(DeskError::Outranked(_))));
    let record = station.last(Kind::Unlock).await;
    assert!(matches!(record.event.outcome, Outcome::Refused(_)));
    assert_eq!(record.event.target.unwrap().id, boss.id);
    let checked = desk.check(&session, &boss.id, &guess).await;
    assert!(matches!(checked, Err(DeskError::Outranked(_))));
    let record = station.last(Kind::PasswordChecked).await;
    assert!(matches!(record.event.outcome, Outcome::Refused(_)));
}
