//! As the console asks: a session, and a seat for each act.

use std::sync::Arc;

use halligan::{
    audit::{AuditQuery, Format, Kind},
    desk::{
        Desk, DeskError, RoleChange, Session,
        api::{ClientKind, NewClient},
    },
    directory::{
        DirectoryError, ImportWatch, NewUser, PasswordChange, Query, RosterRow, RosterRows,
        UserChange,
    },
    password::profile::Profile,
    permission::{Permission, Permissions, Reach, Role},
    user::{AccountKind, DetailsChange, SiteField, User},
};

use super::{OTHER, PASSWORD, ROLES, Told, act::Act, expected, login};
use crate::support::{
    acts::Acts as _,
    station::{NEW_PASSWORD, Station, order, person, reader, secret},
};

fn told<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> Told {
    match answer {
        Ok(_) => Told::Done,
        Err(DeskError::Lacks(_) | DeskError::Outranked(_)) => Told::Lacks,
        Err(DeskError::Directory(DirectoryError::OperatorChanged(_))) => Told::Changed,
        Err(other) => panic!("refused for another reason: {other:?}"),
    }
}

fn change() -> UserChange {
    UserChange::default()
}

async fn client(desk: &Desk, session: &Session, name: &str) -> Result<(), DeskError> {
    let seat = desk.at(session).tokens_update(Kind::TokenCreated).await?;
    let new = NewClient {
        name: name.into(),
        kind: ClientKind::Bearer,
        permissions: Permissions::from_iter([Permission::UsersRead]),
        days: None,
        networks: Vec::new(),
    };
    seat.create_client(new).await.map(drop)
}

/// Does the act on `user`, who was read before.
#[expect(clippy::too_many_lines, reason = "one arm for each act")]
async fn does(desk: &Desk, session: &Session, act: Act, user: &User) -> Told {
    let id = &user.id;
    let folder = tempfile::tempdir().unwrap();
    let new = |role| NewUser {
        role,
        ..person(
            &format!("{}-new", user.login),
            &format!("{}-new@station.example", user.login.to_lowercase()),
            "New",
            "Person",
        )
    };
    let changed = |change| desk.change_user(session, id, change);
    match act {
        Act::Find => {
            let query = Query {
                text: user.login.clone(),
                limit: 5,
                offset: 0,
                ..Query::default()
            };
            told(desk.search(session, &query).await)
        }
        Act::Open => told(desk.open_user(session, id).await),
        Act::Rename => {
            let given_name = Some("Zoe".into());
            told(
                changed(UserChange {
                    given_name,
                    ..change()
                })
                .await,
            )
        }
        Act::DefineField => {
            let seat = desk.at(session).fields_update(Kind::FieldChanged);
            let field = SiteField::new(&user.login, "A title");
            let added = async { seat.await?.add_field(&field).await };
            told(added.await)
        }
        Act::MoveField => {
            let seat = desk.at(session).fields_update(Kind::FieldChanged);
            let moved = async { seat.await?.move_field(&user.login, 1).await };
            told(moved.await)
        }
        Act::Transfer => {
            let details = DetailsChange {
                station: Some("Station 9".into()),
                ..DetailsChange::default()
            };
            told(
                changed(UserChange {
                    details,
                    ..change()
                })
                .await,
            )
        }
        Act::Limit => {
            let valid_until = Some("2099-12-31T00:00:00Z".parse().ok());
            told(
                changed(UserChange {
                    valid_until,
                    ..change()
                })
                .await,
            )
        }
        Act::Disable => {
            let active = Some(false);
            told(changed(UserChange { active, ..change() }).await)
        }
        Act::ChangeAll => told(
            changed(UserChange {
                given_name: Some("Zoe".into()),
                active: Some(false),
                role: Some(Role::Viewer),
                ..change()
            })
            .await,
        ),
        Act::SetPassword => told(desk.reset(session, order(user, NEW_PASSWORD)).await),
        Act::TakePasswordAway => {
            let password = Some(PasswordChange::TakeAway);
            told(
                changed(UserChange {
                    password,
                    ..change()
                })
                .await,
            )
        }
        Act::Unlock => told(desk.unlock(session, id, None, "").await),
        Act::Check => told(desk.check(session, id, &secret(OTHER)).await),
        Act::AddVisitor => told(desk.create_user(session, new(Role::None), None).await),
        Act::AddColleague => told(desk.create_user(session, new(Role::Viewer), None).await),
        Act::GiveRole => told(desk.assign_role(session, id, Role::Viewer).await),
        Act::SignOut => {
            let seat = desk.at(session).users_force_logout(Kind::SessionsEnded);
            let ended = async { seat.await?.end_sessions(id, "").await };
            told(ended.await)
        }
        Act::Remove => told(desk.remove_user(session, id).await),
        Act::Import => {
            let rows: RosterRows = Box::new([Ok(RosterRow::whole(2, new(Role::None)))].into_iter());
            told(desk.import(session, rows, ImportWatch::default()).await)
        }
        Act::ListTokens => {
            let seat = desk.at(session).tokens_update(Kind::TokensListed);
            let listed = async { seat.await?.clients().await };
            told(listed.await)
        }
        Act::MakeToken => told(client(desk, session, &user.login).await),
        Act::RevokeToken => {
            let seat = desk.at(session).tokens_update(Kind::TokenRevoked);
            let revoked = async { seat.await?.revoke_client(&user.login).await };
            told(revoked.await)
        }
        Act::ListRoles => told(desk.roles(session).await),
        Act::AddRole => {
            let role = reader(&format!("{}-new", user.login));
            told(desk.add_role(session, role).await)
        }
        Act::ChangeRole => {
            let change = RoleChange {
                reach: Some(Reach {
                    kinds: Some([AccountKind::Unit].into_iter().collect()),
                    stations: None,
                }),
                ..RoleChange::default()
            };
            told(desk.change_role(session, &user.login, change).await)
        }
        Act::RemoveRole => told(desk.remove_role(session, &user.login, None).await),
        Act::ListAudit => told(desk.audit_list(session, AuditQuery::default()).await),
        Act::VerifyAudit => told(desk.audit_verify(session, None).await),
        Act::ExportAudit => {
            let file = folder.path().join("a.jsonl");
            told(desk.audit_export(session, file, Format::JsonLines).await)
        }
        Act::ExportUsers => {
            let query = Query {
                limit: 5,
                ..Query::typed("is:active").unwrap()
            };
            let seat = desk.at(session).users_read(Kind::UsersExported);
            let exported = async { seat.await?.export(&query, "people.csv").await };
            told(exported.await)
        }
        Act::CheckStore => {
            let seat = desk.at(session).users_read(Kind::StoreChecked);
            let checked = async { seat.await?.check_store(|_| ()).await };
            told(checked.await)
        }
        Act::MendStore => {
            let seat = desk.at(session).users_create(Kind::StoreChecked);
            let mended = async { seat.await?.mend_store(|_| ()).await };
            told(mended.await)
        }
    }
}

