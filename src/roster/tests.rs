use std::io::Cursor;

use super::*;
use crate::{directory::NewUser, permission::Role, user::AccountKind};

mod cases;
mod details;

fn roster(text: &[u8]) -> Result<Roster, String> {
    Roster::read(Cursor::new(text.to_vec()), &Reading::default())
}

fn refused(text: &[u8]) -> String {
    match roster(text) {
        Ok(_) => panic!("a refusal was expected"),
        Err(error) => error,
    }
}

fn rows(text: &[u8]) -> Vec<Result<RosterRow, RowFault>> {
    roster(text).unwrap().rows().unwrap().collect()
}

/// The faults as they are told.
fn faults(text: &[u8]) -> Vec<String> {
    let faults = rows(text).into_iter().filter_map(Result::err);
    faults.map(|fault| fault.to_string()).collect()
}

fn first(text: &[u8]) -> NewUser {
    rows(text)[0].clone().unwrap().user
}

#[test]
fn columns_are_known_by_their_usual_names_in_any_order() {
    let text = b"First Name,E-Mail,Last name,Badge No.,Type,Role,Status,Shirt size\n\
        Maria,m.vasquez@example.org,Vasquez,E1042,Staff,help-desk,active,M\n\
        ,,Engine 12,ENG12,unit,,Inactive,\n";
    let roster = roster(text).unwrap();
    assert_eq!(roster.ignored(), ["Shirt size"]);
    assert_eq!(roster.count(), 2);
    let rows: Vec<_> = roster.rows().unwrap().map(Result::unwrap).collect();
    let maria = &rows[0].user;
    assert_eq!(rows[0].line, 2);
    assert_eq!(maria.login, "E1042");
    assert_eq!(maria.email, "m.vasquez@example.org");
    assert_eq!(
        (&*maria.given_name, &*maria.family_name),
        ("Maria", "Vasquez")
    );
    assert_eq!(maria.role, Role::HelpDesk);
    assert!(maria.active);
    let engine = &rows[1].user;
    assert_eq!(rows[1].line, 3);
    assert_eq!(engine.kind, AccountKind::Unit);
    assert_eq!(engine.family_name, "Engine 12");
    assert!(!engine.active);
    let said = rows[1].said;
    assert_eq!(
        (said.email, said.names, said.role, said.active),
        (false, true, false, true)
    );
}

#[test]
fn a_mark_semicolons_tabs_pipes_carriage_returns_and_quotes_are_taken() {
    let semicolons = b"\xef\xbb\xbfid;name;email\r\n7;\"Vasquez; Maria \"\"Mia\"\"\";a@b\r\n";
    assert_eq!(first(semicolons).family_name, "\"Mia\"");
    for text in [
        "login\tname\n7\tVasquez, Maria\n",
        "login|name\n7|Vasquez, Maria\n",
    ] {
        let user = first(text.as_bytes());
        assert_eq!(
            (&*user.given_name, &*user.family_name),
            ("Maria", "Vasquez")
        );
    }
}

#[test]
fn the_heading_is_found_below_titles_a_separator_and_a_type() {
    for (text, remark) in [
        ("sep=;\nid;name\n7;Ann Able\n", None),
        ("\"sep=|\"\r\nid|name\r\n7|Ann Able\r\n", None),
        (
            "#TYPE Selected.Microsoft.ActiveDirectory\nid,name\n7,Ann Able\n",
            None,
        ),
        (
            "Staff list\n\nStation 4,,\nid,name,\n7,Ann Able,\n",
            Some("line 4"),
        ),
        ("\n\nid,name\n7,Ann Able\n", None),
    ] {
        let roster = roster(text.as_bytes()).unwrap();
        let told = roster.remarks().first().map(String::as_str);
        assert_eq!(told.is_some(), remark.is_some(), "{text:?} {told:?}");
        assert!(
            told.unwrap_or_default()
                .contains(remark.unwrap_or_default())
        );
        let row = roster.rows().unwrap().next().unwrap().unwrap();
        assert_eq!(
            (&*row.user.login, &*row.user.given_name),
            ("7", "Ann"),
            "{text:?}"
        );
        assert_eq!(
            row.line,
            text.replace("\r\n", "\n").lines().count() as u64,
            "{text:?}"
        );
    }
}

