//! A user with all that a directory of our own keeps, for provisioning clients.

use jiff::Timestamp;

use crate::{permission::Role, user::User};

/// A user as provisioning clients see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The user.
    pub user: User,
    /// The role that is kept.
    pub role: Role,
    /// What provisioning clients keep with the user.
    pub provisioned: Provisioned,
    /// When the user was added.
    pub created: Timestamp,
    /// When the user was last changed.
    pub modified: Timestamp,
}

/// What a provisioning client keeps with a user, and no screen shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provisioned {
    /// Handle given by the client.
    pub external_id: Option<String>,
    /// The client has taken the name to show away: without one it is put together for it else.
    pub shows_no_name: bool,
    /// The client says that the address is not the primary one.
    pub email_is_not_primary: bool,
}
