//! Is the file still the one that was opened?

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::{error::StoreError, privacy};

/// Device and inode of a file.
type Place = (u64, u64);

/// The store's file and its log as they were when the store was opened. SQLite goes on writing to
/// a file whose name now leads elsewhere, or nowhere, and nothing of that would be found again.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    files: Vec<(PathBuf, Place)>,
}

impl Identity {
    /// Of the store that has just been opened.
    pub(super) fn of(file: &Path) -> Result<Self, StoreError> {
        let mut files = Vec::new();
        for path in [file.to_owned(), privacy::beside(file, "-wal")] {
            match place(&path) {
                Ok(place) => files.push((path, place)),
                // A log that is not there yet will be.
                Err(error) if error.kind() == io::ErrorKind::NotFound && path != file => {}
                Err(_) => return Err(StoreError::Replaced(path.display().to_string())),
            }
        }
        Ok(Self { files })
    }

    /// Before a write: nothing has been changed when it fails.
    ///
    /// # Errors
    /// [`StoreError::Replaced`].
    pub(super) fn check(&self) -> Result<(), StoreError> {
        for (path, then) in &self.files {
            if !place(path).is_ok_and(|now| now == *then) {
                return Err(StoreError::Replaced(path.display().to_string()));
            }
        }
        Ok(())
    }

    /// After a commit: it went to the file that was opened, but is that the store?
    ///
    /// # Errors
    /// [`StoreError::Uncertain`].
    pub(super) fn check_after_commit(&self) -> Result<(), StoreError> {
        self.check()
            .map_err(|replaced| StoreError::Uncertain(replaced.to_string()))
    }
}

fn place(path: &Path) -> io::Result<Place> {
    // Whatever a link would lead to is another file: the path was made absolute without links.
    let seen = fs::symlink_metadata(path)?;
    Ok((seen.dev(), seen.ino()))
}
