//! Fields of the site's own: defined, filled, seen by role, and never lost.

use super::*;
use std::sync::{Arc, Mutex};

use crate::{
    directory::{
        Import, ImportOrder, ImportWatch, Imported, Query, RosterAct, RosterLine, RosterRow, Total,
        UserChange,
    },
    user::{Details, Fact, FieldKind, FieldValue, SiteField, SiteValue},
};

impl Local {
    async fn put(&self, field: &SiteField, is_new: bool) -> Result<Receipt, DirectoryError> {
        let fields = self.directory.all_site_fields(&operator()).await?;
        let is_it = |one: &SiteField| one.name.eq_ignore_ascii_case(&field.name);
        let there = fields.into_iter().find(is_it);
        let seen = there.unwrap_or_else(|| field.clone());
        self.put_over(field, (!is_new).then_some(&seen)).await
    }

    async fn put_over(
        &self,
        field: &SiteField,
        seen: Option<&SiteField>,
    ) -> Result<Receipt, DirectoryError> {
        let intent = self.intent(Kind::FieldChanged).await;
        self.directory
            .put_site_field(&operator(), field, seen, &intent)
            .await
    }

    async fn fill(
        &self,
        by: &Operator,
        user: &User,
        name: &str,
        value: &str,
    ) -> Result<Receipt, DirectoryError> {
        let mut change = UserChange::default();
        change.details.fields.insert(name.into(), value.into());
        self.changed_by(by, user, change).await
    }

    async fn changed_by(
        &self,
        by: &Operator,
        user: &User,
        change: UserChange,
    ) -> Result<Receipt, DirectoryError> {
        let seen = self.user(user).await.version;
        let intent = self.intent(Kind::UserChanged).await;
        self.directory
            .change(by, &user.id, &seen, &change, &intent)
            .await
    }

    async fn fields_of(&self, by: &Operator, user: &User) -> Vec<SiteValue> {
        let read = self.directory.user(by, &user.id).await.unwrap();
        let Fact::Known(details) = read.details else {
            panic!("not known");
        };
        details.fields
    }
}

fn list() -> SiteField {
    SiteField {
        kind: FieldKind::List,
        values: ["Red", "Green"]
            .map(|value| FieldValue {
                value: value.into(),
                retired: false,
            })
            .to_vec(),
        ..SiteField::new("shift", "Shift")
    }
}

fn shown(fields: &[SiteValue]) -> Vec<(&str, &str, bool)> {
    fields
        .iter()
        .map(|field| (field.name.as_str(), field.value.as_str(), field.fits))
        .collect()
}

#[tokio::test]
async fn what_users_have_in_a_field_is_kept_shown_in_its_order_and_taken_away() {
    let local = Local::open(Profile::nist()).await;
    let user = local.add("E7", Role::None).await;
    local.put(&list(), true).await.unwrap();
    local
        .put(&SiteField::new("boots", "Boots"), true)
        .await
        .unwrap();
    let record = local.last_record().await;
    assert_eq!(record.event.kind, Kind::FieldChanged);
    local.fill(&operator(), &user, "boots", "42").await.unwrap();
    local
        .fill(&operator(), &user, "SHIFT", "red")
        .await
        .unwrap();
    let fields = local.fields_of(&operator(), &user).await;
    assert_eq!(
        shown(&fields),
        [("shift", "Red", true), ("boots", "42", true)]
    );
    let entry = local
        .directory
        .one_entry(&operator(), &user.id)
        .await
        .unwrap();
    assert_eq!(entry.user.details.known().unwrap().fields, fields);
    local.fill(&operator(), &user, "shift", "").await.unwrap();
    let fields = local.fields_of(&operator(), &user).await;
    assert_eq!(shown(&fields), [("boots", "42", true)]);
    for (name, value) in [("shift", "Blue"), ("hat", "1")] {
        let refused = local.fill(&operator(), &user, name, value).await;
        assert!(
            matches!(refused, Err(DirectoryError::Invalid { .. })),
            "{refused:?}"
        );
    }
    // Of the API, which has no tables in these tests.
    local
        .execute("CREATE TABLE IF NOT EXISTS api_tokens (operator INTEGER)")
        .await;
    let seen = local.user(&user).await.version;
    let intent = local.intent(Kind::UserRemoved).await;
    let directory = &local.directory;
    directory
        .remove(&operator(), &user.id, &seen, &intent)
        .await
        .unwrap();
    assert_eq!(local.number("SELECT count(*) FROM site_values").await, 0);
}

