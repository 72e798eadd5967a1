//! What becomes of a secret that standard output does not take, of names that would drive a
//! terminal, of reasons without end, and of files that are none.

use std::{
    fs::{self, File},
    process::{Child, Command, Output, Stdio},
};

use halligan::cli::Exit;
use serde_json::Value;

use super::{ADMINISTRATOR, House, code, err, out};

fn command(house: &House, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("halligan"));
    command
        .args(arguments)
        .args(["--operator", ADMINISTRATOR, "--operator-password-file"])
        .arg(house.path("password"))
        .env_clear()
        .env("HOME", house.path(""))
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// With a standard output that is always full.
fn full(house: &House, arguments: &[&str]) -> Output {
    let full = File::options().write(true).open("/dev/full").unwrap();
    command(house, arguments).stdout(full).output().unwrap()
}

/// With a pipe that nobody reads, as after `| true`.
fn unread(house: &House, arguments: &[&str]) -> Output {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    command(house, arguments).stdout(writer).output().unwrap()
}

fn peopled() -> House {
    let house = House::set_up();
    house.add("E1042", "maria.vasquez@example.org", "Maria", "Vasquez");
    house
}

fn recorded(house: &House, kind: &str) -> usize {
    let (document, _) = house.json(&["audit", "list", "--limit", "0"], "");
    let records = document["records"].as_array().unwrap();
    records.iter().filter(|one| one["kind"] == kind).count()
}

#[test]
fn a_generated_password_that_nobody_took_is_told_as_set_and_lost() {
    let house = peopled();
    let reset = ["reset", "E1042", "--generate", "--yes"];
    let json = [&reset[..], &["--json"]].concat();
    for arguments in [&reset[..], &json] {
        for done in [full(&house, arguments), unread(&house, arguments)] {
            assert_eq!(code(&done), Exit::Partial.code(), "{}", err(&done));
            let told = err(&done);
            for sentence in [
                "could not be shown on standard output",
                "The password was changed, and the new one is written nowhere.",
                "Reset it again",
            ] {
                assert!(told.contains(sentence), "{sentence}: {told}");
            }
        }
    }
    assert_eq!(recorded(&house, "password-reset"), 8, "each was done");
}

#[test]
fn an_export_that_nobody_reads_to_its_end_is_no_failure() {
    let house = peopled();
    let export = ["find", "example.org", "--export", "-"];
    let done = unread(&house, &export);
    assert_eq!(code(&done), Exit::Done.code(), "{}", err(&done));
    let done = full(&house, &export);
    assert_eq!(code(&done), Exit::Failed.code());
    let told = err(&done);
    assert!(told.contains("could not be written"), "{told}");
}

#[test]
fn a_token_whose_secret_nobody_took_is_told_as_made_and_lost() {
    let house = peopled();
    for (n, json) in [false, true].into_iter().enumerate() {
        let name = format!("cad-{n}");
        let mut create = vec!["token", "create", &name, "--scope", "users:read"];
        create.extend(json.then_some("--json"));
        let done = full(&house, &create);
        assert_eq!(code(&done), Exit::Partial.code(), "{}", err(&done));
        let told = err(&done);
        assert!(told.contains("its secret is written nowhere"), "{told}");
        assert!(told.contains(&format!("token revoke {name}")), "{told}");
    }
    let create = ["token", "create", "cad-9", "--scope", "users:read"];
    assert_eq!(code(&unread(&house, &create)), Exit::Partial.code());
    assert_eq!(recorded(&house, "token-created"), 3);
}

