//! Users to be added, one or many.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64},
};

use serde::{Deserialize, Serialize};

use crate::{permission::Role, user::AccountKind};

/// The rows of a roster, each with its line number in the file (from 1), or why it is unusable.
pub type RosterRows = Box<dyn Iterator<Item = Result<(u64, NewUser), String>> + Send>;

/// Shared with whoever started an import: how far it is, and the wish to stop it.
#[derive(Debug, Clone, Default)]
pub struct ImportWatch {
    /// Rows read so far.
    pub rows: Arc<AtomicU64>,
    /// Set to true: the import ends at the next row and changes nothing.
    pub stop: Arc<AtomicBool>,
    /// Only try: when every row could be taken the import sets `fits`, fails and adds nobody.
    pub only_try: bool,
    /// Set by an import that was only tried and that could be made.
    pub fits: Arc<AtomicBool>,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Users added.
    pub added: u64,
    /// Rows passed over because the same user is there already.
    pub unchanged: u64,
}

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
    /// What the user may do at the desk.
    pub role: Role,
    /// May sign in at all.
    pub active: bool,
    /// Must choose another password at the first sign-in (where one is given).
    pub must_change: bool,
}