#[tokio::test]
async fn another_kind_of_a_field_loses_nothing_and_only_another_value_has_to_fit() {
    let local = Local::open(Profile::nist()).await;
    let user = local.add("E7", Role::None).await;
    let text = SiteField::new("boots", "Boots");
    local.put(&text, true).await.unwrap();
    local
        .fill(&operator(), &user, "boots", "large")
        .await
        .unwrap();
    let number = SiteField {
        kind: FieldKind::Number,
        ..text.clone()
    };
    local.put(&number, false).await.unwrap();
    let fields = local.fields_of(&operator(), &user).await;
    assert_eq!(shown(&fields), [("boots", "large", false)]);
    local
        .fill(&operator(), &user, "boots", "large")
        .await
        .expect("it stays");
    assert!(
        local
            .fill(&operator(), &user, "boots", "small")
            .await
            .is_err()
    );
    let other = UserChange {
        given_name: Some("Zoe".into()),
        ..UserChange::default()
    };
    local
        .changed_by(&operator(), &user, other)
        .await
        .expect("it is not in the way");
    local.put(&text, false).await.unwrap();
    let fields = local.fields_of(&operator(), &user).await;
    assert_eq!(shown(&fields), [("boots", "large", true)]);
}

#[tokio::test]
async fn a_field_is_added_once_and_only_one_that_is_there_is_changed() {
    let local = Local::open(Profile::nist()).await;
    assert!(local.put(&list(), false).await.is_err());
    local.put(&list(), true).await.unwrap();
    let again = SiteField::new("SHIFT", "Again");
    assert!(local.put(&again, true).await.is_err());
    let fields = local.directory.all_site_fields(&operator()).await.unwrap();
    assert_eq!(fields, [list()]);
}

#[tokio::test]
async fn who_sees_edits_and_fills_a_field_hangs_on_the_role_within_the_act() {
    let local = Local::open(Profile::nist()).await;
    let user = local.add("E7", Role::None).await;
    let desk = local.add("E3", Role::HelpDesk).await;
    let desk = local.sign_in(&desk, FIRST).await.unwrap();
    let client = Operator {
        made_by: Some(desk.id.clone()),
        id: UserId("client".into()),
        ..desk.clone()
    };
    let hidden = SiteField {
        seen_by: vec![Role::Administrator],
        ..SiteField::new("hidden", "Hidden")
    };
    let fixed = SiteField {
        edited_by: vec![Role::Administrator],
        ..SiteField::new("fixed", "Fixed")
    };
    local.put(&hidden, true).await.unwrap();
    local.put(&fixed, true).await.unwrap();
    for name in ["hidden", "fixed"] {
        local.fill(&operator(), &user, name, "1").await.unwrap();
    }
    for by in [&desk, &client] {
        let fields = local.fields_of(by, &user).await;
        assert_eq!(shown(&fields), [("fixed", "1", true)]);
        let seen = local.directory.seen_fields(by).await.unwrap();
        let [seen] = seen.as_slice() else {
            panic!("{seen:?}");
        };
        assert_eq!(seen.field, fixed);
        assert!(!seen.is_edited && !seen.is_filled);
        let unseen = local.fill(by, &user, "hidden", "2").await;
        assert!(matches!(unseen, Err(DirectoryError::Invalid { .. })));
        let refused = local.fill(by, &user, "fixed", "2").await;
        assert!(matches!(refused, Err(DirectoryError::Forbidden { .. })));
    }
    let must = SiteField {
        filled_by: vec![Role::HelpDesk],
        ..SiteField::new("unit", "Unit")
    };
    local.put(&must, true).await.unwrap();
    let rename = || UserChange {
        given_name: Some("Zoe".into()),
        ..UserChange::default()
    };
    let refused = local.changed_by(&desk, &user, rename()).await;
    assert!(
        matches!(&refused, Err(DirectoryError::Invalid { message, .. }) if message.contains("Unit")),
        "{refused:?}"
    );
    local
        .changed_by(&operator(), &user, rename())
        .await
        .expect("not for this role");
    let disable = UserChange {
        active: Some(false),
        ..UserChange::default()
    };
    local
        .changed_by(&desk, &user, disable)
        .await
        .expect("no attribute changes");
    local.fill(&desk, &user, "unit", "12").await.unwrap();
    local.changed_by(&desk, &user, rename()).await.unwrap();
    let emptied = local.fill(&desk, &user, "unit", "").await;
    assert!(emptied.is_err());
    assert_eq!(local.fields_of(&desk, &user).await[1].value, "12");
}

