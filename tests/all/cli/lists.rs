//! Filters, export and acts for everybody who matches, by command.

use std::{fs, os::unix::fs::PermissionsExt as _};

use halligan::cli::Exit;

use super::{House, code, document, err, out};

impl House {
    /// The administrator and three people, one of them disabled.
    fn with_three() -> Self {
        let house = Self::set_up();
        house.add("E7", "m.vasquez@station.example", "Maria", "Vasquez");
        house.add("E8", "j.oak@station.example", "Jo", "Oak");
        house.add("E9", "a.elm@station.example", "Al", "Elm");
        let disabled = house.admin(&["user", "disable", "E9", "--yes"], "");
        assert_eq!(code(&disabled), 0, "{}", err(&disabled));
        house
    }

    fn found(&self, arguments: &[&str]) -> Vec<String> {
        let found = self.admin(&[&["find"], arguments, &["--json"]].concat(), "");
        let users = document(&found)["users"].clone();
        let users = users
            .as_array()
            .unwrap_or_else(|| panic!("{}", err(&found)));
        let id = |user: &serde_json::Value| user["id"].as_str().unwrap().to_owned();
        users.iter().map(id).collect()
    }
}

#[test]
fn find_takes_filters_and_an_order() {
    let house = House::with_three();
    assert_eq!(house.found(&["is:disabled"]), ["E9"]);
    assert_eq!(
        house.found(&["station.example not is:disabled"]),
        ["E7", "E8"]
    );
    assert_eq!(house.found(&["is:operator"]), ["A1"]);
    let sorted = house.found(&["kind:staff", "--sort", "name"]);
    assert_eq!(sorted, ["E9", "E8", "A1", "E7"]);
    let wrong = house.admin(&["find", "is:lokced"], "");
    assert_eq!(code(&wrong), Exit::Usage.code());
    assert!(
        err(&wrong).contains("is: takes locked, disabled"),
        "{}",
        err(&wrong)
    );
}

#[test]
fn an_export_is_private_recorded_without_the_text_and_imports_again() {
    let house = House::with_three();
    let file = house.path("people.csv");
    let export = [
        "find",
        "station.example kind:staff",
        "--export",
        file.to_str().unwrap(),
    ];
    let written = house.admin(&export, "");
    assert_eq!(code(&written), 0, "{}", err(&written));
    let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let unasked = house.admin(&export, "");
    assert_ne!(code(&unasked), 0);
    assert!(
        err(&unasked).contains("Nothing was changed"),
        "{}",
        err(&unasked)
    );

    let audit = house.admin(&["audit", "list", "--json"], "");
    let records = document(&audit)["records"].to_string();
    assert!(records.contains("users-exported"), "{records}");
    assert!(records.contains("3 users to"), "{records}");
    assert!(records.contains("chosen by kind, text"), "{records}");
    assert!(!records.contains("station.example kind"), "{records}");

    let other = House::set_up();
    let file = file.to_str().unwrap();
    let imported = other.admin(&["user", "import", file, "--yes"], "");
    assert_eq!(code(&imported), 0, "{}", err(&imported));
    assert_eq!(other.found(&["is:disabled"]), ["E9"]);
}

#[test]
fn nothing_is_done_to_many_before_the_plan_and_a_yes() {
    let house = House::with_three();
    let disable = ["user", "disable", "--where", "kind:staff"];
    let unasked = house.admin(&disable, "");
    assert_ne!(code(&unasked), 0);
    let told = err(&unasked);
    assert!(told.contains("passed over: Ada Ortiz"), "{told}");
    assert!(told.contains("this is your own account"), "{told}");
    assert!(told.contains("is disabled already"), "{told}");
    assert!(told.contains("to disable: Maria Vasquez"), "{told}");
    assert_eq!(house.found(&["is:disabled"]), ["E9"]);

    let done = house.admin(
        &[&disable[..], &["--yes", "--reason", "INC-7"]].concat(),
        "",
    );
    assert_eq!(code(&done), 0, "{}", err(&done));
    assert_eq!(house.found(&["is:disabled"]), ["E7", "E8", "E9"]);
    let audit = house.admin(&["audit", "list", "--json"], "");
    let records = document(&audit)["records"].clone();
    let of_each = records
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["kind"] == "user-changed" && record["reason"] == "INC-7");
    // Begun and done, for each of the two.
    assert_eq!(of_each.count(), 4, "{records}");
    let enabled = house.admin(&["user", "enable", "--where", "is:disabled", "--yes"], "");
    assert_eq!(code(&enabled), Exit::Partial.code(), "{}", err(&enabled));
    assert_eq!(house.found(&["is:disabled"]), Vec::<String>::new());
}

