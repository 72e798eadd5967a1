//! A role that is limited to some accounts: each act at the desk within its reach and beyond, what
//! is found and counted, and that nobody moves anybody across the border.

use std::sync::Arc;

use halligan::{
    audit::{Kind, Outcome},
    desk::{
        DeskError, Session,
        api::{ClientKind, NewClient, Tokens},
    },
    directory::{
        DirectoryError, EntryQuery, ImportOrder, ImportWatch, NewUser, PageStart, PasswordChange,
        Query, RosterAct, RosterLine, RosterRow, RosterRows, Total, UserChange,
    },
    password::profile::Profile,
    permission::{
        Permission::{
            RolesUpdate, TokensUpdate, UsersCreate, UsersDelete, UsersForceLogout, UsersRead,
            UsersUpdate, UsersUpdateStatus,
        },
        Permissions, Reach, Role, SiteRole,
    },
    source::Source,
    user::{
        AccountKind::{self, Commercial, Residential, Staff},
        Details, DetailsChange, User,
    },
};

use crate::support::{
    acts::Acts as _,
    station::{NEW_PASSWORD, Station, limited, order, person, reader, secret},
};

const OWN: &str = "granite-willow-pepper-12";

const FRONT_DESK: [halligan::permission::Permission; 7] = [
    UsersRead,
    UsersUpdate,
    UsersCreate,
    UsersUpdateStatus,
    UsersDelete,
    UsersForceLogout,
    RolesUpdate,
];

fn of(kind: AccountKind, login: &str, station: &str) -> NewUser {
    NewUser {
        kind,
        details: Details {
            station: station.into(),
            ..Details::default()
        },
        ..person(
            login,
            &format!("{}@example.org", login.to_lowercase()),
            "Sam",
            &format!("Marlow {login}"),
        )
    }
}

/// A station with a front desk for residents, and who sits there.
async fn front_desk() -> (Station, Arc<Session>) {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    let role = limited("Front Desk", &FRONT_DESK, &[Residential]);
    station.desk.add_role(&admin, role).await.unwrap();
    station.add("E9", Role::of_word("Front Desk"), OWN).await;
    let session = station.sign_in("E9", OWN).await.unwrap();
    (station, session)
}

async fn add(station: &Station, new: NewUser) -> User {
    let admin = station.admin().await;
    station.desk.create_user(&admin, new, None).await.unwrap()
}

fn beyond<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> bool {
    match answer {
        Ok(_) => false,
        Err(error @ DeskError::BeyondReach(_)) => {
            assert_eq!(
                error.to_string(),
                "your role reaches residential accounts only"
            );
            true
        }
        Err(other) => panic!("refused for another reason: {other:?}"),
    }
}

/// Every act on a user, each with whether it was refused as beyond reach. The last takes the user
/// away.
async fn every_act(station: &Station, session: &Session, user: &User) -> Vec<(&'static str, bool)> {
    let (desk, id) = (&station.desk, &user.id);
    let change = |change: UserChange| desk.change_user(session, id, change);
    let none = UserChange::default;
    let entry = async {
        let seat = desk.at(session).users_read(Kind::UserViewed).await?;
        seat.open_entry(id).await
    };
    let read_back = async {
        let seat = desk
            .at(session)
            .users_update(Kind::PasswordReadBack)
            .await?;
        seat.password_read_back(id).await
    };
    let sign_out = async {
        let seat = desk
            .at(session)
            .users_force_logout(Kind::SessionsEnded)
            .await?;
        seat.end_sessions(id, "").await
    };
    let now = async || {
        let admin = station.admin().await;
        station.desk.open_user(&admin, id).await.unwrap()
    };
    vec![
        ("open", beyond(desk.open_user(session, id).await)),
        ("entry", beyond(entry.await)),
        ("unlock", beyond(desk.unlock(session, id, None, "").await)),
        (
            "reset",
            beyond(desk.reset(session, order(&now().await, NEW_PASSWORD)).await),
        ),
        ("read back", beyond(read_back.await)),
        (
            "check",
            beyond(desk.check(session, id, &secret(NEW_PASSWORD)).await),
        ),
        (
            "rename",
            beyond(
                change(UserChange {
                    given_name: Some("Zoe".into()),
                    ..none()
                })
                .await,
            ),
        ),
        (
            "disable",
            beyond(
                change(UserChange {
                    active: Some(false),
                    ..none()
                })
                .await,
            ),
        ),
        (
            "take the password away",
            beyond(
                change(UserChange {
                    password: Some(PasswordChange::TakeAway),
                    ..none()
                })
                .await,
            ),
        ),
        (
            "give a role",
            beyond(
                desk.assign_role(session, id, Role::of_word("Front Desk"))
                    .await,
            ),
        ),
        (
            "take a role",
            beyond(desk.assign_role(session, id, Role::None).await),
        ),
        ("sign out", beyond(sign_out.await)),
        ("remove", beyond(desk.remove_user(session, id).await)),
    ]
}

