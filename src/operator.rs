//! Who works at the desk, and why somebody was not let in.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    permission::{Permissions, Reach},
    text::{stamp, zone},
    user::{AccountKind, User, UserId},
};

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
    /// Over which accounts.
    pub reach: Reach,
    /// The kind of the operator's own account, where the directory tells it.
    #[serde(skip)]
    pub kind: Option<AccountKind>,
    /// The operator must choose a new password before anything else.
    pub must_change: bool,
    /// The directory's key of the bound connection or token; 0 where there is none.
    #[serde(skip)]
    pub binding: u64,
    /// When the password that was proved had been set, where the directory tells.
    #[serde(skip)]
    pub password_set_at: Option<Timestamp>,
    /// How often the operator's sessions had been ended by others before this one began, where the
    /// directory counts that.
    #[serde(skip)]
    pub sessions_ended: Option<i64>,
    /// A machine client's maker, whose rights bound its own.
    #[serde(skip)]
    pub made_by: Option<UserId>,
}

impl Operator {
    /// The operator that `user` is.
    pub fn of(user: &User) -> Self {
        let password = user.state.password.known();
        Self {
            id: user.id.clone(),
            login: user.login.clone(),
            email: user.email.clone(),
            name: user.name(),
            permissions: user.permissions,
            reach: user.reach.clone(),
            kind: user.kind.known().copied(),
            must_change: user.state.must_change.known() == Some(&true),
            binding: 0,
            password_set_at: password.and_then(|password| password.changed_at),
            sessions_ended: None,
            made_by: None,
        }
    }

    /// What of the account, as it is now, ends a session that this operator began. What the
    /// directory does not tell ends none.
    pub fn change_to(&self, user: &User, now: Timestamp) -> Option<Changed> {
        let state = &user.state;
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        let locked = |lock: &crate::user::Lock| lock.until.is_none_or(|until| until > now);
        let password = state.password.known();
        let replaced = password.is_some_and(|password| match self.password_set_at {
            Some(before) => !password.set || password.changed_at.is_some_and(|at| at != before),
            None => false,
        });
        if state.active.known() == Some(&false)
            || state.is_outside_validity(now)
            || over(state.ends_unused.value())
        {
            Some(Changed::Disabled)
        } else if state
            .lock
            .known()
            .and_then(Option::as_ref)
            .is_some_and(locked)
        {
            Some(Changed::Locked)
        } else if replaced {
            Some(Changed::Password)
        } else if password.is_some_and(|password| over(password.expires_at)) {
            Some(Changed::Expired)
        } else if !self.permissions.beyond(user.permissions).is_empty()
            || !self.reach.is_within(&user.reach)
        {
            Some(Changed::Role)
        } else {
            None
        }
    }
}

/// What of an operator's account has changed since the password was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// There is no such account any more.
    Removed,
    /// It was disabled, or is not valid at this time.
    Disabled,
    /// It was locked.
    Locked,
    /// Another password was set, or the password was taken away.
    Password,
    /// The password's life is over.
    Expired,
    /// The permissions are others, or reach over other accounts.
    Role,
    /// Somebody ended the operator's sessions.
    SignedOut,
}

/// Why a session is over, in words for the operator: "your role was changed by A1 at 21:00 UTC".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorChange {
    /// What has changed.
    pub what: Changed,
    /// By whom, where that is known.
    pub by: Option<String>,
    /// When, where that is known.
    pub at: Option<Timestamp>,
}

impl From<Changed> for OperatorChange {
    fn from(what: Changed) -> Self {
        Self {
            what,
            by: None,
            at: None,
        }
    }
}

impl fmt::Display for OperatorChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.what {
            Changed::Removed => "your account was removed",
            Changed::Disabled => "your account was disabled",
            Changed::Locked => "your account was locked",
            Changed::Password => "your password was changed",
            Changed::Expired => "your password has expired",
            Changed::Role => "your role was changed",
            Changed::SignedOut => "your session was ended",
        })?;
        if let Some(by) = &self.by {
            write!(f, " by {by}")?;
        }
        if let Some(at) = self.at {
            write!(f, " at {}", stamp(at, zone()))?;
        }
        Ok(())
    }
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
    /// The password is right and must be changed elsewhere before this account signs in here.
    MustChange,
    /// The account's own life is over.
    AccountEnded,
    /// The account is not valid until later.
    NotYetValid,
    /// Right password, but not at this hour or from this machine.
    NotNow,
    /// There is no password on the account.
    NoPassword,
    /// The server that was asked does not tell outsiders why.
    Undisclosed,
}

impl SignInRefusal {
    /// What stands in the way, for whoever has just given the password to a directory that says so
    /// itself.
    pub const fn told(self) -> &'static str {
        match self {
            Self::MustChange => {
                "the password is right, and must be changed before this account can sign in here"
            }
            Self::Expired => "the password is right, and has expired",
            Self::AccountEnded => "the password is right, and this account has ended",
            Self::NotYetValid => "the password is right, and this account is not valid yet",
            Self::Disabled => "the password is right, and this account is disabled",
            Self::NotNow => {
                "the password is right, and this account may not sign in at this hour or from this \
                 machine"
            }
            // A directory says so of a wrong password too.
            Self::Locked | Self::NowLocked => "this account is locked",
            Self::UnknownUser
            | Self::WrongPassword
            | Self::Delayed
            | Self::NoPassword
            | Self::Undisclosed => {
                "the email or the password is wrong, or this account cannot sign in"
            }
        }
    }

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
            Self::MustChange => "must change the password first",
            Self::AccountEnded => "account ended",
            Self::NotYetValid => "account not yet valid",
            Self::NotNow => "not at this hour or from this machine",
            Self::NoPassword => "no password",
            Self::Undisclosed => "refused by the server, which does not say why",
        }
    }
}