impl Local {
    /// What is told of each new person, and what became of all.
    async fn taken(
        &self,
        by: &Operator,
        people: &[NewUser],
        order: ImportOrder,
    ) -> (Vec<RosterLine>, Result<Imported, DirectoryError>) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&told);
        let rows: Vec<_> = (2..).zip(people.iter().cloned()).collect();
        let rows = rows.into_iter();
        let import = Import {
            rows: Box::new(rows.map(|(line, new)| Ok(RosterRow::whole(line, new)))),
            order,
            judge: Box::new(|_, _| Ok(())),
            report: Box::new(move |line| lines.lock().unwrap().push(line)),
            watch: ImportWatch::default(),
        };
        let intent = self.intent(Kind::RosterImported).await;
        let imported = self.directory.import(by, import, &intent).await;
        let told = told.lock().unwrap().clone();
        (told, imported)
    }
}

#[tokio::test]
async fn a_roster_adds_nobody_without_what_the_operator_has_to_fill() {
    let local = Local::open(Profile::nist()).await;
    let must = SiteField {
        filled_by: vec![Role::Administrator],
        ..list()
    };
    local.put(&must, true).await.unwrap();
    let person = |login: &str, shift: Option<&str>| NewUser {
        login: login.into(),
        email: format!("{}@station.example", login.to_lowercase()),
        family_name: "Cole".into(),
        details: Details {
            fields: shift
                .map(|value| SiteValue {
                    name: "shift".into(),
                    title: "shift".into(),
                    value: value.into(),
                    fits: true,
                })
                .into_iter()
                .collect(),
            ..Details::default()
        },
        active: true,
        ..NewUser::default()
    };
    let people = [
        person("E1", None),
        person("E2", Some("red")),
        person("E3", Some("Blue")),
    ];
    let before = local.number("SELECT count(*) FROM users").await;
    for only_plan in [true, false] {
        let order = ImportOrder {
            only_plan,
            skip_faulty: true,
            ..ImportOrder::default()
        };
        let (told, imported) = local.taken(&operator(), &people, order).await;
        let imported = imported.unwrap();
        assert_eq!((imported.added, imported.refused), (1, 2), "{told:?}");
        let refused = |nth: usize| {
            let RosterAct::Refused(why) = &told[nth].act else {
                panic!("{told:?}");
            };
            why.as_str()
        };
        assert!(
            refused(0).starts_with("the field Shift has to be filled"),
            "{}",
            refused(0)
        );
        assert!(
            refused(2).contains("'Blue' is none of Red, Green"),
            "{}",
            refused(2)
        );
    }
    assert_eq!(
        local.number("SELECT count(*) FROM users").await,
        before + 1,
        "and nothing of the refused is left"
    );
    let values = "SELECT count(*) FROM site_values WHERE value = 'Red'";
    assert_eq!(local.number(values).await, 1);
    // Of another role nothing is asked.
    local
        .put(
            &SiteField {
                filled_by: vec![Role::HelpDesk],
                ..list()
            },
            false,
        )
        .await
        .unwrap();
    let (_, imported) = local
        .taken(&operator(), &[person("E1", None)], ImportOrder::default())
        .await;
    assert_eq!(imported.unwrap().added, 1);
}

#[tokio::test]
async fn a_field_that_somebody_else_has_changed_meanwhile_is_not_changed() {
    let local = Local::open(Profile::nist()).await;
    let seen = SiteField::new("boots", "Boots");
    local.put(&seen, true).await.unwrap();
    let theirs = SiteField::new("boots", "Boot size");
    local.put_over(&theirs, Some(&seen)).await.unwrap();
    let ours = SiteField::new("boots", "Shoes");
    let refused = local.put_over(&ours, Some(&seen)).await;
    assert!(
        matches!(&refused, Err(DirectoryError::DefinitionChanged { what, .. }) if what == "field Boot size"),
        "{refused:?}"
    );
    let fields = local.directory.all_site_fields(&operator()).await.unwrap();
    assert_eq!(fields, [theirs]);
}

#[tokio::test]
async fn a_field_is_moved_to_a_place_and_the_others_keep_their_order() {
    let local = Local::open(Profile::nist()).await;
    for name in ["a", "b", "c", "d"] {
        local.put(&SiteField::new(name, name), true).await.unwrap();
    }
    let directory = &local.directory;
    let move_to = async |name: &str, place| {
        let intent = local.intent(Kind::FieldChanged).await;
        let by = operator();
        directory.move_site_field(&by, name, place, &intent).await
    };
    let order = async || {
        let fields = directory.all_site_fields(&operator()).await.unwrap();
        let names: Vec<_> = fields.into_iter().map(|field| field.name).collect();
        names.concat()
    };
    for (name, place, then) in [("d", 1, "dabc"), ("A", 4, "dbca"), ("b", 3, "dcba")] {
        move_to(name, place).await.unwrap();
        assert_eq!(order().await, then);
    }
    for (name, place) in [("e", 1), ("a", 0), ("a", 5)] {
        let refused = move_to(name, place).await;
        assert!(matches!(refused, Err(DirectoryError::Invalid { .. })));
    }
    assert_eq!(order().await, "dcba");
}