#[tokio::test]
async fn every_act_is_done_within_reach_and_refused_and_recorded_beyond_it() {
    let (station, session) = front_desk().await;
    let resident = add(&station, of(Residential, "R1", "")).await;
    let colleague = add(&station, of(Staff, "S1", "")).await;
    for (act, refused) in Box::pin(every_act(&station, &session, &resident)).await {
        assert!(!refused, "{act} within reach");
    }
    let before = station.records().await.len();
    for (act, refused) in Box::pin(every_act(&station, &session, &colleague)).await {
        assert!(refused, "{act} beyond reach");
    }
    let admin = station.admin().await;
    let now = station.desk.open_user(&admin, &colleague.id).await.unwrap();
    assert_eq!(now.version, colleague.version);
    let records = station.records().await;
    let refusals = records[..records.len() - before].iter().filter(|record| {
        let target = record.event.target.as_ref().map(|target| &target.id);
        matches!(&record.event.outcome, Outcome::Refused(why)
                if why == "your role reaches residential accounts only")
            && target == Some(&colleague.id)
    });
    assert_eq!(refusals.count(), 13);
}

#[tokio::test]
async fn what_to_know_beforehand_of_somebody_beyond_reach_is_not_told() {
    let (station, session) = front_desk().await;
    let disabled = NewUser {
        active: false,
        ..of(Staff, "S1", "")
    };
    let colleague = add(&station, disabled).await;
    let told = station.desk.beforehand(&session, &colleague.id).await;
    assert_eq!(
        told.unwrap().warnings,
        ["your role reaches residential accounts only."]
    );
}

fn query(text: &str, limit: usize, offset: usize) -> Query {
    Query {
        text: text.into(),
        limit,
        offset,
        ..Query::default()
    }
}

#[tokio::test]
async fn a_search_shows_and_counts_only_whom_the_role_reaches() {
    let (station, session) = front_desk().await;
    for nth in 0..30 {
        let kind = if nth % 3 == 0 {
            Residential
        } else {
            Commercial
        };
        add(&station, of(kind, &format!("M{nth}"), "")).await;
    }
    let desk = &station.desk;
    for text in ["marlow", "", "m", "sam marlow"] {
        let mut seen = Vec::new();
        for offset in [0, 4, 8] {
            let found = desk
                .search(&session, &query(text, 4, offset))
                .await
                .unwrap();
            assert_eq!(found.total, Total::Exact(10), "{text:?}");
            assert_eq!(found.population, Some(10));
            seen.extend(found.rows.into_iter().map(|user| user.login));
        }
        let residents: Vec<_> = (0..30).step_by(3).map(|nth| format!("M{nth}")).collect();
        assert_eq!(seen, residents, "{text:?}");
    }
    // Whoever is beyond reach is not there, nor is the name told as what may have been meant.
    for text in ["M1", "m1@example.org", "Lindqvist", "Lindquist"] {
        let found = desk.search(&session, &query(text, 50, 0)).await.unwrap();
        let mine = |user: &User| user.kind.known() == Some(&Residential);
        assert!(found.rows.iter().all(mine), "{text}: {found:?}");
        assert_eq!(found.total, Total::Exact(found.rows.len() as u64));
        assert_eq!((found.meant, found.remark), (None, None), "{text}");
    }
}

#[tokio::test]
async fn a_listing_for_provisioning_holds_and_counts_only_whom_the_role_reaches() {
    let (station, session) = front_desk().await;
    for nth in 0..9 {
        let kind = if nth % 3 == 0 {
            Residential
        } else {
            Commercial
        };
        add(&station, of(kind, &format!("M{nth}"), "")).await;
    }
    let page = async |filter: Option<&str>, start, count| {
        let seat = station.desk.at(&session).users_read(Kind::SearchOpened);
        let filter = filter.map(|text| text.parse().unwrap());
        let query = EntryQuery {
            filter,
            sort: None,
            start,
            count,
            time: std::time::Duration::from_mins(1),
        };
        seat.await.unwrap().entries(query).await.unwrap()
    };
    for filter in [
        None,
        Some("userName sw \"M\""),
        Some("active eq true or id pr"),
    ] {
        let found = page(filter, PageStart::Index(0), 100).await;
        assert_eq!(found.total, Some(3), "{filter:?}");
        let logins: Vec<_> = found.entries.iter().map(|one| &*one.user.login).collect();
        assert_eq!(logins, ["M0", "M3", "M6"], "{filter:?}");
        let first = page(filter, PageStart::After(None), 2).await;
        let rest = page(filter, PageStart::After(first.next), 2).await;
        assert_eq!((rest.entries.len(), rest.next), (1, None), "{filter:?}");
    }
}

