//! The roles that a site makes: who may make, change and remove one, what it does to those who hold
//! it, and what is on record.

use halligan::{
    audit::{Kind, Outcome},
    desk::{DeskError, RoleChange},
    directory::{DirectoryError, NewUser},
    operator::Changed,
    password::profile::Profile,
    permission::{
        Permission::{
            self, AuditRead, FieldsUpdate, RolesUpdate, TokensUpdate, UsersRead, UsersUpdate,
        },
        Permissions, Reach, Role, SiteRole,
    },
    user::AccountKind::{Commercial, Residential},
};

use crate::support::{
    acts::Acts as _,
    station::{Station, limited, person, reader},
};

const OWN: &str = "granite-willow-pepper-12";

#[expect(clippy::unnecessary_wraps, reason = "what a change takes")]
fn permits(permissions: &[Permission]) -> Option<Permissions> {
    Some(permissions.iter().copied().collect())
}

fn named(name: &str) -> Role {
    Role::of_word(name)
}

#[expect(clippy::unnecessary_wraps, reason = "what a change takes")]
fn of_kinds(kinds: &[halligan::user::AccountKind]) -> Option<Reach> {
    Some(Reach {
        kinds: Some(kinds.iter().copied().collect()),
        stations: None,
    })
}

fn invalid<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> String {
    match answer {
        Err(DeskError::Directory(DirectoryError::Invalid { message, .. })) => message,
        other => panic!("it is not refused as invalid: {other:?}"),
    }
}

fn changed<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> Changed {
    match answer {
        Err(DeskError::Directory(DirectoryError::OperatorChanged(change))) => {
            assert_eq!(change.by.as_deref(), Some("Ada Lindqvist (E1)"));
            change.what
        }
        other => panic!("the operator's change was not seen: {other:?}"),
    }
}

#[tokio::test]
async fn a_role_of_the_site_is_made_given_by_name_and_permits_what_it_says() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    let role = limited("Front Desk", &[UsersRead, UsersUpdate], &[Residential]);
    desk.add_role(&admin, role).await.unwrap();
    let kept = desk.roles(&admin).await.unwrap();
    assert_eq!((kept.len(), kept[0].holders), (1, 0));
    // Names are compared without regard to case.
    let pat = station.add("E9", named("front desk"), OWN).await;
    assert_eq!(pat.permissions, kept[0].role.permissions);
    assert_eq!(pat.reach, kept[0].role.reach);
    let session = station.sign_in("E9", OWN).await.unwrap();
    assert_eq!(session.operator().reach, kept[0].role.reach);
    assert_eq!(desk.roles(&admin).await.unwrap()[0].holders, 1);
    let made = station.last(Kind::RoleAdded).await.event;
    assert_eq!(made.outcome, Outcome::Done);
    assert_eq!(
        made.detail.as_deref(),
        Some("role Front Desk: permits Users - Read, Users - Update; reaches residential accounts")
    );
    // And taken by the same way.
    desk.assign_role(&admin, &pat.id, Role::None).await.unwrap();
    desk.assign_role(&admin, &pat.id, named("FRONT DESK"))
        .await
        .unwrap();
    let given = station.last(Kind::RoleAssigned).await.event;
    assert_eq!(given.detail.as_deref(), Some("role Front Desk"));
    let message = invalid(desk.assign_role(&admin, &pat.id, named("Back Desk")).await);
    assert_eq!(
        message,
        "there is no role Back Desk; there are none, viewer, help-desk, auditor, administrator, \
         Front Desk"
    );
}

