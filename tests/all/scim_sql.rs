//! A filter's result in SQL is its evaluation in memory, whatever the filter and the users.

use std::time::Duration;

use crate::support::api::{ADMIN_PASSWORD, EXTENSION, desks, new_user, secret};
use halligan::{
    audit::Kind,
    config::open_store,
    directory::{Directory, EntryQuery, PageStart, local::LocalDirectory},
    password::profile::Profile,
    permission::Role,
    scim::{
        AttributePath, Filter, Object,
        filter::{Literal, Operator},
        user::Wanted,
    },
    server::resource,
    source::Source,
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;

const PEOPLE: [(&str, &str, &str, &str); 12] = [
    ("E1042", "Maria.Vasquez@example.org", "Maria", "Vasquez"),
    (
        "e2000",
        "m.vásquez@example.org",
        "MARÍA JOSÉ",
        "Vásquez-Ortiz",
    ),
    ("ENG12", "", "", "Engine 12"),
    (
        "K-1",
        "kelvin@example.org",
        "\u{212a}elvin",
        "\u{130}stanbul",
    ),
    ("ÄÖÜ", "strasse@example.org", "Anna", "Straße"),
    ("STRASSE", "s@example.org", "anna", "STRASSE"),
    ("σας", "sigma@example.org", "ΟΔΟΣ", "οδος"),
    ("x'y\"z", "quote@example.org", "O'Malley", "a%b_c\\d"),
    ("99", "99@example.org", "99", "9"),
    ("a", "aa@example.org", "a a", "a"),
    ("ﬁre", "fi@example.org", "ﬁ", "¼ Engine"),
    ("中文", "zh@example.org", "文", "中"),
];

struct Population {
    local: LocalDirectory,
    operator: halligan::operator::Operator,
    _directory: tempfile::TempDir,
}

async fn population() -> Population {
    let directory = tempfile::tempdir().unwrap();
    let store = open_store(&directory.path().join("s/h.db")).await.unwrap();
    let (desk, _) = desks(&store, Profile::nist());
    let source = Source("test".into());
    let admin = new_user("Chief", Role::Administrator);
    desk.create_first_administrator(admin, &secret(ADMIN_PASSWORD), &source)
        .await
        .unwrap();
    let session = desk
        .sign_in("Chief", &secret(ADMIN_PASSWORD), &source)
        .await
        .unwrap();
    for (n, (login, email, given, family)) in PEOPLE.into_iter().enumerate() {
        let wanted = json!({
            "userName": login,
            "externalId": if n % 2 == 0 { json!(format!("X{n}")) } else { json!(null) },
            "name": { "givenName": given, "familyName": family },
            "emails": if email.is_empty() { json!([]) } else { json!([{ "value": email, "primary": n % 5 != 0 }]) },
            "displayName": if n % 4 == 0 { json!(format!("Shown {login}")) } else { json!(null) },
            "active": n % 3 != 0,
            "password": if n == 1 { json!("velvet-anchor-plum-31") } else { json!(null) },
            EXTENSION: {
                "kind": (["staff", "residential", "commercial", "unit"][n % 4]),
                "role": (["none", "viewer", "help-desk"][n % 3]),
            },
        });
        let mut wanted: Object = wanted.as_object().unwrap().clone();
        let wanted = Wanted::from_resource(&mut wanted).unwrap();
        let seat = desk.at(&session).users_create(Kind::UserCreated).await;
        seat.unwrap()
            .create_entry(
                resource::new_user(&wanted),
                &resource::provisioned(&wanted),
                wanted.password.as_ref(),
                "",
                &[],
            )
            .await
            .unwrap();
    }
    lock_somebody(&desk).await;
    let local = LocalDirectory::new(store, std::sync::Arc::new(Profile::nist()));
    Population {
        local,
        operator: (*session.operator()).clone(),
        _directory: directory,
    }
}

async fn lock_somebody(desk: &halligan::desk::Desk) {
    let source = Source("test".into());
    for _ in 0..Profile::nist().lockout_attempts {
        let refused = desk
            .sign_in("e2000", &secret("wrong-wrong-wrong"), &source)
            .await;
        assert!(refused.is_err());
    }
}

fn path() -> impl Strategy<Value = String> {
    let core = prop::sample::select(vec![
        "id",
        "externalId",
        "userName",
        "name.familyName",
        "name.givenName",
        "name.formatted",
        "displayName",
        "emails",
        "emails.value",
        "emails.type",
        "emails.primary",
        "active",
        "meta.created",
        "meta.lastModified",
        "meta.version",
        "meta.resourceType",
        "schemas",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName",
    ]);
    let ours = prop::sample::select(vec![
        "kind",
        "role",
        "permissions",
        "lock.locked",
        "lock.since",
        "lock.failures",
        "lock.until",
        "mustChange",
        "lastSignIn",
        "passwordSet",
        "passwordChanged",
        "passwordExpires",
        "policy",
    ]);
    prop_oneof![
        3 => core.prop_map(ToOwned::to_owned),
        1 => ours.prop_map(|name| format!("{EXTENSION}:{name}")),
    ]
}

/// Texts that are often a piece of somebody, in another case or cut anywhere.
fn text() -> impl Strategy<Value = String> {
    let pieces: Vec<String> = PEOPLE
        .iter()
        .flat_map(|(login, email, given, family)| [*login, *email, *given, *family])
        .map(ToOwned::to_owned)
        .chain(
            [
                "staff",
                "help-desk",
                "Users - Read",
                "X4",
                "W/\"1\"",
                "work",
                "User",
            ]
            .map(Into::into),
        )
        .collect();
    prop_oneof![
        6 => (prop::sample::select(pieces), 0..20_usize, 0..20_usize, 0..4_u8).prop_map(
            |(piece, from, length, case)| {
                let piece: String = piece.chars().skip(from % 4).take(length.max(1)).collect();
                match case {
                    0 => piece.to_uppercase(),
                    1 => piece.to_lowercase(),
                    _ => piece,
                }
            }
        ),
        1 => "[a-z0-9 %_'\"\\\\]{0,3}",
        1 => Just("2020-01-01T00:00:00Z".to_owned()),
        1 => Just("2036-01-01T00:00:00.0005+01:00".to_owned()),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        12 => text().prop_map(Literal::Text),
        2 => any::<bool>().prop_map(Literal::Boolean),
        1 => (0..12_i64).prop_map(|number| Literal::Number(number.into())),
        1 => Just(Literal::Null),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let operator = prop::sample::select(Operator::ALL.to_vec()).prop_map(|(operator, _)| operator);
    let parsed = |path: &str| AttributePath::parse(path).unwrap();
    let within = (
        prop::sample::select(vec!["value", "type", "primary"]),
        operator.clone(),
        literal(),
    )
        .prop_map(move |(path, operator, literal)| {
            let inner = Filter::Compare(AttributePath::plain(path), operator, literal);
            Filter::Within(AttributePath::plain("emails"), Box::new(inner))
        });
    let leaf = prop_oneof![
        8 => (path(), operator, literal()).prop_map(move |(path, o, l)| Filter::Compare(parsed(&path), o, l)),
        1 => path().prop_map(move |path| Filter::Present(parsed(&path))),
        1 => within,
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|filter| Filter::Not(Box::new(filter))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            prop::collection::vec(inner, 2..4).prop_map(Filter::Or),
        ]
    })
}

