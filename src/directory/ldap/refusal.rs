//! Result codes and texts of servers become sentences for the operator. The server's own text is
//! kept beside them, never shown as it came.

mod active_directory;
mod bind;
mod password;

use ldap3::LdapResult;

use super::{connection::Link, flavour::Flavour};
use crate::{directory::DirectoryError, password::policy::Refusal};

pub(super) use bind::{rebind, sign_in};

/// Result codes that matter here (RFC 4511, appendix A).
pub(super) mod code {
    pub const SUCCESS: u32 = 0;
    pub const OPERATIONS_ERROR: u32 = 1;
    pub const PROTOCOL_ERROR: u32 = 2;
    pub const TIME_LIMIT: u32 = 3;
    pub const SIZE_LIMIT: u32 = 4;
    pub const STRONGER_AUTH: u32 = 8;
    pub const REFERRAL: u32 = 10;
    pub const ADMIN_LIMIT: u32 = 11;
    pub const CRITICAL_EXTENSION: u32 = 12;
    pub const CONFIDENTIALITY: u32 = 13;
    pub const CONSTRAINT: u32 = 19;
    pub const VALUE_EXISTS: u32 = 20;
    pub const NO_SUCH_OBJECT: u32 = 32;
    pub const INVALID_CREDENTIALS: u32 = 49;
    pub const NO_RIGHT: u32 = 50;
    pub const BUSY: u32 = 51;
    pub const UNAVAILABLE: u32 = 52;
    pub const UNWILLING: u32 = 53;
}

/// What was tried, for the sentence about a missing right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    /// Looking for users or reading one.
    Read,
    /// Setting somebody's password.
    Reset,
    /// Setting must-change.
    MustChange,
    /// Taking a lock off.
    Unlock,
    /// The operator's own change.
    OwnChange,
}

impl Tried {
    const fn forbidden(self) -> &'static str {
        match self {
            Self::Read => "the directory does not let you read that",
            Self::Reset => "the directory does not let you reset this user's password",
            Self::MustChange => "the directory does not let you set must-change for this user",
            Self::Unlock => "the directory does not let you unlock this user",
            Self::OwnChange => "the directory does not let you change your password",
        }
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every error has an optional raw text"
)]
fn raw(result: &LdapResult) -> Option<String> {
    let mut text = format!("result {}", result.rc);
    if !result.text.is_empty() {
        text.push_str(": ");
        text.push_str(&result.text);
    }
    Some(text)
}

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

fn forbidden(result: &LdapResult, tried: Tried, protected: bool) -> DirectoryError {
    let message = if result.text.contains("restricted to bind") {
        "the directory wants you to change your own password first".into()
    } else if protected {
        format!(
            "{}: this account is or was an administrator's (adminCount=1), \
             and the domain takes delegated rights away from such accounts",
            tried.forbidden()
        )
    } else {
        tried.forbidden().into()
    };
    DirectoryError::Forbidden {
        message,
        raw: raw(result),
    }
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
        message: format!("{} (it is unwilling)", tried.forbidden()),
        raw: raw(result),
    }
}

fn refused_password(refusal: Refusal, result: &LdapResult) -> DirectoryError {
    DirectoryError::PasswordRefused {
        refusal,
        raw: raw(result),
    }
}

fn rule(key: &str, message: &str, cure: &str) -> Refusal {
    Refusal {
        rule: format!("directory_{key}"),
        message: format!("the directory refused it: {message}"),
        cure: cure.into(),
    }
}

/// The first number in `text`.
fn number(text: &str) -> Option<usize> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|digits| !digits.is_empty())?
        .parse()
        .ok()
}

fn too_short(least: Option<usize>) -> Refusal {
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

fn in_history() -> Refusal {
    rule(
        "history",
        "the user has had this password before",
        "Choose another: generate makes a new one.",
    )
}

fn too_young() -> Refusal {
    rule(
        "min_age",
        "the password was changed too recently",
        "Wait for the least age of the directory's policy, or ask its administrator.",
    )
}
