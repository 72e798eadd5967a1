//! Best first, among the rows of a page.

use crate::user::User;

/// Puts whole IDs and addresses first, then what begins with the text, then the rest; among equals
/// the server's order stays.
pub(super) fn best_first(rows: &mut [User], typed: &str) {
    let typed = typed.to_lowercase();
    rows.sort_by_cached_key(|user| rank(user, &typed));
}

fn rank(user: &User, typed: &str) -> u8 {
    let login = user.login.to_lowercase();
    let email = user.email.to_lowercase();
    let name = user.name().to_lowercase();
    if login == typed || email == typed {
        0
    } else if login.starts_with(typed) || email.starts_with(typed) || name == typed {
        1
    } else if name.split(' ').any(|word| word.starts_with(typed)) {
        2
    } else {
        3
    }
}
