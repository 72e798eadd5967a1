//! A kind with a password profile of its own: judged, shown, drawn and recorded by it everywhere.

use std::sync::Arc;

use halligan::{
    audit::{AuditLog, Kind},
    config::open_store,
    desk::{Desk, DeskError},
    directory::{NewUser, PasswordChange, UserChange, local::LocalDirectory},
    password::{
        generate::Shape,
        profile::{Profile, Profiles},
    },
    permission::Role,
    user::{AccountKind, User},
};

use crate::support::{
    acts::Acts as _,
    station::{ADMIN, ADMIN_PASSWORD, order, person, secret, source},
};

/// Ten characters: enough for a resident, not for staff.
const SHORT: &str = "kumquat 7x";

fn profiles() -> Profiles {
    let residents = Profile {
        name: "nist-800-63b-4+custom".into(),
        min_chars: 8,
        min_chars_generated: 20,
        min_strength: 1,
        ..Profile::nist()
    };
    Profiles::from(Profile::nist()).with(AccountKind::Residential, residents)
}

async fn desk() -> (Desk, AuditLog, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = open_store(&folder.path().join("store/halligan.db"))
        .await
        .unwrap();
    let local = LocalDirectory::new(store.clone(), profiles());
    let audit = AuditLog::new(store);
    let desk = Desk::new(Arc::new(local), audit.clone(), profiles(), "");
    let ada = person("E1", ADMIN, "Ada", "Lindqvist");
    desk.create_first_administrator(ada, &secret(ADMIN_PASSWORD), &source())
        .await
        .unwrap();
    (desk, audit, folder)
}

fn of(kind: AccountKind, login: &str) -> NewUser {
    NewUser {
        kind,
        role: Role::None,
        ..person(login, &format!("{login}@example.org"), "Sam", "Marlow")
    }
}

fn too_short<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> bool {
    match answer {
        Ok(_) => false,
        Err(DeskError::Policy(refusals)) => {
            assert_eq!(refusals[0].rule, "min_chars", "{refusals:?}");
            true
        }
        Err(other) => panic!("refused for another reason: {other:?}"),
    }
}

#[tokio::test]
async fn a_password_is_judged_by_the_kind_of_its_account_at_each_way_in() {
    let (desk, audit, _folder) = desk().await;
    let admin = desk
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD), &source())
        .await;
    let admin = admin.unwrap();
    let short = secret(SHORT);
    let change = |kind| UserChange {
        kind,
        password: Some(PasswordChange::Set {
            password: secret("persimmon 9z"),
            generated: false,
        }),
        ..UserChange::default()
    };
    for (kind, refused) in [
        (AccountKind::Residential, false),
        (AccountKind::Staff, true),
    ] {
        let made = desk
            .create_user(
                &admin,
                of(kind, &format!("a-{}", kind.word())),
                Some(&short),
            )
            .await;
        assert_eq!(too_short(made), refused, "{kind:?} added");
        let user = of(kind, &format!("b-{}", kind.word()));
        let user: User = desk.create_user(&admin, user, None).await.unwrap();
        let reset = desk.reset(&admin, order(&user, SHORT)).await;
        assert_eq!(too_short(reset), refused, "{kind:?} reset");
        let changed = desk.change_user(&admin, &user.id, change(None)).await;
        assert_eq!(too_short(changed), refused, "{kind:?} changed");
        let drawn = desk.generate(&user, Shape::Words, None).unwrap();
        let least = if refused { 15 } else { 20 };
        assert!(drawn.secret.expose().len() >= least, "{kind:?} drawn");
        let lines = desk.checklist(&user, "x", false);
        let told = |words: &str| lines.iter().any(|line| line.label.contains(words));
        assert_eq!(told("8 characters"), !refused, "{lines:?}");
        assert_eq!(told("residential"), !refused, "{lines:?}");
    }
    // Nobody gets an easier password by way of a change of kind, nor is one kept from anybody.
    let user = of(AccountKind::Staff, "c");
    let user: User = desk.create_user(&admin, user, None).await.unwrap();
    let to = |kind| change(Some(kind));
    let changed = desk.change_user(&admin, &user.id, to(AccountKind::Residential));
    assert!(!too_short(changed.await));
    let changed = desk
        .change_user(&admin, &user.id, to(AccountKind::Staff))
        .await;
    assert!(too_short(changed));
    let records = audit.list(halligan::audit::AuditQuery::default()).await;
    let resets = records
        .unwrap()
        .into_iter()
        .filter(|record| record.event.kind == Kind::PasswordReset && record.event.intent.is_some());
    let profiles: Vec<_> = resets.map(|record| record.event.profile).collect();
    assert!(
        profiles.contains(&"nist-800-63b-4+custom".to_owned()),
        "{profiles:?}"
    );
}

#[tokio::test]
async fn an_own_password_is_judged_by_the_kind_of_the_own_account() {
    let (desk, _audit, _folder) = desk().await;
    let admin = desk
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD), &source())
        .await;
    let admin = admin.unwrap();
    for (kind, refused) in [
        (AccountKind::Residential, false),
        (AccountKind::Staff, true),
    ] {
        let first = secret("oak-harbour-linen-58 first");
        let login = kind.word();
        desk.create_user(&admin, of(kind, login), Some(&first))
            .await
            .unwrap();
        let session = desk.sign_in(login, &first, &source()).await.unwrap();
        let changed = desk
            .change_own_password(&session, &first, &secret(SHORT))
            .await;
        assert_eq!(too_short(changed), refused, "{kind:?}");
    }
}
