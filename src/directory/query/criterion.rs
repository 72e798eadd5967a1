//! What is asked of a user besides a text: `kind:staff`, `is:locked`.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::{
    permission::Role,
    text,
    user::{AccountKind, Fact, SiteField, SiteValue, User},
};

/// How far ahead [`Standing::EndsThisWeek`] looks.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Until when an account ends this week.
pub fn in_a_week(now: Timestamp) -> Timestamp {
    now.checked_add(WEEK).unwrap_or(Timestamp::MAX)
}

/// Something that must hold, or must not, of everybody who is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// It must not hold.
    pub negated: bool,
    /// What.
    pub property: Property,
}

/// What can be asked of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Property {
    /// Whom the account belongs to.
    Kind(AccountKind),
    /// The role at the desk.
    Role(Role),
    /// The station, by its name or whole words of it.
    Station(String),
    /// What stands in a field of the site's own that is searched.
    Field(FieldAsked),
    /// How the account stands.
    Is(Standing),
}

/// A value in a field of the site's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAsked {
    /// The name of the field.
    pub name: String,
    /// The value as it was typed.
    pub value: String,
    /// Its beginning is enough.
    pub by_beginning: bool,
}

impl FieldAsked {
    /// Is `value` what is asked for?
    pub fn is_met_by(&self, value: &str) -> bool {
        let (value, wanted) = (
            SiteField::searchable(value),
            SiteField::searchable(&self.value),
        );
        if self.by_beginning {
            value.starts_with(&wanted)
        } else {
            value == wanted
        }
    }
}

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Failed sign-ins, or an administrator, locked it.
    Locked,
    /// An administrator disabled it.
    Disabled,
    /// The password or the account itself has ended.
    Expired,
    /// The next sign-in asks for a new password.
    MustChange,
    /// The password was reset and nobody has signed in with it.
    Unused,
    /// It has no password.
    NoPassword,
    /// Nobody has ever signed in with it.
    NeverSignedIn,
    /// The account ends within seven days.
    EndsThisWeek,
    /// It has a role at the desk.
    Operator,
    /// It is not disabled.
    Active,
}

impl Standing {
    /// Every standing, in the order in which they are offered.
    pub const ALL: [Self; 10] = [
        Self::Locked,
        Self::Disabled,
        Self::Expired,
        Self::MustChange,
        Self::Unused,
        Self::NoPassword,
        Self::NeverSignedIn,
        Self::EndsThisWeek,
        Self::Operator,
        Self::Active,
    ];

    /// The word that is typed.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::MustChange => "must-change",
            Self::Unused => "unused",
            Self::NoPassword => "no-password",
            Self::NeverSignedIn => "never-signed-in",
            Self::EndsThisWeek => "ends-this-week",
            Self::Operator => "operator",
            Self::Active => "active",
        }
    }

    /// What a server cannot tell that cannot be asked for it: "who is locked".
    pub const fn told(self) -> &'static str {
        match self {
            Self::Locked => "who is locked",
            Self::Disabled => "who is disabled",
            Self::Expired => "whose password or account has expired",
            Self::MustChange => "who must change the password",
            Self::Unused => "who has not used a password that was reset",
            Self::NoPassword => "who has no password",
            Self::NeverSignedIn => "who has never signed in",
            Self::EndsThisWeek => "whose account ends this week",
            Self::Operator => "who works at this desk",
            Self::Active => "who is active",
        }
    }

    /// Does it hold of `user` at `now`? `None` where the directory does not show what decides.
    pub fn holds(self, user: &User, now: Timestamp) -> Option<bool> {
        let state = &user.state;
        match self {
            Self::Locked => {
                let lock = state.lock.known()?;
                Some(
                    lock.as_ref()
                        .is_some_and(|lock| lock.until.is_none_or(|until| until > now)),
                )
            }
            Self::Disabled => state.active.known().map(|active| !active),
            Self::Active => state.active.known().copied(),
            Self::Expired => {
                let over = |end: &Option<Timestamp>| end.is_some_and(|end| end <= now);
                let account = state
                    .account_expires
                    .known()
                    .map(|_| over(&state.account_ends()));
                let password = state.password.known().map(|_| over(&state.password_ends()));
                match (account, password) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (None, None) => None,
                    (Some(false) | None, Some(false)) | (Some(false), None) => Some(false),
                }
            }
            Self::MustChange => state.must_change.known().copied(),
            Self::Unused => {
                let password = state.password.known()?;
                let last = state.last_sign_in.known()?;
                let has_signed_in_since = match (last, password.changed_at) {
                    (None, _) => false,
                    (Some(_), None) => true,
                    (Some(last), Some(set)) => *last >= set,
                };
                Some(*state.must_change.known()? && password.set && !has_signed_in_since)
            }
            Self::NoPassword => state.password.known().map(|password| !password.set),
            Self::NeverSignedIn => state.last_sign_in.known().map(Option::is_none),
            Self::EndsThisWeek => {
                state.account_expires.known()?;
                let end = state.account_ends();
                Some(end.is_some_and(|end| end > now && end <= in_a_week(now)))
            }
            Self::Operator => Some(!user.permissions.is_empty()),
        }
    }
}

