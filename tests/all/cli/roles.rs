//! Roles of the site and rules of kinds, by command.

use std::fs;

use halligan::cli::Exit;
use serde_json::json;

use super::{House, code, err, out};

fn with_front_desk() -> House {
    let house = House::set_up();
    let add = [
        "role",
        "add",
        "Front Desk",
        "--permission",
        "users:read,users:update",
        "--permission",
        "Users - Update Status",
        "--kind",
        "residential",
        "--station",
        "Station 4",
    ];
    let added = house.admin(&add, "");
    assert_eq!(code(&added), 0, "{}", err(&added));
    house
}

#[test]
fn a_role_is_made_shown_changed_and_removed_by_command() {
    let house = with_front_desk();
    let (shown, ended) = house.json(&["role", "show", "front desk"], "");
    assert_eq!(ended, 0, "{shown}");
    let role = &shown["role"];
    assert_eq!(role["name"], "Front Desk");
    assert_eq!(role["holders"], 0);
    assert_eq!(
        role["permissions"],
        json!(["Users - Read", "Users - Update", "Users - Update Status"])
    );
    assert_eq!(role["kinds"], json!(["residential"]));
    assert_eq!(role["stations"], json!(["Station 4"]));
    // What is not named stays.
    let change = ["role", "change", "Front Desk", "--every-station", "--yes"];
    assert_eq!(code(&house.admin(&change, "")), 0);
    let (shown, _) = house.json(&["role", "show", "Front Desk"], "");
    assert_eq!(shown["role"]["kinds"], json!(["residential"]));
    assert_eq!(shown["role"]["stations"], json!(null));
    assert_eq!(shown["role"]["permissions"].as_array().unwrap().len(), 3);
    let (added, ended) = house.json(
        &[
            "user",
            "add",
            "--id",
            "E7",
            "--family-name",
            "Marlow",
            "--role",
            "FRONT desk",
        ],
        "",
    );
    assert_eq!(ended, 0, "{added}");
    let listed = out(&house.admin(&["role", "list"], ""));
    assert!(
        listed.contains("Front Desk") && listed.contains("residential accounts"),
        "{listed}"
    );
    let found = house.json(&["find", "role:\"front desk\""], "").0;
    assert_eq!(found["users"][0]["id"], "E7", "{found}");
    let exported = out(&house.admin(&["find", "role:\"front desk\"", "--export", "-"], ""));
    assert!(
        exported.contains("E7,,,Marlow,staff,Front Desk,true"),
        "{exported}"
    );
    // Somebody holds it: it goes only with another role said.
    let refused = house.admin(&["role", "remove", "Front Desk", "--yes"], "");
    assert_eq!(code(&refused), Exit::Failed.code(), "{}", err(&refused));
    assert!(err(&refused).contains("1 user holds the role Front Desk"));
    let remove = [
        "role",
        "remove",
        "Front Desk",
        "--instead",
        "viewer",
        "--yes",
    ];
    let (removed, ended) = house.json(&remove, "");
    assert_eq!(
        (removed["holders"].as_u64(), ended),
        (Some(1), 0),
        "{removed}"
    );
    let gone = house.admin(&["role", "show", "Front Desk"], "");
    assert_eq!(code(&gone), Exit::Failed.code());
    let unknown = house.admin(&["user", "role", "E7", "Front Desk", "--yes"], "");
    assert!(
        err(&unknown).contains("there is no role Front Desk"),
        "{}",
        err(&unknown)
    );
    let none = ["role", "add", "X", "--permission", "users:fly"];
    assert_eq!(code(&house.admin(&none, "")), Exit::Usage.code());
}

#[test]
fn a_roster_gives_roles_of_the_site_by_name_and_refuses_those_that_are_not_there() {
    let house = with_front_desk();
    let file = house.path("roster.csv");
    let import = |text: &str| {
        fs::write(&file, text).unwrap();
        house.json(&["user", "import", file.to_str().unwrap(), "--yes"], "")
    };
    let (done, ended) = import("id,family_name,role\nE7,Marlow,front desk\nE8,Okafor,viewer\n");
    assert_eq!((ended, done["roles"].as_u64()), (0, Some(2)), "{done}");
    assert_eq!(done["remarks"], json!([]), "{done}");
    let (shown, _) = house.json(&["role", "show", "Front Desk"], "");
    assert_eq!(shown["role"]["holders"], 1);
    // A column of something else is passed over, as ever, and nobody is given a role by it.
    let (done, ended) = import("id,family_name,role\nE9,Lee,front desk\nE10,Cole,Firefighter\n");
    assert_eq!((ended, done["roles"].as_u64()), (0, Some(0)), "{done}");
    let told = done["remarks"][0].as_str().unwrap();
    assert!(
        told.contains("'Firefighter' in line 3 is no role"),
        "{told}"
    );
    // Said to be roles, a name that is none is a faulty row.
    fs::write(
        &file,
        "id,family_name,post\nE11,Lee,front desk\nE12,Cole,Firefighter\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let (refused, _) = house.json(
        &["user", "import", file, "--column", "post=role", "--yes"],
        "",
    );
    let told = refused.to_string();
    assert!(
        told.contains("line 3: there is no role Firefighter"),
        "{told}"
    );
}

#[test]
fn the_rules_of_a_kind_are_shown_and_a_wrong_one_stops_the_start() {
    let house = House::set_up();
    let config = house.path(".config/halligan/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    let written = "[kinds.residential.policy]\nmin_chars = 8\nmin_strength = 1\n";
    fs::write(&config, written).unwrap();
    let least = |options: &[&str]| {
        let (shown, ended) = house.json(&[&["policy", "show"], options].concat(), "");
        assert_eq!(ended, 0, "{shown}");
        (
            shown["profile"]["min_chars"].as_u64(),
            shown["has_own"].as_bool(),
        )
    };
    assert_eq!(least(&[]), (Some(15), Some(false)));
    assert_eq!(least(&["--kind", "residential"]), (Some(8), Some(true)));
    assert_eq!(least(&["--kind", "staff"]), (Some(15), Some(false)));
    let lines = out(&house.admin(&["policy", "show", "--kind", "residential"], ""));
    assert!(lines.contains("[kinds.residential]"), "{lines}");
    // The checklist of a reset by command is the kind's.
    let add = |id: &str, kind: &str| {
        let add = [
            "user",
            "add",
            "--id",
            id,
            "--family-name",
            "Marlow",
            "--kind",
            kind,
        ];
        let added = house.admin(&[&add[..], &["--password-stdin"]].concat(), "kumquat 7x");
        code(&added)
    };
    assert_eq!(add("R1", "residential"), 0);
    assert_eq!(add("S1", "staff"), Exit::Policy.code());
    let wrong = "[kinds.residential.policy]\nidle_lock_min = 5\n";
    fs::write(&config, wrong).unwrap();
    let refused = house.admin(&["policy", "show"], "");
    assert_eq!(code(&refused), Exit::Configuration.code());
    assert!(
        err(&refused).contains("[kinds.residential] idle_lock_min"),
        "{}",
        err(&refused)
    );
}
