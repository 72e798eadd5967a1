//! What is asked about the roles and fields of the site, and the answers.

use crate::{
    desk::{JudgedRole, RoleChange},
    permission::{Role, SiteRole},
    user::{SiteField, Version},
};

/// A question about roles.
#[derive(Debug)]
pub enum RolesRequest {
    /// Lists them.
    List,
    /// Which the operator may give.
    ToGive,
    /// Makes one.
    Add(SiteRole),
    /// Changes one.
    Change(RoleOrder),
    /// Takes one away.
    Remove(RoleRemoval),
}

/// A change of a role.
#[derive(Debug)]
pub struct RoleOrder {
    /// Its name as it was seen.
    pub name: String,
    /// The version that the operator saw.
    pub expected: Version,
    /// What is to become of it.
    pub change: RoleChange,
}

/// A role that is to go.
#[derive(Debug)]
pub struct RoleRemoval {
    /// Its name.
    pub name: String,
    /// The version that the operator saw.
    pub expected: Version,
    /// What those who hold it are to hold instead.
    pub instead: Option<Role>,
}

/// A question about fields of the site's own.
#[derive(Debug)]
pub enum FieldsRequest {
    /// Lists them.
    List,
    /// Adds one.
    Add(SiteField),
    /// Puts another definition in the place of the one that was seen.
    Change(Box<FieldOrder>),
    /// Moves the field of this name to a place, counted from 1.
    Move(String, usize),
}

/// A change of a field.
#[derive(Debug)]
pub struct FieldOrder {
    /// As it was seen.
    pub seen: SiteField,
    /// As it is to be.
    pub field: SiteField,
}

impl RolesRequest {
    /// Does it change something?
    pub const fn is_write(&self) -> bool {
        match self {
            Self::List | Self::ToGive => false,
            Self::Add(_) | Self::Change(_) | Self::Remove(_) => true,
        }
    }
}

impl FieldsRequest {
    /// Does it change something?
    pub const fn is_write(&self) -> bool {
        match self {
            Self::List => false,
            Self::Add(_) | Self::Change(_) | Self::Move(..) => true,
        }
    }
}

/// The roles as they were read.
#[derive(Debug, Clone)]
pub struct RolesListed {
    /// Those of the site, by name.
    pub roles: Vec<JudgedRole>,
    /// Those that the operator may give, the built-in ones first.
    pub to_give: Vec<Role>,
}

/// The fields of the site's own as they were read.
#[derive(Debug, Clone)]
pub struct FieldsListed {
    /// In their order.
    pub fields: Vec<SiteField>,
    /// The roles that a field may go by.
    pub roles: Vec<Role>,
}
