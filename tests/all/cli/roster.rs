//! Rosters as people export them, planned and imported by the real program.

use std::fs;

use halligan::cli::Exit;
use serde_json::{Value, json};

use super::{House, code, err, out};

fn case(name: &str) -> String {
    format!(
        "{}/tests/cases/roster/{name}.csv",
        env!("CARGO_MANIFEST_DIR")
    )
}

fn import(house: &House, file: &str, options: &[&str]) -> (Value, u8) {
    house.json(&[&["user", "import", file], options].concat(), "")
}

fn written(house: &House, text: &str) -> String {
    let file = house.path("roster.csv");
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Every person but the administrator: ID, email and state.
fn people(house: &House) -> Vec<String> {
    let (listed, _) = house.json(&["user", "list"], "");
    let users = listed["users"].as_array().unwrap();
    let mut people: Vec<_> = users
        .iter()
        .filter(|user| user["id"] != "A1" && user["login"] != "A1")
        .map(|user| {
            let id = user["login"].as_str().or(user["id"].as_str()).unwrap();
            format!(
                "{id} {} {}",
                user["email"].as_str().unwrap_or_default(),
                user["active"]
            )
        })
        .collect();
    people.sort();
    people
}

#[test]
fn a_plan_and_an_import_refuse_the_same_lines_with_the_same_exit_code() {
    let house = House::set_up();
    house.add("admin", "first@x.example", "First", "Admin");
    let mailbox =
        |line: u8| format!("line {line}: the email is not an address such as name@example.org");
    for (name, expected, left) in [
        ("dry-run-same-id", vec!["line 3: ID E1 stands in line 2 already".to_owned()], 1),
        ("dry-run-bad-email", vec![mailbox(2)], 0),
        (
            "dry-run-taken-id",
            vec!["line 2: ID admin is taken by First Admin (admin); to change people who are there, give --update".to_owned()],
            0,
        ),
        ("crlf-line-number", vec![mailbox(4)], 3),
        ("blank-line-number", vec![mailbox(5)], 3),
        (
            "email-forms",
            vec![
                "line 4: `c@x.example;c2@x.example` is more than one address: keep one".to_owned(),
                mailbox(5),
            ],
            6,
        ),
        (
            "invisible-twins",
            vec![
                "line 3: the ID holds an invisible character (U+200B)".to_owned(),
                "line 4: the email holds an invisible character (U+202A)".to_owned(),
            ],
            1,
        ),
    ] {
        let file = case(name);
        let (planned, plan_code) = import(&house, &file, &["--dry-run"]);
        let (refused, import_code) = import(&house, &file, &["--yes"]);
        assert_eq!(texts(&refused["error"]["faulty_lines"]), expected, "{name}: {refused}");
        assert_eq!(planned["error"], refused["error"], "{name}");
        assert_eq!((plan_code, import_code), (Exit::Failed.code(), Exit::Failed.code()), "{name}");
        let (skipping, code) = import(&house, &file, &["--dry-run", "--skip-faulty"]);
        assert_eq!(code, 0, "{name}: {skipping}");
        assert_eq!(skipping["added"], left, "{name}: {skipping}");
        assert_eq!(texts(&skipping["faulty_lines"]), expected, "{name}");
    }
    // What is no fault of a line cannot be passed over.
    for options in [&["--dry-run"][..], &["--yes"], &["--yes", "--skip-faulty"]] {
        let (refused, code) = import(&house, &case("stray-quote"), options);
        let said = refused["error"]["message"].as_str().unwrap();
        assert!(said.contains("line 3: a quote opens here"), "{said}");
        assert_eq!(code, Exit::Failed.code());
    }
    assert_eq!(
        people(&house),
        ["admin first@x.example true"],
        "nobody came in"
    );
}

#[test]
fn what_is_planned_is_what_is_done_and_the_audit_names_each_person_and_role() {
    let house = House::set_up();
    let file = case("role-administrator");
    let (planned, _) = import(&house, &file, &["--dry-run"]);
    let (done, code) = import(&house, &file, &["--yes"]);
    assert_eq!(code, 0, "{done}");
    for key in ["lines", "added", "roles", "faulty", "unchanged"] {
        assert_eq!(planned[key], done[key], "{key}");
    }
    assert_eq!((&done["added"], &done["roles"]), (&json!(2), &json!(1)));
    assert_eq!(done["lines"][0]["role"], "administrator");
    let told = out(&house.admin(&["user", "import", &file, "--dry-run"], ""));
    assert!(told.contains("line 2: 1 Ann Able: unchanged"), "{told}");
    let (audit, _) = house.json(&["audit", "list", "--limit", "20"], "");
    let audit = audit.to_string();
    for said in [
        "roster, line 2: staff, role administrator",
        "roster, line 3: staff, role none",
        "2 users added, 1 given a role",
        "only planned: 2 users would be added, 1 given a role",
    ] {
        assert!(audit.contains(said), "{said}: {audit}");
    }
}

#[test]
fn somebody_who_has_left_is_told_and_disabled_where_that_is_asked_for() {
    let house = House::set_up();
    house.add("1", "a@x.example", "Ann", "Able");
    let file = case("again-now-inactive");
    let told = house.admin(&["user", "import", &file, "--yes"], "");
    assert_eq!(code(&told), 0, "{}", err(&told));
    let said = "line 2: 1 Ann Able is there already and stays as it is; with --update: state active -> disabled";
    assert!(out(&told).contains(said), "{}", out(&told));
    assert_eq!(people(&house), ["1 a@x.example true"]);
    let (planned, _) = import(&house, &file, &["--update", "--dry-run"]);
    assert_eq!(
        people(&house),
        ["1 a@x.example true"],
        "it was planned only"
    );
    let (done, code) = import(&house, &file, &["--update", "--yes"]);
    assert_eq!(code, 0, "{done}");
    assert_eq!(planned["lines"], done["lines"]);
    assert_eq!(
        (&done["changed"], &done["disabled"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(people(&house), ["1 a@x.example false"]);
    let (audit, _) = house.json(&["audit", "list", "--limit", "9"], "");
    assert!(
        audit.to_string().contains("roster, line 2: state disabled"),
        "{audit}"
    );
}

#[test]
fn an_update_changes_only_what_the_file_says_and_tells_old_and_new() {
    let house = House::set_up();
    house.add("E1", "a@x.example", "Ann", "Able");
    house.add("E2", "b@x.example", "Bob", "Baker");
    let file = written(
        &house,
        "Badge,Mail,Given,Family\nE1,ann@x.example,,\ne2,,Rob,Baker\nE9,i@x.example,Ida,Ivens\n",
    );
    let (done, code) = import(&house, &file, &["--update", "--yes"]);
    assert_eq!(code, 0, "{done}");
    let changes = |line: u64| {
        let lines = done["lines"].as_array().unwrap();
        lines.iter().find(|told| told["line"] == line).unwrap()["changes"].clone()
    };
    assert_eq!(
        changes(2),
        json!([{ "attribute": "email", "old": "a@x.example", "new": "ann@x.example" }])
    );
    assert_eq!(
        changes(3),
        json!([{ "attribute": "given_name", "old": "Bob", "new": "Rob" }])
    );
    assert_eq!((&done["added"], &done["changed"]), (&json!(1), &json!(2)));
    assert_eq!(
        people(&house),
        [
            "E1 ann@x.example true",
            "E2 b@x.example true",
            "E9 i@x.example true"
        ]
    );
    let found = house.admin(&["find", "rob"], "");
    assert!(
        out(&found).contains("E2"),
        "the search knows the new name: {}",
        out(&found)
    );
    // By the address, and without any name in the file.
    let file = written(&house, "id,email,active\nX,ann@x.example,no\n");
    let (done, code) = import(&house, &file, &["--update", "--match-by", "email", "--yes"]);
    assert_eq!(code, 0, "{done}");
    assert_eq!(people(&house)[2], "X ann@x.example false", "{done}");
    // An ID that is somebody's address is nobody's ID.
    let file = written(&house, "id,active\nb@x.example,no\n");
    let (refused, _) = import(&house, &file, &["--update", "--yes"]);
    assert_eq!(
        texts(&refused["error"]["faulty_lines"]),
        ["line 2: ID b@x.example is taken by Rob Baker (E2)"]
    );
    // Who is there need not be named again; who is new must be.
    let file = written(&house, "id,active\nE9,yes\nE10,yes\n");
    let (refused, _) = import(&house, &file, &["--update", "--yes"]);
    assert_eq!(
        texts(&refused["error"]["faulty_lines"]),
        ["line 3: the name is missing"]
    );
    // Twice in the file is a fault, whoever it is.
    let file = written(&house, "id,active\nE9,yes\ne9,no\n");
    let (refused, _) = import(&house, &file, &["--update", "--yes"]);
    assert_eq!(
        texts(&refused["error"]["faulty_lines"]),
        ["line 3: ID e9 stands in line 2 already"]
    );
}

#[test]
fn who_is_not_in_the_file_is_told_and_only_disabled_where_that_is_asked_for() {
    let house = House::set_up();
    house.add("E1", "a@x.example", "Ann", "Able");
    house.add("E2", "b@x.example", "Bob", "Baker");
    let unit = house.admin(
        &[
            "user",
            "add",
            "--id",
            "ENG1",
            "--family-name",
            "Engine 1",
            "--kind",
            "unit",
        ],
        "",
    );
    assert_eq!(code(&unit), 0, "{}", err(&unit));
    let file = written(&house, "id,active\nE1,yes\n");
    let (told, _) = import(&house, &file, &["--update", "--yes"]);
    assert_eq!(
        (&told["missing"], &told["disabled"]),
        (&json!(2), &json!(0)),
        "{told}"
    );
    assert!(people(&house).iter().all(|person| person.ends_with("true")));
    let (done, code) = import(&house, &file, &["--update", "--disable-missing", "--yes"]);
    assert_eq!(code, 0, "{done}");
    assert_eq!(
        (&done["missing"], &done["disabled"]),
        (&json!(1), &json!(1)),
        "{done}"
    );
    let own = done["lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|told| told["act"] == "missing");
    assert!(
        own.unwrap()["reason"]
            .as_str()
            .unwrap()
            .contains("own account"),
        "{done}"
    );
    assert_eq!(
        people(&house),
        ["E1 a@x.example true", "E2 b@x.example false", "ENG1  true"],
        "apparatus is in no list of staff"
    );
}

#[test]
fn a_guessed_encoding_wants_a_yes_and_a_told_one_none() {
    let house = House::set_up();
    let file = case("windows-1252");
    let (refused, code) = import(&house, &file, &["--yes"]);
    assert_eq!(code, Exit::Failed.code());
    assert!(
        refused["error"]["message"]
            .as_str()
            .unwrap()
            .contains("As windows-1252 it reads: José"),
        "{refused}"
    );
    let (done, code) = import(&house, &file, &["--yes", "--encoding", "windows-1252"]);
    assert_eq!((code, &done["added"]), (0, &json!(1)), "{done}");
    assert_eq!(done["encoding"], "windows-1252");
    let (done, code) = import(&house, &case("utf-16"), &["--dry-run"]);
    assert_eq!(
        (code, &done["encoding"]),
        (Exit::Failed.code(), &Value::Null),
        "E1 is taken: {done}"
    );
}

#[test]
fn a_column_is_what_the_operator_says() {
    let house = House::set_up();
    fs::create_dir_all(house.path(".config/halligan")).unwrap();
    let saved = "[roster]\ncolumns = [\"Dienstnr=id\", \"Wer=name\"]\n";
    fs::write(house.path(".config/halligan/config.toml"), saved).unwrap();
    let file = written(&house, "Dienstnr,Wer\nD1,Dan Dole\n");
    let (done, code) = import(&house, &file, &["--yes"]);
    assert_eq!((code, &done["added"]), (0, &json!(1)), "{done}");
    // A file without the saved columns is read as ever.
    let file = written(&house, "Ref,Wer,Passwort\nE1,Ann Able,geheim7\n");
    let (refused, _) = import(
        &house,
        &file,
        &["--yes", "--column", "Ref=id", "--column", "Wer=name"],
    );
    assert!(
        refused["error"]["message"]
            .as_str()
            .unwrap()
            .contains("holds passwords"),
        "{refused}"
    );
    let columns = [
        "--yes",
        "--column",
        "Ref=id",
        "--column",
        "Wer=name",
        "--column",
        "Passwort=-",
    ];
    let (done, code) = import(&house, &file, &columns);
    assert_eq!((code, &done["added"]), (0, &json!(1)), "{done}");
    let wrong = house.admin(&["user", "import", &file, "--column", "Ref=boss"], "");
    assert_eq!(super::code(&wrong), Exit::Usage.code(), "{}", err(&wrong));
    assert!(
        err(&wrong).contains("`boss` is none of id, email"),
        "{}",
        err(&wrong)
    );
}

#[test]
fn an_id_that_looks_like_another_is_refused_and_a_refused_row_takes_no_name() {
    let house = House::set_up();
    let file = written(
        &house,
        "id,name,email\nE1,Ann Able,a@x.example\n\u{415}1,Ann Able,\nE2,Bob Baker,a@x.example\nE3,Cyd Cole,\nE2,Bob Baker,b@x.example\n",
    );
    let (done, code) = import(&house, &file, &["--yes", "--skip-faulty"]);
    assert_eq!(code, 0, "{done}");
    assert_eq!(
        texts(&done["faulty_lines"]),
        [
            "line 3: ID \u{415}1 looks like the one in line 2",
            "line 4: email a@x.example stands in line 2 already",
        ]
    );
    assert_eq!(
        people(&house),
        ["E1 a@x.example true", "E2 b@x.example true", "E3  true"]
    );
    let added = house.admin(
        &["user", "add", "--id", "\u{415}1", "--family-name", "Twin"],
        "",
    );
    assert!(
        err(&added).contains("looks like that of Ann Able (E1)"),
        "{}",
        err(&added)
    );
}
