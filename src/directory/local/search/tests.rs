//! The index against its specification: a plain loop over everybody.

mod filters;

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::{prelude::*, sample::Index};
use rusqlite::Transaction;

use super::*;
use crate::{
    directory::{
        NewUser,
        local::{
            index::{bulk::Builder, change, check, key::Key},
            names, schema, write,
        },
    },
    store::{Schema, StoreError},
};

const SCHEMA: Schema = Schema(&[
    &[schema::TABLES],
    &[
        schema::API_ATTRIBUTES,
        schema::FAILURE_SOURCES,
        schema::SESSIONS_ENDED,
        schema::DETAILS,
        schema::SITE_ROLES,
        schema::FACETS,
    ],
    &[schema::INDEX_REBUILT],
]);

const WHEN: When = When {
    now: Timestamp::UNIX_EPOCH,
    inactive_days: [None; 4],
};

/// What the documentation of the module says, in the plainest way.
mod specification {
    use super::*;

    fn folded(text: &str) -> String {
        let text = crate::text::fold(text);
        let words: Vec<_> = text.split_whitespace().collect();
        words.join(" ")
    }

    fn begins_a_word(field: &str, wanted: &str) -> bool {
        field
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word.starts_with(wanted))
    }

    fn rank(user: &NewUser, whole: &str) -> Option<usize> {
        let (given, family) = (folded(&user.given_name), folded(&user.family_name));
        let name = format!("{given} {family}").trim().to_owned();
        let turned = format!("{family} {given}").trim().to_owned();
        let (id, email) = (folded(&user.login), folded(&user.email));
        let fields = [&id, &email, &name, &turned];
        let words: Vec<_> = whole.split(' ').collect();
        let each = |test: &dyn Fn(&str, &str) -> bool| {
            words
                .iter()
                .all(|word| fields.iter().any(|field| test(field, word)))
        };
        if !each(&|field, word| field.contains(word)) {
            None
        } else if id == whole {
            Some(0)
        } else if email == whole {
            Some(1)
        } else if fields.iter().any(|field| field.starts_with(whole)) {
            Some(2)
        } else if each(&begins_a_word) {
            Some(3)
        } else {
            Some(4)
        }
    }

    /// Everybody who is found, best first.
    pub(super) fn found(people: &BTreeMap<Row, NewUser>, query: &str) -> Vec<Row> {
        let whole = folded(query);
        if whole.is_empty() {
            return people.keys().copied().collect();
        }
        let mut found: Vec<_> = people
            .iter()
            .filter_map(|(row, user)| Some((rank(user, &whole)?, *row)))
            .collect();
        found.sort_unstable();
        let mut found: Vec<Row> = found.into_iter().map(|(_, row)| row).collect();
        if found.len() < 20 {
            let others = people.iter().filter(|(row, _)| !found.contains(row));
            let joined = others.filter(|(_, user)| is_joined(user, &whole));
            let joined: Vec<Row> = joined.map(|(row, _)| *row).collect();
            found.extend(joined);
        }
        found
    }

    /// Every word occurs, or begins two words of the name written as one: three letters of each at
    /// least. (Nobody here has a particle in the name.)
    fn is_joined(user: &NewUser, whole: &str) -> bool {
        let (given, family) = (folded(&user.given_name), folded(&user.family_name));
        let (id, email) = (folded(&user.login), folded(&user.email));
        let names = [format!("{given} {family}"), format!("{family} {given}")];
        let fields = [&id, &email, &names[0], &names[1]];
        whole.split(' ').all(|word| {
            let typed = word.bytes().all(|byte| byte.is_ascii_lowercase());
            let joined = |name: &String| {
                let words: Vec<_> = name
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .filter(|word| !word.is_empty())
                    .collect();
                words.windows(2).any(|pair| {
                    pair[0].len() >= 3
                        && word.len() >= pair[0].len() + 3
                        && format!("{}{}", pair[0], pair[1]).starts_with(word)
                })
            };
            fields.iter().any(|field| field.contains(word))
                || (typed && (5..=24).contains(&word.len()) && names.iter().any(joined))
        })
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// Somebody new, so many rows behind the last.
    Add(Row, NewUser),
    Change(Index, NewUser),
    Remove(Index),
    /// Many at once, behind the last.
    Import(Vec<NewUser>),
    Merge,
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[ab]{1,3}",
        2 => "[a-c]{2,7}",
        1 => "ab{4}[ab]{1,6}[1-]?[ab]{0,3}",
        1 => "[ab1é.'-]{1,8}",
        1 => Just("王".to_owned()),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => word(),
        1 => (word(), word()).prop_map(|(one, other)| format!("{one} {other}")),
        1 => Just(String::new()),
    ]
}