#[tokio::test]
async fn a_role_has_a_name_of_its_own_and_reaches_somebody() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    desk.add_role(&admin, reader("Front Desk")).await.unwrap();
    let taken = desk.add_role(&admin, reader("front DESK")).await;
    assert!(
        matches!(
            taken,
            Err(DeskError::Directory(DirectoryError::Taken { .. }))
        ),
        "{taken:?}"
    );
    for name in ["Viewer", "none", " ADMINISTRATOR "] {
        let message = invalid(desk.add_role(&admin, reader(name)).await);
        assert!(message.ends_with("is a role that is built in"), "{message}");
    }
    for name in ["", " ", "-x", "a/b", "a\u{1b}b", &"x".repeat(41)] {
        invalid(desk.add_role(&admin, reader(name)).await);
    }
    let nobody = limited("Nobody", &[UsersRead], &[]);
    let nowhere = SiteRole {
        reach: Reach {
            kinds: None,
            stations: Some(vec![" ".into()]),
        },
        ..reader("Nowhere")
    };
    for role in [nobody, nowhere] {
        let message = invalid(desk.add_role(&admin, role).await);
        assert_eq!(
            message,
            "a role that is limited to kinds or stations names at least one"
        );
    }
    for (permission, title) in [
        (AuditRead, "Audit - Read"),
        (TokensUpdate, "Tokens - Update"),
        (FieldsUpdate, "Fields - Update"),
    ] {
        let role = limited("Some", &[UsersRead, permission], &[Residential]);
        let message = invalid(desk.add_role(&admin, role).await);
        assert!(message.starts_with(&format!("{title} is about every account")));
    }
    // Nor by a change.
    let change = RoleChange {
        name: Some("auditor".into()),
        ..RoleChange::default()
    };
    invalid(desk.change_role(&admin, "Front Desk", change).await);
    assert_eq!(desk.roles(&admin).await.unwrap().len(), 1);
    invalid(
        desk.change_role(&admin, "viewer", RoleChange::default())
            .await,
    );
    invalid(desk.remove_role(&admin, "Viewer", None).await);
}

#[tokio::test]
async fn a_changed_role_is_another_at_once_for_whoever_holds_it_be_it_more_or_less() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    desk.add_role(&admin, limited("Desk", &[UsersRead], &[Residential]))
        .await
        .unwrap();
    let pat = station.add("E9", named("Desk"), OWN).await;
    let changes = [
        ("more permissions", permits(&[UsersRead, UsersUpdate]), None),
        ("fewer permissions", permits(&[UsersRead]), None),
        ("a wider reach", None, of_kinds(&[Residential, Commercial])),
        ("a narrower reach", None, of_kinds(&[Commercial])),
        ("another reach", None, of_kinds(&[Residential])),
        ("every account", None, Some(Reach::EVERYWHERE)),
    ];
    for (how, permissions, reach) in changes {
        let session = station.sign_in("E9", OWN).await.unwrap();
        desk.open_search(&session).await.unwrap();
        let before = desk.open_user(&admin, &pat.id).await.unwrap();
        let change = RoleChange {
            permissions,
            reach,
            ..RoleChange::default()
        };
        desk.change_role(&admin, "Desk", change).await.unwrap();
        let told = changed(desk.open_search(&session).await);
        assert_eq!(told, Changed::Role, "{how}");
        // What was read of the holder is no longer what is there.
        let after = desk.open_user(&admin, &pat.id).await.unwrap();
        assert_ne!(after.version, before.version, "{how}");
    }
    let details: Vec<_> = station
        .records()
        .await
        .into_iter()
        .filter(|record| record.event.kind == Kind::RoleChanged)
        .filter(|record| record.event.outcome == Outcome::Done)
        .filter_map(|record| record.event.detail)
        .collect();
    assert_eq!(
        details[5],
        "role Desk: permits Users - Read -> Users - Read, Users - Update; held by 1"
    );
    assert_eq!(
        details[0],
        "role Desk: reaches residential accounts -> every account; held by 1"
    );
    let nothing = invalid(
        desk.change_role(&admin, "Desk", RoleChange::default())
            .await,
    );
    assert_eq!(nothing, "nothing is to be changed");
}

