//! `--plain`: a call as a transcript. Every line is a question or an answer; the cursor never moves
//! back, nothing is drawn over, no secret is shown that was typed.

use std::process::{Command, Stdio};

use super::{CHOSEN, OWN, TEMPORARY, init, record::own_values};
use crate::support::pty::{Pty, TempDir};

const NUMBER: &str = "Number:";
const WHO: &str = "ID, email or name, or nothing to go back:";
const AGAIN: &str = "The same again (not shown):";
const YES_OR_NO: &str = "Type yes or no:";
const REASON: &str = "Reason or ticket, may be empty:";

fn transcript(pty: &Pty) -> String {
    String::from_utf8(pty.written()).unwrap()
}

fn sign_in(pty: &Pty, email: &str, password: &str) {
    pty.answers("Your email, or nothing to end:", email);
    pty.answers("Your password (not shown):", password);
}

pub(super) fn add_maria(home: &TempDir) {
    commanded(
        home,
        &[
            "user",
            "add",
            "--id",
            "E1042",
            "--given-name",
            "Maria",
            "--family-name",
            "Vasquez",
            "--email",
            "maria@riverside.example",
        ],
    );
}

/// A command of the administrator.
pub(super) fn commanded(home: &TempDir, arguments: &[&str]) {
    let password = home.path().join("password");
    std::fs::write(&password, format!("{OWN}\n")).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&password, private).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_halligan"))
        .args(arguments)
        .args([
            "--operator",
            "chief@riverside.example",
            "--operator-password-file",
        ])
        .arg(&password)
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success(), "{arguments:?}");
}

/// A drop-down list with a value that is retired, and a number that the administrator must fill.
pub(super) fn add_fields(home: &TempDir) {
    let list = [
        "--kind", "list", "--value", "Red", "--value", "Blue", "--value", "Green",
    ];
    commanded(
        home,
        &[&["field", "add", "shift", "--title", "Shift"], &list[..]].concat(),
    );
    commanded(home, &["field", "values", "shift", "--retire", "Blue"]);
    let number = ["--kind", "number", "--filled-by", "administrator"];
    commanded(
        home,
        &[&["field", "add", "boots", "--title", "Boots"], &number[..]].concat(),
    );
}

#[test]
fn a_whole_call_is_a_transcript_of_questions_and_answers() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    let pty = Pty::open(&home, &["--plain"], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", "not the password");
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.answers(NUMBER, "1");
    pty.answers(WHO, "zzzz");
    pty.answers(WHO, "vasq");
    pty.answers("Number, another text, or nothing to go back:", "1");
    pty.answers(NUMBER, "1");
    let prompt = "New password for E1042, or nothing to go back (not shown):";
    pty.answers(prompt, TEMPORARY);
    pty.answers(AGAIN, "something else altogether");
    pty.answers(prompt, TEMPORARY);
    pty.answers(AGAIN, TEMPORARY);
    pty.answers(REASON, "INC 7");
    pty.answers(YES_OR_NO, "yes");
    pty.answers(NUMBER, "0");
    pty.answers(WHO, "");
    pty.answers(NUMBER, "3");
    pty.answers("Enter for older ones, 0 to go back:", "0");
    pty.answers(NUMBER, "0");

    // The person whose password it is gets in with it, and chooses another.
    sign_in(&pty, "maria@riverside.example", TEMPORARY);
    pty.answers(
        "Your password of now, or nothing to go back (not shown):",
        TEMPORARY,
    );
    pty.answers(
        "Your new password, or nothing to go back (not shown):",
        CHOSEN,
    );
    pty.answers(AGAIN, CHOSEN);
    pty.answers(NUMBER, "0");
    pty.answers("Your email, or nothing to end:", "");
    assert_eq!(pty.ends(), 0);

    let told = transcript(&pty);
    let mut from = 0;
    // The verdict comes first, then who it is, then what can be done.
    for line in [
        "Not done: ",
        "Signed in: Alma Chief (E1001).",
        "1 Find a person",
        "Nobody matches \"zzzz\".",
        "1 no password: Maria Vasquez (E1042, maria@riverside.example), staff",
        "Has no password yet: cannot sign in.",
        "Maria Vasquez (E1042, maria@riverside.example).",
        "1 Type a new password",
        "The two differ.",
        "done: password set",
        "Must change the password at next sign-in.",
        "password-reset, done, by E1001, E1042 Maria Vasquez",
        "INC 7",
        "Signed out.",
        "You must choose a new password of your own first.",
        "done: password set",
        "Signed out.",
    ] {
        let at = told[from..].find(line);
        from += at.unwrap_or_else(|| panic!("{line:?} is not where it belongs:\n{told}"));
    }
    for secret in [OWN, TEMPORARY, CHOSEN] {
        assert!(!told.contains(secret), "a typed password is shown:\n{told}");
    }
    assert!(!told.contains('\x1b'), "an escape sequence:\n{told}");
}

