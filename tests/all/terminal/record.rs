//! The record of a user in a real terminal, each effect read from the store behind the console.

use rusqlite::Connection;

use super::{
    OWN, init,
    plain::{add_fields, add_maria},
    sign_in,
};
use crate::support::pty::{Pty, TempDir};

const PAGE_DOWN: &str = "\x1b[6~";

/// What a query of the store says, in one line.
pub(super) fn stored(home: &TempDir, sql: &str) -> String {
    let store = home.path().join(".local/share/halligan/halligan.db");
    let connection = Connection::open(store).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn maria(home: &TempDir) -> String {
    let columns = "phone || '|' || station || '|' || active || '|' || role";
    stored(
        home,
        &format!("SELECT {columns} FROM users WHERE login = 'E1042'"),
    )
}

/// What stands in the fields of the site's own.
pub(super) fn own_values(home: &TempDir) -> String {
    stored(
        home,
        "SELECT group_concat(name || '=' || value, ' ')
         FROM (SELECT name, value FROM site_values ORDER BY name, value)",
    )
}

/// Opens Maria's page at the section that is so many keys away, from the list or the menu.
pub(super) fn opens(pty: &Pty, section: &str, keys: usize) {
    pty.sends("/");
    pty.sees("Search");
    pty.types("vasq");
    pty.sees("1 of 2");
    pty.enter();
    // Until she has been read, text for anything but the password is not taken.
    pty.sees("Never signed in.");
    for _ in 0..keys {
        pty.sends(PAGE_DOWN);
    }
    pty.sees(&format!("[{section}]"));
}

/// Saves, and leaves the receipt and the list.
fn saves(pty: &Pty, receipt: &str) {
    pty.enter();
    pty.sees(receipt);
    leaves(pty);
}

fn leaves(pty: &Pty) {
    pty.sends("\x1b");
    pty.sees("Search");
    pty.sends("\x1b");
    pty.sees("find somebody");
}

#[test]
fn a_record_is_opened_edited_disabled_enabled_given_a_role_and_removed() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[("TERM", "linux")]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");

    // Details: phone and station, one act.
    opens(&pty, "Details", 1);
    pty.sends("\t\t\t\t\t");
    pty.types("303 555 0142");
    pty.sends("\t\t");
    pty.types("Station 7");
    saves(&pty, "phone, station changed - done");
    assert_eq!(maria(&home), "303 555 0142|Station 7|1|0");

    // Status and access together, with a ticket: one intent and one outcome.
    let records = "SELECT count(*) || '' FROM audit WHERE kind = 'user-changed'";
    let before: u64 = stored(&home, records).parse().unwrap();
    opens(&pty, "Status", 2);
    pty.sends(" ");
    pty.sends(PAGE_DOWN);
    pty.sees("[Access]");
    pty.sends(" ");
    pty.sees("viewer");
    pty.sends("\t\t");
    pty.types("INC 12");
    saves(&pty, "disabled - done");
    assert_eq!(maria(&home), "303 555 0142|Station 7|0|1");
    let after: u64 = stored(&home, records).parse().unwrap();
    assert_eq!(after, before + 2);
    let detail = stored(
        &home,
        "SELECT json_extract(body, '$.detail') || ' ' || json_extract(body, '$.reason')
         FROM audit WHERE kind = 'user-changed' ORDER BY seq DESC LIMIT 1",
    );
    assert_eq!(detail, "changes disabled, role viewer INC 12");

    // Enabled again by the key that the verdict names.
    opens(&pty, "Password", 0);
    pty.sees("Ctrl-Y enables it");
    pty.sends("\x19");
    pty.sees("Enable Maria Vasquez");
    pty.presses("y");
    pty.sees("enabled - done");
    // She has no password yet: that is said until it is dismissed.
    pty.presses("\x1b");
    pty.presses("\x1b");
    pty.sees("Search");
    pty.presses("\x1b");
    pty.sees("find somebody");
    assert_eq!(maria(&home), "303 555 0142|Station 7|1|1");

    // The history is there, and outlives the account.
    opens(&pty, "History", 4);
    pty.sees("user changed, by Alma Chief; changes disabled, role viewer; INC 12");
    pty.sends("\x1b[5~\x1b[5~");
    pty.sees("[Status]");
    for _ in 0..5 {
        pty.sends("\t");
    }
    pty.sees("Type E1042 to remove");
    pty.types("E1042");
    pty.enter();
    pty.sees("Remove Maria Vasquez (E1042) for good?");
    pty.presses("y");
    pty.sees("user removed");
    let left = stored(
        &home,
        "SELECT count(*) || '' FROM users WHERE login = 'E1042'",
    );
    assert_eq!(left, "0");
    let kept = "SELECT count(*) || '' FROM audit WHERE body LIKE '%INC 12%'";
    assert_eq!(stored(&home, kept), "2");
    pty.quits();
    assert_eq!(pty.ends(), 0);
}

#[test]
fn the_fields_of_the_site_are_filled_in_with_the_details_and_in_the_form_of_a_new_user() {
    let home = TempDir::new();
    init(&home);
    add_maria(&home);
    add_fields(&home);
    let pty = Pty::open(&home, &[], (80, 24), &[("TERM", "linux")]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");

    opens(&pty, "Details", 1);
    // Behind nine details.
    pty.sends(&"\t".repeat(9));
    pty.sends("\x1b[C");
    pty.sees("< Red >");
    pty.enter();
    pty.sees("Boots has to be filled.");
    pty.types("4x");
    pty.enter();
    pty.sees("Boots: '4x' is no number such as 12 or 4.5.");
    pty.sends("\x15");
    pty.types("42");
    saves(&pty, "shift, boots changed - done");
    assert_eq!(own_values(&home), "boots=42 shift=Red");

    pty.chooses("Add user");
    pty.sees("Family name");
    for text in ["E3001", "noor@riverside.example", "Noor", "Haddad"] {
        pty.types(text);
        pty.sends("\t");
    }
    pty.enter();
    pty.sees("Boots has to be filled.");
    pty.types("39");
    pty.enter();
    pty.sees("Noor Haddad (E3001) was added");
    assert_eq!(own_values(&home), "boots=39 boots=42 shift=Red");
    pty.sends("\x1b");
    pty.sees("find somebody");
    pty.quits();
    assert_eq!(pty.ends(), 0);
}
