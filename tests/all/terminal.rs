//! The real binary in a pseudo-terminal, read by a terminal emulator. Every wait is for a text or
//! an end, with a deadline.

mod caller;
mod commands;
mod definitions;
mod ground;
mod leaving;
mod plain;
mod record;
mod scim;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use crate::support::pty::{Pty, TempDir};

const OWN: &str = "granite lantern voyage";
const TEMPORARY: &str = "copper kettle marmot 91";
const CHOSEN: &str = "silver-otter-harbour-77";

/// Signs in on the sign-in screen.
fn sign_in(pty: &Pty, login: &str, password: &str) {
    pty.sees("Who is at the desk?");
    pty.types(login);
    pty.sends("\t");
    pty.types(password);
    pty.enter();
}

/// A store with its first administrator, made by the set-up screen.
fn set_up(home: &TempDir) -> Pty {
    let pty = Pty::open(home, &[], (80, 24), &[]);
    pty.sees("Who is its first administrator?");
    for text in ["Alma", "Chief", "E1001", "chief@riverside.example", OWN] {
        pty.types(text);
        pty.sends("\t");
    }
    pty.types(OWN);
    pty.enter();
    pty.sees("Alma Chief (E1001)");
    pty.sees("find somebody");
    pty
}

/// The same without the screen, where the screen is not what is tested.
fn init(home: &TempDir) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_halligan"))
        .args([
            "init",
            "--email",
            "chief@riverside.example",
            "--id",
            "E1001",
        ])
        .args([
            "--given-name",
            "Alma",
            "--family-name",
            "Chief",
            "--password-stdin",
        ])
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{OWN}").unwrap();
    assert!(child.wait().unwrap().success());
}

/// What another console or command does to the store meanwhile.
fn behind_its_back(home: &TempDir, sql: &str) {
    let store = home.path().join(".local/share/halligan/halligan.db");
    let connection = rusqlite::Connection::open(store).unwrap();
    connection.execute_batch(sql).unwrap();
}

#[test]
fn an_open_console_whose_operator_was_demoted_locks_without_a_key() {
    let home = TempDir::new();
    init(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty.sends("/");
    pty.sees("1 of 1");
    // A write that is none of the operator's business changes nothing.
    behind_its_back(&home, "UPDATE users SET family = family");
    behind_its_back(
        &home,
        "UPDATE users SET role = 1, changed_by = 'Ben Holt (A1)', changed_what = 'role given',
             changed_at = 1790000000000",
    );
    pty.sees("Your role was changed by Ben Holt (A1) at");
    assert!(
        !pty.screen().contains("riverside.example"),
        "{}",
        pty.screen()
    );
}

/// Every byte beneath a folder.
fn bytes_beneath(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes.extend(bytes_beneath(&path));
        } else if path.is_file() {
            bytes.extend(fs::read(&path).unwrap_or_default());
        }
    }
    bytes
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

#[test]
fn from_the_first_start_to_the_user_signing_in_with_the_new_password() {
    let home = TempDir::new();
    let pty = set_up(&home);

    // A user, and then the main job: find, type, save.
    pty.chooses("Add user");
    pty.sees("Given name");
    for text in ["E1042", "maria@riverside.example", "Maria"] {
        pty.types(text);
        pty.sends("\t");
    }
    pty.types("Vasquez");
    pty.enter();
    pty.sees("was added");
    pty.sees("New password");
    pty.sends("\x1b");
    pty.sees("find somebody");
    pty.chooses("Users");
    pty.types("vasq");
    pty.sees("1 of 2");
    pty.enter();
    pty.sees("Has no password yet");
    pty.types(TEMPORARY);
    pty.sees("✓ at least 15 characters");
    pty.enter();
    pty.sees("Done: Maria Vasquez (E1042): password set.");
    pty.sees("Read back: the stored hash verified.");
    // What to say on the phone, without a second key.
    pty.sees(TEMPORARY);
    pty.sees("copper – kettle – marmot – niner one");

    let environ = fs::read(format!("/proc/{}/environ", pty.pid())).unwrap_or_default();
    let cmdline = fs::read(format!("/proc/{}/cmdline", pty.pid())).unwrap_or_default();
    for secret in [OWN, TEMPORARY] {
        assert!(!contains(&environ, secret) && !contains(&cmdline, secret));
    }

    pty.enter_again();
    pty.sees("must change");
    pty.sends("\x1b");
    pty.sees("find somebody");
    pty.signs_out();

    // The user gets in with the new password, chooses one of her own, and the temporary one is
    // worth nothing any more.
    sign_in(&pty, "maria@riverside.example", TEMPORARY);
    pty.sees("Somebody else set your password");
    pty.types(TEMPORARY);
    pty.sends("\t");
    pty.types(CHOSEN);
    pty.sends("\t");
    pty.types(CHOSEN);
    pty.enter();
    pty.sees("Your password was changed");
    pty.signs_out();
    sign_in(&pty, "maria@riverside.example", TEMPORARY);
    pty.sees("email or the password is wrong");
    pty.types(CHOSEN);
    pty.enter();
    pty.sees("Maria Vasquez (E1042)");
    pty.quits();
    assert_eq!(pty.ends(), 0);

    let written = pty.written();
    let stored = bytes_beneath(home.path());
    assert!(contains(&stored, "password-reset"), "the store was read");
    for secret in [OWN, TEMPORARY, CHOSEN] {
        let on_purpose = secret == TEMPORARY;
        assert!(
            on_purpose || !contains(&written, secret),
            "a password was on the screen"
        );
        assert!(
            !contains(&stored, secret),
            "a password is in the store or a log"
        );
    }
    // Restored: bracketed paste off, the first screen back, the cursor there.
    let end = String::from_utf8_lossy(&written).into_owned();
    for sequence in ["\x1b[?2004l", "\x1b[?1049l", "\x1b[?25h"] {
        assert!(
            end.rfind(sequence) > end.rfind("\x1b[?1049h"),
            "{sequence:?}"
        );
    }
}

