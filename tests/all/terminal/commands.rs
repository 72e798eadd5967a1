//! Commands that ask, at a terminal.

use super::{OWN, TEMPORARY, init, plain::add_maria};
use crate::support::pty::{Pty, TempDir};

#[test]
fn a_reset_asks_for_the_password_before_the_yes_so_that_none_is_typed_in_the_open() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    let operator = ["--operator", "chief@riverside.example"];
    let pty = Pty::open(
        &home,
        &[&["reset", "E1042"], &operator[..]].concat(),
        (80, 24),
        &[],
    );
    pty.answers("Password of chief@riverside.example:", OWN);
    pty.answers(
        "New password for Maria Vasquez (E1042, maria@riverside.example):",
        TEMPORARY,
    );
    pty.answers("The same again:", TEMPORARY);
    pty.answers(
        "Reset the password of Maria Vasquez (E1042, maria@riverside.example)? [y/N]:",
        "y",
    );
    assert_eq!(pty.ends(), 0);
    let told = String::from_utf8(pty.written()).unwrap();
    assert!(told.contains("done: password set"), "{told}");
    for secret in [OWN, TEMPORARY] {
        assert!(!told.contains(secret), "{told}");
    }
}
