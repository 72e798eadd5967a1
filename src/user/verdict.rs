//! The one reason that stands between a user and a sign-in.

use jiff::{Timestamp, tz::TimeZone};

use super::{AccountState, Fact, Lock};
use crate::text::{ahead, moment, since};

/// The one reason that stands between the user and a sign-in, strongest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Disabled by an administrator; a new password alone changes nothing.
    Disabled,
    /// The account ended at this time.
    AccountExpired(Timestamp),
    /// The account is not valid until this time.
    NotYetValid(Timestamp),
    /// Locked; `password_fine` says that the password itself would do.
    Locked {
        /// The lock in force.
        lock: Lock,
        /// The password is set, not expired and need not be changed.
        password_fine: bool,
    },
    /// Only a smart card lets the user in.
    SmartCardOnly,
    /// No password has ever been set.
    NoPassword,
    /// The password stopped working at this time.
    PasswordExpired(Timestamp),
    /// The next sign-in asks for a new password, and the user may not change it.
    MustChangeButMayNot,
    /// The next sign-in asks for a new password, and the user may not change it before this time.
    MustChangeTooEarly(Timestamp),
    /// The password expired; so many sign-ins are left in which to change it.
    GraceSignIns {
        /// When it expired.
        expired: Timestamp,
        /// How many are left; at least one.
        left: u32,
    },
    /// The next sign-in asks for a new password.
    MustChange,
    /// Nothing stands in the way.
    CanSignIn,
    /// Nothing is known to stand in the way, but the directory does not show whether there is a
    /// password at all.
    PasswordNotShown,
    /// The directory would not say; the text says what is missing.
    Unknown(String),
}

impl AccountState {
    /// Ranks what is known: disabled, account ended, not yet valid, locked, smart card only, no
    /// password, expired, must change but cannot, grace sign-ins, must change.
    ///
    /// An unknown fact makes the verdict [`Verdict::Unknown`] only if nothing that *is* known
    /// stands in the way, and a fact that the directory does not have counts as no obstacle.
    pub fn verdict(&self, now: Timestamp) -> Verdict {
        self.account_obstacle(now)
            .or_else(|| self.password_obstacle(now))
            .or_else(|| self.unread().map(Verdict::Unknown))
            .unwrap_or(match self.password {
                Fact::NotOffered => Verdict::PasswordNotShown,
                Fact::Known(_) | Fact::Unknown(_) => Verdict::CanSignIn,
            })
    }

    /// What keeps the user out whatever the password is.
    fn account_obstacle(&self, now: Timestamp) -> Option<Verdict> {
        if self.active.known() == Some(&false) {
            return Some(Verdict::Disabled);
        }
        if let Some(end) = self.account_ends()
            && end <= now
        {
            return Some(Verdict::AccountExpired(end));
        }
        if let Some(Some(begin)) = self.valid_from.known()
            && *begin > now
        {
            return Some(Verdict::NotYetValid(*begin));
        }
        if let Some(Some(lock)) = self.lock.known()
            && lock.until.is_none_or(|until| until > now)
        {
            let set = self.password.known().is_some_and(|password| password.set);
            let expired = self.password_ends().is_some_and(|end| end <= now);
            let must_change = self.must_change.known() == Some(&true);
            return Some(Verdict::Locked {
                lock: lock.clone(),
                password_fine: set && !expired && !must_change,
            });
        }
        (self.smart_card_only.known() == Some(&true)).then_some(Verdict::SmartCardOnly)
    }

    /// What the password has against it, and what will be asked of the user.
    fn password_obstacle(&self, now: Timestamp) -> Option<Verdict> {
        if self.password.known().is_some_and(|password| !password.set) {
            return Some(Verdict::NoPassword);
        }
        let expired = self.password_ends().filter(|end| *end <= now);
        let left = self.grace_sign_ins_left.known().copied().unwrap_or(0);
        if let Some(end) = expired
            && left == 0
        {
            return Some(Verdict::PasswordExpired(end));
        }
        let must_change = self.must_change.known() == Some(&true);
        if must_change && self.may_change_password.known() == Some(&false) {
            return Some(Verdict::MustChangeButMayNot);
        }
        if must_change
            && let Some(Some(earliest)) = self.earliest_change.known()
            && *earliest > now
        {
            return Some(Verdict::MustChangeTooEarly(*earliest));
        }
        if let Some(expired) = expired {
            return Some(Verdict::GraceSignIns { expired, left });
        }
        must_change.then_some(Verdict::MustChange)
    }