#[test]
fn lines_are_counted_as_in_an_editor_even_after_a_field_of_two_lines() {
    let text = b"id,name\n1,\"Ann\nLee\"\n2,Bob Day,surplus\n3,Cy Fox\n4,Di Fox\n";
    let rows = rows(text);
    assert_eq!(rows[0].as_ref().unwrap().line, 2);
    let fault = rows[1].as_ref().unwrap_err().to_string();
    assert_eq!(fault, "line 4: 3 fields, but the heading has 2");
    assert_eq!(rows[2].as_ref().unwrap().line, 5);
}

// Found by fuzzing: every line of a spreadsheet's CSV was told one too low.
#[test]
fn lines_are_counted_as_in_an_editor_whatever_ends_them_and_past_empty_ones() {
    for end in ["\n", "\r\n", "\r"] {
        let text = [
            "id,name",
            "1,Ann Lee",
            "",
            "",
            "2,\"Bob",
            "Day\"",
            "3,x,y",
            "4,\"Cy",
            "Fox\"",
            "",
        ];
        let rows = rows(text.join(end).as_bytes());
        let lines: Vec<_> = rows.iter().flatten().map(|row| row.line).collect();
        assert_eq!(lines, [2, 5, 8], "{end:?}");
        let fault = rows[2].as_ref().unwrap_err().to_string();
        assert_eq!(fault, "line 7: 3 fields, but the heading has 2");
    }
}

#[test]
fn a_quote_that_never_closes_is_told_where_it_opens_and_the_file_is_not_taken() {
    for text in [
        "id,name\n1,A B\n2,\"C D\n3,E F\n",
        // Another quote seems to close it.
        "id,name\n1,A B\n2,\"C D\n3,\"F, E\"\n4,G H\n",
        "id,name\n1,A B\n2,\"",
    ] {
        let error = refused(text.as_bytes());
        assert!(error.starts_with("line 3: a quote opens here"), "{error}");
    }
    let told = faults(b"id,name\n1,\"A\" B\n2,C D\n");
    assert_eq!(told, ["line 2: text follows the quote that closes a cell"]);
    // Inches are no quotes.
    assert_eq!(first(b"id,name\n1,Hose 5\"\n").family_name, "5\"");
}

#[test]
fn of_two_columns_that_say_the_same_the_better_one_counts_and_that_is_told() {
    let text = b"User Name,Name,Employee ID,Full Name\nann,Ann Able,E1,Able Ann\n";
    let roster = roster(text).unwrap();
    assert_eq!(
        roster.remarks(),
        [
            "The column 'User Name' is passed over: the id is taken from 'Employee ID'.",
            "The column 'Full Name' is passed over: the name is taken from 'Name'.",
        ]
    );
    assert_eq!(first(text).login, "E1");
}

#[test]
fn exports_of_other_programs_are_read() {
    for text in [
        // Microsoft Entra, Active Directory, Google, Okta, LDAP, and lists in other languages.
        "userPrincipalName,displayName,mail,givenName,surname,accountEnabled\na@x.example,A B,a@x.example,Ann,Able,True\n",
        "sAMAccountName,GivenName,sn,mail,Enabled,userAccountControl\nann,Ann,Able,a@x.example,TRUE,512\n",
        "First Name [Required],Last Name [Required],Email Address [Required],Employee ID,Status [READ ONLY]\nAnn,Able,a@x.example,E1,Active\n",
        "login,firstName,lastName,email,status\nann,Ann,Able,a@x.example,PROVISIONED\n",
        "uid|givenName|sn|mail|nsAccountLock\nann|Ann|Able|a@x.example|FALSE\n",
        "Personalnummer;Vorname;Nachname;E-Mail-Adresse;Aktiv\n7;Ann;Able;a@x.example;Ja\n",
        "Matricule;Prénom;Nom;Courriel;Actif\n7;Ann;Able;a@x.example;oui\n",
        "Número de empleado;Nombre;Apellidos;Correo electrónico;Activo\n7;Ann;Able;a@x.example;Sí\n",
        "Matricola;Nome;Cognome;E-mail;Attivo\n7;Ann;Able;a@x.example;vero\n",
        "Personeelsnummer;Voornaam;Achternaam;E-mailadres;Actief\n7;Ann;Able;a@x.example;ja\n",
    ] {
        let user = first(text.as_bytes());
        assert_eq!(
            (&*user.given_name, &*user.family_name),
            ("Ann", "Able"),
            "{text}"
        );
        assert_eq!((&*user.email, user.active), ("a@x.example", true), "{text}");
        assert!(!user.login.is_empty());
    }
}

