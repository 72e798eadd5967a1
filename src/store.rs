//! The embedded store's file: one SQLite database for users, passwords and the audit.
//!
//! WAL, `synchronous=FULL`, several consoles at once. The directory is 0700 and the file 0600; a
//! store that others can read is refused, with the command that mends it.

use std::path::Path;

use rusqlite::{Connection, Transaction};

use crate::directory::DirectoryError;

/// Why the store cannot be used. Display is what happened and what was (not) changed; [`cure`]
/// is what to do.
///
/// [`cure`]: StoreError::cure
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Others can read it. The cure holds the chmod command.
    #[error("{0}")]
    Exposed(String),
    /// Locked by another process for longer than the busy time-out.
    #[error("the store is busy: another program has held it locked for too long")]
    Busy,
    /// No room on the disk.
    #[error("the disk is full")]
    Full,
    /// The file or its directory cannot be written.
    #[error("the store cannot be written: {0}")]
    ReadOnly(String),
    /// Not a database, or damaged.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// Written by a newer Halligan.
    #[error("the store was written by a newer Halligan (schema {found}, this one knows {known})")]
    Newer {
        /// Schema number of the file.
        found: i64,
        /// Newest schema number known here.
        known: i64,
    },
    /// Interrupted because a newer search came.
    #[error("interrupted")]
    Interrupted,
    /// A rule of the store was broken (unique ID and so on), or the caller's own error.
    #[error("{0}")]
    Rejected(DirectoryError),
    /// Anything else that SQLite or the file system said.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// What to do now.
    pub fn cure(&self) -> String {
        todo!("store helper")
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let _ = error;
        todo!("store helper")
    }
}

impl From<StoreError> for DirectoryError {
    fn from(error: StoreError) -> Self {
        let _ = error;
        todo!("store helper")
    }
}

/// An open store; clones share its threads and connections.
#[derive(Debug, Clone)]
pub struct Store {}

impl Store {
    /// Opens the store at `path` (a file), making it and its directory when they are missing.
    ///
    /// # Errors
    /// [`StoreError`] as listed there.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let _ = path;
        todo!("store helper")
    }

    /// Runs `work` in one IMMEDIATE transaction on the writing thread and commits it durably
    /// (`synchronous=FULL`) when it returns `Ok`.
    ///
    /// # Errors
    /// `work`'s own error, or the store's; nothing is changed then.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let _ = work;
        todo!("store helper")
    }

    /// Runs `work` on the reading thread.
    ///
    /// # Errors
    /// `work`'s own error, or the store's.
    pub async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let _ = work;
        todo!("store helper")
    }
}