/// Somebody to act on, as this act finds them.
async fn subject(station: &Station, admin: &Session, act: Act, nth: usize) -> User {
    let login = login(act, nth);
    let email = format!("{}@station.example", login.to_lowercase());
    let new = person(&login, &email, "Test", &login);
    let password = (act == Act::Check).then(|| secret(OTHER));
    let made = station.desk.create_user(admin, new, password.as_ref());
    let user = made.await.unwrap();
    if act == Act::RevokeToken {
        client(&station.desk, admin, &login).await.unwrap();
    }
    if act == Act::MoveField {
        let seat = station.desk.at(admin).fields_update(Kind::FieldChanged);
        let field = SiteField::new(&login, "A title");
        seat.await.unwrap().add_field(&field).await.unwrap();
    }
    if matches!(act, Act::ChangeRole | Act::RemoveRole) {
        let made = station.desk.add_role(admin, reader(&login));
        made.await.unwrap();
    }
    user
}

async fn colleague(station: &Station, role: Role) -> (User, Arc<Session>) {
    let login = format!("Op-{role}");
    let user = station.add(&login, role, PASSWORD).await;
    let session = station.sign_in(&user.email, PASSWORD).await.unwrap();
    (user, session)
}

#[tokio::test]
async fn at_the_desk_each_role_does_what_it_permits_and_nothing_else() {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    for (nth, role) in ROLES.into_iter().enumerate() {
        let (_, session) = colleague(&station, role.clone()).await;
        for act in Act::ALL {
            let user = subject(&station, &admin, act, nth).await;
            let told = does(&station.desk, &session, act, &user).await;
            assert_eq!(told, expected(act, role.permissions()), "{role}: {act:?}");
        }
    }
}

#[tokio::test]
async fn at_the_desk_rights_that_were_taken_away_after_the_user_was_opened_stop_every_act() {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    let (mallory, session) = colleague(&station, Role::Administrator).await;
    let own = secret(PASSWORD);
    for act in Act::ALL {
        let user = subject(&station, &admin, act, 0).await;
        station.desk.open_user(&session, &user.id).await.unwrap();
        let give = |role| station.desk.assign_role(&admin, &mallory.id, role);
        give(Role::Viewer).await.unwrap();
        let told = does(&station.desk, &session, act, &user).await;
        assert_eq!(told, Told::Changed, "{act:?}");
        if act != Act::RevokeToken {
            let now = station.desk.open_user(&admin, &user.id).await.unwrap();
            assert_eq!(now.version, user.version, "{act:?} was done");
        }
        give(Role::Administrator).await.unwrap();
        station.desk.reauthenticate(&session, &own).await.unwrap();
    }
    let tokens = station.desk.at(&admin).tokens_update(Kind::TokensListed);
    let tokens = tokens.await.unwrap().clients().await.unwrap();
    let names: Vec<&str> = tokens.iter().map(|token| &*token.name).collect();
    assert_eq!(names, [login(Act::RevokeToken, 0)]);
    assert!(tokens[0].revoked_at.is_none());
}