prop_compose! {
    fn user()(
        id in "[ab]{1,2}[0-9]{1,6}|[é1]{4,8}",
        email in prop_oneof![Just(String::new()), "[ab]{1,3}\\.[ab]{1,4}[0-9]{1,5}@b(a|c)\\.ab",
            "ab{4}[ab]{1,3}[.-][ab]{0,3}@abbb-bb"],
        given in name(),
        family in word(),
    ) -> NewUser {
        NewUser {
            login: id,
            email,
            given_name: given,
            family_name: family,
            active: true,
            ..NewUser::default()
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (prop_oneof![9 => 1_i64..3, 1 => 1_i64..90_000], user())
            .prop_map(|(gap, user)| Step::Add(gap, user)),
        2 => (any::<Index>(), user()).prop_map(|(who, user)| Step::Change(who, user)),
        1 => any::<Index>().prop_map(Step::Remove),
        1 => proptest::collection::vec(user(), 0..150).prop_map(Step::Import),
        1 => Just(Step::Merge),
    ]
}

/// Texts as people type them: pieces of somebody's fields, and others.
fn query() -> impl Strategy<Value = (Index, usize, usize, usize, String)> {
    (any::<Index>(), 0_usize..9, 0_usize..12, 1_usize..12, word())
}

fn typed(
    people: &BTreeMap<Row, NewUser>,
    (who, kind, from, length, other): (Index, usize, usize, usize, String),
) -> String {
    if people.is_empty() {
        return other;
    }
    let user = &people.values().nth(who.index(people.len())).unwrap();
    let cut = |text: &str, from, length| text.chars().skip(from).take(length).collect::<String>();
    let (given, family) = (&user.given_name, &user.family_name);
    match kind {
        0 => cut(&user.login, 0, length),
        1 => cut(&user.email, 0, length + from),
        2 => cut(&format!("{given} {family}"), 0, length),
        3 => cut(&format!("{family} {given}"), 0, length),
        4 => cut(&user.email, from, length),
        5 => format!(
            "{}  {} {}",
            cut(family, 0, 2),
            cut(given, 0, 1 + from % 3),
            cut(&user.login, 0, 2)
        ),
        6 => format!("{} {other}", cut(family, from % 2, length)),
        7 => user.login.to_uppercase(),
        _ => other,
    }
}

fn empty_store() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    SCHEMA.bring_up_to_date(&mut connection).unwrap();
    connection
}

struct Model<'t> {
    transaction: &'t Transaction<'t>,
    people: BTreeMap<Row, NewUser>,
}

