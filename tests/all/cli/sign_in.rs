//! Who may do it, and how the operator's password comes in.

use std::{fs, os::unix::fs::PermissionsExt as _};

use halligan::cli::Exit;

use super::{ADMINISTRATOR, House, PASSWORD, code, document, err, out};

#[test]
fn a_second_init_is_refused() {
    let house = House::set_up();
    let again = house.run(
        &["init", "--email", "eve@example.org", "--password-stdin"],
        PASSWORD,
    );
    assert_eq!(code(&again), Exit::Conflict.code());
    assert!(err(&again).contains("Nothing was changed."));
}

#[test]
fn a_first_administrator_with_a_weak_password_is_refused_with_rule_and_cure() {
    let house = House::empty();
    let arguments = [
        "init",
        "--email",
        ADMINISTRATOR,
        "--given-name",
        "Ada",
        "--family-name",
        "Ortiz",
        "--password-stdin",
        "--json",
    ];
    let refused = house.run(&arguments, "short");
    assert_eq!(code(&refused), Exit::Policy.code());
    let error = &document(&refused)["error"];
    assert_eq!(error["kind"], "policy");
    assert_eq!(error["refusals"][0]["rule"], "min_chars");
    assert!(!error["cure"].as_str().unwrap().is_empty());
}

#[test]
fn a_password_file_that_others_can_read_is_refused_before_anything_is_opened() {
    let house = House::set_up();
    let file = house.path("password");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = house.admin(&["find", "ada"], "");
    assert_eq!(code(&refused), Exit::Usage.code());
    assert!(err(&refused).contains("chmod 600"), "{}", err(&refused));
}

#[test]
fn a_wrong_password_and_an_unknown_operator_get_the_same_answer() {
    let house = House::set_up();
    let wrong = house.private("wrong", "not the password at all");
    let known = house.as_operator(ADMINISTRATOR, &wrong, &["find", "ada"], "");
    let unknown = house.as_operator("nobody@example.org", &wrong, &["find", "ada"], "");
    assert_eq!(code(&known), Exit::SignIn.code());
    assert_eq!((code(&known), err(&known)), (code(&unknown), err(&unknown)));
}

#[test]
fn an_operator_without_the_permission_is_told_which_one_is_missing() {
    let house = House::set_up();
    let password = "willow engine 71 harbour";
    let added = house.admin(
        &[
            "user",
            "add",
            "--id",
            "V1",
            "--email",
            "vi@example.org",
            "--given-name",
            "Vi",
            "--family-name",
            "Ewer",
            "--role",
            "viewer",
            "--password-stdin",
        ],
        "temporary lantern 93 quarry",
    );
    assert_eq!(code(&added), 0, "{}", err(&added));
    // A temporary password has to be changed before anything else.
    let temporary = house.private("temporary", "temporary lantern 93 quarry");
    let before = house.as_operator("vi@example.org", &temporary, &["find", "ada"], "");
    assert_eq!(code(&before), Exit::SignIn.code(), "{}", err(&before));
    let changed = house.as_operator(
        "vi@example.org",
        &temporary,
        &["password", "--password-stdin"],
        password,
    );
    assert_eq!(code(&changed), 0, "{}", err(&changed));
    let file = house.private("viewer", password);
    let found = house.as_operator("vi@example.org", &file, &["find", "ada"], "");
    assert_eq!(code(&found), 0, "{}", err(&found));
    let refused = house.as_operator(
        "vi@example.org",
        &file,
        &["reset", "A1", "--generate", "--yes"],
        "",
    );
    assert_eq!(code(&refused), Exit::Permission.code());
    assert!(
        err(&refused).contains("Users - Update"),
        "{}",
        err(&refused)
    );
    assert_eq!(out(&refused), "");
}

#[test]
fn without_a_terminal_the_missing_password_is_named_with_the_options_that_bring_it() {
    let house = House::set_up();
    let refused = house.run(&["find", "ada", "--operator", ADMINISTRATOR], "");
    assert_eq!(code(&refused), Exit::Usage.code());
    assert!(
        err(&refused).contains("--operator-password-file"),
        "{}",
        err(&refused)
    );
}

#[test]
fn a_store_that_others_can_read_is_refused_with_its_cure() {
    let house = House::set_up();
    let store = house.path(".local/share/halligan/halligan.db");
    fs::set_permissions(&store, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = house.admin(&["find", "ada"], "");
    assert_eq!(code(&refused), Exit::Store.code(), "{}", err(&refused));
    assert!(err(&refused).contains("chmod"), "{}", err(&refused));
}

#[test]
fn a_stored_hash_that_is_damaged_is_told_as_not_known_and_counts_as_no_failure() {
    let house = House::set_up();
    house.behind_its_back("UPDATE passwords SET hash = 'junk'");
    for _ in 0..12 {
        let asked = house.admin(&["find", "ada"], "");
        assert_eq!(code(&asked), Exit::Unavailable.code(), "{}", err(&asked));
        assert!(err(&asked).contains("damaged"), "{}", err(&asked));
    }
    let (document, exit) = house.json(&["find", "ada"], "");
    assert_eq!(exit, 11);
    assert_eq!(document["error"]["kind"], "unavailable");
    let store = rusqlite::Connection::open(house.path(".local/share/halligan/halligan.db"));
    let store = store.unwrap();
    let failures: i64 = store
        .query_row(
            "SELECT coalesce(sum(failures), 0) FROM sign_ins",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(failures, 0);
    let recorded: String = store
        .query_row(
            "SELECT body FROM audit WHERE kind = 'sign-in' ORDER BY seq DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(
        recorded.contains("\"A1\"") && recorded.contains("damaged"),
        "{recorded}"
    );
}
