//! The line drops or a signal comes while a change is being saved: nothing is lost, and the audit
//! says how it ended.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, method},
};

use super::{
    CHOSEN, OWN, TEMPORARY, init,
    scim::{asks, configure, private},
    sign_in,
};
use crate::support::{
    fake_scim::{self, FakeScim, Quirks},
    pty::{Pty, TempDir},
    rounds::drops,
};

/// The store's file beneath a home.
fn store_beneath(folder: &Path) -> Option<PathBuf> {
    fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
        let path = entry.path();
        if path.is_dir() {
            store_beneath(&path)
        } else {
            path.extension()
                .is_some_and(|ending| ending == "db")
                .then_some(path)
        }
    })
}

/// Every record of a kind, oldest first.
fn records(home: &TempDir, kind: &str) -> Vec<Value> {
    let store = store_beneath(home.path()).expect("a store");
    let connection = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    let mut statement = connection
        .prepare("SELECT body FROM audit WHERE kind = ?1 ORDER BY seq")
        .unwrap();
    let bodies = statement
        .query_map([kind], |row| row.get::<_, String>(0))
        .unwrap();
    bodies
        .map(|body| serde_json::from_str(&body.unwrap()).unwrap())
        .collect()
}

fn outcomes(home: &TempDir, kind: &str) -> Vec<String> {
    let all = records(home, kind);
    all.iter()
        .map(|record| match &record["outcome"] {
            Value::String(word) => word.clone(),
            other => other.to_string(),
        })
        .collect()
}

fn in_the_middle_of_a_change(home: &TempDir) -> Pty {
    let pty = Pty::open(home, &[], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty.chooses("My password");
    pty.types(OWN);
    pty.sends("\t");
    pty.types(CHOSEN);
    pty.sends("\t");
    pty.types(CHOSEN);
    pty.pause();
    pty
}

#[test]
fn a_line_that_drops_at_any_moment_after_enter_leaves_a_change_with_its_outcome() {
    for moment in drops(Duration::from_millis(300)) {
        let milliseconds = moment.as_millis();
        let home = TempDir::new();
        init(&home);
        let pty = in_the_middle_of_a_change(&home);
        pty.sends("\r");
        // The moment at which the line drops is what is tried here, not a wait for the program.
        thread::sleep(moment);
        pty.closes();
        pty.ends();
        let told = outcomes(&home, "password-changed");
        assert!(
            told.is_empty() || told == ["intent", "done"],
            "{milliseconds} ms: {told:?}"
        );
        // What the terminal had not handed over when it went away was never asked for.
        assert!(
            milliseconds < 60 || told.len() == 2,
            "{milliseconds} ms: nothing was saved"
        );
        assert_eq!(outcomes(&home, "connection-lost"), ["done"]);
    }
}

#[test]
fn a_signal_at_any_moment_after_enter_leaves_a_change_with_its_outcome() {
    for (signal, milliseconds) in [("TERM", 0), ("HUP", 5), ("QUIT", 20), ("INT", 40)] {
        let home = TempDir::new();
        init(&home);
        let pty = in_the_middle_of_a_change(&home);
        pty.sends("\r");
        thread::sleep(Duration::from_millis(milliseconds));
        pty.signals(signal);
        pty.ends();
        let told = outcomes(&home, "password-changed");
        assert!(
            told.is_empty() || told == ["intent", "done"],
            "{signal}: {told:?}"
        );
        assert!(pty.is_cooked(), "{signal}: the terminal is still raw");
    }
}

fn alone(home: &TempDir, arguments: &[&str]) -> Pty {
    Pty::open(home, arguments, (80, 24), &[])
}

/// A SCIM server whose answer to a change takes longer than everything but a write may take, and a
/// console that has sent the change.
fn saving_at_a_slow_server(
    home: &TempDir,
    opens: impl Fn(&TempDir, &[&str]) -> Pty,
) -> (MockServer, Pty) {
    let fake = FakeScim::new(Quirks::default());
    fake.add("E1042", "Maria", "Vasquez");
    let server = asks(async {
        let server = MockServer::start().await;
        let slow = ResponseTemplate::new(204).set_delay(Duration::from_secs(8));
        let all = Mock::given(any()).respond_with(fake).with_priority(9);
        all.mount(&server).await;
        let reset = Mock::given(method("PATCH")).respond_with(slow);
        reset.with_priority(1).mount(&server).await;
        server
    });
    init(home);
    let token = home.path().join("token");
    private(&token, fake_scim::TOKEN);
    let url = format!("{}/scim/v2", server.uri());
    let config = configure(home, &url, &format!("token_file = \"{}\"", token.display()));
    let pty = opens(home, &["--config", &config]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty.chooses("Users");
    pty.types("vasq");
    pty.sees("E1042");
    pty.enter();
    pty.sees("e1042@station.example");
    pty.types(TEMPORARY);
    pty.enter();
    let deadline = Instant::now() + Duration::from_mins(1);
    let sent = || {
        let requests = asks(server.received_requests()).unwrap();
        requests.iter().any(|ask| ask.method.as_str() == "PATCH")
    };
    while !sent() {
        assert!(Instant::now() < deadline, "nothing was sent");
        thread::sleep(Duration::from_millis(20));
    }
    (server, pty)
}

#[test]
fn a_line_that_drops_during_a_slow_save_over_scim_leaves_its_outcome() {
    let home = TempDir::new();
    let (_server, pty) = saving_at_a_slow_server(&home, alone);
    pty.closes();
    pty.ends();
    let told = outcomes(&home, "password-reset");
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0], "intent");
    assert_eq!(outcomes(&home, "connection-lost"), ["done"]);
}

