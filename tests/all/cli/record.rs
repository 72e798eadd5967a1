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

#[test]
fn details_and_validity_are_given_shown_and_taken_away() {
    let house = House::with_maria();
    let edit = [
        "user",
        "edit",
        "E7",
        "--phone",
        "303 555 0142",
        "--station",
        "Station 7",
        "--job-title",
        "Captain",
        "--display-name",
        "Capt. V.",
        "--valid-from",
        "2026-01-01",
        "--valid-until",
        "2099-12-31",
        "--yes",
    ];
    let edited = house.admin(&edit, "");
    assert_eq!(code(&edited), 0, "{}", err(&edited));
    let shown = house.admin(&["user", "show", "E7"], "");
    for line in [
        "Display name  Capt. V.",
        "Phone         303 555 0142",
        "Station       Station 7",
        "Job title     Captain",
    ] {
        let text = out(&shown);
        assert!(text.lines().any(|shown| shown == line), "{line}: {text}");
    }
    let maria = house.maria();
    assert_eq!(maria["station"], "Station 7");
    let until: jiff::Timestamp = maria["valid_until"].as_str().unwrap().parse().unwrap();
    let day: jiff::Timestamp = "2099-12-31T00:00:00Z".parse().unwrap();
    // To the end of the day, in whichever zone the tests run.
    assert!(until > day, "{until}");
    let away = [
        "user",
        "edit",
        "E7",
        "--phone",
        "",
        "--valid-until",
        "none",
        "--yes",
    ];
    assert_eq!(code(&house.admin(&away, "")), 0);
    let maria = house.maria();
    assert_eq!(
        (&maria["phone"], &maria["valid_until"]),
        (&"".into(), &Value::Null)
    );
    let turned = ["user", "edit", "E7", "--valid-until", "2025-01-01", "--yes"];
    let refused = house.admin(&turned, "");
    assert!(
        err(&refused).contains("end before it begins"),
        "{}",
        err(&refused)
    );
    let unread = house.admin(
        &["user", "edit", "E7", "--valid-until", "soon", "--yes"],
        "",
    );
    assert_eq!(code(&unread), Exit::Usage.code(), "{}", err(&unread));
    let later = ["user", "edit", "E7", "--valid-from", "2099-01-01", "--yes"];
    let later = house.admin(&later, "");
    assert_eq!(code(&later), 0, "{}", err(&later));
    assert!(
        house.maria()["verdict"]
            .as_str()
            .unwrap()
            .starts_with("Not valid until")
    );
}

#[test]
fn fields_of_the_sites_own_are_defined_filled_changed_and_retired() {
    let house = House::with_maria();
    let done = |arguments: &[&str]| {
        let answer = house.admin(arguments, "");
        assert_eq!(code(&answer), 0, "{arguments:?}: {}", err(&answer));
        out(&answer)
    };
    done(&[
        "field", "add", "shift", "--title", "Shift", "--kind", "list", "--value", "Red", "--value",
        "Green",
    ]);
    done(&[
        "field",
        "add",
        "boots",
        "--title",
        "Boots",
        "--filled-by",
        "help-desk",
    ]);
    done(&[
        "user",
        "edit",
        "E7",
        "--field",
        "shift=red",
        "--field",
        "boots=large",
        "--yes",
    ]);
    assert_eq!(
        house.maria()["fields"],
        serde_json::json!({ "shift": "Red", "boots": "large" })
    );
    done(&[
        "field", "values", "shift", "--add", "Blue", "--first", "blue", "--retire", "red",
    ]);
    let shown = done(&["field", "show", "shift"]);
    let values: Vec<_> = shown
        .lines()
        .filter(|line| line.starts_with("Value"))
        .collect();
    assert_eq!(
        values,
        [
            "Value       Blue",
            "Value       Red (retired)",
            "Value       Green"
        ]
    );
    let refused = house.admin(
        &["user", "edit", "E7", "--field", "shift=Purple", "--yes"],
        "",
    );
    assert!(
        err(&refused).contains("is none of Blue, Green"),
        "{}",
        err(&refused)
    );
    done(&["field", "change", "boots", "--kind", "number"]);
    let shown = done(&["user", "show", "E7"]);
    assert!(
        shown.contains("Boots         large (does not fit the field"),
        "{shown}"
    );
    assert!(shown.contains("Shift         Red\n"), "{shown}");
    done(&["field", "retire", "shift"]);
    let listed = done(&["field", "list"]);
    assert!(
        listed.contains("retired") && listed.contains("help-desk"),
        "{listed}"
    );
    assert_eq!(house.maria()["fields"]["shift"], "Red", "nothing is lost");
    let refused = house.admin(
        &["user", "edit", "E7", "--field", "shift=Blue", "--yes"],
        "",
    );
    assert!(err(&refused).contains("retired"), "{}", err(&refused));
    let added = [
        "user",
        "add",
        "--id",
        "E8",
        "--family-name",
        "New",
        "--field",
        "boots=42",
    ];
    done(&added);
    let audit = done(&["audit", "list"]);
    assert!(audit.contains("field-changed"), "{audit}");
}

#[test]
fn a_field_that_is_searched_shown_and_moved_is_found_by_listed_and_in_its_place() {
    let house = House::with_maria();
    let done = |arguments: &[&str]| {
        let answer = house.admin(arguments, "");
        assert_eq!(code(&answer), 0, "{arguments:?}: {}", err(&answer));
        out(&answer)
    };
    done(&["field", "add", "shift", "--title", "Shift"]);
    done(&["field", "add", "boots", "--title", "Boots"]);
    done(&["user", "edit", "E7", "--field", "boots=large", "--yes"]);
    done(&[
        "field",
        "change",
        "boots",
        "--searched",
        "yes",
        "--shown",
        "yes",
    ]);
    let found = done(&["find", "boots:lar kind:staff"]);
    let lines: Vec<&str> = found.lines().collect();
    assert!(
        lines[0].ends_with("Boots") && lines[1].ends_with("large"),
        "{found}"
    );
    done(&["field", "change", "boots", "--shown", "no"]);
    assert!(!done(&["find", "boots:large"]).contains("Boots"));
    done(&["field", "move", "boots", "1"]);
    let listed = done(&["field", "list"]);
    let place = |name| listed.find(name);
    assert!(place("boots") < place("shift"), "{listed}");
    assert!(listed.contains("searched"), "{listed}");
}