impl Local {
    /// IDs of those who are found, in their order.
    async fn found(&self, by: &Operator, line: &str) -> Vec<String> {
        let query = Query {
            limit: 50,
            ..Query::typed(line).unwrap()
        };
        let found = self.directory.search(by, &query).await.unwrap();
        assert_eq!(found.total, Total::Exact(found.rows.len() as u64), "{line}");
        found.rows.into_iter().map(|user| user.login).collect()
    }
}

#[tokio::test]
async fn users_are_found_by_a_field_that_is_searched_and_by_no_other() {
    let local = Local::open(Profile::nist()).await;
    let (one, other) = (
        local.add("E7", Role::None).await,
        local.add("E8", Role::None).await,
    );
    let locker = SiteField::new("locker", "Locker");
    local.put(&locker, true).await.unwrap();
    local.put(&list(), true).await.unwrap();
    for (user, name, value) in [
        (&one, "locker", "B 12"),
        (&other, "locker", "b 17"),
        (&one, "shift", "Red"),
        (&other, "shift", "Green"),
    ] {
        local.fill(&operator(), user, name, value).await.unwrap();
    }
    let by = operator();
    assert_eq!(local.found(&by, "locker:b").await, [""; 0], "not searched");
    for field in [locker.clone(), list()] {
        let searched = SiteField {
            searched: true,
            ..field
        };
        local.put(&searched, false).await.unwrap();
    }
    for (line, found) in [
        ("LOCKER:b", &["E7", "E8"][..]),
        ("locker:\"B 1\"", &["E7", "E8"]),
        ("locker:\"b 12\"", &["E7"]),
        ("locker:12", &[]),
        ("locker:b shift:red", &["E7"]),
        ("shift:Re", &[]),
        ("shift:", &["E7", "E8"]),
        ("-shift:red locker:b", &["E8"]),
        ("not shift:red locker:b", &["E8"]),
        ("E8 locker:b", &["E8"]),
        ("is:active locker:b shift:green", &["E8"]),
    ] {
        assert_eq!(local.found(&by, line).await, found, "{line}");
    }
    // What is filled in, changed or taken away is found so at once.
    local.fill(&by, &other, "shift", "Red").await.unwrap();
    assert_eq!(local.found(&by, "shift:red").await, ["E7", "E8"]);
    local.fill(&by, &one, "shift", "").await.unwrap();
    assert_eq!(local.found(&by, "shift:red").await, ["E8"]);
    local.put(&list(), false).await.unwrap();
    assert_eq!(local.found(&by, "shift:red").await, [""; 0]);
    let kept = "SELECT count(*) FROM site_values WHERE name = 'shift' AND searchable IS NOT NULL";
    assert_eq!(local.number(kept).await, 0);
}

#[tokio::test]
async fn only_whoever_sees_a_field_finds_by_it_and_has_it_in_lists() {
    let local = Local::open(Profile::nist()).await;
    let user = local.add("E7", Role::None).await;
    let desk = local.add("E3", Role::HelpDesk).await;
    let desk = local.sign_in(&desk, FIRST).await.unwrap();
    let medical = SiteField {
        seen_by: vec![Role::Administrator],
        searched: true,
        shown: true,
        ..SiteField::new("medical", "Medical class")
    };
    local.put(&medical, true).await.unwrap();
    let boots = SiteField {
        shown: true,
        ..SiteField::new("boots", "Boots")
    };
    local.put(&boots, true).await.unwrap();
    local
        .put(&SiteField::new("hat", "Hat"), true)
        .await
        .unwrap();
    for name in ["medical", "boots", "hat"] {
        local.fill(&operator(), &user, name, "C").await.unwrap();
    }
    // An administrator of the store, since the tests' own operator has no row.
    let chief = local.add("E1", Role::Administrator).await;
    let chief = local.sign_in(&chief, FIRST).await.unwrap();
    assert_eq!(local.found(&chief, "medical:c").await, ["E7"]);
    assert_eq!(local.found(&desk, "medical:c").await, [""; 0]);
    let columns = async |by: &Operator| {
        let query = Query {
            text: "E7".into(),
            limit: 1,
            ..Query::default()
        };
        let mut found = local.directory.search(by, &query).await.unwrap();
        let details = found.rows.remove(0).details.known().cloned().unwrap();
        let names = details.fields.into_iter().map(|field| field.name);
        names.collect::<Vec<_>>()
    };
    assert_eq!(columns(&chief).await, ["medical", "boots"]);
    assert_eq!(columns(&desk).await, ["boots"]);
}
