//! Users to be added.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    permission::Role,
    user::{AccountKind, Details, full_name},
};

/// A user to be added.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewUser {
    /// The ID people know; unique in the directory.
    pub login: String,
    /// Address, unique; may be empty for accounts that do not sign in by email.
    pub email: String,
    /// Given name.
    pub given_name: String,
    /// Family name, or the whole name of apparatus.
    pub family_name: String,
    /// Staff, residential, commercial or unit.
    pub kind: AccountKind,
    /// Display name, phone, station and job title.
    #[serde(default)]
    pub details: Details,
    /// From when on the account is valid; `None` is at once.
    #[serde(default)]
    pub valid_from: Option<Timestamp>,
    /// Until when the account is valid; `None` is without an end.
    #[serde(default)]
    pub valid_until: Option<Timestamp>,
    /// What the user may do at the desk.
    pub role: Role,
    /// May sign in at all.
    pub active: bool,
    /// Must choose another password at the first sign-in (where one is given).
    pub must_change: bool,
}

impl NewUser {
    /// Given and family name as one.
    pub fn name(&self) -> String {
        full_name(&self.given_name, &self.family_name)
    }
}
