//! A call at a site that wants to know who is calling, in a real terminal, by line and by command; what
//! was recorded is read from the store.

use std::{
    fs,
    process::{Command, Output, Stdio},
};

use rusqlite::Connection;

use super::{OWN, init, plain::add_maria, sign_in};
use crate::support::pty::{Pty, TempDir};

const REQUIRED: (&str, &str) = ("HALLIGAN_VERIFICATION__RESET", "required");

/// Kind, outcome and methods of each record about a caller or a reset, oldest first.
fn recorded(home: &TempDir) -> Vec<String> {
    let store = home.path().join(".local/share/halligan/halligan.db");
    let connection = Connection::open(store).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT kind || ' ' || coalesce(json_extract(body, '$.outcome'), '') || ' '
                 || coalesce(json_extract(body, '$.caller.methods'), '')
             FROM audit WHERE kind IN ('caller-verified', 'caller-refused', 'password-reset')
             AND json_extract(body, '$.outcome') IS NOT 'intent' ORDER BY seq",
        )
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_reset_waits_until_it_is_sure_who_is_calling() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[("TERM", "linux"), REQUIRED]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty.types("vasq");
    pty.sees("1 of 2");
    pty.enter();
    pty.sees("Who is calling has to be sure before a reset.");
    pty.types("velvet-anchor-tulip-39");
    pty.enter();
    pty.sees("There is no phone number on record.");
    // In person, and the ticket.
    pty.sends(" ");
    pty.sends("\t\t\t\t\t");
    pty.types("INC-4711");
    pty.enter();
    pty.sees("Caller verified: in person, with badge");
    pty.enter_again();
    pty.sees("password set - done");
    let records = recorded(&home);
    assert!(
        records[0].contains("it has not been made sure who is calling"),
        "{records:?}"
    );
    assert_eq!(records[1], "caller-verified done [\"in-person\"]");
    assert_eq!(records[2], "password-reset done [\"in-person\"]");
}

fn halligan(home: &TempDir, arguments: &[&str]) -> Output {
    let password = home.path().join("password");
    Command::new(env!("CARGO_BIN_EXE_halligan"))
        .args(arguments)
        .args([
            "--operator",
            "chief@riverside.example",
            "--operator-password-file",
        ])
        .arg(&password)
        .env_clear()
        .env("HOME", home.path())
        .env(REQUIRED.0, REQUIRED.1)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn a_command_says_with_the_act_how_it_was_made_sure_and_is_refused_without() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    let reset = ["--yes", "reset", "E1042", "--generate"];
    let refused = halligan(&home, &reset);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(15), "{said}");
    assert!(said.contains("--verified METHOD"), "{said}");
    assert!(refused.stdout.is_empty());
    let by = |more: &[&str]| halligan(&home, &[&reset[..], more].concat());
    let nobody = by(&["--verified", "call-back", "--ticket", "INC-1"]);
    assert_eq!(nobody.status.code(), Some(15));
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("no number on record"));
    let no_ticket = by(&["--verified", "in-person"]);
    assert_eq!(no_ticket.status.code(), Some(15));
    let done = by(&["--verified", "in-person", "--ticket", "INC-1"]);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(!done.stdout.is_empty());

    let turned_away = halligan(
        &home,
        &["caller", "refuse", "E1042", "--tried", "video-badge"],
    );
    assert!(turned_away.status.success());
    let weak = by(&["--verified", "video-badge", "--ticket", "INC-2"]);
    assert_eq!(weak.status.code(), Some(15));
    let said = String::from_utf8_lossy(&weak.stderr).into_owned();
    assert!(
        said.contains("1 refused caller in the last hour."),
        "{said}"
    );
    assert!(
        said.contains("only a supervisor or the person with a badge counts"),
        "{said}"
    );
    let shown = halligan(&home, &["caller", "show", "E1042", "--json"]);
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["caller"]["strictness"], "required");
    assert_eq!(shown["caller"]["refused_in_the_last_hour"], 1);

    // A second operator confirms with the own password.
    let own = home.path().join("second");
    fs::write(&own, "granite-willow-pepper-12\n").unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&own, private).unwrap();
    let own = own.display().to_string();
    let alone = by(&[
        "--supervisor",
        "chief@riverside.example",
        "--supervisor-password-file",
        &home.path().join("password").display().to_string(),
        "--ticket",
        "INC-3",
    ]);
    assert_eq!(alone.status.code(), Some(15));
    assert!(String::from_utf8_lossy(&alone.stderr).contains("own verification"));
    let wrong = by(&[
        "--supervisor",
        "E1042",
        "--supervisor-password-file",
        &own,
        "--ticket",
        "3",
    ]);
    assert_eq!(wrong.status.code(), Some(4), "a sign-in that was refused");
}

#[test]
fn line_by_line_a_caller_is_verified_and_another_is_turned_away() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    let pty = Pty::open(&home, &["--plain"], (80, 24), &[REQUIRED]);
    pty.answers("Your email, or nothing to end:", "chief@riverside.example");
    pty.answers("Your password (not shown):", OWN);
    pty.answers("Number:", "1");
    pty.answers("ID, email or name, or nothing to go back:", "vasq");
    pty.answers("Number, another text, or nothing to go back:", "1");
    pty.sees("Who is calling has to be sure before a reset.");
    let choose = |words: &str| {
        pty.sees(words);
        let screen = pty.screen();
        let line = screen.lines().rfind(|line| line.contains(words)).unwrap();
        line.split_whitespace().next().unwrap().to_owned()
    };
    let number = choose("Say how it was made sure who is calling");
    pty.answers("Number:", &number);
    pty.sees("There is no phone number on record.");
    pty.answers("Number:", "2");
    pty.answers("Ticket or incident number:", "INC-4711");
    pty.sees("Caller verified: in person, with badge");
    let number = choose("Turn the caller away");
    pty.answers("Number:", &number);
    pty.answers("Ticket or incident number, may be empty:", "");
    pty.answers("Type yes or no:", "yes");
    pty.sees("1 refused caller in the last hour.");
    let records = recorded(&home);
    assert_eq!(records[0], "caller-verified done [\"in-person\"]");
    assert!(records[1].starts_with("caller-refused done"), "{records:?}");
}

#[test]
fn a_demonstration_begins_also_where_the_site_asks_who_is_calling() {
    let home = TempDir::new();
    let pty = Pty::open(&home, &["demo", "--users", "20"], (80, 24), &[REQUIRED]);
    pty.sees("Who is at the desk?");
    pty.sees("A demonstration with fictional people");
}
