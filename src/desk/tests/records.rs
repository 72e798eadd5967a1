//! What each act leaves on record, and whom the directory is asked about.

use std::time::Duration;

use super::*;
use crate::{
    audit::{AuditQuery, Format},
    desk::{ResetOrder, StoreCheck},
    directory::{NewUser, UserChange, local::IndexCheck},
    user::AccountKind,
};

fn person(role: Role) -> NewUser {
    NewUser {
        login: "E9".into(),
        email: "e9@station.example".into(),
        given_name: "Noor".into(),
        family_name: "Haddad".into(),
        kind: AccountKind::Unit,
        role,
        active: false,
        must_change: false,
        ..NewUser::default()
    }
}

#[tokio::test]
async fn the_first_administrator_is_one_who_can_sign_in_whatever_was_asked_for() {
    let place = Place::open().await;
    let asked = NewUser {
        must_change: true,
        ..person(Role::Viewer)
    };
    let weak = place
        .desk
        .create_first_administrator(asked.clone(), &secret("short"), &source())
        .await;
    assert!(matches!(weak, Err(DeskError::Policy(_))));
    assert!(place.directory.told().added.is_empty());
    place
        .desk
        .create_first_administrator(asked.clone(), &secret(PASSWORD), &source())
        .await
        .expect_err("this directory only takes note");
    let wanted = NewUser {
        role: Role::Administrator,
        active: true,
        must_change: false,
        ..asked
    };
    assert_eq!(place.directory.told().added, [wanted]);
}

#[tokio::test]
async fn who_is_added_with_a_password_must_change_it_and_is_described_on_record() {
    let place = Place::open().await;
    let session = place.session().await;
    for password in [None, Some(secret(PASSWORD))] {
        let seat = place
            .desk
            .at(&session)
            .users_create(Kind::UserCreated)
            .await;
        seat.unwrap()
            .create_user(person(Role::Viewer), password.as_ref())
            .await
            .unwrap();
        let added = place.directory.told().added.pop().unwrap();
        assert_eq!(added.must_change, password.is_some());
        assert!(!added.active, "the rest is as asked for");
        let detail = place.intent().await.detail;
        assert_eq!(
            detail.as_deref(),
            Some("ID E9, Noor Haddad, unit, role viewer")
        );
    }
    let seat = place
        .desk
        .at(&session)
        .users_create(Kind::UserCreated)
        .await;
    let weak = seat
        .unwrap()
        .create_user(person(Role::None), Some(&secret("short")))
        .await;
    assert!(matches!(weak, Err(DeskError::Policy(_))));
    assert!(place.directory.told().added.is_empty());
    let seat = place
        .desk
        .at(&session)
        .users_create(Kind::UserCreated)
        .await;
    let provisioned = crate::directory::Provisioned::default();
    let entry = seat
        .unwrap()
        .create_entry(person(Role::None), &provisioned, None, " call 4711 ", &[])
        .await;
    assert!(entry.is_err(), "this directory provisions nobody");
    assert_eq!(place.intent().await.reason.as_deref(), Some("call 4711"));
}

#[tokio::test]
async fn where_operators_only_generate_passwords_nobody_is_added_with_a_typed_one() {
    let mut place = Place::open().await;
    place.desk.profiles = Profiles::from(Profile {
        operator_may_type_password: false,
        ..Profile::nist()
    });
    let session = place.session().await;
    let seat = async || {
        let at = place.desk.at(&session);
        at.users_create(Kind::UserCreated).await.unwrap()
    };
    let typed = secret(PASSWORD);
    let refused = seat()
        .await
        .create_user(person(Role::None), Some(&typed))
        .await;
    assert_eq!(refused.unwrap_err(), DeskError::TypingNotAllowed);
    let provisioned = crate::directory::Provisioned::default();
    let refused = seat()
        .await
        .create_entry(person(Role::None), &provisioned, Some(&typed), "", &[])
        .await;
    assert_eq!(refused.unwrap_err(), DeskError::TypingNotAllowed);
    assert!(place.directory.told().added.is_empty());
    let event = place.newest().await;
    assert_eq!(
        event.outcome,
        Outcome::Refused(DeskError::TypingNotAllowed.to_string())
    );
    assert_eq!(event.target.unwrap().login, "E9");
    seat()
        .await
        .create_user(person(Role::None), None)
        .await
        .unwrap();
    assert_eq!(place.directory.told().added.len(), 1);
    place
        .desk
        .create_first_administrator(person(Role::None), &typed, &source())
        .await
        .expect_err("this directory only takes note");
    assert_eq!(
        place.directory.told().added.len(),
        2,
        "one's own is typed all the same"
    );
}

