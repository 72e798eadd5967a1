//! Roles: the built-in ones, and those of the site.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Permission, Permissions, Reach};

/// A named set of permissions. The auditor is apart from those who reset
/// (CJIS Security Policy 5.9.5, AC-5 and AU-9(4)).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// An ordinary user: may sign in and change the own password, nothing else.
    #[default]
    None,
    /// Finds users: Users - Read.
    Viewer,
    /// The help desk: Users - Read, Users - Update and Users - Update Status.
    HelpDesk,
    /// Reads the audit: Users - Read and Audit - Read.
    Auditor,
    /// Everything.
    Administrator,
    /// A role that the site has made.
    Site(Arc<SiteRole>),
    /// A role of the site by nothing but its name, as it was typed. It holds nothing: the desk
    /// looks up which role it is before anything is judged by it.
    Named(Arc<str>),
}

/// A role that the site has made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct SiteRole {
    /// Its number in the embedded store, never given twice; 0 for a role that is yet to be made.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// What it permits.
    pub permissions: Permissions,
    /// Over which accounts.
    #[serde(flatten)]
    pub reach: Reach,
}

/// Why a role cannot be as it is wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleFault {
    /// The name is empty or too long, or has signs that a name may not have.
    #[error(
        "a role's name has 1 to {} letters, digits, blanks, '-', '_' and '.', and begins with a \
         letter or a digit",
        SiteRole::LONGEST_NAME
    )]
    Name,
    /// The name is that of a built-in role.
    #[error("{0} is a role that is built in")]
    BuiltIn(&'static str),
    /// Nothing is in reach.
    #[error("a role that is limited to kinds or stations names at least one")]
    ReachesNothing,
    /// A limited role cannot hold it.
    #[error("{0} is about every account, so a role that is limited to some cannot hold it")]
    OfEveryAccount(Permission),
}

impl SiteRole {
    /// Characters of a name.
    pub const LONGEST_NAME: usize = 40;

    /// Can there be such a role?
    ///
    /// # Errors
    /// [`RoleFault`].
    pub fn checked(self) -> Result<Self, RoleFault> {
        let name = self.name.trim().to_owned();
        let fits = name.chars().count() <= Self::LONGEST_NAME
            && name.starts_with(char::is_alphanumeric)
            && name
                .chars()
                .all(|sign| sign.is_alphanumeric() || " -_.".contains(sign));
        if !fits {
            return Err(RoleFault::Name);
        }
        if let Some(role) = Role::built_in(&name) {
            return Err(RoleFault::BuiltIn(role.built_in_word().unwrap_or_default()));
        }
        let mut reach = self.reach;
        if let Some(stations) = &mut reach.stations {
            tidied(stations);
        }
        let reaches_nothing = reach.kinds.is_some_and(super::Kinds::is_empty)
            || reach.stations.as_ref().is_some_and(Vec::is_empty);
        if reaches_nothing {
            return Err(RoleFault::ReachesNothing);
        }
        if !reach.is_everywhere()
            && let Some(permission) = Self::OF_EVERY_ACCOUNT
                .into_iter()
                .find(|permission| self.permissions.holds(*permission))
        {
            return Err(RoleFault::OfEveryAccount(permission));
        }
        Ok(Self {
            name,
            reach,
            ..self
        })
    }

    /// What a limited role cannot hold: the audit, the tokens and the site's fields are about every
    /// account, and no part of them can be shown or given apart.
    pub const OF_EVERY_ACCOUNT: [Permission; 3] = [
        Permission::AuditRead,
        Permission::TokensUpdate,
        Permission::FieldsUpdate,
    ];
}

/// Without blanks at the ends, empty ones, and those that are there twice.
fn tidied(stations: &mut Vec<String>) {
    let mut seen = Vec::new();
    stations.retain_mut(|station| {
        *station = station.trim().to_owned();
        let comparable = super::comparable_station(station);
        let is_new = !comparable.is_empty() && !seen.contains(&comparable);
        seen.push(comparable);
        is_new
    });
}

