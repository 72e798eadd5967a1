//! Result codes and texts of servers become sentences for the operator. The server's own text is
//! kept beside them, never shown as it came.

mod active_directory;
mod bind;
mod password;
mod rule;
mod wording;

use ldap3::LdapResult;

use super::control::{PolicyError, policy_error};
use super::{connection::Link, flavour::Flavour, result_code as code};
use crate::directory::DirectoryError;
use wording::{OWN_FIRST, forbidden, raw, refused_password};

pub(super) use bind::{barred, rebind, sign_in};
pub(super) use wording::Tried;

/// The error for an answer other than success. `protected`: the user is one of those whose rights
/// Active Directory resets (`adminCount=1`).
pub(super) fn refused(
    result: &LdapResult,
    link: &Link,
    tried: Tried,
    protected: bool,
) -> DirectoryError {
    let server = &link.server;
    let unavailable = |message: String, cure: &str| DirectoryError::Unavailable {
        message,
        cure: cure.into(),
        raw: raw(result),
    };
    if let Some(error) = by_policy(result, tried, link.root.flavour) {
        return error;
    }
    match result.rc {
        code::NO_SUCH_OBJECT if tried != Tried::Read => DirectoryError::NotFound,
        code::REFERRAL => unavailable(
            read_only(server, &result.refs),
            "Name a server that can be written in [ldap] urls, before this one.",
        ),
        code::CONFIDENTIALITY | code::STRONGER_AUTH => unavailable(
            format!("{server} wants TLS for this"),
            "Use ldaps:// or start_tls = true in [ldap].",
        ),
        code::NO_RIGHT => forbidden(result, tried, protected),
        code::BUSY => unavailable(format!("{server} is busy"), "Try again in a moment."),
        code::UNAVAILABLE => unavailable(
            format!("{server} says that it is not available now"),
            "Try again in a moment, or ask the directory's administrator.",
        ),
        code::VALUE_EXISTS if tried == Tried::Reset => unavailable(
            "another reset of this user happened in the same second".into(),
            "Look at the user, then try again.",
        ),
        code::PROTOCOL_ERROR => {
            DirectoryError::NotOffered(format!("{server} does not know this operation"))
        }
        code::CRITICAL_EXTENSION => unavailable(
            format!("{server} does not support a control that was asked for"),
            "Set policy_hints = false in [ldap].",
        ),
        code::CONSTRAINT | code::UNWILLING => constraint(result, link, tried, protected),
        code::TIME_LIMIT | code::ADMIN_LIMIT => unavailable(
            format!("{server} gave up: it takes longer than the directory allows"),
            "Type more of the ID, the address or the name.",
        ),
        code::OPERATIONS_ERROR | code::INVALID_CREDENTIALS => unavailable(
            format!("{server} does not take you as signed in any more"),
            "Sign out and in again.",
        ),
        other => unavailable(
            format!("{server} answered with result {other}"),
            "Look at the server's own text, and ask the directory's administrator.",
        ),
    }
}

/// What the password policy control says, whatever the result code is: servers answer 19, 50 or 53.
fn by_policy(result: &LdapResult, tried: Tried, flavour: Flavour) -> Option<DirectoryError> {
    // 389 says "modification not allowed" in the control where a right is missing.
    if flavour == Flavour::Ds389 && result.rc == code::NO_RIGHT {
        return None;
    }
    if !matches!(
        result.rc,
        code::CONSTRAINT | code::NO_RIGHT | code::UNWILLING
    ) {
        return None;
    }
    let own = |message: &str| DirectoryError::Forbidden {
        message: message.into(),
        raw: raw(result),
    };
    match policy_error(&result.ctrls)? {
        PolicyError::InsufficientQuality
        | PolicyError::TooShort
        | PolicyError::TooYoung
        | PolicyError::InHistory
        | PolicyError::TooLong
        | PolicyError::ModificationNotAllowed
        | PolicyError::MustSupplyOldPassword => matches!(tried, Tried::Reset | Tried::OwnChange)
            .then(|| refused_password(password::refusal(result), result)),
        // These are about who asks, not about whose password it is.
        PolicyError::ChangeAfterReset => Some(own(OWN_FIRST)),
        PolicyError::PasswordExpired => Some(own("your own password has expired")),
        PolicyError::AccountLocked => Some(own("your own account is locked")),
    }
}

fn read_only(server: &str, references: &[String]) -> String {
    let named: Vec<_> = references.iter().map(|url| site(url)).collect();
    if named.is_empty() {
        return format!("{server} is a copy that cannot be written, and names no other server");
    }
    format!(
        "{server} is a copy that cannot be written, or the wrong one; it names {} for this",
        named.join(", ")
    )
}

/// Scheme and host of a referral's URL; the rest repeats the DN.
pub(super) fn site(url: &str) -> &str {
    let host_at = url.find("://").map_or(0, |at| at + 3);
    let end = url[host_at..]
        .find('/')
        .map_or(url.len(), |at| host_at + at);
    &url[..end]
}

fn constraint(result: &LdapResult, link: &Link, tried: Tried, protected: bool) -> DirectoryError {
    let about_password = matches!(tried, Tried::Reset | Tried::OwnChange);
    if about_password && link.root.flavour == Flavour::ActiveDirectory {
        if let Some(error) = active_directory::refused(result, tried, protected) {
            return error;
        }
    } else if about_password && result.rc == code::CONSTRAINT {
        return refused_password(password::refusal(result), result);
    } else if tried == Tried::OwnChange && result.text.contains("verify old") {
        return DirectoryError::OldPasswordWrong;
    }
    DirectoryError::Forbidden {
        message: format!(
            "{} (it refused with result {})",
            tried.forbidden(),
            result.rc
        ),
        raw: raw(result),
    }
}

#[cfg(test)]
mod tests {
    use ldap3::controls::{Control, RawControl};

    use super::*;
    use crate::directory::ldap::control::PASSWORD_POLICY;

    fn answer(rc: u32, error: u8) -> LdapResult {
        LdapResult {
            rc,
            matched: String::new(),
            text: String::new(),
            refs: Vec::new(),
            ctrls: vec![Control(
                None,
                RawControl {
                    ctype: PASSWORD_POLICY.into(),
                    crit: false,
                    val: Some(vec![0x30, 3, 0x81, 1, error]),
                },
            )],
        }
    }

    #[test]
    fn what_the_policy_refuses_is_the_policys_whatever_the_result_code_is() {
        for rc in [code::CONSTRAINT, code::NO_RIGHT, code::UNWILLING] {
            for (error, rule) in [(6, "directory_too_short"), (3, "directory_not_allowed")] {
                let told = by_policy(&answer(rc, error), Tried::Reset, Flavour::OpenLdap);
                let Some(DirectoryError::PasswordRefused { refusal, .. }) = told else {
                    panic!("{rc}: {told:?}")
                };
                assert_eq!(refusal.rule, rule);
            }
            let own = by_policy(&answer(rc, 2), Tried::Reset, Flavour::OpenLdap);
            assert!(
                matches!(own, Some(DirectoryError::Forbidden { .. })),
                "{own:?}"
            );
        }
        let right = by_policy(&answer(code::NO_RIGHT, 3), Tried::Reset, Flavour::Ds389);
        assert_eq!(right, None, "389 says so where a right is missing");
        assert_eq!(
            by_policy(&answer(code::BUSY, 6), Tried::Reset, Flavour::OpenLdap),
            None
        );
    }
}
