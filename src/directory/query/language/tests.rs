use proptest::prelude::*;

use super::*;
use crate::directory::Query;

fn query(line: &str) -> Query {
    Query::typed(line).unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn criteria(line: &str) -> Vec<String> {
    let criteria = query(line).criteria;
    criteria.iter().map(ToString::to_string).collect()
}

#[test]
fn criteria_stand_anywhere_among_the_words_of_a_text() {
    for (line, text, wanted) in [
        (
            "vas kind:staff is:locked",
            "vas",
            &["kind:staff", "is:locked"][..],
        ),
        ("kind:unit maria vas", "maria vas", &["kind:unit"]),
        ("maria KIND:Staff vas", "maria vas", &["kind:staff"]),
        ("-is:locked", "", &["-is:locked"]),
        ("not is:locked vas", "vas", &["-is:locked"]),
        ("NOT  role:help-desk", "", &["-role:help-desk"]),
        (
            "vas station:\"Station 12\" -station:7",
            "vas",
            &["station:\"Station 12\"", "-station:7"],
        ),
        ("is:\"must-change\"vas", "vas", &["is:must-change"]),
        ("is:locked is:disabled", "", &["is:locked", "is:disabled"]),
    ] {
        assert_eq!(query(line).text, text, "{line}");
        assert_eq!(criteria(line), wanted, "{line}");
    }
}

#[test]
fn a_text_with_a_colon_or_in_quotation_marks_stays_text_as_it_was_typed() {
    for line in [
        "mailto:a@b",
        "FIRE:x",
        "\"is:locked\"",
        "  maria   vas ",
        "not maria",
        "-vas",
        "this:locked",
        "\"is:locked and more",
        "not",
    ] {
        assert_eq!(query(line).text, line);
        assert!(query(line).criteria.is_empty(), "{line}");
    }
}

#[test]
fn what_is_not_understood_is_told_with_what_is_possible() {
    for (line, told) in [
        (
            "vas kind:staf",
            "kind:staf is not understood: kind: takes staff, residential, commercial, unit",
        ),
        (
            "role:",
            "role: wants one of none, viewer, help-desk, auditor, administrator",
        ),
        (
            "station:\"\"",
            "station: wants a value, as in station:\"two words\"",
        ),
        (
            "-is:lokced",
            "is:lokced is not understood: is: takes locked, ",
        ),
    ] {
        let error = Query::typed(line).unwrap_err().to_string();
        assert!(error.starts_with(told), "{error}");
    }
}

#[test]
fn the_values_that_can_follow_are_offered_until_one_is_whole() {
    assert_eq!(
        completions("vas is:n"),
        ["is:no-password", "is:never-signed-in"]
    );
    assert_eq!(completions("-kind:").len(), AccountKind::ALL.len());
    for line in ["vas", "is:locked", "is:locked vas", "FIRE:", "is:xyz"] {
        assert!(completions(line).is_empty(), "{line}");
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z:\"-]{1,6}",
        1 => "\"[a-z: ]{0,6}\"",
        1 => Just("not".to_owned()),
        2 => (any::<bool>(), 0..Standing::ALL.len()).prop_map(|(negated, at)| {
            format!("{}is:{}", if negated { "-" } else { "" }, Standing::ALL[at].word())
        }),
        1 => Just("role:\"help-desk\"".to_owned()),
        1 => Just("Kind:UNIT".to_owned()),
        1 => "station:(\"[a-z :]{0,4}\"?|[a-z:\"]{0,3})",
    ]
}

proptest! {
    #[test]
    fn a_query_is_read_from_what_it_prints(
        pieces in proptest::collection::vec(piece(), 0..6),
        gap in "[ \t]{1,2}",
    ) {
        let line = pieces.join(&gap);
        if let Ok(query) = Query::typed(&line) {
            prop_assert_eq!(Query::typed(&query.to_string()), Ok(query), "{}", line);
        }
    }

    #[test]
    fn any_line_is_a_query_or_told(line in ".{0,40}") {
        let _ = Query::typed(&line);
        let _ = completions(&line);
    }
}