#[test]
fn where_output_is_thrown_away_no_secret_is_made() {
    let house = peopled();
    let before = recorded(&house, "password-reset");
    for arguments in [
        &["reset", "E1042", "--generate", "--yes"][..],
        &["token", "create", "cad", "--scope", "users:read"],
    ] {
        let done = command(&house, arguments)
            .stdout(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(code(&done), Exit::Usage.code(), "{}", err(&done));
        assert!(err(&done).contains("shown nowhere"), "{}", err(&done));
    }
    assert_eq!(recorded(&house, "password-reset"), before);
    assert_eq!(recorded(&house, "token-created"), 0);
}

#[test]
fn an_act_whose_result_cannot_be_written_is_not_told_as_undone() {
    let house = peopled();
    let done = full(&house, &["unlock", "E1042"]);
    assert_ne!(code(&done), 0);
    assert!(
        !err(&done).contains("Nothing was changed"),
        "{}",
        err(&done)
    );
    assert!(err(&done).contains("was carried out"), "{}", err(&done));
}

const HIDDEN: [char; 6] = [
    '\u{202e}', '\u{200b}', '\u{9b}', '\u{1b}', '\u{feff}', '\u{2066}',
];

#[test]
fn what_hides_or_drives_a_terminal_leaves_no_command_and_no_export_as_it_is() {
    let house = peopled();
    // As another program may have written it.
    house.behind_its_back(
        "UPDATE users SET given = 'Ma' || char(0x202e, 0x200b, 0x9b, 0x1b, 0xfeff, 0x2066) || 'ria' \
         WHERE login = 'E1042'",
    );
    let reset = house.admin(&["reset", "E1042", "--generate", "--yes"], "");
    assert_eq!(code(&reset), 0, "{}", err(&reset));
    assert!(!err(&reset).contains(HIDDEN));
    for arguments in [
        &["find", "E1042"][..],
        &["user", "list"],
        &["audit", "list"],
        &["find", "E1042", "--json"],
        &["user", "list", "--json"],
        &["audit", "list", "--json"],
    ] {
        let told = out(&house.admin(arguments, ""));
        assert!(
            told.contains("202e"),
            "{arguments:?} does not show it: {told}"
        );
        assert!(!told.contains(HIDDEN), "{arguments:?}: {told:?}");
    }
    for format in ["csv", "jsonl"] {
        let file = house.path(format);
        let path = file.to_str().unwrap();
        let done = house.admin(&["audit", "export", path, "--format", format], "");
        assert_eq!(code(&done), 0, "{}", err(&done));
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("202e") && !text.contains(HIDDEN), "{text:?}");
        if format == "jsonl" {
            // Nothing is lost of it either.
            let records = text.lines().map(|line| serde_json::from_str(line).unwrap());
            let records: Vec<Value> = records.collect();
            let name = |record: &Value| record["target"]["name"].as_str().map(str::to_owned);
            assert!(
                records
                    .iter()
                    .filter_map(name)
                    .any(|name| name.contains(HIDDEN))
            );
        }
    }
}

#[test]
fn a_reason_of_more_than_500_characters_is_refused_before_anything_is_done() {
    let house = peopled();
    let before = recorded(&house, "password-reset");
    for (length, taken) in [(500, true), (501, false), (10_000, false)] {
        let reason = "é".repeat(length);
        for act in [&["reset", "--generate", "--yes"][..], &["unlock"]] {
            let done = house.admin(&[act, &["E1042", "--reason", &reason]].concat(), "");
            assert_eq!(code(&done) == 0, taken, "{length}: {}", err(&done));
            if !taken {
                assert!(err(&done).contains("it may have 500"), "{}", err(&done));
                assert!(err(&done).contains("Nothing was changed"), "{}", err(&done));
            }
        }
    }
    assert_eq!(recorded(&house, "password-reset"), before + 2);
}

#[test]
fn a_roster_that_is_no_file_or_has_no_lines_is_refused_at_once() {
    let house = peopled();
    let pipe = house.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for odd in ["/dev/zero", "/dev/stdin", pipe.to_str().unwrap()] {
        let done = house.admin(&["user", "import", odd, "--yes"], "");
        assert_eq!(code(&done), Exit::Failed.code(), "{odd}: {}", err(&done));
        assert!(
            err(&done).contains("not a regular file"),
            "{odd}: {}",
            err(&done)
        );
    }
    let endless = house.path("endless.csv");
    let text = format!("id,name\nE1,{}\n", "x".repeat(100_000));
    fs::write(&endless, text).unwrap();
    let done = house.admin(&["user", "import", endless.to_str().unwrap(), "--yes"], "");
    assert!(err(&done).contains("longer than 64 KiB"), "{}", err(&done));
    let huge = house.path("huge.csv");
    File::create(&huge).unwrap().set_len(1 << 30).unwrap();
    let done = house.admin(&["user", "import", huge.to_str().unwrap(), "--yes"], "");
    assert!(err(&done).contains("larger than 512 MiB"), "{}", err(&done));
}

#[test]
fn a_dry_run_of_a_roster_adds_nobody_and_names_what_is_taken() {
    let house = peopled();
    let import = |rows: &str| {
        let file = house.path("roster.csv");
        fs::write(&file, format!("id,given_name,family_name\n{rows}")).unwrap();
        let file = file.to_str().unwrap().to_owned();
        house.admin(&["user", "import", &file, "--dry-run"], "")
    };
    let done = import("E7001,Noor,Haddad\nE1042,Maria,Vargas\n");
    assert_eq!(code(&done), Exit::Failed.code(), "{}", err(&done));
    let taken = "line 3: ID E1042 is taken by Maria Vasquez";
    assert!(err(&done).contains(taken), "{}", err(&done));
    let done = import("E7001,Noor,Haddad\n");
    assert_eq!(code(&done), 0, "{}", err(&done));
    assert!(
        out(&done).contains("Plan: 1 user would be added."),
        "{}",
        out(&done)
    );
    let done = house.admin(&["find", "E7001"], "");
    assert_eq!(code(&done), Exit::NotFound.code(), "{}", out(&done));
}

