//! Only the owner may read a store: it holds names, addresses and password hashes.

mod cure;

use std::{
    fs::{self, DirBuilder, Metadata, OpenOptions},
    io::ErrorKind,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::error::StoreError;
use crate::text::system_error;

const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
const OTHERS: u32 = 0o077;

/// What to do where there is no store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Make it, and its directory.
    Make,
    /// Say so: whoever named a store meant one that is there.
    Refuse,
}

/// Makes what is missing, for the owner alone, or says that it is missing; refuses what others can
/// read. Gives the absolute path of the file.
pub(super) fn make_private(path: &Path, missing: Missing) -> Result<PathBuf, StoreError> {
    let name = path.file_name().ok_or_else(|| cure::not_a_file(path))?;
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match fs::metadata(path) {
        // Before anything is said of the directory: nobody is to mend the mode of /dev.
        Ok(seen) if !seen.is_file() => return Err(cure::not_a_file(path)),
        Ok(_) => {}
        Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => {
            if missing == Missing::Refuse || path.is_symlink() {
                return Err(StoreError::Missing(path.display().to_string()));
            }
        }
        Err(error) => {
            return Err(hidden_by_another(path, &error)
                .unwrap_or_else(|| unwritable("the store", path, &error)));
        }
    }
    if missing == Missing::Make {
        DirBuilder::new()
            .recursive(true)
            .mode(DIRECTORY_MODE)
            .create(directory)
            .map_err(|error| unwritable("the directory", directory, &error))?;
    }
    let directory = directory
        .canonicalize()
        .map_err(|error| unwritable("the directory", directory, &error))?;
    let link = directory.join(name);
    // SQLite follows a link, and keeps its log beside the file that it leads to.
    let file = link.canonicalize().unwrap_or_else(|_| link.clone());
    refuse_exposed_directory(&directory, &file)?;
    if let Some(target) = file.parent().filter(|target| *target != directory) {
        refuse_exposed_directory(target, &file)?;
    }

    if missing == Missing::Make {
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(FILE_MODE)
            .open(&file)
        {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unwritable("the store", &file, &error)),
        }
    }
    let seen = look("the store", &file)?;
    if !seen.is_file() {
        return Err(cure::not_a_file(&file));
    }
    refuse_exposed_file(&file, &seen, &file)?;
    if seen.nlink() > 1 {
        return Err(cure::linked(&file, seen.nlink()));
    }
    // SQLite gives the log and its index the mode of the file, but it may have been changed since.
    for suffix in ["-wal", "-shm"] {
        let beside = beside(&file, suffix);
        if let Ok(seen) = fs::symlink_metadata(&beside) {
            // Before anything is said of a mode: `chmod` goes where a link leads.
            if !seen.is_file() || seen.nlink() > 1 {
                return Err(cure::not_a_log(&beside));
            }
            refuse_exposed_file(&beside, &seen, &file)?;
        }
    }
    Ok(file)
}

/// The log (`-wal`) of a store, or the index of the log (`-shm`).
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut beside = file.to_owned().into_os_string();
    beside.push(suffix);
    PathBuf::from(beside)
}

fn look(what: &str, path: &Path) -> Result<Metadata, StoreError> {
    fs::metadata(path).map_err(|error| unwritable(what, path, &error))
}

fn refuse_exposed_directory(directory: &Path, file: &Path) -> Result<(), StoreError> {
    let seen = look("the directory", directory)?;
    let me = rustix::process::geteuid().as_raw();
    if seen.uid() != me {
        return Err(match fs::metadata(file) {
            // Somebody's store: the owner may use it.
            Ok(store) if store.uid() == seen.uid() => cure::foreign(file, store.uid(), me, file),
            _ => cure::directory_of_another(directory, seen.uid(), me),
        });
    }
    if seen.mode() & OTHERS != 0 {
        return Err(if holds_nothing_but(directory, file) {
            cure::open(directory, seen.mode(), DIRECTORY_MODE)
        } else {
            cure::shared_directory(directory, seen.mode())
        });
    }
    Ok(())
}

fn refuse_exposed_file(path: &Path, seen: &Metadata, store: &Path) -> Result<(), StoreError> {
    let me = rustix::process::geteuid().as_raw();
    if seen.uid() != me {
        return Err(cure::foreign(path, seen.uid(), me, store));
    }
    if seen.mode() & OTHERS != 0 {
        return Err(cure::open(path, seen.mode(), FILE_MODE));
    }
    Ok(())
}

/// Is the directory there for the store alone? Only then may its mode be changed for the store's
/// sake: /tmp, /etc and a home are used by others too.
fn holds_nothing_but(directory: &Path, file: &Path) -> bool {
    let Some(name) = file.file_name().map(std::ffi::OsStr::as_encoded_bytes) else {
        return false;
    };
    fs::read_dir(directory).is_ok_and(|mut entries| {
        entries.all(|entry| {
            entry.is_ok_and(|entry| {
                let entry = entry.file_name();
                let rest = entry.as_encoded_bytes().strip_prefix(name);
                rest.is_some_and(|rest| [&b""[..], b"-wal", b"-shm", b"-journal"].contains(&rest))
            })
        })
    })
}

/// A path that we may not even look at is in a directory of somebody else.
fn hidden_by_another(path: &Path, error: &std::io::Error) -> Option<StoreError> {
    let me = rustix::process::geteuid().as_raw();
    let mut above = path.ancestors().skip(1);
    let owner = above.find_map(|above| Some(fs::metadata(above).ok()?.uid()))?;
    (error.kind() == ErrorKind::PermissionDenied && owner != me)
        .then(|| cure::foreign(path, owner, me, path))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
fn unwritable(what: &str, path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
        ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::NotFound
        | ErrorKind::NotADirectory => StoreError::ReadOnly(format!(
            "{what} {}: {}",
            path.display(),
            system_error(error)
        )),
        _ => StoreError::Other(format!(
            "{what} {}: {}",
            path.display(),
            system_error(error)
        )),
    }
}

#[cfg(test)]
mod tests;
