//! What scripts rely on: results, JSON shapes, exit codes.

use std::{
    fs::{self, File},
    io::Write as _,
};

use halligan::cli::Exit;
use serde_json::json;

use super::{House, code, document, err, out, shape};

fn peopled() -> House {
    let house = House::set_up();
    house.add("E1042", "maria.vasquez@example.org", "Maria", "Vasquez");
    house.add("E1043", "mario.vasquez@example.org", "Mario", "Vasquez");
    house.add("E2000", "", "", "Engine 7");
    house
}

#[test]
fn a_user_is_found_by_id_email_and_name() {
    let house = peopled();
    for text in ["E1042", "maria.vasquez@example.org", "vasquez maria"] {
        let (document, code) = house.json(&["find", text], "");
        assert_eq!(code, 0);
        assert_eq!(document["users"][0]["id"], "E1042", "{text}");
    }
    let (document, _) = house.json(&["find", "E1042"], "");
    insta::assert_json_snapshot!("find", shape(&document));
    let (document, code) = house.json(&["find", "nobody-at-all"], "");
    assert_eq!(code, Exit::NotFound.code());
    assert_eq!(document["total"], json!({ "count": 0, "exact": true }));
}

#[test]
fn a_generated_reset_prints_the_password_alone_and_it_signs_in() {
    let house = peopled();
    let reset = house.admin(
        &["reset", "E1042", "--generate", "--yes", "--reason", "INC-7"],
        "",
    );
    assert_eq!(code(&reset), 0, "{}", err(&reset));
    let password = out(&reset);
    assert_eq!(password.lines().count(), 1, "{password}");
    let checked = house.admin(&["check", "E1042", "--password-stdin"], &password);
    assert_eq!(code(&checked), 0, "{}", err(&checked));
    let wrong = house.admin(
        &["check", "E1042", "--password-stdin"],
        "another password 12",
    );
    assert_eq!(code(&wrong), Exit::No.code());
    // Neither the record nor the store's bytes hold it.
    let records = out(&house.admin(&["audit", "list", "--json", "--limit", "0"], ""));
    assert!(records.contains("INC-7") && !records.contains(password.trim()));
    for entry in fs::read_dir(house.path(".local/share/halligan")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let needle = password.trim().as_bytes();
        assert!(!bytes.windows(needle.len()).any(|window| window == needle));
    }
}

#[test]
fn the_shape_of_a_receipt_is_kept() {
    let house = peopled();
    let (document, code) = house.json(&["reset", "E1042", "--generate", "--yes"], "");
    assert_eq!(code, 0, "{document}");
    assert_eq!(document["receipt"]["success"], true);
    insta::assert_json_snapshot!("reset", shape(&document));
    let (document, code) = house.json(&["unlock", "E1042"], "");
    assert_eq!(code, 0, "{document}");
    insta::assert_json_snapshot!("unlock", shape(&document));
    let (document, code) = house.json(&["check", "E1042", "--password-stdin"], "not this one 88");
    assert_eq!(code, Exit::No.code());
    insta::assert_json_snapshot!("check", document);
}