#[tokio::test]
async fn a_role_that_somebody_holds_goes_only_when_another_is_named_for_them() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    for name in ["Desk", "Other"] {
        desk.add_role(&admin, reader(name)).await.unwrap();
    }
    let pat = station.add("E9", named("Desk"), OWN).await;
    let session = station.sign_in("E9", OWN).await.unwrap();
    let message = invalid(desk.remove_role(&admin, "desk", None).await);
    assert_eq!(
        message,
        "1 user holds the role Desk: say which role they are to hold instead"
    );
    invalid(desk.remove_role(&admin, "Desk", Some(named("Desk"))).await);
    desk.open_search(&session).await.unwrap();
    let removed = desk.remove_role(&admin, "Desk", Some(Role::None)).await;
    assert_eq!(removed.unwrap().holders, 1);
    assert_eq!(changed(desk.open_search(&session).await), Changed::Role);
    let now = desk.open_user(&admin, &pat.id).await.unwrap();
    assert_eq!(now.permissions, Permissions::NONE);
    let record = station.last(Kind::RoleRemoved).await.event;
    assert_eq!(
        record.detail.as_deref(),
        Some(
            "role Desk: permits Users - Read; reaches every account; held by 1, who hold none \
             from now on"
        )
    );
    // Nobody holds it: it goes without a word. A number that was given once is not given again.
    let other = desk.roles(&admin).await.unwrap()[0].role.number;
    desk.remove_role(&admin, "Other", None).await.unwrap();
    desk.add_role(&admin, reader("Desk")).await.unwrap();
    let again = desk.roles(&admin).await.unwrap()[0].role.number;
    assert!(again > other, "{again} {other}");
    let now = desk.open_user(&admin, &pat.id).await.unwrap();
    assert_eq!(now.permissions, Permissions::NONE);
}

#[tokio::test]
async fn nobody_makes_or_changes_a_role_to_do_more_or_reach_further_than_they_do() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    let held = [UsersRead, RolesUpdate];
    desk.add_role(&admin, limited("Lead", &held, &[Residential]))
        .await
        .unwrap();
    desk.add_role(&admin, limited("Small", &[UsersRead], &[Residential]))
        .await
        .unwrap();
    desk.add_role(&admin, limited("Big", &[UsersUpdate], &[Residential]))
        .await
        .unwrap();
    desk.add_role(&admin, limited("Wide", &[UsersRead], &[Commercial]))
        .await
        .unwrap();
    station.add("E9", named("Lead"), OWN).await;
    let lead = station.sign_in("E9", OWN).await.unwrap();
    let outranked = |answer: Result<_, DeskError>| {
        let refusal = answer.map(|_: halligan::receipt::Receipt| ()).unwrap_err();
        assert!(matches!(refusal, DeskError::Outranked(_)), "{refusal:?}");
    };
    let too_wide = |answer: Result<_, DeskError>| {
        let refusal = answer.map(|_: halligan::receipt::Receipt| ()).unwrap_err();
        assert!(matches!(refusal, DeskError::WiderReach(_)), "{refusal:?}");
    };
    let change = |permissions, reach| RoleChange {
        name: None,
        permissions,
        reach,
    };
    outranked(
        desk.add_role(&lead, limited("New", &[UsersUpdate], &[Residential]))
            .await,
    );
    too_wide(desk.add_role(&lead, reader("New")).await);
    too_wide(
        desk.add_role(
            &lead,
            limited("New", &[UsersRead], &[Residential, Commercial]),
        )
        .await,
    );
    let more = change(permits(&[UsersRead, UsersUpdate]), None);
    outranked(desk.change_role(&lead, "Small", more).await);
    let wider = change(None, Some(Reach::EVERYWHERE));
    too_wide(desk.change_role(&lead, "Small", wider).await);
    // Nor is a role made less that does more or reaches further than they do.
    outranked(
        desk.change_role(&lead, "Big", change(permits(&[]), None))
            .await,
    );
    too_wide(
        desk.change_role(&lead, "Wide", change(None, of_kinds(&[Residential])))
            .await,
    );
    assert!(matches!(
        desk.remove_role(&lead, "Big", None).await,
        Err(DeskError::Outranked(_))
    ));
    let instead = Some(Role::HelpDesk);
    assert!(matches!(
        desk.remove_role(&lead, "Small", instead).await,
        Err(DeskError::Outranked(_))
    ));
    let refused = station.last(Kind::RoleRemoved).await.event;
    assert!(matches!(refused.outcome, Outcome::Refused(_)));
    assert_eq!(desk.roles(&admin).await.unwrap().len(), 4);
    // What is within their own is theirs to make.
    desk.add_role(&lead, limited("New", &[UsersRead], &[Residential]))
        .await
        .unwrap();
    desk.change_role(&lead, "New", change(permits(&[]), None))
        .await
        .unwrap();
    desk.remove_role(&lead, "New", None).await.unwrap();
}

