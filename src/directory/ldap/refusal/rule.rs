//! Rules of a directory's password policy by which it may refuse, each with its cure.

use crate::password::policy::Refusal;

pub(super) fn rule(key: &str, message: &str, cure: &str) -> Refusal {
    Refusal {
        rule: format!("directory_{key}"),
        message: format!("the directory refused it: {message}"),
        cure: cure.into(),
    }
}

/// The first number in `text`.
pub(super) fn number(text: &str) -> Option<usize> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|digits| !digits.is_empty())?
        .parse()
        .ok()
}

pub(super) fn too_short(least: Option<usize>) -> Refusal {
    match least {
        Some(least) => rule(
            "too_short",
            &format!("too short, {least} characters are needed"),
            &format!("Add words until it has {least} characters."),
        ),
        None => rule(
            "too_short",
            "too short",
            "Use a longer one: generate makes one.",
        ),
    }
}

pub(super) fn in_history() -> Refusal {
    rule(
        "history",
        "the user has had this password before",
        "Choose another: generate makes a new one.",
    )
}

pub(super) fn too_young() -> Refusal {
    rule(
        "min_age",
        "the password was changed too recently",
        "Wait for the least age of the directory's policy, or ask its administrator.",
    )
}
