//! Everything that decides whether a user can sign in, as far as a directory tells it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that a directory may know, may be unable to read, or may have no notion of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact<T> {
    /// The directory said so.
    Known(T),
    /// It could not be read; the text says why ("needs read on pwdAccountLockedTime").
    Unknown(String),
    /// The directory has no such thing.
    NotOffered,
}

impl<T> Default for Fact<T> {
    /// What nobody has read is not offered.
    fn default() -> Self {
        Self::NotOffered
    }
}

impl<T> Fact<T> {
    /// The value, where it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) | Self::NotOffered => None,
        }
    }
}

impl<T: Copy> Fact<Option<T>> {
    /// The value, where it is known and there is one.
    pub fn value(&self) -> Option<T> {
        self.known().copied().flatten()
    }
}

/// A lock that failed sign-ins or an administrator put on an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// When it was locked, where the directory tells.
    pub since: Option<Timestamp>,
    /// How many failed sign-ins led to it, where the directory tells.
    pub failures: Option<u32>,
    /// When it opens by itself; `None` means not before an administrator unlocks it.
    pub until: Option<Timestamp>,
}

/// What is known about the password itself, never the password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PasswordState {
    /// False for an account that has never been given one.
    pub set: bool,
    /// When it was last set or changed.
    pub changed_at: Option<Timestamp>,
    /// When it stops working: end of its age, or of a temporary password's life.
    pub expires_at: Option<Timestamp>,
}

/// Everything that decides whether a user can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    /// False: disabled by an administrator.
    pub active: Fact<bool>,
    /// Until when the account is valid, as somebody has set it; `None` means without an end.
    pub account_expires: Fact<Option<Timestamp>>,
    /// When the account ends because nobody signs in with it; `None` means never.
    #[serde(default)]
    pub ends_unused: Fact<Option<Timestamp>>,
    /// The lock that is in force now, if any.
    pub lock: Fact<Option<Lock>>,
    /// The user must choose a new password at the next sign-in.
    pub must_change: Fact<bool>,
    /// Age and expiry of the password.
    pub password: Fact<PasswordState>,
    /// The last successful sign-in; `None` means never.
    pub last_sign_in: Fact<Option<Timestamp>>,
    /// From when on the account is valid; `None` means that it has always been.
    #[serde(default)]
    pub valid_from: Fact<Option<Timestamp>>,
    /// How many more failed sign-ins it takes to lock the account.
    #[serde(default)]
    pub failures_left: Fact<u32>,
    /// False: the user may not change the own password, whoever sets one.
    #[serde(default)]
    pub may_change_password: Fact<bool>,
    /// The least age of a password: before this time the user cannot change the one in force.
    /// `None` means at once. Where must-change lifts the least age, that is no obstacle: `None`.
    #[serde(default)]
    pub earliest_change: Fact<Option<Timestamp>>,
    /// How often an expired password still lets the user in.
    #[serde(default)]
    pub grace_sign_ins_left: Fact<u32>,
    /// True: only a smart card lets the user in, and a password is of no use.
    #[serde(default)]
    pub smart_card_only: Fact<bool>,
    /// Until when a temporary password works, where the directory keeps that apart from
    /// [`PasswordState::expires_at`]; `None` means without an end of its own.
    #[serde(default)]
    pub temporary_until: Fact<Option<Timestamp>>,
}

impl Default for AccountState {
    /// An active account without a password, in a directory that knows what every directory may;
    /// what only some have is not offered.
    fn default() -> Self {
        Self {
            active: Fact::Known(true),
            account_expires: Fact::Known(None),
            ends_unused: Fact::NotOffered,
            lock: Fact::Known(None),
            must_change: Fact::Known(false),
            password: Fact::Known(PasswordState::default()),
            last_sign_in: Fact::Known(None),
            valid_from: Fact::NotOffered,
            failures_left: Fact::NotOffered,
            may_change_password: Fact::NotOffered,
            earliest_change: Fact::NotOffered,
            grace_sign_ins_left: Fact::NotOffered,
            smart_card_only: Fact::NotOffered,
            temporary_until: Fact::NotOffered,
        }
    }
}

impl AccountState {
    /// Nothing is offered: a backend names only what its directory has.
    pub const fn nothing_offered() -> Self {
        Self {
            active: Fact::NotOffered,
            account_expires: Fact::NotOffered,
            ends_unused: Fact::NotOffered,
            lock: Fact::NotOffered,
            must_change: Fact::NotOffered,
            password: Fact::NotOffered,
            last_sign_in: Fact::NotOffered,
            valid_from: Fact::NotOffered,
            failures_left: Fact::NotOffered,
            may_change_password: Fact::NotOffered,
            earliest_change: Fact::NotOffered,
            grace_sign_ins_left: Fact::NotOffered,
            smart_card_only: Fact::NotOffered,
            temporary_until: Fact::NotOffered,
        }
    }

    /// When the account ends: where somebody has set an end, or where it goes unused, whichever is
    /// first.
    pub fn account_ends(&self) -> Option<Timestamp> {
        let set = self.account_expires.value();
        let unused = self.ends_unused.value();
        set.into_iter().chain(unused).min()
    }

    /// Is `now` outside the time in which the account is valid, as somebody has set it?
    pub fn is_outside_validity(&self, now: Timestamp) -> bool {
        let ended = self.account_expires.value();
        let begins = self.valid_from.value();
        ended.is_some_and(|end| end <= now) || begins.is_some_and(|begin| begin > now)
    }

    /// When the password stops working: the end of its age or of a temporary password's life,
    /// whichever is first.
    pub fn password_ends(&self) -> Option<Timestamp> {
        let age = self.password.known().and_then(|known| known.expires_at);
        let life = self.temporary_until.value();
        age.into_iter().chain(life).min()
    }
}
