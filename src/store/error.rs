//! Why the store cannot be used, in words.

use rusqlite::{ErrorCode, ffi};

/// Why the store cannot be used. Display is what happened; [`cure`] is what to do. Nothing was
/// changed, except for [`StoreError::Uncertain`].
///
/// [`cure`]: StoreError::cure
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Others can use it, or it belongs to somebody else.
    #[error("{message}")]
    Exposed {
        /// Which file, and its mode or owner.
        message: String,
        /// What mends it, as a sentence.
        cure: String,
    },
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
    /// There is none, where there should be one.
    #[error("there is no store at {0}")]
    Missing(String),
    /// The file is no longer the one that was opened.
    #[error("the store {0} has been replaced or removed since it was opened here")]
    Replaced(String),
    /// The disk failed in the middle of a commit.
    #[error("the disk failed while the change was being committed: {0}")]
    Uncertain(String),
    /// A search that nobody waits for any more, or that has taken too long.
    #[error("interrupted")]
    Interrupted,
    /// Anything else that SQLite or the file system said.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// What to do now.
    pub fn cure(&self) -> String {
        match self {
            Self::Exposed { cure, .. } => cure.clone(),
            Self::Missing(_) => "Is its disk mounted, and the path right? `halligan init` makes a \
                 new store."
                .into(),
            Self::Replaced(_) => "End this program and start it again on the file that is there \
                 now; find out who exchanged it."
                .into(),
            Self::Busy => {
                "Wait for the other console to finish (an import may take a minute), then try again."
                    .into()
            }
            Self::Full => "Make room on the disk of the store, then try again.".into(),
            Self::ReadOnly(_) => {
                "Keep the store where you can write, and leave directories of others as they are."
                    .into()
            }
            Self::Corrupt(_) => {
                "Keep a copy of the file, put the last backup in its place and start again.".into()
            }
            Self::Newer { .. } => "Run the newer Halligan.".into(),
            Self::Uncertain(_) => {
                "Check the disk, start again and look whether the change is there.".into()
            }
            Self::Interrupted => String::new(),
            Self::Other(_) => "Start again; if it stays, look at the log.".into(),
        }
    }

    /// The failure of a COMMIT: after a failed write or fsync it is not known what the disk holds.
    pub(super) fn of_commit(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::SystemIoFailure) => Self::Uncertain(error.to_string()),
            _ => error.into(),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is another crate's, and what is not named is handled alike"
    )]
    fn from(error: rusqlite::Error) -> Self {
        let Some(failure) = error.sqlite_error() else {
            return Self::Other(error.to_string());
        };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                Self::ReadOnly(error.to_string())
            }
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                Self::Corrupt(error.to_string())
            }
            ErrorCode::SystemIoFailure if is_damage(failure.extended_code) => {
                Self::Corrupt(error.to_string())
            }
            ErrorCode::SystemIoFailure => Self::ReadOnly(error.to_string()),
            ErrorCode::OperationInterrupted => Self::Interrupted,
            _ => Self::Other(error.to_string()),
        }
    }
}

const fn is_damage(extended: i32) -> bool {
    matches!(
        extended,
        ffi::SQLITE_IOERR_READ
            | ffi::SQLITE_IOERR_SHORT_READ
            | ffi::SQLITE_IOERR_DATA
            | ffi::SQLITE_IOERR_CORRUPTFS
    )
}