#[test]
fn a_signal_during_a_slow_save_over_scim_gives_the_terminal_back_and_leaves_its_outcome() {
    let home = TempDir::new();
    let (_server, pty) = saving_at_a_slow_server(&home, alone);
    pty.signals("TERM");
    pty.sees("A change is being saved; Halligan ends as soon as its answer is there.");
    assert_eq!(pty.ends(), 128 + 15);
    let told = outcomes(&home, "password-reset");
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn a_secret_that_is_typed_while_the_program_ends_does_not_reach_the_shell() {
    let home = TempDir::new();
    let (_server, pty) = saving_at_a_slow_server(&home, Pty::beneath_a_shell);
    pty.signals_child("TERM");
    pty.sees("A change is being saved");
    // The program takes the first key and stops reading.
    for key in ["h", "unter2-for-the-shell"] {
        pty.sends(key);
        pty.pause();
    }
    pty.sees("the program has ended");
    pty.sends("-end\r");
    pty.sees("the shell read [-end]");
    assert!(!super::contains(&pty.written(), "unter2-for-the-shell"));
}

#[test]
fn a_save_that_waits_for_another_program_says_so_and_is_done_when_it_lets_go() {
    let home = TempDir::new();
    init(&home);
    let pty = in_the_middle_of_a_change(&home);
    let other = Connection::open(store_beneath(home.path()).unwrap()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    pty.sends("\r");
    pty.sees("Waiting for another program that holds the store: 2 s");
    other.execute_batch("ROLLBACK").unwrap();
    pty.sees("Your password was changed");
    assert!(!pty.screen().contains("Waiting for another program"));
    pty.quits();
    pty.ends();
}

#[test]
fn a_paste_of_a_megabyte_is_refused_and_leaves_no_memory_behind() {
    for brackets in [true, false] {
        let home = TempDir::new();
        init(&home);
        let pty = Pty::open(&home, &[], (80, 24), &[]);
        sign_in(&pty, "chief@riverside.example", OWN);
        pty.sees("find somebody");
        pty.chooses("Users");
        pty.sees("1 of 1");
        let before = pty.resident_kib();
        let text = "x".repeat(1 << 20);
        if brackets {
            pty.pastes(&text);
            pty.sees("nothing was taken");
        } else {
            pty.sends(&text);
            pty.sees("nothing more was taken");
        }
        pty.sends("\x1b");
        let grown = pty.resident_kib().saturating_sub(before);
        assert!(grown < 12 * 1024, "brackets {brackets}: {grown} KiB more");
        pty.signals("TERM");
        pty.ends();
    }
}

#[test]
fn what_is_typed_after_the_prompt_of_a_command_does_not_reach_the_shell() {
    let home = TempDir::new();
    init(&home);
    let find = ["find", "chief", "--operator", "chief@riverside.example"];
    let pty = Pty::beneath_a_shell(&home, &find);
    pty.sees("Password of chief@riverside.example");
    // All at once, as a paste of two lines: the command reads the first of them.
    pty.sends(&format!("{OWN}\rhunter2-for-the-shell\r"));
    pty.sees("Alma Chief");
    pty.sees("the program has ended");
    pty.sends("the-end\r");
    pty.sees("the shell read [the-end]");
}
