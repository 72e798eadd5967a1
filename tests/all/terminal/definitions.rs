//! Roles and fields of the site in a real terminal, each effect read from the store behind the console.

use std::process::{Command, Stdio};

use super::{
    OWN, init,
    plain::add_maria,
    record::{opens, stored},
    sign_in,
};
use crate::support::pty::{Pty, TempDir};

const LEFT: &str = "\x1b[D";

/// Back to the menu, past a message that stands there or not any more.
fn leaves(pty: &Pty, screens: usize) {
    for _ in 0..=screens {
        pty.presses("\x1b");
    }
    pty.sees("find somebody");
    // What comes at once behind an Escape belongs to it, as with Alt.
    pty.presses("");
}

/// What a command does meanwhile, as the administrator.
fn by_command(home: &TempDir, arguments: &[&str]) {
    let done = Command::new(env!("CARGO_BIN_EXE_halligan"))
        .args(arguments)
        .args(["--operator", "chief@riverside.example"])
        .arg("--operator-password-file")
        .arg(home.path().join("password"))
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success(), "{arguments:?}");
}

#[test]
fn a_role_for_residents_is_made_and_given_and_a_drop_down_field_made_seen_and_retired() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[("TERM", "linux")]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");

    // A role that is limited to residents.
    pty.chooses("Roles");
    pty.sees("none is built in, and stays as it is.");
    pty.presses("n");
    pty.sees("What it permits");
    pty.types("Front desk");
    pty.sends("\t ");
    pty.sees("Users - Read [x] yes");
    pty.sends(&"\t".repeat(11));
    pty.sends(" ");
    pty.sees("Residential [x] yes");
    pty.enter();
    pty.sees("The role Front desk was made.");
    let role = "SELECT name || '|' || permissions || '|' || kinds FROM site_roles";
    assert_eq!(stored(&home, role), "Front desk|1|2");
    leaves(&pty, 1);

    // Given to Maria, in her record.
    opens(&pty, "Access", 3);
    pty.sends(LEFT);
    pty.sees("< Front desk >");
    pty.sees("for residential accounts: Users - Read.");
    pty.enter();
    pty.sees("role assigned - done");
    let held = "SELECT r.name FROM users u JOIN site_roles r ON r.number = u.role
                WHERE u.login = 'E1042'";
    assert_eq!(stored(&home, held), "Front desk");
    leaves(&pty, 2);

    // A drop-down field that lists show.
    pty.chooses("Fields");
    pty.sees("This site has no fields of its own yet");
    pty.presses("n");
    pty.sees("Shown in list");
    pty.types("Shift");
    pty.sends("\t");
    pty.types("shift");
    pty.sends("\t");
    pty.sends(LEFT);
    pty.sees("< list >");
    pty.sends("\t ");
    pty.sees("No value yet");
    for value in ["Red", "Green"] {
        pty.types(value);
        pty.enter();
        pty.sees("Add [ ");
    }
    pty.presses("\x1b");
    pty.sees("Red, Green");
    pty.sends("\t\t\t ");
    pty.sees("Shown in list [x] yes");
    pty.enter();
    pty.sees("The field Shift was added.");
    let field = "SELECT json_extract(definition, '$.kind') || '|'
                 || json_extract(definition, '$.values[1].value') || '|'
                 || json_extract(definition, '$.shown') FROM site_fields WHERE name = 'shift'";
    assert_eq!(stored(&home, field), "list|Green|1");
    leaves(&pty, 1);

    // What she has in it stands in the list.
    by_command(
        &home,
        &["user", "edit", "E1042", "--field", "shift=Green", "--yes"],
    );
    pty.sends("/");
    pty.sees("Search");
    pty.types("vasq");
    pty.sees("1 of 2");
    pty.sees("Shift");
    pty.sees("Green");
    leaves(&pty, 1);

    // Retired after a question: what she has stays.
    pty.chooses("Fields");
    pty.sees("in list");
    pty.presses("r");
    pty.sees("Retire the field Shift?");
    pty.presses("y");
    pty.sees("The field Shift was retired.");
    let retired = "SELECT json_extract(definition, '$.retired') || '' FROM site_fields";
    assert_eq!(stored(&home, retired), "1");
    let value = "SELECT value FROM site_values WHERE name = 'shift'";
    assert_eq!(stored(&home, value), "Green");

    // The role goes for another one.
    leaves(&pty, 1);
    pty.chooses("Roles");
    pty.sees("Front desk");
    pty.sends("\x1b[F");
    pty.presses("r");
    pty.sees("1 user holds the role Front desk");
    pty.sends(" ");
    pty.sees("< viewer >");
    pty.enter();
    pty.sees("Remove the role Front desk? The 1 who hold it get");
    pty.presses("y");
    pty.sees("The role Front desk was removed.");
    let holds = "SELECT role || '' FROM users WHERE login = 'E1042'";
    assert_eq!(stored(&home, holds), "1");
    pty.quits();
    assert_eq!(pty.ends(), 0);
}
