//! Users as every directory shows them, and the one-line verdict on why somebody cannot sign in.
//!
//! Nothing here knows a protocol. A backend fills in what it can read and says of the rest that it
//! is [`Fact::Unknown`] or [`Fact::NotOffered`]; the console never turns a gap into a "no".

use std::fmt;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::permission::Permissions;

/// The directory's own immutable handle of a user: a row number, a SCIM `id`, a DN or an
/// `objectGUID`. Opaque to everybody but the directory that made it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub String);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a directory says of the state that was read: a change is refused when it has moved since.
/// A counter in the embedded store, an `ETag` in SCIM, `entryCSN` or `uSNChanged` in LDAP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub String);

/// Whom an account belongs to. Staff and community share one list, and apparatus signs in too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// A person who works for the agency.
    #[default]
    Staff,
    /// A resident of the community portal.
    Residential,
    /// A business or high-hazard site of the community portal.
    Commercial,
    /// Apparatus or a station, shared by a crew; never one person.
    Unit,
}

impl AccountKind {
    /// Every kind, in the order in which a choice field offers them.
    pub const ALL: [Self; 4] = [Self::Staff, Self::Residential, Self::Commercial, Self::Unit];

    /// The lower-case word of the kind: `staff`, `residential`, `commercial`, `unit`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Residential => "residential",
            Self::Commercial => "commercial",
            Self::Unit => "unit",
        }
    }

    /// The kind of a word in any case; `None` if it is none of the four.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word().eq_ignore_ascii_case(word.trim()))
    }
}

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

impl<T> Fact<T> {
    /// The value, where it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) | Self::NotOffered => None,
        }
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
    /// When the account itself ends; `None` means never.
    pub account_expires: Fact<Option<Timestamp>>,
    /// The lock that is in force now, if any.
    pub lock: Fact<Option<Lock>>,
    /// The user must choose a new password at the next sign-in.
    pub must_change: Fact<bool>,
    /// Age and expiry of the password.
    pub password: Fact<PasswordState>,
    /// The last successful sign-in; `None` means never.
    pub last_sign_in: Fact<Option<Timestamp>>,
}

impl Default for AccountState {
    /// An active account without a password, in a directory that knows everything.
    fn default() -> Self {
        Self {
            active: Fact::Known(true),
            account_expires: Fact::Known(None),
            lock: Fact::Known(None),
            must_change: Fact::Known(false),
            password: Fact::Known(PasswordState::default()),
            last_sign_in: Fact::Known(None),
        }
    }
}

/// A user as a directory shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The directory's handle.
    pub id: UserId,
    /// The ID people know: badge, employee or customer number, `uid`, `sAMAccountName`.
    pub login: String,
    /// The address that the user signs in with; empty when there is none.
    pub email: String,
    /// Given name; empty for apparatus.
    pub given_name: String,
    /// Family name, or the whole name of apparatus and businesses.
    pub family_name: String,
    /// Staff, residential, commercial or unit; not every directory knows.
    pub kind: Fact<AccountKind>,
    /// Whether and why not the user can sign in.
    pub state: AccountState,
    /// What the user may do at this desk: an operator must hold all of it to reset the user.
    pub permissions: Permissions,
    /// The version that was read.
    pub version: Version,
}

impl User {
    /// "Maria Vasquez", or whichever of the two names there is.
    pub fn name(&self) -> String {
        match (self.given_name.is_empty(), self.family_name.is_empty()) {
            (false, false) => format!("{} {}", self.given_name, self.family_name),
            (false, true) => self.given_name.clone(),
            _ => self.family_name.clone(),
        }
    }

    /// The verdict at `now`.
    pub fn verdict(&self, now: Timestamp) -> Verdict {
        self.state.verdict(now)
    }
}