#[tokio::test]
async fn a_change_is_on_record_with_whom_why_and_what() {
    let place = Place::open().await;
    let session = place.session().await;
    let change = UserChange {
        family_name: Some("García".into()),
        ..UserChange::default()
    };
    let seat = place.desk.at(&session).users_change(Kind::UserViewed).await;
    seat.unwrap()
        .change_user(&seven(), None, &change, "call 4711")
        .await
        .unwrap();
    let event = place.intent().await;
    assert_eq!(event.kind, Kind::UserChanged);
    assert!(is_of_seven(&event));
    assert_eq!(event.reason.as_deref(), Some("call 4711"));
    assert_eq!(event.detail, change.described());

    let seat = place
        .desk
        .at(&session)
        .roles_update(Kind::RoleAssigned)
        .await;
    seat.unwrap()
        .assign_role(&seven(), Role::Auditor)
        .await
        .unwrap();
    assert_eq!(place.directory.told().roles, [Role::Auditor]);
    assert!(is_of_seven(&place.intent().await));

    let seat = place
        .desk
        .at(&session)
        .users_delete(Kind::UserRemoved)
        .await;
    let refused = seat.unwrap().remove_user(&seven(), None).await;
    assert!(refused.is_err(), "this directory removes nobody");
    let event = place.intent().await;
    assert_eq!(event.kind, Kind::UserRemoved);
    assert!(is_of_seven(&event));
}

#[tokio::test]
async fn each_part_of_a_change_wants_its_permission() {
    let attributes = || UserChange {
        family_name: Some("García".into()),
        ..UserChange::default()
    };
    let status = || UserChange {
        active: Some(false),
        ..UserChange::default()
    };
    let password = || UserChange {
        password: Some(crate::directory::PasswordChange::TakeAway),
        ..UserChange::default()
    };
    let role = || UserChange {
        role: Some(Role::Auditor),
        ..UserChange::default()
    };
    let place = Place::open().await;
    for (change, wanted) in [
        (attributes(), Permission::UsersUpdate),
        (password(), Permission::UsersUpdate),
        (status(), Permission::UsersUpdateStatus),
        (role(), Permission::RolesUpdate),
        (
            UserChange {
                unlock: true,
                ..UserChange::default()
            },
            Permission::UsersUpdate,
        ),
        (
            UserChange {
                must_change: true,
                ..UserChange::default()
            },
            Permission::UsersUpdate,
        ),
        (
            UserChange {
                end_sessions: true,
                ..UserChange::default()
            },
            Permission::UsersForceLogout,
        ),
    ] {
        place.directory.told().permissions = Permissions::all().without(wanted);
        let session = place.session().await;
        let seat = place
            .desk
            .at(&session)
            .users_change(Kind::UserChanged)
            .await;
        let refused = seat.unwrap().change_user(&seven(), None, &change, "").await;
        assert_eq!(refused, Err(DeskError::Lacks(wanted)), "{change:?}");
    }
    for permission in Permission::ALL {
        place.directory.told().permissions = Permissions::from_iter([permission]);
        let session = place.session().await;
        let seat = place
            .desk
            .at(&session)
            .users_change(Kind::UserChanged)
            .await;
        let opens = matches!(
            permission,
            Permission::UsersUpdate
                | Permission::UsersUpdateStatus
                | Permission::RolesUpdate
                | Permission::UsersForceLogout
        );
        assert_eq!(seat.is_ok(), opens, "{permission}");
    }
}

