//! What a directory can do.

use serde::Serialize;

/// Can the directory do it, and if not, why?
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// Yes.
    Yes,
    /// No; the sentence is shown beside the greyed key.
    No(String),
}

impl Support {
    /// It is left to the tools of the directory; `done` is what is done to users there.
    pub fn by_its_own_tools(done: &str) -> Self {
        Self::No(format!(
            "Users of this directory are {done} with the directory's own tools."
        ))
    }

    /// Is it supported?
    pub const fn is_yes(&self) -> bool {
        matches!(self, Self::Yes)
    }
}

/// The capability sheet of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Short name for the status line: `local store`, `ldaps://dc1.example.org`.
    pub name: String,
    /// Fields that a search covers, in words: `ID, email, name`.
    pub searched: String,
    /// How many characters a search wants before it is worth asking; 1 for the embedded store.
    pub debounce_millis: u64,
    /// Reset of a password.
    pub reset: Support,
    /// Must-change at the next sign-in.
    pub must_change: Support,
    /// Unlock without a reset.
    pub unlock: Support,
    /// Check of a password, without counting as a failure.
    pub check: Support,
    /// Adding users.
    pub create: Support,
    /// Giving roles.
    pub roles: Support,
    /// Keeping roles and fields of the site's own.
    pub site_definitions: Support,
    /// Enabling and disabling accounts.
    pub status: Support,
    /// Changing ID, names, address, kind and details.
    pub attributes: Support,
    /// Setting from and until when an account is valid.
    pub validity: Support,
    /// Wanting another password at the next sign-in, without setting one.
    pub must_change_alone: Support,
    /// Removing users.
    pub remove: Support,
    /// Ending the sessions and tokens of a user.
    pub end_sessions: Support,
    /// False: the directory does not check what an administrator sets, so our own policy decides.
    pub enforces_policy: bool,
    /// True: the directory shares its store with the audit and records the outcome of every write
    /// in the same transaction.
    pub records_outcome: bool,
}