#[test]
fn a_state_is_obeyed_in_either_polarity_and_what_is_not_understood_activates_nobody() {
    for (heading, cell, active) in [
        ("Active", "no", Some(false)),
        ("Is Active", "No", Some(false)),
        ("accountEnabled", "FALSE", Some(false)),
        ("Disabled", "TRUE", Some(false)),
        ("Disabled", "false", Some(true)),
        ("Suspended", "Yes", Some(false)),
        ("Block credential", "True", Some(false)),
        ("Status", "DEPROVISIONED", Some(false)),
        ("Status", "Retired", Some(false)),
        ("Status", "Active", Some(true)),
        ("userAccountControl", "514", Some(false)),
        ("userAccountControl", "66048", Some(true)),
        ("Status", "on leave", None),
        ("Disabled", "maybe", None),
        ("Status", "STAGED", None),
        ("userAccountControl", "x", None),
    ] {
        let text = format!("id,name,{heading}\n1,A B,{cell}\n");
        let read = rows(text.as_bytes()).remove(0).map(|row| row.user.active);
        assert_eq!(read.ok(), active, "{heading} {cell}");
    }
    // One that says no is enough.
    assert!(!first(b"id,name,Active,Suspended\n1,A B,yes,yes\n").active);
    assert!(!first(b"id,name,Active,Suspended\n1,A B,no,no\n").active);
}

#[test]
fn a_password_column_is_refused_whatever_it_is_called() {
    for title in [
        "password",
        "Initial Password",
        "PIN",
        "pass_word",
        "Pwd",
        "Kennwort (neu)",
    ] {
        let error = refused(format!("id,name,{title}\n1,A B,x1\n").as_bytes());
        assert!(error.contains("never read from a file"), "{title}: {error}");
        let told = roster(format!("id,name,{title}\n1,A B,****\n2,C D,\n").as_bytes());
        let told = told.unwrap().remarks().join(" ");
        assert!(told.contains("holds no passwords"), "{title}: {told}");
    }
}

#[test]
fn a_heading_that_lacks_something_says_what() {
    assert!(refused(b"name,email\n").contains("no column for the ID"));
    assert!(refused(b"id,email\n").contains("no column for the name"));
    assert_eq!(refused(b""), "the file is empty");
    assert_eq!(refused(b"\n \n"), "the file is empty");
}

#[test]
fn the_operator_may_say_what_a_column_is() {
    let reading = |columns: &[&str]| Reading {
        columns: columns.iter().map(|text| mapped(text).unwrap()).collect(),
        ..Reading::default()
    };
    let text = "Ref #,Wer,Post,Notes,id\nE1,Ann Able,a@x.example,x,7\n";
    let mapping = ["Ref #=id", "wer=name", "POST=email", "id=-"];
    let read =
        |columns: &[&str]| Roster::read(Cursor::new(text.as_bytes().to_vec()), &reading(columns));
    let roster = read(&mapping).unwrap();
    let row = roster.rows().unwrap().next().unwrap().unwrap();
    assert_eq!((&*row.user.login, &*row.user.email), ("E1", "a@x.example"));
    assert_eq!(row.user.family_name, "Able");
    assert_eq!(roster.ignored(), ["Notes"]);
    let missing = read(&["Badge=id"]).err().unwrap();
    assert_eq!(missing, "the heading has no column `Badge`");
    for wrong in ["Badge", "Badge=boss", "Badge="] {
        assert!(mapped(wrong).is_err(), "{wrong}");
    }
    assert_eq!(
        mapped("a=b=id,email"),
        Ok(("a=b".into(), vec![Field::Id, Field::Email]))
    );
}