#[test]
fn a_configuration_that_is_no_regular_file_is_refused_at_once() {
    let house = peopled();
    for odd in ["/dev/zero", house.path("").to_str().unwrap()] {
        let done = house.admin(&["find", "E1042", "--config", odd], "");
        assert_eq!(code(&done), Exit::Configuration.code(), "{}", err(&done));
        assert!(err(&done).contains("not a regular file"), "{}", err(&done));
    }
}

#[test]
fn a_command_that_waits_for_another_program_says_so() {
    let house = peopled();
    let store = house.path(".local/share/halligan/halligan.db");
    let other = rusqlite::Connection::open(store).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut child: Child = command(&house, &["unlock", "E1042"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut told, &mut line).unwrap();
    assert_eq!(line, "Waiting for another program that holds the store.\n");
    other.execute_batch("ROLLBACK").unwrap();
    // Nobody has given the user a password yet, so an unlock alone lets nobody in.
    let code = child.wait().unwrap().code();
    assert_eq!(code, Some(Exit::Partial.code().into()));
}

#[test]
fn what_the_environment_says_of_the_connection_is_recorded_as_a_claim() {
    let house = peopled();
    let done = command(&house, &["find", "E1042"])
        .env("SSH_CONNECTION", "192.0.2.7 50122 198.51.100.1 22")
        .output()
        .unwrap();
    assert_eq!(code(&done), 0, "{}", err(&done));
    let uid = rustix::process::getuid().as_raw();
    let (document, _) = house.json(&["audit", "list", "--limit", "0"], "");
    let records = document["records"].as_array().unwrap();
    let source = |record: &Value| record["source"].as_str().unwrap().to_owned();
    let sources: Vec<String> = records.iter().map(source).collect();
    let known = format!("no terminal uid {uid}");
    assert!(
        sources.iter().all(|source| source.starts_with(&known)),
        "{sources:?}"
    );
    assert!(
        sources
            .iter()
            .any(|source| source.ends_with(" claims ssh 192.0.2.7 50122")),
        "{sources:?}"
    );
}

#[test]
fn a_blank_at_either_end_of_a_typed_password_is_told_and_taken() {
    let house = peopled();
    let told = "the password begins or ends with a blank, which belongs to it";
    let reset = ["reset", "E1042", "--exact", "--password-stdin"];
    for (password, warned) in [
        ("copper kettle marmot 10 ", true),
        ("\u{a0}copper kettle marmot 11", true),
        ("copper kettle marmot 12", false),
    ] {
        let done = house.admin(&reset, password);
        assert_eq!(code(&done), 0, "{}", err(&done));
        assert_eq!(err(&done).contains(told), warned, "{}", err(&done));
        let (document, exit) = house.json(&reset, &password.replace("copper", "silver"));
        assert_eq!(exit, 0, "{document}");
        let warnings = document.get("warnings");
        assert_eq!(warnings.is_some_and(|list| list[0] == told), warned);
    }
    let add = [
        "user",
        "add",
        "--id",
        "E9",
        "--family-name",
        "Nine",
        "--password-stdin",
    ];
    let added = house.admin(&add, "copper kettle marmot 13 ");
    assert_eq!(code(&added), 0, "{}", err(&added));
    assert!(err(&added).contains(told), "{}", err(&added));
    let own = house.admin(
        &["password", "--password-stdin"],
        "copper kettle marmot 14 ",
    );
    assert_eq!(code(&own), 0, "{}", err(&own));
    assert!(err(&own).contains(told), "{}", err(&own));
}

#[test]
fn a_name_in_the_place_of_a_command_is_answered_with_how_to_find_somebody() {
    let house = peopled();
    let done = house.admin(&["vasquez"], "");
    assert_eq!(code(&done), Exit::Usage.code());
    let told = err(&done);
    assert!(told.contains("`halligan find vasquez`"), "{told}");
    let (document, _) = house.json(&["user", "disabel"], "");
    let cure = document["error"]["cure"].as_str().unwrap();
    assert!(cure.contains("`halligan user disable`"), "{cure}");
}

#[test]
fn a_search_for_no_rows_is_refused_and_not_answered_with_nobody() {
    let house = peopled();
    let done = house.admin(&["find", "vasquez", "--limit", "0"], "");
    assert_eq!(code(&done), Exit::Usage.code());
    assert!(!err(&done).contains("Nobody"), "{}", err(&done));
}