/// The one reason that stands between the user and a sign-in, strongest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Disabled by an administrator; a new password alone changes nothing.
    Disabled,
    /// The account ended at this time.
    AccountExpired(Timestamp),
    /// Locked; `password_fine` says that the password itself would do.
    Locked {
        /// The lock in force.
        lock: Lock,
        /// The password is set, not expired and need not be changed.
        password_fine: bool,
    },
    /// No password has ever been set.
    NoPassword,
    /// The password stopped working at this time.
    PasswordExpired(Timestamp),
    /// The next sign-in asks for a new password.
    MustChange,
    /// Nothing stands in the way.
    CanSignIn,
    /// The directory would not say; the text says what is missing.
    Unknown(String),
}

impl AccountState {
    /// Ranks what is known: disabled, account ended, locked, no password, expired, must change.
    ///
    /// An unknown fact makes the verdict [`Verdict::Unknown`] only if nothing that *is* known
    /// stands in the way, and a fact that the directory does not have counts as no obstacle.
    pub fn verdict(&self, now: Timestamp) -> Verdict {
        if self.active.known() == Some(&false) {
            return Verdict::Disabled;
        }
        if let Some(Some(end)) = self.account_expires.known()
            && *end <= now
        {
            return Verdict::AccountExpired(*end);
        }
        let password = self.password.known();
        let expired = password
            .and_then(|password| password.expires_at)
            .filter(|end| *end <= now);
        let must_change = self.must_change.known() == Some(&true);
        if let Some(Some(lock)) = self.lock.known()
            && lock.until.is_none_or(|until| until > now)
        {
            let password_fine =
                password.is_some_and(|password| password.set) && expired.is_none() && !must_change;
            return Verdict::Locked {
                lock: lock.clone(),
                password_fine,
            };
        }
        if password.is_some_and(|password| !password.set) {
            return Verdict::NoPassword;
        }
        if let Some(end) = expired {
            return Verdict::PasswordExpired(end);
        }
        if must_change {
            return Verdict::MustChange;
        }
        unknown("whether it is disabled", &self.active)
            .or_else(|| unknown("whether it is locked", &self.lock))
            .or_else(|| unknown("whether the password has expired", &self.password))
            .or_else(|| unknown("whether the password must be changed", &self.must_change))
            .map_or(Verdict::CanSignIn, Verdict::Unknown)
    }
}

fn unknown<T>(what: &str, fact: &Fact<T>) -> Option<String> {
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
            Self::Locked { .. } => "locked",
            Self::NoPassword => "no password",
            Self::PasswordExpired(_) => "expired",
            Self::MustChange => "must change",
            Self::CanSignIn => "active",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The line above the password form, times in `zone`:
    /// "Locked since 03:12 after 5 failed sign-ins; password is fine".
    pub fn sentence(&self, now: Timestamp, zone: &TimeZone) -> String {
        match self {
            Self::Disabled => "Disabled: cannot sign in until an administrator enables it".into(),
            Self::AccountExpired(end) => {
                format!("The account ended {}", moment(*end, now, zone))
            }
            Self::Locked {
                lock,
                password_fine,
            } => locked(lock, *password_fine, now, zone),
            Self::NoPassword => "Has no password yet: cannot sign in".into(),
            Self::PasswordExpired(end) => {
                format!("The password expired {}", moment(*end, now, zone))
            }
            Self::MustChange => "Must change the password at next sign-in".into(),
            Self::CanSignIn => "Can sign in".into(),
            Self::Unknown(what) => format!("Not known: {what}"),
        }
    }
}

fn locked(lock: &Lock, password_fine: bool, now: Timestamp, zone: &TimeZone) -> String {
    let since = lock.since.map_or_else(String::new, |since| {
        format!(" since {}", moment(since, now, zone))
    });
    let failures = match lock.failures {
        None => String::new(),
        Some(1) => " after 1 failed sign-in".into(),
        Some(n) => format!(" after {n} failed sign-ins"),
    };
    let until = lock.until.map_or_else(String::new, |until| {
        format!(", opens by itself {}", moment(until, now, zone))
    });
    let fine = if password_fine {
        "; password is fine"
    } else {
        ""
    };
    format!("Locked{since}{failures}{until}{fine}")
}