#[test]
fn a_password_comes_in_through_a_file_descriptor() {
    let house = peopled();
    let file = house.private("new", "pumpkin hydrant 46 ladder\n");
    // A shell hands over descriptor 3, as a script would.
    let binary = assert_cmd::cargo::cargo_bin!("halligan");
    let done = std::process::Command::new("bash")
        .args(["-c", r#"exec "$0" "$@" 3<"$PASSWORD_PATH""#])
        .arg(binary)
        .args(["reset", "E1042", "--password-fd", "3"])
        .args([
            "--operator",
            super::ADMINISTRATOR,
            "--operator-password-file",
        ])
        .arg(house.path("password"))
        .env_clear()
        .env("HOME", house.path(""))
        .env("PATH", "/usr/bin:/bin")
        .env("PASSWORD_PATH", &file)
        .output()
        .unwrap();
    assert_eq!(code(&done), 0, "{}", err(&done));
    let checked = house.admin(
        &["check", "E1042", "--password-stdin"],
        "pumpkin hydrant 46 ladder",
    );
    assert_eq!(code(&checked), 0, "{}", err(&checked));
}

#[test]
fn an_ambiguous_name_is_answered_with_the_candidates_and_changes_nothing() {
    let house = peopled();
    let (document, code) = house.json(&["reset", "vasquez", "--generate", "--yes"], "");
    assert_eq!(code, Exit::Ambiguous.code());
    assert_eq!(document["error"]["candidates"].as_array().unwrap().len(), 2);
    insta::assert_json_snapshot!("ambiguous", shape(&document));
    let (document, code) = house.json(&["reset", "maria", "--exact", "--generate", "--yes"], "");
    assert_eq!(code, Exit::NotFound.code(), "{document}");
}

#[test]
fn without_a_yes_nothing_is_reset() {
    let house = peopled();
    let asked = house.admin(
        &["reset", "maria", "--password-stdin"],
        "pumpkin hydrant 46 ladder",
    );
    assert_eq!(code(&asked), Exit::Usage.code(), "{}", err(&asked));
    assert!(err(&asked).contains("--yes"), "{}", err(&asked));
}

#[test]
fn a_refused_password_names_every_broken_rule() {
    let house = peopled();
    let (document, code) = house.json(&["reset", "E1042", "--password-stdin"], "vasquez");
    assert_eq!(code, Exit::Policy.code());
    insta::assert_json_snapshot!("refused", shape(&document));
}

#[test]
fn two_users_cannot_share_an_id() {
    let house = peopled();
    let taken = house.admin(
        &["user", "add", "--id", "E1042", "--family-name", "Twin"],
        "",
    );
    assert_eq!(code(&taken), Exit::Conflict.code(), "{}", err(&taken));
}

#[test]
fn a_role_is_given_and_listed() {
    let house = peopled();
    let (document, code) = house.json(&["user", "role", "E1042", "help-desk", "--yes"], "");
    assert_eq!(code, 0, "{document}");
    insta::assert_json_snapshot!("role", shape(&document));
    let (document, _) = house.json(&["user", "list"], "");
    let users = document["users"].as_array().unwrap();
    assert_eq!(users.len(), 4);
    let maria = users.iter().find(|user| user["id"] == "E1042").unwrap();
    assert_eq!(
        maria["permissions"],
        json!(["Users - Read", "Users - Update", "Users - Update Status"])
    );
}

#[test]
fn the_audit_verifies_holds_its_anchor_and_notices_a_missing_end() {
    let house = peopled();
    let head = out(&house.admin(&["audit", "head"], ""));
    let (document, code) = house.json(&["audit", "verify", "--anchor", head.trim()], "");
    assert_eq!(code, 0, "{document}");
    insta::assert_json_snapshot!("verify", shape(&document));
    let (sequence, _) = head.trim().split_once(':').unwrap();
    let forged = format!("{sequence}:{}", "0".repeat(64));
    let (document, code) = house.json(&["audit", "verify", "--anchor", &forged], "");
    assert_eq!(code, Exit::No.code(), "{document}");
    assert_eq!(document["good"], false);
}

#[test]
fn a_wrong_index_is_told_and_mended() {
    let house = peopled();
    let (document, code) = house.json(&["store", "check"], "");
    assert_eq!(code, 0, "{document}");
    insta::assert_json_snapshot!("store_check", shape(&document));
    house.behind_its_back("UPDATE users SET family = 'Somebody' WHERE login = 'E1042'");
    let (document, code) = house.json(&["store", "check"], "");
    assert_eq!(code, Exit::No.code(), "{document}");
    let (document, code) = house.json(&["store", "check", "--mend"], "");
    assert_eq!(code, 0, "{document}");
    assert_eq!(document["mended"], true);
    let (document, code) = house.json(&["store", "check"], "");
    assert_eq!((document["good"].clone(), code), (true.into(), 0));
}

#[test]
fn a_changed_record_is_named() {
    let house = peopled();
    house.behind_its_back(
        "DROP TRIGGER audit_is_never_changed;
         UPDATE audit SET body = replace(body, 'user-created', 'user-viewed') WHERE seq = 3;",
    );
    let (document, code) = house.json(&["audit", "verify"], "");
    assert_eq!(code, Exit::No.code(), "{document}");
    assert_eq!(document["first_bad"]["sequence"], 3);
}

#[test]
fn an_export_opened_in_a_spreadsheet_runs_no_formula() {
    let house = House::set_up();
    house.add("E1", "evil@example.org", "=HYPERLINK(\"http://x\")", "+1+1");
    let reset = house.admin(
        &[
            "reset",
            "E1",
            "--generate",
            "--yes",
            "--reason",
            "@SUM(1+1)*cmd|' /C calc'!A0",
        ],
        "",
    );
    assert_eq!(code(&reset), 0, "{}", err(&reset));
    let file = house.path("audit.csv");
    let path = file.to_str().unwrap();
    let (document, code) = house.json(&["audit", "export", path, "--format", "csv"], "");
    assert_eq!(code, 0, "{document}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let mut rows = csv::Reader::from_path(&file).unwrap();
    let mut seen = 0;
    for row in rows.records() {
        for cell in &row.unwrap() {
            seen += usize::from(cell.contains("HYPERLINK") || cell.contains("SUM(1"));
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
        }
    }
    assert!(seen >= 2, "the hostile texts are in the export");
    // A file that is there is never overwritten.
    let (_, code) = house.json(&["audit", "export", path, "--format", "csv"], "");
    assert_ne!(code, 0);
}

#[test]
fn text_from_the_directory_cannot_steer_the_terminal() {
    let house = House::set_up();
    let file = house.path("hostile.csv");
    let mut roster = File::create(&file).unwrap();
    writeln!(
        roster,
        "id,email,given_name,family_name\nE9,nine@example.org,Bidi,\u{202e}lirpA"
    )
    .unwrap();
    let imported = house.admin(&["user", "import", file.to_str().unwrap(), "--yes"], "");
    let listed = house.admin(&["user", "list"], "");
    let all = out(&imported) + &err(&imported) + &out(&listed);
    assert!(!all.contains(['\u{202e}', '\u{1b}']), "{all:?}");
}

#[test]
fn config_check_shows_where_each_value_came_from() {
    let house = House::empty();
    let file = house.private(
        "own.toml",
        "profile = \"legacy-90-10\"\nagency = \"Ladder 9\"\n",
    );
    let checked = house
        .command()
        .env("HALLIGAN_READ_BACK", "icao")
        .args(["config", "check", "--json", "--config"])
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(code(&checked), 0, "{}", err(&checked));
    let document = document(&checked);
    let origin = |key: &str| {
        let settings = document["settings"].as_array().unwrap();
        let setting = settings.iter().find(|setting| setting["key"] == key);
        setting.unwrap()["origin"].as_str().unwrap().to_owned()
    };
    assert_eq!(origin("agency"), file.to_str().unwrap());
    assert_eq!(origin("read_back"), "the environment");
    assert_eq!(origin("generator"), "the default");
    assert_eq!(origin("policy.history"), "the profile legacy-90-10");
    let warnings = document["warnings"].to_string();
    assert!(warnings.contains("does not meet CJIS"), "{warnings}");
}

#[test]
fn an_unknown_key_ends_with_the_code_of_the_configuration() {
    let house = House::empty();
    let refused = house
        .command()
        .env("HALLIGAN_PROFLE", "cjis")
        .args(["config", "check"])
        .output()
        .unwrap();
    assert_eq!(code(&refused), Exit::Configuration.code());
    assert!(err(&refused).contains("'profile'"), "{}", err(&refused));
}