#[test]
fn a_generated_password_is_said_and_spelled_and_a_no_changes_nothing() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    // TERM=dumb alone chooses it.
    let pty = Pty::open(&home, &[], (80, 24), &[("TERM", "dumb")]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.answers(NUMBER, "1");
    pty.answers(WHO, "E1042");
    pty.answers("Number, another text, or nothing to go back:", "1");
    pty.answers(NUMBER, "2");
    pty.answers(REASON, "");
    pty.answers(YES_OR_NO, "no");
    pty.answers(NUMBER, "2");
    pty.answers(REASON, "");
    pty.answers(YES_OR_NO, "yes");
    pty.asks(NUMBER);
    let told = transcript(&pty);
    let (before, after) = told
        .split_once("The new password, to be read out:")
        .unwrap();
    assert!(before.contains("Nothing was changed."), "{told}");
    assert_eq!(before.matches("done: password set").count(), 1, "{told}");
    assert!(
        after.lines().filter(|line| line.contains("dash")).count() > 2,
        "{told}"
    );
    assert!(!told.contains('\x1b'), "an escape sequence:\n{told}");
    pty.signals("HUP");
    assert_eq!(pty.ends(), 0);
}

#[test]
fn beside_a_subcommand_it_is_refused() {
    let home = TempDir::new();
    init(&home);
    let pty = Pty::open(&home, &["--plain", "find", "x"], (80, 24), &[]);
    pty.sees("--plain is for the console");
    assert_eq!(pty.ends(), 2);
}