/// `03:12` today, `2026-11-22 03:12` on another day, in `zone`.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    let today = now.to_zoned(zone.clone()).date() == at.date();
    at.strftime(if today { "%H:%M" } else { "%Y-%m-%d %H:%M" })
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn usable() -> AccountState {
        AccountState {
            password: Fact::Known(PasswordState {
                set: true,
                changed_at: Some(at("2026-11-01T08:00:00Z")),
                expires_at: None,
            }),
            ..AccountState::default()
        }
    }

    fn locked() -> AccountState {
        AccountState {
            lock: Fact::Known(Some(Lock {
                since: Some(at("2026-11-23T03:12:00Z")),
                failures: Some(5),
                until: None,
            })),
            ..usable()
        }
    }

    fn sentence(state: &AccountState) -> String {
        let now = at("2026-11-23T03:30:00Z");
        state.verdict(now).sentence(now, &TimeZone::UTC)
    }

    #[test]
    fn a_lock_is_told_with_its_time_its_cause_and_that_the_password_is_fine() {
        assert_eq!(
            sentence(&locked()),
            "Locked since 03:12 after 5 failed sign-ins; password is fine"
        );
    }

    #[test]
    fn a_locked_user_who_must_change_is_not_told_that_the_password_is_fine() {
        let state = AccountState {
            must_change: Fact::Known(true),
            ..locked()
        };
        assert_eq!(
            sentence(&state),
            "Locked since 03:12 after 5 failed sign-ins"
        );
    }

    #[test]
    fn a_lock_of_another_day_bears_its_date_and_one_that_is_over_is_no_lock() {
        let lock = |until| AccountState {
            lock: Fact::Known(Some(Lock {
                since: Some(at("2026-11-22T23:59:00Z")),
                failures: Some(1),
                until,
            })),
            ..usable()
        };
        assert_eq!(
            sentence(&lock(None)),
            "Locked since 2026-11-22 23:59 after 1 failed sign-in; password is fine"
        );
        let over = lock(Some(at("2026-11-23T03:29:59Z")));
        assert_eq!(sentence(&over), "Can sign in");
    }

    #[test]
    fn disabled_beats_ended_beats_locked_beats_no_password_beats_expired_beats_must_change() {
        let mut state = locked();
        state.active = Fact::Known(false);
        state.account_expires = Fact::Known(Some(at("2026-01-01T00:00:00Z")));
        state.must_change = Fact::Known(true);
        let mut seen = vec![sentence(&state)];
        state.active = Fact::Known(true);
        seen.push(sentence(&state));
        state.account_expires = Fact::Known(None);
        seen.push(sentence(&state));
        state.lock = Fact::Known(None);
        state.password = Fact::Known(PasswordState::default());
        seen.push(sentence(&state));
        state.password = Fact::Known(PasswordState {
            set: true,
            changed_at: None,
            expires_at: Some(at("2026-11-23T03:00:00Z")),
        });
        seen.push(sentence(&state));
        state.password = usable().password;
        seen.push(sentence(&state));
        state.must_change = Fact::Known(false);
        seen.push(sentence(&state));
        assert_eq!(
            seen,
            [
                "Disabled: cannot sign in until an administrator enables it",
                "The account ended 2026-01-01 00:00",
                "Locked since 03:12 after 5 failed sign-ins",
                "Has no password yet: cannot sign in",
                "The password expired 03:00",
                "Must change the password at next sign-in",
                "Can sign in",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_never_told_as_fine() {
        let state = AccountState {
            lock: Fact::Unknown("needs read on pwdAccountLockedTime".into()),
            ..usable()
        };
        assert_eq!(
            sentence(&state),
            "Not known: whether it is locked (needs read on pwdAccountLockedTime)"
        );
        let disabled = AccountState {
            active: Fact::Known(false),
            ..state
        };
        assert_eq!(
            disabled.verdict(at("2026-11-23T03:30:00Z")).words(),
            "disabled"
        );
    }

    #[test]
    fn what_a_directory_does_not_have_stands_in_nobodys_way() {
        let state = AccountState {
            must_change: Fact::NotOffered,
            lock: Fact::NotOffered,
            ..usable()
        };
        assert_eq!(sentence(&state), "Can sign in");
    }
}
