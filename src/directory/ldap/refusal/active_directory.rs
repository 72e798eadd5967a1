//! Why a domain controller refuses a password. Active Directory answers 53 with a code, Samba 19
//! or 53 with a code and a text that names the cause.

use ldap3::LdapResult;

use super::{
    rule::{in_history, number, rule, too_short, too_young},
    wording::{Tried, forbidden, raw, refused_password},
};
use crate::{
    directory::{DirectoryError, ldap::result_code as code},
    password::policy::Refusal,
};

/// The error behind a 19 or 53; `None` if the text is none that is known.
pub(super) fn refused(
    result: &LdapResult,
    tried: Tried,
    protected: bool,
) -> Option<DirectoryError> {
    let text = result.text.to_ascii_lowercase();
    let error = |message: &str, cure: &str| DirectoryError::Unavailable {
        message: message.into(),
        cure: cure.into(),
        raw: raw(result),
    };
    if text.starts_with("00000056") {
        return Some(DirectoryError::OldPasswordWrong);
    }
    if text.starts_with("0000052d") || text.contains("check_password_restrictions") {
        return Some(refused_password(restriction(&text), result));
    }
    if text.starts_with("0000001f") {
        return Some(error(
            "the domain controller refused the operation, most often because TLS is missing",
            "Use ldaps:// or start_tls = true in [ldap].",
        ));
    }
    if text.starts_with("00002077") || text.starts_with("00002035") {
        return Some(error(
            "the domain controller does not allow that attribute or value",
            "Look at the server's own text, and ask the domain's administrator.",
        ));
    }
    // A protected account answers 19 now and then where others get 50.
    if result.rc == code::CONSTRAINT && protected {
        return Some(forbidden(result, tried, true));
    }
    (result.rc == code::CONSTRAINT).then(|| refused_password(restriction(&text), result))
}

fn restriction(text: &str) -> Refusal {
    // The eight digits of the code are no length.
    let said = text
        .split_once("check_password_restrictions")
        .map_or("", |(_, said)| said);
    if said.contains("too short") {
        too_short(number(said))
    } else if said.contains("complexity") {
        rule(
            "complexity",
            "it needs three of: upper case, lower case, digits, other characters",
            "Add what is missing; generate makes one that fits.",
        )
    } else if said.contains("history") || said.contains("already used") {
        in_history()
    } else if said.contains("too young") {
        too_young()
    } else {
        rule(
            "restrictions",
            "the domain's rules refused it: length, complexity or history",
            "Use a longer one with upper case, lower case and digits; generate makes one.",
        )
    }
}