#[tokio::test]
async fn whoever_holds_more_and_the_own_account_are_out_of_reach() {
    let place = Place::open().await;
    place.directory.told().permissions = Permissions::all().without(Permission::AuditRead);
    place.directory.told().held = Permissions::from_iter([Permission::AuditRead]);
    let session = place.session().await;
    let outranked = DeskError::Outranked(Permissions::from_iter([Permission::AuditRead]));
    for (id, refusal) in [("7", outranked), ("1", DeskError::OwnAccount)] {
        let id = UserId(id.into());
        let user = place
            .directory
            .user(&session.operator(), &id)
            .await
            .unwrap();
        let at = place.desk.at(&session);
        assert_eq!(at.may_reset(&user), Err(refusal.clone()));
        assert_eq!(at.may_change_status(&user), Err(refusal.clone()));
        let seat = at.users_update(Kind::Unlock).await.unwrap();
        assert_eq!(seat.unlock(&id, None, "").await, Err(refusal.clone()));
        let event = place.newest().await;
        assert_eq!(event.target.unwrap().id, id);
        let seat = at.users_update(Kind::PasswordChecked).await.unwrap();
        let checked = seat.check(&id, &secret(PASSWORD)).await;
        assert_eq!(checked.unwrap_err(), refusal);
        let seat = at.users_delete(Kind::UserRemoved).await.unwrap();
        assert_eq!(seat.remove_user(&id, None).await, Err(refusal.clone()));
        let seat = at.users_update(Kind::PasswordReset).await.unwrap();
        assert_eq!(seat.reset(order_with_reason(&id)).await, Err(refusal));
    }
    place.directory.told().held = Permissions::from_iter([Permission::UsersRead]);
    let user = place.directory.user(&session.operator(), &seven()).await;
    let user = user.unwrap();
    assert_eq!(place.desk.at(&session).may_reset(&user), Ok(()));
    assert_eq!(place.desk.at(&session).may_change_status(&user), Ok(()));
    for (lacking, may_reset) in [
        (Permission::UsersUpdate, false),
        (Permission::UsersUpdateStatus, true),
    ] {
        place.directory.told().permissions = Permissions::all().without(lacking);
        let session = place.session().await;
        let at = place.desk.at(&session);
        let lacks = Err(DeskError::Lacks(lacking));
        let (reset, status) = if may_reset {
            (Ok(()), lacks)
        } else {
            (lacks, Ok(()))
        };
        assert_eq!(at.may_reset(&user), reset);
        assert_eq!(at.may_change_status(&user), status);
    }
}

fn order_with_reason(id: &UserId) -> ResetOrder {
    ResetOrder {
        user: id.clone(),
        reason: " call 4711 ".into(),
        ..order()
    }
}

#[tokio::test]
async fn reset_unlock_and_check_are_on_record_with_whom_and_why() {
    let mut place = Place::open().await;
    let session = place.session().await;
    let seat = |kind| place.desk.at(&session).users_update(kind);
    let reset = seat(Kind::PasswordReset).await.unwrap();
    reset.reset(order_with_reason(&seven())).await.unwrap();
    let event = place.intent().await;
    assert!(is_of_seven(&event));
    assert_eq!(event.reason.as_deref(), Some("call 4711"));
    let unlock = seat(Kind::Unlock).await.unwrap();
    unlock.unlock(&seven(), None, "called back").await.unwrap();
    let event = place.intent().await;
    assert_eq!(event.kind, Kind::Unlock);
    assert!(is_of_seven(&event));
    assert_eq!(event.reason.as_deref(), Some("called back"));
    let check = seat(Kind::PasswordChecked).await.unwrap();
    let checked = check.check(&seven(), &secret(PASSWORD)).await;
    assert!(checked.is_err(), "this directory checks nothing");
    let event = place.newest().await;
    assert_eq!(event.kind, Kind::PasswordChecked);
    assert_eq!(event.outcome, Outcome::Failed("not here".into()));
    assert!(is_of_seven(&event));

    let weak = ResetOrder {
        password: secret("short"),
        ..order_with_reason(&seven())
    };
    let refused = seat(Kind::PasswordReset).await.unwrap().reset(weak).await;
    assert!(matches!(refused, Err(DeskError::Policy(_))));
    let lasting = ResetOrder {
        must_change: false,
        ..order_with_reason(&seven())
    };
    let refused = seat(Kind::PasswordReset)
        .await
        .unwrap()
        .reset(lasting)
        .await;
    assert_eq!(refused, Err(DeskError::MustChangeFixed));
    place.desk.profiles = Profiles::from(Profile {
        operator_may_type_password: false,
        ..Profile::nist()
    });
    let seat = |kind| place.desk.at(&session).users_update(kind);
    let typed = seat(Kind::PasswordReset).await.unwrap();
    let refused = typed.reset(order_with_reason(&seven())).await;
    assert_eq!(refused, Err(DeskError::TypingNotAllowed));
    let drawn = ResetOrder {
        generated: true,
        ..order_with_reason(&seven())
    };
    let generated = seat(Kind::PasswordReset).await.unwrap();
    generated.reset(drawn).await.unwrap();
}

