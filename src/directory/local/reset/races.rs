//! What a reset does when somebody else comes between.

use rusqlite::Connection;

use super::*;
use crate::{
    audit::{self, Event, Kind, Outcome},
    directory::{
        NewUser,
        local::{create, schema},
    },
    password::{hash::PasswordHash, profile::Profile},
    store::Schema,
};

const TABLES: Schema = Schema(&[&[
    audit::schema::TABLES,
    schema::TABLES,
    schema::API_ATTRIBUTES,
    schema::DETAILS,
    schema::SITE_FIELDS,
    schema::SESSIONS_ENDED,
    schema::FACETS,
    schema::SITE_ROLES,
]]);

fn password(hash: &str, instead_of: Option<&str>) -> NewPassword {
    NewPassword {
        hash: PasswordHash(hash.into()),
        instead_of: instead_of.map(|hash| PasswordHash(hash.into())),
        must_change: true,
        damaged_former: 0,
    }
}

fn intent() -> Intent {
    Intent {
        sequence: 1,
        event: Event {
            kind: Kind::PasswordReset,
            outcome: Outcome::Intent,
            operator: None,
            target: None,
            source: String::new(),
            directory: String::new(),
            profile: String::new(),
            reason: None,
            intent: None,
            steps: Vec::new(),
            proof: None,
            detail: None,
            caller: None,
            contact_changed: false,
        },
    }
}

#[test]
fn a_reset_that_finds_another_hash_than_it_looked_at_changes_nothing_and_can_be_tried_again() {
    let mut connection = Connection::open_in_memory().unwrap();
    TABLES.bring_up_to_date(&mut connection).unwrap();
    let (profile, at) = (Profiles::from(Profile::nist()), jiff::Timestamp::UNIX_EPOCH);
    let transaction = connection.transaction().unwrap();
    let new = NewUser {
        login: "E1".into(),
        family_name: "Vasquez".into(),
        active: true,
        ..NewUser::default()
    };
    let first = password("first", None);
    let row = create::insert(
        &transaction,
        &profile,
        &new,
        Some(&first),
        &create::Signature::of_set_up(),
        at,
    )
    .unwrap();
    let ann = NewUser {
        login: "E7".into(),
        family_name: "Okafor".into(),
        active: true,
        ..NewUser::default()
    };
    let ann = create::insert(
        &transaction,
        &profile,
        &ann,
        None,
        &create::Signature::of_set_up(),
        at,
    )
    .unwrap();
    let in_force = || {
        stored_password::stored_hash(&transaction, row)
            .unwrap()
            .unwrap()
            .0
    };
    let change = Change {
        row,
        expected: Some(Version("1".into())),
        by: By::Operator(Operator::of(&read::user(&transaction, ann).unwrap())),
        what: "password reset",
        at,
    };
    // As after a sign-in that has renewed the hash: the version is the same.
    let late = password("second", Some("another"));
    let done = commit(&transaction, &profile, &change, &late, false, &intent()).unwrap();
    assert_eq!(done, None);
    assert_eq!(in_force(), "first");

    let again = password("second", Some("first"));
    let done = commit(&transaction, &profile, &change, &again, false, &intent()).unwrap();
    assert_eq!(done.unwrap().1, Version("2".into()));
    assert_eq!(in_force(), "second");
}
