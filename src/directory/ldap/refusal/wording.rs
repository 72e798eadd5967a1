//! What every refusal says: what was tried, and the server's own text beside it.

use ldap3::LdapResult;

use crate::{directory::DirectoryError, password::policy::Refusal};

/// What was tried, for the sentence about a missing right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory::ldap) enum Tried {
    /// Looking for users or reading one.
    Read,
    /// Setting somebody's password.
    Reset,
    /// Setting must-change.
    MustChange,
    /// Taking a lock off.
    Unlock,
    /// Enabling or disabling an account.
    Status,
    /// Changing attributes.
    Attributes,
    /// The operator's own change.
    OwnChange,
}

impl Tried {
    pub(super) const fn forbidden(self) -> &'static str {
        match self {
            Self::Read => "the directory does not let you read that",
            Self::Reset => "the directory does not let you reset this user's password",
            Self::MustChange => "the directory does not let you set must-change for this user",
            Self::Unlock => "the directory does not let you unlock this user",
            Self::Attributes => "the directory does not let you change this of this user",
            Self::Status => "the directory does not let you enable or disable this user",
            Self::OwnChange => "the directory does not let you change your password",
        }
    }
}

pub(super) const OWN_FIRST: &str = "the directory wants you to change your own password first";

#[expect(
    clippy::unnecessary_wraps,
    reason = "every error has an optional raw text"
)]
pub(super) fn raw(result: &LdapResult) -> Option<String> {
    let mut text = format!("result {}", result.rc);
    if !result.text.is_empty() {
        text.push_str(": ");
        text.push_str(&result.text);
    }
    Some(text)
}

pub(super) fn forbidden(result: &LdapResult, tried: Tried, protected: bool) -> DirectoryError {
    let message = if result.text.contains("restricted to bind") {
        OWN_FIRST.into()
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

pub(super) fn refused_password(refusal: Refusal, result: &LdapResult) -> DirectoryError {
    DirectoryError::PasswordRefused {
        refusal,
        raw: raw(result),
    }
}