#[test]
fn other_encodings_are_read_and_a_guess_is_said() {
    assert!(refused(b"PK\x03\x04rest").contains("spreadsheet"));
    let text = "id,name\n1,José 𝒩úñez\n";
    let units: Vec<u16> = text.encode_utf16().collect();
    for (bytes, encoding) in [
        (
            [
                vec![0xff, 0xfe],
                units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            ]
            .concat(),
            Encoding::Utf16Le,
        ),
        (
            [
                vec![0xfe, 0xff],
                units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            ]
            .concat(),
            Encoding::Utf16Be,
        ),
        (
            units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            Encoding::Utf16Le,
        ),
        (
            units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            Encoding::Utf16Be,
        ),
    ] {
        let roster = roster(&bytes).unwrap();
        assert_eq!((roster.encoding(), roster.guessed()), (encoding, None));
        assert_eq!(first(&bytes).family_name, "𝒩úñez");
    }
    let western = b"id,name\n1,Jos\xe9 O\x92Brien\n2,Ann Lee\n";
    let read = roster(western).unwrap();
    assert_eq!(
        (read.encoding(), read.guessed()),
        (Encoding::Windows1252, Some("José O’Brien"))
    );
    assert_eq!(first(western).family_name, "O’Brien");
    // One damaged line among UTF-8 is damage, and no other encoding.
    let told = faults(
        "id,name\n1,José N\n"
            .as_bytes()
            .iter()
            .copied()
            .chain(*b"2,Jos\xe9 N\n")
            .collect::<Vec<_>>()
            .as_slice(),
    );
    assert_eq!(
        told,
        ["line 3: this is not UTF-8: save the file as CSV in UTF-8"]
    );
}

#[test]
fn ldif_is_read_entry_by_entry() {
    let text = "version: 1\n# people\ndn: uid=ann,ou=people,dc=x\nuid: ann\ngivenName:: QW5u\nsn: Ab\n le\n\
        mail: a@x.example\nmail: b@x.example\nnsAccountLock: true\nobjectClass: person\n\n\
        dn: uid=bob,ou=people,dc=x\nchangetype: delete\n\n\
        dn: uid=cyd,ou=people,dc=x\nuid: cyd\nsn: Cole\n";
    let rows = rows(text.as_bytes());
    let ann = rows[0].as_ref().unwrap();
    assert_eq!((ann.line, &*ann.user.login), (3, "ann"));
    assert_eq!(
        (&*ann.user.given_name, &*ann.user.family_name),
        ("Ann", "Able")
    );
    assert_eq!((&*ann.user.email, ann.user.active), ("a@x.example", false));
    let fault = rows[1].as_ref().unwrap_err().to_string();
    assert_eq!(fault, "line 13: the change `delete` adds nobody");
    assert_eq!(rows[2].as_ref().unwrap().user.login, "cyd");
    let secret = "dn: uid=a\nuid: a\nsn: b\nuserPassword: {SSHA}x\n";
    assert!(refused(secret.as_bytes()).contains("never read from a file"));
}

#[test]
fn words_that_mean_nothing_make_the_column_none() {
    let text = b"id,name,kind,role\n1,A B,staff,viewer\n2,A B,boss,chief\n";
    let read = roster(text).unwrap();
    let told = read.remarks().join(" ");
    assert!(
        told.contains("'boss' in line 3 is no kind of account"),
        "{told}"
    );
    assert!(
        told.contains("'chief' in line 3 is no role, so nobody is given a role"),
        "{told}"
    );
    assert!(
        rows(text)
            .into_iter()
            .flatten()
            .all(|row| row.user.role == Role::None && !row.said.role)
    );
    // What the operator has said is believed, and then a word is the name of a role of the site, which
    // the directory knows or refuses.
    let reading = Reading {
        columns: vec![("role".into(), vec![Field::Role])],
        ..Reading::default()
    };
    let read = Roster::read(Cursor::new(text.to_vec()), &reading).unwrap();
    let rows: Vec<_> = read.rows().unwrap().collect();
    assert_eq!(rows[0].as_ref().unwrap().user.role, Role::Viewer);
    let named = Role::of_word("chief");
    assert_eq!(rows[1].as_ref().unwrap().user.role, named);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(bytes: Vec<u8>) {
        for text in [bytes.clone(), [b"id,name,email\n".to_vec(), bytes.clone()].concat(), [b"dn: a\nuid: a\nsn: b\n\n".to_vec(), bytes].concat()] {
            if let Ok(roster) = roster(&text) {
                let _ = roster.rows().unwrap().count();
            }
        }
    }
}
