//! The roles that a site has made, as a directory keeps them.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::{permission::SiteRole, user::Version};

/// A role of the site, with what is kept of it besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptRole {
    /// The role.
    #[serde(flatten, serialize_with = "as_it_is")]
    pub role: Arc<SiteRole>,
    /// Its version: a change is refused when it has moved since.
    pub version: Version,
    /// How many users hold it.
    pub holders: u64,
    /// How many of them are within reach of the operator who asked.
    #[serde(skip)]
    pub holders_in_reach: u64,
    /// When it was made or last changed.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: String,
}

fn as_it_is<S: serde::Serializer>(role: &SiteRole, serializer: S) -> Result<S::Ok, S::Error> {
    role.serialize(serializer)
}