impl SiteRole {
    /// Is it called this? Names are compared without regard to case.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.trim().to_lowercase()
    }
}

impl Role {
    /// The built-in roles, weakest first.
    pub const BUILT_IN: [Self; 5] = [
        Self::None,
        Self::Viewer,
        Self::HelpDesk,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The words of the built-in roles, in the same order.
    pub const WORDS: [&str; 5] = ["none", "viewer", "help-desk", "auditor", "administrator"];

    /// The place of a built-in role among them.
    const fn place(&self) -> Option<usize> {
        match self {
            Self::None => Some(0),
            Self::Viewer => Some(1),
            Self::HelpDesk => Some(2),
            Self::Auditor => Some(3),
            Self::Administrator => Some(4),
            Self::Site(_) | Self::Named(_) => None,
        }
    }

    fn built_in_word(&self) -> Option<&'static str> {
        self.place()
            .and_then(|place| Self::WORDS.get(place))
            .copied()
    }

    /// The number of the role in the embedded store; `None` for one that is known by name alone.
    pub fn number(&self) -> Option<u32> {
        match self {
            Self::Site(role) => Some(role.number),
            Self::None
            | Self::Viewer
            | Self::HelpDesk
            | Self::Auditor
            | Self::Administrator
            | Self::Named(_) => self.place().and_then(|place| u32::try_from(place).ok()),
        }
    }

    /// `none`, `viewer`, `help-desk`, `auditor`, `administrator`, or the site's own name.
    pub fn word(&self) -> &str {
        match self {
            Self::Site(role) => &role.name,
            Self::Named(name) => name,
            Self::None | Self::Viewer | Self::HelpDesk | Self::Auditor | Self::Administrator => {
                self.built_in_word().unwrap_or_default()
            }
        }
    }

    /// The built-in role of a word; `None` if there is no such role.
    pub fn built_in(word: &str) -> Option<Self> {
        Self::BUILT_IN
            .into_iter()
            .find(|role| role.word().eq_ignore_ascii_case(word.trim()))
    }

    /// The role of a word: a built-in one, or one of the site that is yet to be looked up.
    pub fn of_word(word: &str) -> Self {
        Self::built_in(word).unwrap_or_else(|| Self::Named(word.trim().into()))
    }

    /// Is it a role of this name? Names are compared without regard to case.
    pub fn is_called(&self, name: &str) -> bool {
        self.word().to_lowercase() == name.trim().to_lowercase()
    }

    /// What the role may do.
    pub fn permissions(&self) -> Permissions {
        use Permission::{AuditRead, UsersRead, UsersUpdate, UsersUpdateStatus};
        match self {
            Self::None | Self::Named(_) => Permissions::NONE,
            Self::Viewer => Permissions::from_iter([UsersRead]),
            Self::HelpDesk => Permissions::from_iter([UsersRead, UsersUpdate, UsersUpdateStatus]),
            Self::Auditor => Permissions::from_iter([UsersRead, AuditRead]),
            Self::Administrator => Permissions::all(),
            Self::Site(role) => role.permissions,
        }
    }

    /// Over which accounts it may do that.
    pub fn reach(&self) -> Reach {
        match self {
            Self::None
            | Self::Named(_)
            | Self::Viewer
            | Self::HelpDesk
            | Self::Auditor
            | Self::Administrator => Reach::EVERYWHERE,
            Self::Site(role) => role.reach.clone(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A role is written by its name.
impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// The configuration names built-in roles alone: those of the site live in a store, where a directory
/// elsewhere does not look.
impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::built_in(&word).ok_or_else(|| {
            D::Error::custom(format!(
                "`{word}` is no built-in role ({}); roles of the site are of the embedded store",
                Self::WORDS.join(", ")
            ))
        })
    }
}
