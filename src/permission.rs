//! What an operator may do, in the words of the trade.

mod reach;
mod role;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use reach::{Kinds, Reach, comparable_station};
pub use role::{Role, RoleFault, SiteRole};

/// One right at the desk, named as the agency's own software names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Permission {
    /// Find users and see their state.
    #[serde(rename = "Users - Read")]
    UsersRead,
    /// Reset, unlock, check a password and edit.
    #[serde(rename = "Users - Update")]
    UsersUpdate,
    /// Add users and import a roster.
    #[serde(rename = "Users - Create")]
    UsersCreate,
    /// List, verify and export the audit.
    #[serde(rename = "Audit - Read")]
    AuditRead,
    /// Give and take roles.
    #[serde(rename = "Roles - Update")]
    RolesUpdate,
    /// Enable and disable accounts.
    #[serde(rename = "Users - Update Status")]
    UsersUpdateStatus,
    /// Remove users.
    #[serde(rename = "Users - Delete")]
    UsersDelete,
    /// Make, list and revoke the tokens of machine clients.
    #[serde(rename = "Tokens - Update")]
    TokensUpdate,
    /// End the sessions and tokens of users.
    #[serde(rename = "Users - Force Logout")]
    UsersForceLogout,
    /// Define, change and retire the site's own fields.
    #[serde(rename = "Fields - Update")]
    FieldsUpdate,
}

impl Permission {
    /// Every permission, in the order in which they are listed. Stored sets count on the order: a
    /// new one comes last.
    pub const ALL: [Self; 10] = [
        Self::UsersRead,
        Self::UsersUpdate,
        Self::UsersCreate,
        Self::AuditRead,
        Self::RolesUpdate,
        Self::UsersUpdateStatus,
        Self::UsersDelete,
        Self::TokensUpdate,
        Self::UsersForceLogout,
        Self::FieldsUpdate,
    ];

    /// "Users - Read" and so on.
    pub const fn title(self) -> &'static str {
        match self {
            Self::UsersRead => "Users - Read",
            Self::UsersUpdate => "Users - Update",
            Self::UsersCreate => "Users - Create",
            Self::AuditRead => "Audit - Read",
            Self::RolesUpdate => "Roles - Update",
            Self::UsersUpdateStatus => "Users - Update Status",
            Self::UsersDelete => "Users - Delete",
            Self::TokensUpdate => "Tokens - Update",
            Self::UsersForceLogout => "Users - Force Logout",
            Self::FieldsUpdate => "Fields - Update",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u8
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Permission>", into = "Vec<Permission>")]
pub struct Permissions(u16);

impl Permissions {
    /// Nothing at all: what a user who is no operator holds.
    pub const NONE: Self = Self(0);

    /// Everything.
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    /// Is `permission` in the set?
    pub const fn holds(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Those of `self` that `other` lacks.
    #[must_use]
    pub const fn beyond(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those of `self` that `other` holds too.
    #[must_use]
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The set without `permission`.
    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !permission.bit())
    }

    /// No permission at all?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The permissions of the set in listed order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |p| self.holds(*p))
    }

    /// The set as the number kept in the embedded store; bit n is the n-th of [`Permission::ALL`].
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set of a stored number; bits without a permission are dropped.
    pub fn from_bits(bits: u16) -> Self {
        Self(bits & Self::all().0)
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(iter: I) -> Self {
        Self(iter.into_iter().fold(0, |bits, p| bits | p.bit()))
    }
}

impl From<Vec<Permission>> for Permissions {
    fn from(list: Vec<Permission>) -> Self {
        list.into_iter().collect()
    }
}

impl From<Permissions> for Vec<Permission> {
    fn from(set: Permissions) -> Self {
        set.iter().collect()
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, permission) in self.iter().enumerate() {
            write!(f, "{}{permission}", if n == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permissions({self})")
    }
}

#[cfg(test)]
mod tests;