    /// The first thing that decides and could not be read.
    fn unread(&self) -> Option<String> {
        unread("whether it is disabled", &self.active)
            .or_else(|| unread("whether the account has ended", &self.account_expires))
            .or_else(|| unread("whether the account is valid yet", &self.valid_from))
            .or_else(|| unread("whether it is locked", &self.lock))
            .or_else(|| unread("whether only a smart card does", &self.smart_card_only))
            .or_else(|| unread("whether the password has expired", &self.password))
            .or_else(|| {
                unread(
                    "until when a temporary password works",
                    &self.temporary_until,
                )
            })
            .or_else(|| unread("whether the password must be changed", &self.must_change))
    }
}

/// What could not be read, with the reason.
pub(super) fn unread<T>(what: &str, fact: &Fact<T>) -> Option<String> {
    match fact {
        Fact::Unknown(why) => Some(format!("{what} ({why})")),
        Fact::Known(_) | Fact::NotOffered => None,
    }
}

impl Verdict {
    /// A word or two for a table column: `locked`, `disabled`, `must change`.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::AccountExpired(_) => "ended",
            Self::NotYetValid(_) => "not yet valid",
            Self::Locked { .. } => "locked",
            Self::SmartCardOnly => "smart card",
            Self::NoPassword => "no password",
            Self::PasswordExpired(_) => "expired",
            Self::MustChangeButMayNot | Self::MustChangeTooEarly(_) => "cannot change",
            Self::GraceSignIns { .. } => "grace",
            Self::MustChange => "must change",
            Self::CanSignIn | Self::PasswordNotShown => "active",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The line above the password form, times in `zone`:
    /// "Locked since 03:12 UTC (20 minutes ago) after 5 failed sign-ins; password is fine".
    pub fn sentence(&self, now: Timestamp, zone: &TimeZone) -> String {
        match self {
            Self::Disabled => "Disabled: cannot sign in until an administrator enables it".into(),
            Self::AccountExpired(end) => {
                format!("The account ended {}", since(*end, now, zone))
            }
            Self::NotYetValid(begin) => {
                format!("Not valid until {}", ahead(*begin, now, zone))
            }
            Self::Locked {
                lock,
                password_fine,
            } => locked(lock, *password_fine, now, zone),
            Self::SmartCardOnly => "Signs in with a smart card only: a password does not do".into(),
            Self::NoPassword => "Has no password yet: cannot sign in".into(),
            Self::PasswordExpired(end) => {
                format!("The password expired {}", since(*end, now, zone))
            }
            Self::MustChangeButMayNot => {
                "Must change the password at next sign-in, but is not allowed to".into()
            }
            Self::MustChangeTooEarly(earliest) => format!(
                "Must change the password at next sign-in, but is not allowed to before {}",
                ahead(*earliest, now, zone)
            ),
            Self::GraceSignIns { expired, left } => format!(
                "The password expired {}; {}",
                moment(*expired, now, zone),
                grace(*left)
            ),
            Self::MustChange => "Must change the password at next sign-in".into(),
            Self::CanSignIn => "Can sign in".into(),
            Self::PasswordNotShown => {
                "Active; this directory does not show whether there is a password".into()
            }
            Self::Unknown(what) => format!("Not known: {what}"),
        }
    }
}

/// How many grace sign-ins are left, in words.
pub(super) fn grace(left: u32) -> String {
    match left {
        1 => "1 grace sign-in is left".into(),
        left => format!("{left} grace sign-ins are left"),
    }
}

fn locked(lock: &Lock, password_fine: bool, now: Timestamp, zone: &TimeZone) -> String {
    let begun = lock
        .since
        .map_or_else(String::new, |at| format!(" since {}", since(at, now, zone)));
    let failures = match lock.failures {
        None => String::new(),
        Some(1) => " after 1 failed sign-in".into(),
        Some(n) => format!(" after {n} failed sign-ins"),
    };
    let until = lock.until.map_or_else(String::new, |until| {
        format!(", opens by itself {}", ahead(until, now, zone))
    });
    let fine = if password_fine {
        "; password is fine"
    } else {
        ""
    };
    format!("Locked{begun}{failures}{until}{fine}")
}

#[cfg(test)]
mod tests;
