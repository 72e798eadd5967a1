//! A record that somebody has damaged hides none of the others.

use std::fs;

use halligan::cli::Exit;

use super::{House, code, err, out};

#[test]
fn a_record_that_cannot_be_read_is_marked_and_all_others_are_shown() {
    let house = House::set_up();
    house.add("E7", "eve@example.org", "Eve", "Lund");
    house.behind_its_back(
        "DROP TRIGGER audit_is_never_changed;
         UPDATE audit SET body = '{\"damaged' WHERE kind = 'user-created' AND intent <> seq;
         UPDATE audit SET body = cast(x'ff41fe' AS TEXT) WHERE seq = 1;",
    );
    let (listed, exit) = house.json(&["audit", "list", "--limit", "0"], "");
    assert_eq!(exit, 0, "{listed}");
    let records = listed["records"].as_array().unwrap();
    let marked: Vec<_> = records
        .iter()
        .filter(|record| record["kind"] == "unreadable")
        .collect();
    assert_eq!(marked.len(), 2, "{listed}");
    let why = marked[0]["outcome"]["failed"].as_str().unwrap();
    assert!(why.contains("this record cannot be read"), "{why}");
    assert!(marked[0]["detail"].as_str().unwrap().contains("{\"damaged"));
    assert!(records.iter().any(|record| record["kind"] == "sign-in"));

    let lines = house.admin(&["audit", "list", "--user", "E7"], "");
    assert_eq!(code(&lines), 0, "{}", err(&lines));
    assert!(
        out(&lines).contains("this record cannot be read"),
        "{}",
        out(&lines)
    );

    for format in ["jsonl", "csv"] {
        let file = house.path(&format!("export.{format}"));
        let exported = house.admin(
            &[
                "audit",
                "export",
                file.to_str().unwrap(),
                "--format",
                format,
            ],
            "",
        );
        assert_eq!(code(&exported), 0, "{}", err(&exported));
        let text = fs::read_to_string(file).unwrap();
        assert_eq!(text.matches("this record cannot be read").count(), 2);
        assert!(text.contains("sign-in"));
    }
    let verified = house.admin(&["audit", "verify"], "");
    assert_eq!(code(&verified), Exit::No.code());
    assert!(
        out(&verified).contains("record 1 DOES NOT FIT"),
        "{}",
        out(&verified)
    );
}
