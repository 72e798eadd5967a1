//! Lists for people: headings, and as wide as the window.

use unicode_width::UnicodeWidthStr as _;

use super::{ADMINISTRATOR, House, code, err, out};
use crate::support::pty::Pty;

fn peopled() -> House {
    let house = House::set_up();
    house.add("E1042", "maria.vasquez@example.org", "Maria", "Vasquez");
    house.add(
        "E1043",
        "maximiliane.featherstonehaugh@riverside-regional-fire-authority.example.org",
        "Maximiliane",
        "Featherstonehaugh-Cholmondeley",
    );
    house
}

/// What a command writes to a terminal that is so wide.
fn at_terminal(house: &House, arguments: &[&str], width: u16) -> Vec<String> {
    let password = house.path("password");
    let operator = [
        "--operator",
        ADMINISTRATOR,
        "--operator-password-file",
        password.to_str().unwrap(),
    ];
    let pty = Pty::open(
        house.path(""),
        &[arguments, &operator[..]].concat(),
        (width, 24),
        &[],
    );
    assert_eq!(pty.ends(), 0);
    let told = String::from_utf8(pty.written()).unwrap();
    told.lines().map(str::to_owned).collect()
}

#[test]
fn lists_have_headings_and_fit_the_window() {
    let house = peopled();
    for (arguments, headings) in [
        (&["find", "e"][..], &["ID", "Name", "Email", "State"][..]),
        (&["user", "list"], &["ID", "Name", "Email", "State"]),
        (
            &["audit", "list"],
            &["No.", "When", "What", "Outcome", "Who", "Whom", "Why"],
        ),
    ] {
        for width in [80, 120] {
            let lines = at_terminal(&house, arguments, width);
            for heading in headings {
                assert!(lines[0].contains(heading), "{heading}: {lines:?}");
            }
            for line in &lines {
                assert!(line.width() <= usize::from(width), "{width}: {line}");
            }
        }
        let piped = out(&house.admin(arguments, ""));
        assert!(!piped.contains('…'), "nothing is cut in a pipe: {piped}");
        for heading in headings {
            assert!(piped.lines().next().unwrap().contains(heading), "{piped}");
        }
    }
}

#[test]
fn no_failure_shows_the_number_of_an_error_of_the_system() {
    let house = peopled();
    let secret = house.private("secret", "x");
    let secret = secret.to_str().unwrap();
    let inside = format!("{secret}/below");
    for arguments in [
        &["user", "import", "/nowhere.csv", "--yes"][..],
        &["user", "import", inside.as_str(), "--yes"],
        &["find", "x", "--config", "/nowhere.toml"],
        &["find", "x", "--config", inside.as_str()],
        &["find", "x", "--store", inside.as_str()],
        &["find", "x", "--store", "/nowhere/else/store.db"],
        &["check", "E1042", "--password-fd", "77"],
        &["audit", "export", "/nowhere/else.csv"],
        &["audit", "export", inside.as_str()],
        &["man", "--to", "/nowhere/else"],
        &["serve", "--listen", "203.0.113.1:9", "--self-signed"],
        &[
            "serve",
            "--certificate",
            "/nowhere.pem",
            "--key",
            "/nowhere.key",
        ],
    ] {
        let done = house.admin(arguments, "");
        assert_ne!(code(&done), 0, "{arguments:?}");
        let told = err(&done);
        assert!(!told.contains("os error"), "{arguments:?}: {told}");
    }
    let gone = house.as_operator(ADMINISTRATOR, "/nowhere".as_ref(), &["find", "x"], "");
    assert!(
        err(&gone).contains("there is no such file"),
        "{}",
        err(&gone)
    );
}
