//! Files that went wrong once, as people had exported them.

use super::*;

fn case(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/tests/cases/roster/{name}.csv",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// `line ID email given|family state role`, or what is said of the line.
fn told(name: &str) -> Vec<String> {
    let read = rows(&case(name)).into_iter();
    read.map(|row| match row {
        Ok(RosterRow { line, user, .. }) => {
            let state = if user.active { "active" } else { "disabled" };
            let NewUser {
                login,
                email,
                given_name,
                family_name,
                role,
                ..
            } = user;
            format!("{line} {login} {email} {given_name}|{family_name} {state} {role}")
        }
        Err(fault) => fault.to_string(),
    })
    .collect()
}

#[test]
fn each_file_is_read_as_it_was_meant() {
    for (name, expected) in [
        (
            "address-is-a-street",
            &["2 m.ortega@fire.example  Marta|Ortega active none"][..],
        ),
        (
            "again-now-inactive",
            &["2 1 a@x.example Ann|Able disabled none"],
        ),
        (
            "blank-comma-rows",
            &[
                "2 E1 a@x.example Ann|Able active none",
                "3 E2 b@x.example Bob|Baker active none",
            ],
        ),
        (
            "blank-line-number",
            &[
                "2 E1 e1@x.example Ann|Able active none",
                "4 E2 e2@x.example Bob|Baker active none",
                "5 E3 BAD Cyd|Cole active none",
                "6 E4 e4@x.example Dan|Dole active none",
            ],
        ),
        (
            "crlf-line-number",
            &[
                "2 E1 e1@x.example Ann|Able active none",
                "3 E2 e2@x.example Bob|Baker active none",
                "4 E3 BAD Cyd|Cole active none",
                "5 E4 e4@x.example Dan|Dole active none",
            ],
        ),
        (
            "email-forms",
            &[
                "2 E1 a@x.example Ann|Able active none",
                "3 E2 b@x.example Bob|Baker active none",
                "line 4: `c@x.example;c2@x.example` is more than one address: keep one",
                "5 E4 d@@x.example Dan|Dole active none",
                "6 E5 e@x Eve|Ely active none",
                "7 E6  Fay|Fox active none",
                "8 E7  Gus|Gray active none",
                "9 E8  Hal|Hunt active none",
            ],
        ),
        (
            "employee-number-heading",
            &["2 1042 maria@x.example Maria|Vasquez active none"],
        ),
        (
            "inactive-by-account-enabled",
            &["2 E1 a@x.example Ann|Able disabled none"],
        ),
        (
            "inactive-by-disabled",
            &["2 E1 a@x.example Ann|Able disabled none"],
        ),
        (
            "newline-in-heading",
            &["5 E1 a@x.example Ann|Able active none"],
        ),
        (
            "required-in-headings",
            &["2 1042 m.ortega@fire.example Marta|Ortega active none"],
        ),
        (
            "role-administrator",
            &[
                "2 1 a@x.example Ann|Able active administrator",
                "3 2 b@x.example Bob|Baker active none",
            ],
        ),
        (
            "role-is-a-job-title",
            &["2 1 a@x.example Ann|Able active none"],
        ),
        (
            "short-rows",
            &[
                "2 E1 a@x.example Ann|Able active none",
                "3 E2 b@x.example Bob|Baker active none",
            ],
        ),
        (
            "spreadsheet-damaged-ids",
            &[
                "line 2: the ID `1.23457E+11` is what a spreadsheet makes of a long number: format the \
             column as text and export it again",
                "line 3: id: `#N/A` is what a spreadsheet leaves of a formula that failed: export the values",
                "line 4: id: `#REF!` is what a spreadsheet leaves of a formula that failed: export the values",
            ],
        ),
        ("utf-16", &["2 E1 e1@x.example José|Núñez active none"]),
        (
            "windows-1252",
            &["2 E1 e1@x.example José|O’Brien active none"],
        ),
    ] {
        assert_eq!(told(name), expected, "{name}");
    }
}

#[test]
fn what_was_settled_is_said() {
    for (name, said) in [
        (
            "address-is-a-street",
            "'12 Station Road' in line 2 is no address, so nobody has an email",
        ),
        (
            "role-is-a-job-title",
            "'Captain' in line 2 is no role, so nobody is given a role",
        ),
        (
            "required-in-headings",
            "'Password [Required]' holds no passwords and is passed over",
        ),
    ] {
        let remarks = roster(&case(name)).unwrap().remarks().join(" ");
        assert!(remarks.contains(said), "{name}: {remarks}");
    }
    let western = roster(&case("windows-1252")).unwrap();
    assert_eq!(
        (western.encoding(), western.guessed()),
        (Encoding::Windows1252, Some("José"))
    );
    assert_eq!(
        roster(&case("utf-16")).unwrap().encoding(),
        Encoding::Utf16Le
    );
}

#[test]
fn a_stray_quote_is_told_where_it_opens() {
    let error = refused(&case("stray-quote"));
    assert!(
        error.starts_with("line 3: a quote opens here and does not close"),
        "{error}"
    );
}
