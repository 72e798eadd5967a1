use super::*;
use crate::{password::policy::Refusal, store::StoreError};

fn refusal(cure: &str) -> Refusal {
    Refusal {
        rule: "min_chars".into(),
        message: "too short".into(),
        cure: cure.into(),
    }
}

fn unavailable() -> DirectoryError {
    DirectoryError::Unavailable {
        message: "the server is down".into(),
        cure: "Start it.".into(),
        raw: Some("80090308".into()),
    }
}

#[test]
fn every_refusal_says_what_was_changed_and_what_to_do() {
    let lost = DirectoryError::OutcomeUnknown("the line broke".into());
    for (error, changed, cure) in [
        (
            DeskError::Lacks(Permission::AuditRead),
            "Nothing was changed.",
            "Ask an administrator for Audit - Read.",
        ),
        (
            DeskError::Outranked(Permissions::all()),
            "Nothing was changed.",
            "Ask an administrator who holds them to do it.",
        ),
        (
            DeskError::Policy(vec![refusal("Add words."), refusal("Choose another.")]),
            "Nothing was changed.",
            "Add words.",
        ),
        (DeskError::Policy(Vec::new()), "Nothing was changed.", ""),
        (
            DeskError::StepUp,
            "Nothing was changed.",
            "Give your password.",
        ),
        (
            DeskError::Directory(unavailable()),
            "Nothing was changed.",
            "Start it.",
        ),
        (
            DeskError::Directory(lost.clone()),
            "It is not known whether anything was changed.",
            &lost.cure(),
        ),
        (
            DeskError::OutcomeNotRecorded(StoreError::Busy),
            "The change was made.",
            &StoreError::Busy.cure(),
        ),
        (
            DeskError::Audit(StoreError::Full),
            "Nothing was changed.",
            &StoreError::Full.cure(),
        ),
    ] {
        assert_eq!(error.changed(), changed, "{error:?}");
        assert_eq!(error.cure(), cure, "{error:?}");
    }
}

#[test]
fn only_a_directory_has_a_text_of_its_own_to_show() {
    assert_eq!(DeskError::Directory(unavailable()).raw(), Some("80090308"));
    assert_eq!(DeskError::Directory(DirectoryError::NotFound).raw(), None);
    assert_eq!(DeskError::StepUp.raw(), None);
}

#[test]
fn the_sentence_of_a_broken_policy_names_every_rule() {
    let mut other = refusal("");
    other.message = "too common".into();
    let error = DeskError::Policy(vec![refusal(""), other]);
    assert_eq!(error.to_string(), "too short; too common");
}
