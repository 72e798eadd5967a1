//! Who works at the desk, and why somebody was not let in.

use serde::{Deserialize, Serialize};

use crate::{permission::Permissions, user::UserId};

/// Somebody who has signed in at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Operator {
    /// The operator as a user of the directory.
    pub id: UserId,
    /// The ID that people know.
    pub login: String,
    /// Address.
    pub email: String,
    /// Given and family name.
    pub name: String,
    /// What the operator may do.
    pub permissions: Permissions,
    /// The operator must choose a new password before anything else.
    pub must_change: bool,
    /// The directory's key of the bound connection or token; 0 where there is none.
    #[serde(skip)]
    pub binding: u64,
}

/// Why a sign-in was refused. To the outside all are one and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInRefusal {
    /// No such user; what was typed is not recorded (it may be a password).
    UnknownUser,
    /// Wrong password.
    WrongPassword,
    /// Right or wrong password, but the account is locked.
    Locked,
    /// This failure was the last that the policy allows: the account is locked from now on.
    NowLocked,
    /// The password was not looked at: after too many failures from there it is too early.
    Delayed,
    /// Disabled by an administrator.
    Disabled,
    /// The password has expired, or its temporary life is over.
    Expired,
    /// There is no password on the account.
    NoPassword,
    /// The server that was asked does not tell outsiders why.
    Undisclosed,
}

impl SignInRefusal {
    /// The reason in words, for the audit.
    pub const fn words(self) -> &'static str {
        match self {
            Self::UnknownUser => "unknown user",
            Self::WrongPassword => "wrong password",
            Self::Locked => "locked",
            Self::NowLocked => "wrong password, locked from now on",
            Self::Delayed => "too early after too many failures",
            Self::Disabled => "disabled",
            Self::Expired => "password expired",
            Self::NoPassword => "no password",
            Self::Undisclosed => "refused by the server, which does not say why",
        }
    }
}