#[tokio::test]
async fn nobody_changes_or_removes_the_role_that_they_hold() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    let held = SiteRole {
        permissions: [UsersRead, UsersUpdate, RolesUpdate].into_iter().collect(),
        ..reader("Lead")
    };
    desk.add_role(&admin, held).await.unwrap();
    station.add("E9", named("Lead"), OWN).await;
    let lead = station.sign_in("E9", OWN).await.unwrap();
    let less = RoleChange {
        permissions: permits(&[UsersRead, RolesUpdate]),
        ..RoleChange::default()
    };
    let refused = desk.change_role(&lead, "Lead", less).await;
    assert_eq!(refused.unwrap_err(), DeskError::OwnRole);
    let refused = desk.remove_role(&lead, "Lead", Some(Role::Viewer)).await;
    assert_eq!(refused.unwrap_err(), DeskError::OwnRole);
}

#[tokio::test]
async fn a_role_held_beyond_the_operators_reach_is_not_changed_under_those_who_hold_it() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    desk.add_role(
        &admin,
        limited("Lead", &[UsersRead, RolesUpdate], &[Residential]),
    )
    .await
    .unwrap();
    desk.add_role(&admin, limited("Small", &[UsersRead], &[Residential]))
        .await
        .unwrap();
    station.add("E9", named("Lead"), OWN).await;
    // Held by staff, whom the operator does not reach.
    let staff = station.add("E8", named("Small"), OWN).await;
    let lead = station.sign_in("E9", OWN).await.unwrap();
    let less = RoleChange {
        permissions: permits(&[]),
        ..RoleChange::default()
    };
    for refused in [
        desk.change_role(&lead, "Small", less.clone()).await.err(),
        desk.remove_role(&lead, "Small", Some(Role::None))
            .await
            .err(),
    ] {
        assert!(
            matches!(
                refused,
                Some(DeskError::Directory(DirectoryError::Forbidden { .. }))
            ),
            "{refused:?}"
        );
    }
    let now = desk.open_user(&admin, &staff.id).await.unwrap();
    assert_eq!(now.version, staff.version);
    desk.assign_role(&admin, &staff.id, Role::None)
        .await
        .unwrap();
    desk.change_role(&lead, "Small", less).await.unwrap();
}

#[tokio::test]
async fn a_role_changed_since_it_was_seen_is_not_changed_again_unseen() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    desk.add_role(&admin, reader("Desk")).await.unwrap();
    let seen = desk.roles(&admin).await.unwrap().remove(0).version;
    let rename = |name: &str| RoleChange {
        name: Some(name.into()),
        ..RoleChange::default()
    };
    desk.change_role(&admin, "Desk", rename("Front"))
        .await
        .unwrap();
    let seat = desk
        .at(&admin)
        .roles_update(Kind::RoleChanged)
        .await
        .unwrap();
    let late = seat.change_role("Front", Some(&seen), rename("Back")).await;
    let conflict = |answer: Result<(), DeskError>| {
        assert!(
            matches!(
                answer,
                Err(DeskError::Directory(
                    DirectoryError::DefinitionChanged { .. }
                ))
            ),
            "{answer:?}"
        );
    };
    conflict(late.map(drop));
    let seat = desk
        .at(&admin)
        .roles_update(Kind::RoleRemoved)
        .await
        .unwrap();
    let late = seat.remove_role("Front", Some(&seen), None).await;
    conflict(late.map(drop));
    assert_eq!(desk.roles(&admin).await.unwrap()[0].role.name, "Front");
}

