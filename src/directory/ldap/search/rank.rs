//! Best first: exact ID, exact address, beginnings, beginnings of words, the rest.

use deunicode::deunicode;

use crate::user::User;

/// Sorts by how well each user fits `text`; equals by name and ID.
pub(super) fn sort(users: &mut [User], text: &str) {
    let text = fold(text);
    users.sort_by_cached_key(|user| (rank(user, &text), fold(&user.name()), user.login.clone()));
}

fn fold(text: &str) -> String {
    deunicode(text).to_lowercase()
}

fn rank(user: &User, text: &str) -> u8 {
    if text.is_empty() {
        return 0;
    }
    let (id, email, name) = (fold(&user.login), fold(&user.email), fold(&user.name()));
    let begins = |field: &String| field.starts_with(text);
    let word = |field: &String| {
        field
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.starts_with(text))
    };
    if id == text {
        0
    } else if email == text {
        1
    } else if [&id, &email, &name].into_iter().any(begins) {
        2
    } else if [&email, &name].into_iter().any(word) {
        3
    } else {
        4
    }
}
