use std::io::Cursor;

use super::*;

fn roster(text: &[u8]) -> Result<Roster, String> {
    Roster::read(Cursor::new(text.to_vec()))
}

fn refused(text: &[u8]) -> String {
    match roster(text) {
        Ok(_) => panic!("a refusal was expected"),
        Err(error) => error,
    }
}

fn rows(text: &[u8]) -> Vec<Result<(u64, NewUser), String>> {
    roster(text).unwrap().collect()
}

#[test]
fn columns_are_known_by_their_usual_names_in_any_order() {
    let text = b"First Name,E-Mail,Last name,Badge No.,Type,Role,Status,Shirt size\n\
        Maria,m.vasquez@example.org,Vasquez,E1042,Staff,help-desk,active,M\n\
        ,,Engine 12,ENG12,unit,,Inactive,\n";
    let roster = roster(text).unwrap();
    assert_eq!(roster.ignored(), ["Shirt size"]);
    let rows: Vec<_> = roster.map(Result::unwrap).collect();
    let (line, maria) = &rows[0];
    assert_eq!(*line, 2);
    assert_eq!(maria.login, "E1042");
    assert_eq!(maria.email, "m.vasquez@example.org");
    assert_eq!(
        (&*maria.given_name, &*maria.family_name),
        ("Maria", "Vasquez")
    );
    assert_eq!(maria.role, crate::permission::Role::HelpDesk);
    assert!(maria.active);
    let (line, engine) = &rows[1];
    assert_eq!(*line, 3);
    assert_eq!(engine.kind, crate::user::AccountKind::Unit);
    assert_eq!(engine.family_name, "Engine 12");
    assert!(!engine.active);
}

#[test]
fn a_mark_semicolons_tabs_carriage_returns_and_quotes_are_taken() {
    let semicolons = b"\xef\xbb\xbfid;name;email\r\n7;\"Vasquez; Maria \"\"Mia\"\"\";a@b\r\n";
    let (_, user) = rows(semicolons)[0].clone().unwrap();
    assert_eq!(user.family_name, "\"Mia\"");
    let tabs = b"login\tname\n7\tVasquez, Maria\n";
    let (_, user) = rows(tabs)[0].clone().unwrap();
    assert_eq!(
        (&*user.given_name, &*user.family_name),
        ("Maria", "Vasquez")
    );
}

#[test]
fn lines_are_counted_as_in_an_editor_even_after_a_field_of_two_lines() {
    let text = b"id,name\n1,\"Ann\nLee\"\n2,Bob Day,surplus\n3,Cy Fox\n4,Di Fox\n";
    let rows = rows(text);
    assert_eq!(rows[0].as_ref().unwrap().0, 2);
    assert_eq!(
        rows[1].as_ref().unwrap_err(),
        "line 4: 3 fields, but the heading has 2"
    );
    assert_eq!(rows[2].as_ref().unwrap().0, 5);
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
            "",
        ];
        let rows = rows(text.join(end).as_bytes());
        let lines: Vec<_> = rows.iter().flatten().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 5, 8], "{end:?}");
        assert_eq!(
            rows[2].as_ref().unwrap_err(),
            "line 7: 3 fields, but the heading has 2"
        );
    }
}

#[test]
fn a_password_column_is_refused_whatever_it_is_called() {
    for title in ["password", "Initial Password", "PIN", "pass_word", "Pwd"] {
        let error = refused(format!("id,name,{title}\n").as_bytes());
        assert!(error.contains("never read from a file"), "{title}: {error}");
    }
}

#[test]
fn a_heading_that_lacks_something_says_what() {
    assert!(refused(b"name,email\n").contains("no column for the ID"));
    assert!(refused(b"id,email\n").contains("no column for the name"));
    assert!(refused(b"id,badge,name\n").contains("`badge` is the second"));
    assert!(refused(b"").contains("no column for the ID"));
}

#[test]
fn other_encodings_are_told_with_what_to_do() {
    assert!(refused(b"\xff\xfei\0d\0").contains("UTF-16"));
    assert!(refused(b"PK\x03\x04rest").contains("spreadsheet"));
    let rows = rows(b"id,name\n1,Jos\xe9 N\xfa\xf1ez\n2,Ann Lee\n");
    assert_eq!(
        rows[0].as_ref().unwrap_err(),
        "line 2: this is not UTF-8: save the file as CSV in UTF-8"
    );
    assert!(rows[1].is_ok());
}

#[test]
fn words_that_mean_nothing_are_refused_with_those_that_do() {
    let rows = rows(b"id,name,kind,role,active\n1,A B,boss,,\n2,A B,,chief,\n3,A B,,,maybe\n");
    let errors: Vec<_> = rows.into_iter().map(Result::unwrap_err).collect();
    assert!(errors[0].contains("line 2: kind `boss` is none of staff"));
    assert!(errors[1].contains("role `chief` is none of none, viewer"));
    assert!(errors[2].contains("active `maybe` is neither yes nor no"));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(bytes: Vec<u8>) {
        if let Ok(roster) = roster(&bytes) {
            let _ = roster.count();
        }
        let mut text = b"id,name,email\n".to_vec();
        text.extend(bytes);
        let _ = roster(&text).unwrap().count();
    }
}