#[test]
fn the_memory_of_the_program_forgets_a_typed_password() {
    let home = TempDir::new();
    init(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty.chooses("Add user");
    for text in ["E1042", "maria@riverside.example", "Maria"] {
        pty.types(text);
        pty.sends("\t");
    }
    pty.types("Vasquez");
    pty.enter();
    pty.sees("Has no password yet");
    pty.pastes(TEMPORARY);
    pty.sees("✓ at least 15 characters");
    assert!(
        pty.memory_holds(TEMPORARY) != Some(false),
        "the search of the memory finds nothing at all"
    );
    pty.enter();
    pty.sees("Done: Maria Vasquez");
    pty.enter_again();
    pty.sees("find somebody");
    if let Some(found) = pty.memory_holds(TEMPORARY) {
        assert!(!found, "the new password is still in memory");
    }
    if let Some(found) = pty.memory_holds(OWN) {
        assert!(!found, "the operator's own password is still in memory");
    }
    pty.closes();
}

#[test]
fn closing_the_terminal_ends_the_program_and_is_recorded() {
    let home = TempDir::new();
    init(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty.closes();
    pty.ends();
    assert!(contains(&bytes_beneath(home.path()), "connection-lost"));
}

#[test]
fn a_signal_from_outside_restores_the_terminal() {
    let home = TempDir::new();
    init(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[]);
    pty.sees("Who is at the desk?");
    pty.signals("TERM");
    assert_eq!(pty.ends(), 128 + 15);
    let written = String::from_utf8_lossy(&pty.written()).into_owned();
    assert!(written.rfind("\x1b[?1049l") > written.rfind("\x1b[?1049h"));
    assert!(written.contains("\x1b[?2004l"));
    assert!(pty.is_cooked(), "the terminal is still raw");
}

#[test]
fn a_resize_redraws_and_a_tiny_window_says_what_it_needs() {
    let home = TempDir::new();
    init(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[]);
    pty.sees("Who is at the desk?");
    pty.types("half a na");
    for size in [(40, 12), (20, 6), (1, 1), (200, 60), (3, 40), (39, 11)] {
        pty.resizes(size);
    }
    pty.resizes((38, 10));
    pty.sees("needs 40x12");
    pty.resizes((80, 24));
    pty.sees("half a na");
    pty.sends("\x03");
    assert_eq!(pty.ends(), 0);
}

#[test]
fn control_c_in_the_middle_of_a_save_waits_for_it() {
    let home = TempDir::new();
    init(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty.chooses("My password");
    pty.types(OWN);
    pty.sends("\t");
    pty.types(CHOSEN);
    pty.sends("\t");
    pty.types(CHOSEN);
    pty.pause();
    // Both in one write: the save is on its way when the quit comes.
    pty.sends("\r\x03");
    pty.sees("A change is being saved");
    pty.sends("y");
    assert_eq!(pty.ends(), 0);
    pty.sees("The last change was made and confirmed");

    let again = Pty::open(&home, &[], (80, 24), &[]);
    sign_in(&again, "chief@riverside.example", CHOSEN);
    again.sees("find somebody");
    again.quits();
    assert_eq!(again.ends(), 0);
}

#[test]
fn nobody_at_the_keys_costs_no_byte_and_no_wake_up() {
    let home = TempDir::new();
    init(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty.chooses("Users");
    pty.sees("1 of 1");
    let (bytes, switches) = pty.quiet();
    assert_eq!(bytes, 0, "bytes were written");
    assert_eq!(switches, 0, "the program woke up");
    pty.closes();
}

#[test]
fn weak_terminals_get_ascii_and_a_wiped_scrollback() {
    for term in ["linux", "vt100"] {
        let home = TempDir::new();
        init(&home);
        let pty = Pty::open(&home, &[], (80, 24), &[("TERM", term), ("LANG", "C")]);
        sign_in(&pty, "chief@riverside.example", OWN);
        pty.sees("find somebody");
        pty.quits();
        assert_eq!(pty.ends(), 0);
        let written = pty.written();
        assert!(written.is_ascii(), "{term}");
        assert!(!contains(&written, "\x1b[?1049h"), "{term}");
        assert!(contains(&written, "\x1b[3J"), "{term}");
        assert_eq!(contains(&written, "\x1b[1;3"), term == "linux", "{term}");
    }
}

#[test]
fn a_panic_restores_the_terminal_and_prints_one_line_without_values() {
    let home = TempDir::new();
    let pty = Pty::of_this_test(&home, "terminal::the_child_that_panics");
    pty.sees("Halligan stopped because of a defect in itself (id ");
    pty.ends();
    let written = String::from_utf8_lossy(&pty.written()).into_owned();
    assert!(written.rfind("\x1b[?1049l") > written.rfind("\x1b[?1049h"));
    assert!(!written.contains("hunter2"), "{written}");
    assert!(pty.is_cooked());
}

#[test]
fn the_child_that_panics() {
    // Only when the test above runs it in a terminal.
    if std::env::var_os("HALLIGAN_TEST_CHILD").is_none() {
        return;
    }
    let _hold = halligan::console::terminal::Hold::take(true).unwrap();
    let password = String::from("hunter2");
    assert_eq!(password, "", "a value in a panic message");
}

#[test]
fn without_a_terminal_there_is_one_clear_line() {
    let home = TempDir::new();
    let output = Command::new(env!("CARGO_BIN_EXE_halligan"))
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("terminal"), "{text}");
}
