//! One user's record by command: shown, changed, removed.

use halligan::cli::Exit;
use serde_json::Value;

use super::{House, code, document, err, out};

impl House {
    /// The administrator and Maria Vasquez.
    fn with_maria() -> Self {
        let house = Self::set_up();
        house.add("E7", "m.vasquez@station.example", "Maria", "Vasquez");
        house
    }

    fn maria(&self) -> Value {
        let shown = self.admin(&["user", "show", "E7", "--json"], "");
        assert_eq!(code(&shown), 0, "{}", err(&shown));
        document(&shown)["user"].clone()
    }
}

#[test]
fn a_record_is_shown_with_the_verdict_first_and_the_look_is_recorded() {
    let house = House::with_maria();
    let shown = house.admin(&["user", "show", "maria vasquez"], "");
    assert_eq!(code(&shown), 0, "{}", err(&shown));
    let text = out(&shown);
    assert!(text.starts_with("Has no password yet"), "{text}");
    for line in [
        "ID            E7",
        "Name          Maria Vasquez",
        "Email         m.vasquez@station.example",
        "Kind          staff",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}: {text}");
    }
    let audit = house.admin(&["audit", "list", "--json"], "");
    let records = document(&audit)["records"].clone();
    let looks = records.as_array().unwrap().iter();
    let looks = looks.filter(|record| record["kind"] == "user-viewed");
    assert!(looks.count() >= 1, "{records}");
}

#[test]
fn only_what_is_given_changes_and_the_question_shows_old_and_new() {
    let house = House::with_maria();
    let edit = [
        "user",
        "edit",
        "E7",
        "--family-name",
        "Vasquez-Ruiz",
        "--kind",
        "residential",
    ];
    let unasked = house.admin(&edit, "");
    assert_ne!(code(&unasked), 0);
    assert!(
        err(&unasked).contains("Nothing was changed"),
        "{}",
        err(&unasked)
    );
    assert_eq!(house.maria()["family_name"], "Vasquez");

    let edited = house.admin(&[&edit[..], &["--yes"]].concat(), "");
    assert_eq!(code(&edited), 0, "{}", err(&edited));
    assert!(out(&edited).contains("done: "), "{}", out(&edited));
    let maria = house.maria();
    assert_eq!(maria["family_name"], "Vasquez-Ruiz");
    assert_eq!(maria["kind"], "residential");
    assert_eq!(maria["given_name"], "Maria");
    assert_eq!(maria["email"], "m.vasquez@station.example");

    let again = house.admin(&[&edit[..], &["--yes"]].concat(), "");
    assert_eq!(code(&again), 0, "{}", err(&again));
    assert!(out(&again).contains("nothing to do"), "{}", out(&again));
    let found = house.admin(&["find", "vasquez-ruiz", "--json"], "");
    assert_eq!(document(&found)["users"][0]["id"], "E7");
}

#[test]
fn an_edit_of_nothing_is_a_question_of_what_and_an_id_of_another_is_a_conflict() {
    let house = House::with_maria();
    let nothing = house.admin(&["user", "edit", "E7", "--yes"], "");
    assert_eq!(code(&nothing), Exit::Usage.code(), "{}", err(&nothing));
    let added = ["user", "add", "--id", "E8", "--family-name", "Engine 8"];
    assert_eq!(code(&house.admin(&added, "")), 0);
    let taken = house.admin(&["user", "edit", "E7", "--new-id", "e8", "--yes"], "");
    assert_eq!(code(&taken), Exit::Conflict.code(), "{}", err(&taken));
    assert_eq!(house.maria()["id"], "E7");
}

#[test]
fn whoever_is_removed_is_found_no_more_and_stays_on_record() {
    let house = House::with_maria();
    let unasked = house.admin(&["user", "remove", "E7"], "");
    assert_ne!(code(&unasked), 0);
    house.maria();
    let removed = house.admin(&["user", "remove", "E7", "--yes", "--json"], "");
    assert_eq!(code(&removed), 0, "{}", err(&removed));
    assert_eq!(document(&removed)["removed"], true);
    let gone = house.admin(&["user", "show", "E7"], "");
    assert_eq!(code(&gone), Exit::NotFound.code(), "{}", err(&gone));
    let audit = house.admin(&["audit", "list", "--json"], "");
    let records = document(&audit)["records"].clone();
    let kinds: Vec<_> = records
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["kind"])
        .collect();
    assert!(
        kinds.iter().any(|kind| **kind == "user-removed"),
        "{records}"
    );
}
