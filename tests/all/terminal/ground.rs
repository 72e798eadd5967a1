//! The terminal is asked for its ground and not waited for.

use std::time::{Duration, Instant};

use super::{OWN, init, sign_in};
use crate::support::pty::{Pty, TempDir};

const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";

/// So long may anything take to be drawn on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// The ink of key names on a light ground; none of the other themes has it.
const LIGHT_ACCENT: &[u8] = b"38;5;25";

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Waits until this was written: a screen may be there before all that belongs to it.
#[track_caller]
fn writes(pty: &Pty, wanted: &[u8]) {
    let begun = Instant::now();
    while !holds(&pty.written(), wanted) {
        let in_time = begun.elapsed() < DEADLINE;
        assert!(in_time, "not written: {}", wanted.escape_ascii());
        std::thread::yield_now();
    }
}

fn open(environment: &[(&str, &str)]) -> (TempDir, Pty) {
    let home = TempDir::new();
    init(&home);
    let pty = Pty::open(&home, &[], (80, 24), environment);
    pty.sees("Who is at the desk?");
    (home, pty)
}

#[test]
fn a_light_ground_that_the_terminal_tells_late_and_torn_sets_the_theme_and_is_never_typed() {
    let (_home, pty) = open(&[]);
    writes(&pty, QUESTION);
    assert!(!holds(&pty.written(), LIGHT_ACCENT));
    pty.types("chief@");
    pty.sends("\x1b]11;rgb:ffff/ff");
    pty.sends("ff/ffff\x1b\\");
    pty.types("riverside.example");
    pty.sees("chief@riverside.example");
    pty.sends("\t");
    pty.types(OWN);
    pty.enter();
    pty.sees("find somebody");
    writes(&pty, LIGHT_ACCENT);
    pty.quits();
    assert_eq!(pty.ends(), 0);
}

#[test]
fn a_terminal_that_never_answers_is_not_waited_for_and_one_with_one_screen_is_not_asked() {
    let (_home, pty) = open(&[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    for (name, value) in [("TERM", "linux"), ("TERM", "vt220"), ("NO_COLOR", "1")] {
        let (_home, pty) = open(&[(name, value)]);
        assert!(!holds(&pty.written(), b"\x1b]"), "{name}={value}");
    }
}

#[test]
fn a_theme_that_the_site_has_set_is_not_asked_for() {
    let (_home, pty) = open(&[("HALLIGAN_CONSOLE__THEME", "dark")]);
    assert!(!holds(&pty.written(), QUESTION));
    pty.sends("\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    assert!(!holds(&pty.written(), LIGHT_ACCENT));
}