#[tokio::test]
async fn looks_at_users_and_at_the_audit_are_on_record() {
    let place = Place::open().await;
    let session = place.session().await;
    let at = place.desk.at(&session);
    let seat = at.users_read(Kind::SearchOpened).await.unwrap();
    seat.open_search().await.unwrap();
    assert_eq!(place.newest().await.kind, Kind::SearchOpened);
    let seat = at.users_read(Kind::UserViewed).await.unwrap();
    seat.open_user(&seven()).await.unwrap();
    assert!(is_of_seven(&place.newest().await));
    let seat = at.users_read(Kind::UserViewed).await.unwrap();
    let known = seat.beforehand(&seven()).await;
    assert_eq!(known.warnings, ["it is disabled"]);

    let seat = at.audit_read(Kind::AuditListed).await.unwrap();
    let listed = seat.audit_list(AuditQuery::default()).await.unwrap();
    assert_eq!(listed[0].event.kind, Kind::AuditListed);
    let count = place.records().await.len();
    let further = AuditQuery {
        before: Some(2),
        ..AuditQuery::default()
    };
    assert_eq!(seat.audit_list(further).await.unwrap().len(), 1);
    assert_eq!(
        place.records().await.len(),
        count,
        "paging on is no new look"
    );
    let seat = at.audit_read(Kind::AuditVerified).await.unwrap();
    seat.audit_verify(None).await.unwrap();
    let detail = place.newest().await.detail;
    assert_eq!(detail, Some(format!("{count} records, all fit")));
    let to = place.folder.path().join("audit.jsonl");
    let seat = at.audit_read(Kind::AuditExported).await.unwrap();
    let written = seat
        .audit_export(to.clone(), Format::JsonLines)
        .await
        .unwrap();
    let event = place.newest().await;
    assert_eq!(event.detail, Some(format!("to {}", to.display())));
    assert_eq!(written, place.records().await.len() as u64);
}

#[tokio::test]
async fn a_change_of_the_own_password_is_on_record_as_the_operators_own() {
    let place = Place::open().await;
    let session = place.session().await;
    let seat = place.desk.at(&session).own_account().await.unwrap();
    let new = secret("copper kettle marmot 91");
    seat.change_password(&secret(PASSWORD), &new).await.unwrap();
    let event = place.intent().await;
    assert_eq!(event.kind, Kind::PasswordChanged);
    assert_eq!(event.target.unwrap().id, UserId("1".into()));
    let seat = place.desk.at(&session).own_account().await.unwrap();
    let same = seat.change_password(&new, &new).await.unwrap_err();
    assert!(matches!(same, DeskError::Policy(refusals) if refusals[0].rule == "history"));
}

#[tokio::test]
async fn a_sign_in_is_on_record_with_its_operator_and_a_lost_terminal_with_what_was_cut() {
    let place = Place::open().await;
    place.session().await;
    let event = place.newest().await;
    assert_eq!((event.kind, event.outcome), (Kind::SignIn, Outcome::Done));
    assert_eq!(event.operator.unwrap().id, UserId("1".into()));
    for (changes, detail) in [
        (0, "the program hung and was cut off after 9 s"),
        (1, "1 change had no answer after 9 s and was cut off"),
        (2, "2 changes had no answer after 9 s and were cut off"),
    ] {
        let cut = Some((changes, Duration::from_secs(9)));
        let lost = place.desk.connection_lost(None, &source(), cut).await;
        lost.unwrap();
        assert_eq!(place.newest().await.detail.as_deref(), Some(detail));
    }
}

#[test]
fn a_store_is_good_when_nothing_is_wrong_or_the_index_was_built_anew() {
    let check = |file: usize, index: usize, mended| {
        StoreCheck {
            file_faults: vec!["page 3".into(); file],
            index: IndexCheck {
                faults: vec!["a gram".into(); index],
                mended,
                users: 0,
                sets: 0,
            },
        }
        .is_good()
    };
    assert!(check(0, 0, false) && check(0, 1, true) && check(0, 0, true));
    assert!(!check(0, 1, false) && !check(1, 0, false) && !check(1, 1, true));
}