impl Property {
    /// Does it hold of `user` at `now`? `None` where the directory does not show what decides.
    pub fn holds(&self, user: &User, now: Timestamp) -> Option<bool> {
        match self {
            Self::Kind(kind) => match &user.kind {
                Fact::Known(known) => Some(known == kind),
                Fact::Unknown(_) | Fact::NotOffered => None,
            },
            // Which permissions it stands for is not known here.
            Self::Role(Role::Named(_)) => None,
            Self::Role(role) => Some(user.permissions == role.permissions()),
            Self::Station(wanted) => {
                let details = user.details.known()?;
                Some(is_of_station(&details.station, wanted))
            }
            Self::Field(asked) => {
                let fields = &user.details.known()?.fields;
                let is_it = |field: &&SiteValue| field.name.eq_ignore_ascii_case(&asked.name);
                // What is not here may be there: a list shows some of the fields.
                let field = fields.iter().find(is_it)?;
                Some(asked.is_met_by(&field.value))
            }
            Self::Is(standing) => standing.holds(user, now),
        }
    }

    /// What a server cannot tell that cannot be asked for it.
    pub const fn told(&self) -> &'static str {
        match self {
            Self::Kind(_) => "of which kind an account is",
            Self::Role(_) => "who has which role",
            Self::Station(_) => "who is at which station",
            Self::Field(_) => "who has what in a field of the site's own",
            Self::Is(standing) => standing.told(),
        }
    }

    /// The key before the colon.
    pub fn key(&self) -> &str {
        match self {
            Self::Kind(_) => "kind",
            Self::Role(_) => "role",
            Self::Station(_) => "station",
            Self::Field(asked) => &asked.name,
            Self::Is(_) => "is",
        }
    }
}

/// Is a station asked for by `wanted`, whole or by whole words of it: `12` finds Station 12, and not
/// Station 112?
pub fn is_of_station(station: &str, wanted: &str) -> bool {
    let (station, wanted) = (text::fold(station), text::fold(wanted));
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (there, asked) = (words(&station), words(&wanted));
    if asked.is_empty() {
        return !station.is_empty() && station.trim() == wanted.trim();
    }
    asked.iter().all(|word| there.contains(word))
}

impl From<Standing> for Criterion {
    fn from(standing: Standing) -> Self {
        Self {
            negated: false,
            property: Property::Is(standing),
        }
    }
}

impl Criterion {
    /// Does it hold of `user` at `now`? `None` where the directory does not show what decides.
    pub fn holds(&self, user: &User, now: Timestamp) -> Option<bool> {
        self.property
            .holds(user, now)
            .map(|holds| holds != self.negated)
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match self {
            Self::Kind(kind) => kind.word(),
            Self::Role(role) => role.word(),
            Self::Station(station) => station,
            Self::Field(asked) => &asked.value,
            Self::Is(standing) => standing.word(),
        };
        if value.contains(char::is_whitespace) || value.is_empty() {
            write!(f, "{}:\"{value}\"", self.key())
        } else {
            write!(f, "{}:{value}", self.key())
        }
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.negated { "-" } else { "" };
        write!(f, "{not}{}", self.property)
    }
}