impl Model<'_> {
    fn is_taken(&self, new: &NewUser, but: Option<Row>) -> bool {
        let names = |user: &NewUser| {
            [&user.login, &user.email]
                .into_iter()
                .map(|name| names::sign_in_name(name))
                .filter(|name| !name.is_empty())
                .collect::<Vec<_>>()
        };
        let wanted = names(new);
        self.people
            .iter()
            .filter(|(row, _)| Some(**row) != but)
            .any(|(_, user)| names(user).iter().any(|name| wanted.contains(name)))
    }

    fn last(&self) -> Row {
        self.people.keys().next_back().copied().unwrap_or(0)
    }

    fn write(&mut self, row: Row, new: &NewUser) -> Result<(), StoreError> {
        write::insert(self.transaction, row, new, "test", Timestamp::UNIX_EPOCH)?;
        assert!(names::claim_names(self.transaction, row, new)?.is_none());
        change::note_folded_names(self.transaction, row, new)?;
        self.people.insert(row, new.clone());
        Ok(())
    }

    fn forget(&mut self, row: Row) -> Option<NewUser> {
        for sql in [
            "DELETE FROM users WHERE row = ?1",
            "DELETE FROM sign_in_names WHERE row = ?1",
            "DELETE FROM folded_names WHERE row = ?1",
        ] {
            self.transaction.execute(sql, [row]).unwrap();
        }
        self.people.remove(&row)
    }

    fn at(&self, who: Index) -> Option<Row> {
        (!self.people.is_empty()).then(|| {
            *self
                .people
                .keys()
                .nth(who.index(self.people.len()))
                .unwrap()
        })
    }

    fn take(&mut self, step: Step) -> Result<(), StoreError> {
        match step {
            Step::Add(gap, new) if !self.is_taken(&new, None) => {
                let row = self.last() + gap;
                self.write(row, &new)?;
                change::replace(self.transaction, row, None, Some(&Key::of(&new)))?;
            }
            Step::Change(who, new) => {
                if let Some(row) = self.at(who).filter(|row| !self.is_taken(&new, Some(*row))) {
                    let was = self.forget(row).unwrap();
                    self.write(row, &new)?;
                    let keys = (Key::of(&was), Key::of(&new));
                    change::replace(self.transaction, row, Some(&keys.0), Some(&keys.1))?;
                }
            }
            Step::Remove(who) => {
                // The last row is kept, as it is never given to somebody else.
                if let Some(row) = self.at(who).filter(|row| *row < self.last()) {
                    let was = self.forget(row).unwrap();
                    change::replace(self.transaction, row, Some(&Key::of(&was)), None)?;
                }
            }
            Step::Import(users) => {
                change::merge(self.transaction)?;
                let mut row = self.last() + 1;
                let mut builder = Builder::new(row);
                for new in users {
                    if !self.is_taken(&new, None) {
                        self.write(row, &new)?;
                        builder.push(self.transaction, row, &Key::of(&new))?;
                        row += 1;
                    }
                }
                builder.finish(self.transaction)?;
            }
            Step::Merge => change::merge(self.transaction)?,
            Step::Add(..) => {}
        }
        Ok(())
    }
}