#[test]
fn everybody_is_never_meant_by_an_empty_filter() {
    let house = House::with_three();
    let refused = house.admin(&["user", "disable", "--where", " ", "--yes"], "");
    assert_eq!(code(&refused), Exit::Usage.code());
}

#[test]
fn passwords_of_many_come_out_once_each_and_are_in_no_record() {
    let house = House::with_three();
    let reset = house.admin(
        &[
            "user",
            "reset",
            "--where",
            "-is:operator is:active",
            "--yes",
        ],
        "",
    );
    let printed = out(&reset);
    let lines: Vec<Vec<&str>> = printed
        .lines()
        .map(|line| line.split(' ').collect())
        .collect();
    assert_eq!(lines.len(), 2, "{printed}{}", err(&reset));
    for (line, login) in lines.iter().zip(["E7", "E8"]) {
        assert_eq!(line[0], login);
        let check = house.admin(&["check", login, "--password-stdin"], line[1]);
        assert_eq!(code(&check), 0, "{}", err(&check));
        let audit = house.admin(&["audit", "list", "--json"], "");
        assert!(!out(&audit).contains(line[1]));
    }
    assert_eq!(house.found(&["is:unused"]), ["E7", "E8"]);
}

#[test]
fn locks_of_many_are_taken_off() {
    let house = House::with_three();
    house.behind_its_back(
        "INSERT INTO sign_ins (row, locked_since, failures) VALUES (2, 1, 3), (3, 1, 3)",
    );
    assert_eq!(house.found(&["is:locked"]), ["E7", "E8"]);
    let unlocked = house.json(&["user", "unlock", "--where", "is:locked", "--yes"], "");
    assert_eq!(
        unlocked.0["users"].as_array().unwrap().len(),
        2,
        "{}",
        unlocked.0
    );
    assert_eq!(house.found(&["is:locked"]), Vec::<String>::new());
}

#[test]
fn kind_and_station_of_many_are_set_to_the_same() {
    let house = House::with_three();
    let nothing = house.admin(&["user", "set", "--where", "is:active", "--yes"], "");
    assert_eq!(code(&nothing), Exit::Usage.code());
    let set = ["user", "set", "--where", "-is:operator is:active", "--yes"];
    let set = [&set[..], &["--kind", "commercial", "--station", " 12 "]].concat();
    assert_eq!(code(&house.admin(&set, "")), 0);
    assert_eq!(
        house.found(&["kind:commercial", "station:12"]),
        ["E7", "E8"]
    );
    let taken = [
        "user",
        "set",
        "--where",
        "station:12",
        "--station",
        "",
        "--yes",
    ];
    assert_eq!(code(&house.admin(&taken, "")), 0);
    assert_eq!(house.found(&["station:12"]), Vec::<String>::new());
}

#[test]
fn a_password_that_cannot_be_drawn_takes_none_that_was_set_away() {
    let house = House::with_three();
    let residential = ["user", "edit", "E8", "--kind", "residential", "--yes"];
    assert_eq!(code(&house.admin(&residential, "")), 0);
    // Groups of five with a dash between them are never 66 characters long.
    let config = house.path(".config/halligan/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    let bounds = "max_chars = 66\nmin_chars_generated = 66\n";
    let written = format!("generator = \"groups\"\n[kinds.residential.policy]\n{bounds}");
    fs::write(&config, written).unwrap();
    let reset = [
        "user",
        "reset",
        "--where",
        "station.example is:active",
        "--yes",
    ];
    let (told, ended) = house.json(&reset, "");
    assert_eq!(ended, Exit::Partial.code(), "{told}");
    let users = told["users"].as_array().unwrap();
    assert_eq!(users.len(), 2, "{told}");
    let password = users
        .iter()
        .find_map(|user| user["password"].as_str())
        .unwrap_or_else(|| panic!("{told}"));
    let check = house.admin(&["check", "E7", "--password-stdin"], password);
    assert_eq!(code(&check), 0, "{}", err(&check));
    let why = users
        .iter()
        .find_map(|user| user["error"]["message"].as_str())
        .unwrap_or_else(|| panic!("{told}"));
    assert!(why.contains("no generated password obeyed"), "{why}");
}