#[tokio::test]
async fn nobody_is_added_beyond_reach_or_moved_into_or_out_of_it() {
    let (station, session) = front_desk().await;
    let desk = &station.desk;
    let resident = add(&station, of(Residential, "R1", "")).await;
    let colleague = add(&station, of(Staff, "S1", "")).await;
    let to = |kind| UserChange {
        kind: Some(kind),
        ..UserChange::default()
    };
    assert!(beyond(
        desk.change_user(&session, &resident.id, to(Staff)).await
    ));
    assert!(beyond(
        desk.change_user(&session, &colleague.id, to(Residential))
            .await
    ));
    assert!(beyond(
        desk.create_user(&session, of(Staff, "S2", ""), None).await
    ));
    assert!(!beyond(
        desk.create_user(&session, of(Residential, "R2", ""), None)
            .await
    ));
}

#[tokio::test]
async fn stations_are_compared_without_regard_to_case_and_blanks() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    let role = SiteRole {
        permissions: [UsersRead, UsersUpdate].into_iter().collect(),
        reach: Reach {
            kinds: None,
            stations: Some(vec![" Île 4 ".into(), "O'Hare".into(), "ÎLE 4".into()]),
        },
        ..reader("Stations")
    };
    desk.add_role(&admin, role).await.unwrap();
    let kept = desk.roles(&admin).await.unwrap().remove(0).role;
    assert_eq!(
        kept.reach.to_string(),
        "accounts of stations Île 4 and O'Hare"
    );
    station.add("E9", Role::of_word("Stations"), OWN).await;
    let session = station.sign_in("E9", OWN).await.unwrap();
    let here = add(&station, of(Staff, "S1", "îLE 4")).await;
    let there = add(&station, of(Residential, "S2", "o'hare")).await;
    let elsewhere = add(&station, of(Staff, "S3", "Île 40")).await;
    let nowhere = add(&station, of(Staff, "S4", "")).await;
    let found = desk.search(&session, &query("marlow", 9, 0)).await.unwrap();
    let logins: Vec<_> = found.rows.iter().map(|user| &*user.login).collect();
    assert_eq!((logins, found.total), (vec!["S1", "S2"], Total::Exact(2)));
    for (user, refused) in [
        (&here, false),
        (&there, false),
        (&elsewhere, true),
        (&nowhere, true),
    ] {
        let opened = desk.open_user(&session, &user.id).await;
        assert_eq!(opened.is_err(), refused, "{}", user.login);
    }
    let moved = |station: &str| UserChange {
        details: DetailsChange {
            station: Some(station.into()),
            ..DetailsChange::default()
        },
        ..UserChange::default()
    };
    let refused = desk.change_user(&session, &here.id, moved("7")).await;
    assert!(
        matches!(refused, Err(DeskError::BeyondReach(_))),
        "{refused:?}"
    );
    desk.change_user(&session, &here.id, moved("O'Hare"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_roster_adds_and_changes_only_whom_the_role_reaches_and_tells_nothing_of_others() {
    let (station, session) = front_desk().await;
    add(&station, of(Residential, "R1", "")).await;
    add(&station, of(Residential, "R2", "")).await;
    add(&station, of(Staff, "S1", "")).await;
    add(&station, of(Staff, "S2", "")).await;
    let moved = NewUser {
        kind: Commercial,
        ..of(Residential, "R2", "")
    };
    let renamed = |new: NewUser| NewUser {
        given_name: "Zoe".into(),
        ..new
    };
    let rows = vec![
        of(Residential, "R3", ""),
        of(Staff, "S3", ""),
        renamed(of(Residential, "R1", "")),
        renamed(of(Residential, "S1", "")),
        moved,
    ];
    let rows: RosterRows = Box::new(
        (2..)
            .zip(rows)
            .map(|(line, user)| Ok(RosterRow::whole(line, user))),
    );
    let order = ImportOrder {
        update: true,
        skip_faulty: true,
        ..ImportOrder::default()
    };
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let report = {
        let told = Arc::clone(&told);
        Box::new(move |line: RosterLine| told.lock().unwrap().push(line))
    };
    let seat = station.desk.at(&session).users_create(Kind::RosterImported);
    let seat = seat.await.unwrap();
    let done = seat.import(rows, order, ImportWatch::default(), report);
    let done = done.await.unwrap();
    assert_eq!((done.added, done.changed, done.refused), (1, 1, 3));
    let told = std::mem::take(&mut *told.lock().unwrap());
    let why = "your role reaches residential accounts only";
    for line in [3, 5, 6] {
        let of_line = told.iter().find(|told| told.line == Some(line)).unwrap();
        assert_eq!(of_line.act, RosterAct::Refused(why.into()), "{line}");
    }
    // S2 is staff as the refused row 3, and is told nowhere.
    assert!(told.iter().all(|line| !line.who.contains("S2")), "{told:?}");
}

#[tokio::test]
async fn nobody_gives_a_role_that_reaches_further_or_acts_on_somebody_who_does() {
    let (station, session) = front_desk().await;
    let (desk, admin) = (&station.desk, station.admin().await);
    desk.add_role(&admin, limited("Shops", &[UsersRead], &[Commercial]))
        .await
        .unwrap();
    let resident = add(&station, of(Residential, "R1", "")).await;
    for role in [Role::Viewer, Role::of_word("Shops")] {
        let refused = desk.assign_role(&session, &resident.id, role.clone()).await;
        assert!(
            matches!(refused, Err(DeskError::WiderReach(_))),
            "{refused:?}"
        );
        let new = NewUser {
            role,
            ..of(Residential, "R2", "")
        };
        let refused = desk.create_user(&session, new, None).await;
        assert!(
            matches!(refused, Err(DeskError::WiderReach(_))),
            "{refused:?}"
        );
    }
    // A resident who finds everybody is not for the front desk to reset.
    desk.assign_role(&admin, &resident.id, Role::Viewer)
        .await
        .unwrap();
    let resident = desk.open_user(&admin, &resident.id).await.unwrap();
    let refused = desk.reset(&session, order(&resident, NEW_PASSWORD)).await;
    let told = refused.unwrap_err();
    assert_eq!(told, DeskError::WiderReach(Reach::EVERYWHERE));
    assert_eq!(
        told.to_string(),
        "this concerns a role that reaches every account, which is further than yours"
    );
}

#[tokio::test]
async fn a_token_reaches_no_further_than_its_maker_does_at_the_moment_of_its_use() {
    let station = Station::open(Profile::nist()).await;
    let (desk, admin) = (&station.desk, station.admin().await);
    let maker = SiteRole {
        permissions: [UsersRead, TokensUpdate].into_iter().collect(),
        ..reader("Maker")
    };
    desk.add_role(&admin, maker).await.unwrap();
    desk.add_role(&admin, limited("Small", &[UsersRead], &[Residential]))
        .await
        .unwrap();
    let pat = station.add("E9", Role::of_word("Maker"), OWN).await;
    let session = station.sign_in("E9", OWN).await.unwrap();
    let seat = desk.at(&session).tokens_update(Kind::TokenCreated).await;
    let new = NewClient {
        name: "machine".into(),
        kind: ClientKind::Bearer,
        permissions: Permissions::from_iter([UsersRead]),
        days: None,
        networks: Vec::new(),
    };
    let token = seat.unwrap().create_client(new).await.unwrap();
    let tokens = Tokens::new(desk.clone());
    let source = Source("api 192.0.2.9".into());
    let own = tokens.sign_in("E9", &secret(OWN), &source).await.unwrap();
    let colleague = add(&station, of(Staff, "S1", "")).await;
    let resident = add(&station, of(Residential, "R1", "")).await;
    let opens = async |token: &str, user: &User| {
        let session = tokens.session(token, &source).await.unwrap();
        desk.open_user(&session, &user.id).await
    };
    for token in [&token, &own.token] {
        opens(token, &colleague).await.unwrap();
    }
    // A session that began before the change is not the one to go on with.
    let before = tokens.session(&token, &source).await.unwrap();
    desk.assign_role(&admin, &pat.id, Role::of_word("Small"))
        .await
        .unwrap();
    let late = desk.open_user(&before, &colleague.id).await;
    assert!(late.is_err(), "{late:?}");
    for token in [&token, &own.token] {
        assert!(beyond(opens(token, &colleague).await));
        assert!(!beyond(opens(token, &resident).await));
    }
}

#[tokio::test]
async fn a_name_that_somebody_beyond_reach_has_is_taken_and_not_said_by_whom() {
    let (station, session) = front_desk().await;
    add(&station, of(Staff, "S1", "")).await;
    let mine = add(&station, of(Residential, "R1", "")).await;
    let said = |answer: Result<String, DeskError>| match answer {
        Err(DeskError::Directory(DirectoryError::Taken { message, .. })) => message,
        other => panic!("{other:?}"),
    };
    let desk = &station.desk;
    let create = async |login: &str| {
        let new = of(Residential, login, "");
        let answer = desk.create_user(&session, new, None).await;
        said(answer.map(|user| user.login))
    };
    let hidden = "ID S1 is taken by an account that your role does not reach";
    assert_eq!(create("S1").await, hidden);
    assert_eq!(create("R1").await, "ID R1 is taken by Sam Marlow R1 (R1)");
    let login = UserChange {
        login: Some("S1".into()),
        ..UserChange::default()
    };
    let changed = desk.change_user(&session, &mine.id, login).await;
    assert_eq!(said(changed.map(|receipt| format!("{receipt:?}"))), hidden);
}