fn rows_of(found: &Found) -> Vec<Row> {
    found
        .rows
        .iter()
        .map(|user| read::row_of(&user.id).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_answer_is_that_of_a_plain_loop_over_everybody(
        steps in proptest::collection::vec(step(), 0..40),
        queries in proptest::collection::vec(query(), 20),
        offset in 0_usize..210,
    ) {
        let mut connection = empty_store();
        let transaction = connection.transaction().unwrap();
        let mut model = Model { transaction: &transaction, people: BTreeMap::new() };
        for step in steps {
            model.take(step).unwrap();
        }
        let people = model.people;
        let count = i64::try_from(people.len()).unwrap();
        transaction
            .execute("UPDATE counters SET value = ?1 WHERE name = 'users'", [count])
            .unwrap();
        let proved = check::prove(&transaction, &mut |_| ()).unwrap();
        prop_assert_eq!(&proved.faults, &Vec::<String>::new());
        transaction.commit().unwrap();
        for query in queries {
            let text = typed(&people, query);
            let expected = specification::found(&people, &text);
            for (offset, limit) in [(0, 20), (0, 300), (offset, 7)] {
                let query = Query { text: text.clone(), limit, offset, ..Query::default() };
                let found = search(&connection, &query, WHEN, &Reach::EVERYWHERE, &Cancellation::default()).unwrap();
                let counted = if text.trim().is_empty() { usize::MAX } else { MOST_COUNTED };
                let page: Vec<_> = expected
                    .iter()
                    .copied()
                    .take(counted)
                    .skip(offset)
                    .take(limit)
                    .collect();
                prop_assert_eq!(rows_of(&found), page, "{:?} at {}", text, offset);
                let total = if expected.len() > counted {
                    Total::MoreThan(MOST_COUNTED as u64)
                } else {
                    Total::Exact(expected.len() as u64)
                };
                prop_assert_eq!(found.total, total, "{:?}", text);
            }
        }
    }
}

fn store_of(people: &[(&str, &str, &str, &str)]) -> Connection {
    let mut connection = empty_store();
    let transaction = connection.transaction().unwrap();
    let mut model = Model {
        transaction: &transaction,
        people: BTreeMap::new(),
    };
    for (login, email, given, family) in people {
        let new = NewUser {
            login: (*login).into(),
            email: (*email).into(),
            given_name: (*given).into(),
            family_name: (*family).into(),
            ..NewUser::default()
        };
        model.take(Step::Add(1, new)).unwrap();
    }
    transaction.commit().unwrap();
    connection
}

fn logins(connection: &Connection, text: &str) -> Vec<String> {
    let query = Query {
        text: text.into(),
        limit: 20,
        offset: 0,
        ..Query::default()
    };
    let found = search(
        connection,
        &query,
        WHEN,
        &Reach::EVERYWHERE,
        &Cancellation::default(),
    )
    .unwrap();
    found.rows.into_iter().map(|user| user.login).collect()
}

fn station() -> Connection {
    store_of(&[
        ("E1", "ann.smith@example.org", "Ann", "Smith"),
        ("E12", "jose@example.org", "José", "Núñez"),
        ("E123", "", "Maria", "Vasquez"),
        ("SMITH", "boss@example.org", "Bo", "Oak"),
        ("X8", "cy.elm@x.organic", "Dy", "Fir"),
        ("X9", "cy.elm@x.org", "Cy", "Elm"),
        ("X10", "", "Goldsmith", "Lee"),
        ("ENG12", "", "", "Engine 12"),
        ("X11", "maria.lopez@vasq.example", "Maria", "Lopez"),
    ])
}

#[test]
fn an_exact_id_comes_before_an_exact_email_a_beginning_and_the_middle_of_a_word() {
    assert_eq!(logins(&station(), "smith"), ["SMITH", "E1", "X10"]);
    assert_eq!(logins(&station(), "Cy.Elm@x.org"), ["X9", "X8"]);
    assert_eq!(logins(&station(), "e12"), ["E12", "E123"]);
}

#[test]
fn accents_and_case_do_not_matter() {
    for text in ["jose", "José", "JOSE", "nunez", "Núñez"] {
        assert_eq!(logins(&station(), text), ["E12"], "{text}");
    }
}

#[test]
fn words_are_found_in_any_order_and_in_pieces_over_all_fields() {
    for text in ["maria vasquez", "vasquez maria", "mar vas e12", "vas e123"] {
        assert_eq!(logins(&station(), text)[0], "E123", "{text}");
    }
    // In the other Maria the second word begins a word of the email, not of the name.
    assert_eq!(logins(&station(), "maria vas"), ["E123", "X11"]);
    assert_eq!(logins(&station(), "engine 12"), ["ENG12"]);
}

#[test]
fn a_name_that_is_typed_as_one_word_is_found_behind_the_others() {
    let store = store_of(&[
        ("J1", "", "Jan", "van den Berg"),
        ("I1", "", "Ian", "Mac Donald"),
        ("J2", "", "Jean-Luc", "Picard"),
        ("M1", "", "Mary", "O'Brien"),
        ("V1", "", "Vera", "Vandenberg"),
    ]);
    assert_eq!(logins(&store, "vandenberg"), ["V1", "J1"]);
    assert_eq!(logins(&store, "vandenberg jan"), ["J1"]);
    assert_eq!(logins(&store, "macdonald"), ["I1"]);
    assert_eq!(logins(&store, "jeanluc"), ["J2"]);
    assert_eq!(logins(&store, "JeanLuc picard"), ["J2"]);
    assert_eq!(logins(&store, "obrien"), ["M1"]);
    let merged = || -> Result<(), StoreError> {
        let transaction = store.unchecked_transaction()?;
        change::merge(&transaction)?;
        Ok(transaction.commit()?)
    };
    merged().unwrap();
    assert_eq!(logins(&store, "vandenberg"), ["V1", "J1"]);
    assert_eq!(logins(&store, "jeanluc"), ["J2"]);
}

#[test]
fn what_folds_to_nothing_or_is_longer_than_any_field_finds_nobody() {
    let huge = "a ".repeat(500_000);
    for text in ["\u{200b}", "\u{7}", "zz", huge.as_str()] {
        assert!(logins(&station(), text).is_empty());
    }
    assert_eq!(logins(&station(), " \t ").len(), 9, "nothing was typed");
}

#[test]
fn one_slip_of_the_finger_is_told_but_finds_nobody_by_itself() {
    let station = station();
    let meant = |text: &str| {
        let query = Query {
            text: text.into(),
            limit: 20,
            offset: 0,
            ..Query::default()
        };
        let found = search(
            &station,
            &query,
            WHEN,
            &Reach::EVERYWHERE,
            &Cancellation::default(),
        )
        .unwrap();
        assert!(found.rows.is_empty(), "{text}");
        found.remark
    };
    for (typed, spelling) in [
        ("vasqeuz", "vasquez"),
        ("vsquez", "vasquez"),
        ("Vassquez", "vasquez"),
        ("marja vas", "maria vas"),
        ("jose@exbmple", "jose@example"),
    ] {
        let told = format!("Did you mean \"{spelling}\"?");
        assert_eq!(meant(typed), Some(told), "{typed}");
    }
    // Another digit is another person, three letters are near to everything, two slips are too many.
    for typed in ["e1234", "e99", "zzz", "vasqezu", "marja vasqeuz", "qqqqqqq"] {
        assert_eq!(meant(typed), None, "{typed}");
    }
}

#[test]
fn a_search_that_nobody_waits_for_ends() {
    let cancel = Cancellation::default();
    cancel.cancel();
    let query = Query {
        text: "a".into(),
        limit: 20,
        offset: 0,
        ..Query::default()
    };
    assert_eq!(
        search(&station(), &query, WHEN, &Reach::EVERYWHERE, &cancel).unwrap_err(),
        StoreError::Interrupted
    );
}

#[test]
fn the_store_of_an_older_halligan_is_indexed_anew_when_it_is_opened() {
    let mut connection = station();
    connection
        .execute_batch(
            "DELETE FROM grams; DELETE FROM unmerged;
             INSERT INTO grams (key, rows) VALUES (4711, x'0000'); PRAGMA user_version = 2;",
        )
        .unwrap();
    assert!(logins(&connection, "vasquez").is_empty());
    SCHEMA.bring_up_to_date(&mut connection).unwrap();
    assert_eq!(logins(&connection, "vasquez"), ["E123"]);
    connection
        .execute("UPDATE counters SET value = 9 WHERE name = 'users'", [])
        .unwrap();
    let proved = check::prove(&connection, &mut |_| ()).unwrap();
    assert_eq!(proved.faults, Vec::<String>::new());
}

#[test]
fn a_broken_index_is_told_and_mended() {
    let mut connection = station();
    let transaction = connection.transaction().unwrap();
    transaction
        .execute("UPDATE counters SET value = 9 WHERE name = 'users'", [])
        .unwrap();
    change::merge(&transaction).unwrap();
    let faults = |transaction: &Transaction<'_>| {
        let proved = check::prove(transaction, &mut |_| ()).unwrap();
        proved.faults.len()
    };
    assert_eq!(faults(&transaction), 0);
    for damage in [
        "DELETE FROM grams WHERE key = (SELECT min(key) FROM grams)",
        "UPDATE grams SET rows = x'0001' WHERE key = (SELECT max(key) FROM grams)",
        "INSERT INTO grams (key, rows) VALUES (1, x'0000')",
        "UPDATE counters SET value = 4711 WHERE name = 'users'",
        "INSERT INTO unmerged (row, was, now) VALUES (3, NULL, 'other')",
        "UPDATE users SET family = 'Zebra' WHERE row = 2",
    ] {
        transaction.execute_batch(damage).unwrap();
        assert_ne!(faults(&transaction), 0, "{damage}");
        check::mend(&transaction, &mut |_| ()).unwrap();
        assert_eq!(faults(&transaction), 0, "{damage}");
    }
}