#[tokio::test]
async fn whoever_makes_changes_or_removes_a_role_proves_the_own_password_where_a_reset_would_want_it()
 {
    let station = Station::open(Profile::cjis()).await;
    let desk = &station.desk;
    let admin = station.admin().await;
    // The profile wants a proof for each act, and the sign-in is one.
    desk.add_role(&admin, reader("Desk")).await.unwrap();
    let wanted = DeskError::StepUp;
    let refused = desk.add_role(&admin, reader("Other")).await;
    assert_eq!(refused.unwrap_err(), wanted);
    let rename = RoleChange {
        name: Some("Front".into()),
        ..RoleChange::default()
    };
    let refused = desk.change_role(&admin, "Desk", rename).await;
    assert_eq!(refused.unwrap_err(), wanted);
    let refused = desk.remove_role(&admin, "Desk", None).await;
    assert_eq!(refused.unwrap_err(), wanted);
}

#[tokio::test]
async fn a_role_of_the_site_makes_no_administrator_of_the_store() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    let all = SiteRole {
        permissions: Permissions::all(),
        ..reader("Everything")
    };
    desk.add_role(&admin, all).await.unwrap();
    station.add("E9", named("Everything"), OWN).await;
    assert_eq!(
        desk.administrators_who_can_sign_in().await.unwrap(),
        Some(1)
    );
    // Ada is the last one that is built in, whoever else may do as much.
    let other = station.sign_in("E9", OWN).await.unwrap();
    let ada = admin.operator().id.clone();
    let refused = desk.assign_role(&other, &ada, Role::None).await;
    assert!(
        matches!(
            refused,
            Err(DeskError::Directory(DirectoryError::Forbidden { .. }))
        ),
        "{refused:?}"
    );
    let new = NewUser {
        role: named("Everything"),
        ..person("E10", "", "Noor", "Haddad")
    };
    desk.create_user(&other, new, None).await.unwrap();
}

#[tokio::test]
async fn only_roles_are_offered_that_the_operator_may_give_and_each_says_why_it_stays() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    let residents = [UsersRead, UsersUpdate, RolesUpdate];
    for role in [
        limited("Lead", &residents, &[Residential]),
        limited("Desk", &[UsersRead], &[Residential]),
        limited("Shops", &[UsersRead], &[Commercial]),
        limited(
            "Delete",
            &[UsersRead, Permission::UsersDelete],
            &[Residential],
        ),
        reader("Reader"),
    ] {
        desk.add_role(&admin, role).await.unwrap();
    }
    station.add("E9", named("Lead"), OWN).await;
    let lead = station.sign_in("E9", OWN).await.unwrap();
    let seat = async |session| {
        let seat = desk.at(session).roles_update(Kind::RolesListed).await;
        seat.unwrap()
    };
    let offered = seat(&lead).await.roles_to_give().await.unwrap();
    let words: Vec<_> = offered.iter().map(Role::word).collect();
    // A viewer reaches further; nobody else is within what a lead holds.
    assert_eq!(words, ["none", "Desk", "Lead"]);
    let offered = seat(&admin).await.roles_to_give().await.unwrap();
    assert_eq!(offered.len(), Role::BUILT_IN.len() + 5);
    let judged = seat(&lead).await.judged_roles().await.unwrap();
    let told: Vec<_> = judged
        .iter()
        .map(|role| (role.kept.role.name.as_str(), role.may_change.clone()))
        .collect();
    let wider = |reach| Err(DeskError::WiderReach(reach));
    let shops = of_kinds(&[Commercial]).unwrap();
    assert_eq!(
        told,
        [
            (
                "Delete",
                Err(DeskError::Outranked(
                    [Permission::UsersDelete].into_iter().collect()
                ))
            ),
            ("Desk", Ok(())),
            ("Lead", Err(DeskError::OwnRole)),
            ("Reader", wider(Reach::EVERYWHERE)),
            ("Shops", wider(shops)),
        ]
    );
    // What is told beforehand is what is judged.
    for (name, told) in told {
        let change = RoleChange {
            name: Some(format!("{name} 2")),
            ..RoleChange::default()
        };
        let done = desk.change_role(&lead, name, change).await;
        assert_eq!(done.map(drop), told, "{name}");
    }
}