#[test]
fn the_record_of_a_person_is_changed_told_and_removed_by_questions() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    let pty = Pty::open(&home, &["--plain"], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.answers(NUMBER, "1");
    pty.answers(WHO, "vasq");
    pty.answers("Number, another text, or nothing to go back:", "1");
    // A menu is known by its end: the question alone stands there from the menu before.
    let chooses = |end: &str, words: &str| {
        pty.asks(&format!("{end} {NUMBER}"));
        let told = transcript(&pty);
        let mut lines = told.lines().rev().map(str::trim_end);
        let line = lines.find(|line| line.ends_with(words));
        let number = line.and_then(|line| line.split(' ').next());
        pty.sends(&format!("{}\n", number.expect("a choice")));
    };
    let acts = "Remove the account for good 0 Back";
    let details = "0 That is all";
    chooses(acts, "Change ID, names, email or details");
    chooses(details, "phone:");
    pty.answers("What it is to be, may be empty:", "call me");
    pty.sees("Not taken: the phone holds 'c'");
    chooses(details, "phone:");
    pty.answers("What it is to be, may be empty:", "303 555 0142");
    chooses(details, "That is all");
    pty.answers(REASON, "INC 9");
    pty.answers(YES_OR_NO, "yes");
    chooses(acts, "Disable the account");
    pty.answers(REASON, "");
    pty.answers(YES_OR_NO, "yes");
    chooses(acts, "Enable the account, and leave the password alone");
    pty.answers(REASON, "");
    pty.answers(YES_OR_NO, "no");
    chooses(acts, "Give a role");
    chooses("administrator 0 Back", "viewer");
    pty.answers(REASON, "");
    pty.answers(YES_OR_NO, "yes");
    chooses(acts, "End sessions and tokens");
    pty.answers(REASON, "");
    pty.answers(YES_OR_NO, "yes");
    chooses(acts, "History");
    pty.sees("A digit a day");
    chooses(acts, "Remove the account for good");
    let question = "Type E1042 to remove Maria Vasquez (E1042, maria@riverside.example) for good, or \
                    nothing to go back:";
    pty.answers(question, "E1043");
    chooses(acts, "Remove the account for good");
    pty.answers(question, "E1042");
    pty.answers(WHO, "vasq");
    pty.answers(WHO, "");
    pty.answers(NUMBER, "0");
    pty.answers("Your email, or nothing to end:", "");
    assert_eq!(pty.ends(), 0);
    let told = transcript(&pty);
    let mut from = 0;
    for line in [
        "phone none -> 303 555 0142?",
        "done: user changed",
        "done: disabled",
        "Nothing was changed.",
        "done: role assigned",
        "done: sessions and tokens ended",
        "Sign-ins here in 14 days: 0 on 0 days, 0 refused.",
        "sessions ended",
        "role viewer",
        "changes disabled",
        "changes phone; INC 9",
        "Nothing was changed.",
        "done: user removed",
        "Nobody matches \"vasq\".",
    ] {
        let at = told[from..].find(line);
        from += at.unwrap_or_else(|| panic!("{line:?} is not where it belongs:\n{told}"));
    }
    assert!(!told.contains('\x1b'), "an escape sequence:\n{told}");
}

#[test]
fn a_field_of_the_site_is_chosen_or_typed_and_what_must_be_filled_is_asked_for() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    add_fields(&home);
    let pty = Pty::open(&home, &["--plain"], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.answers(NUMBER, "1");
    pty.answers(WHO, "vasq");
    pty.answers("Number, another text, or nothing to go back:", "1");
    let chooses = |end: &str, words: &str| {
        pty.asks(&format!("{end} {NUMBER}"));
        let told = transcript(&pty);
        let mut lines = told.lines().rev().map(str::trim_end);
        let line = lines.find(|line| line.ends_with(words));
        let number = line.and_then(|line| line.split(' ').next());
        pty.sends(&format!("{}\n", number.expect("a choice")));
    };
    let acts = "Remove the account for good 0 Back";
    let details = "0 That is all";
    chooses(acts, "Change ID, names, email or details");
    chooses(details, "Shift:");
    chooses("1 Red 2 Green 3 Nothing 0 Back", "Green");
    chooses(details, "That is all");
    pty.sees("Boots has to be filled.");
    pty.answers("What it is to be, may be empty:", "big");
    pty.sees("Not taken: Boots: 'big' is no number such as 12 or 4.5.");
    pty.sees("Nothing was changed.");
    chooses(acts, "Change ID, names, email or details");
    chooses(details, "Shift:");
    chooses("1 Red 2 Green 3 Nothing 0 Back", "Green");
    chooses(details, "That is all");
    pty.answers("What it is to be, may be empty:", "42");
    pty.answers(REASON, "");
    pty.answers(YES_OR_NO, "yes");
    pty.sees("done: user changed");
    pty.asks(&format!("{acts} {NUMBER}"));
    assert_eq!(own_values(&home), "boots=42 shift=Green");
    pty.sends("0\n");
    pty.answers(WHO, "");
    pty.answers(NUMBER, "0");
    pty.answers("Your email, or nothing to end:", "");
    assert_eq!(pty.ends(), 0);
}