fn query(filter: Option<Filter>, start: PageStart, count: u32) -> EntryQuery {
    EntryQuery {
        filter,
        sort: None,
        start,
        count,
        time: Duration::from_mins(1),
    }
}

#[test]
fn sql_finds_exactly_whom_the_evaluation_in_memory_finds() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let population = runtime.block_on(population());
    let everybody = runtime
        .block_on(
            population
                .local
                .entries(&population.operator, query(None, PageStart::Index(0), 500)),
        )
        .unwrap();
    let now = jiff::Timestamp::now();
    let resources: Vec<(String, Object)> = everybody
        .entries
        .iter()
        .map(|entry| {
            let resource = resource::resource(entry, "https://h", "nist-800-63b-4", now);
            (entry.user.id.0.clone(), resource)
        })
        .collect();
    assert_eq!(resources.len(), PEOPLE.len() + 1);

    let mut runner = TestRunner::new(ProptestConfig {
        cases: 2_000,
        max_global_rejects: 200_000,
        ..ProptestConfig::default()
    });
    let matched_in = std::cell::Cell::new(0_u32);
    runner
        .run(&filter(), |filter| {
            if filter.typed().is_err() {
                return Err(TestCaseError::reject("compares what cannot be compared"));
            }
            let wanted: Vec<&str> = resources
                .iter()
                .filter(|(_, resource)| filter.holds(resource).unwrap())
                .map(|(id, _)| id.as_str())
                .collect();
            let page = runtime
                .block_on(population.local.entries(
                    &population.operator,
                    query(Some(filter.clone()), PageStart::Index(0), 500),
                ))
                .unwrap();
            let found: Vec<&str> = page.entries.iter().map(|e| e.user.id.0.as_str()).collect();
            prop_assert_eq!(&found, &wanted, "{}", filter);
            prop_assert_eq!(page.total, u64::try_from(wanted.len()).ok());

            // Page by page, by place, it is the same list.
            let mut paged = Vec::new();
            let mut place = None;
            loop {
                let page = runtime
                    .block_on(population.local.entries(
                        &population.operator,
                        query(Some(filter.clone()), PageStart::After(place), 3),
                    ))
                    .unwrap();
                paged.extend(page.entries.into_iter().map(|e| e.user.id.0));
                place = page.next;
                if place.is_none() {
                    break;
                }
            }
            prop_assert_eq!(&paged, &wanted, "{}", filter);
            if !wanted.is_empty() && wanted.len() < resources.len() {
                matched_in.set(matched_in.get() + 1);
            }
            Ok(())
        })
        .unwrap();
    let matched = matched_in.get();
    assert!(
        matched > 300,
        "only {matched} filters told users apart: the test sees too little"
    );
}
