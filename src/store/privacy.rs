//! Only the owner may read a store: it holds names, addresses and password hashes.

use std::{
    fs::{self, DirBuilder, Metadata, OpenOptions},
    io::ErrorKind,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::error::StoreError;

const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
const OTHERS: u32 = 0o077;

/// Makes what is missing, for the owner alone, and refuses what others can read. Gives the
/// absolute path of the file.
pub(super) fn make_private(path: &Path) -> Result<PathBuf, StoreError> {
    let name = path.file_name().ok_or_else(|| {
        StoreError::Other(format!("{} is not the name of a file", path.display()))
    })?;
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    DirBuilder::new()
        .recursive(true)
        .mode(DIRECTORY_MODE)
        .create(directory)
        .map_err(|error| unwritable("the directory", directory, &error))?;
    let directory = directory
        .canonicalize()
        .map_err(|error| unwritable("the directory", directory, &error))?;
    let seen = look("the directory", &directory)?;
    refuse_if_exposed(&directory, &seen, DIRECTORY_MODE)?;

    let file = directory.join(name);
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
    let seen = look("the store", &file)?;
    if !seen.is_file() {
        return Err(StoreError::Other(format!(
            "{} is not a file",
            file.display()
        )));
    }
    refuse_if_exposed(&file, &seen, FILE_MODE)?;
    // SQLite gives the log and its index the mode of the file, but it may have been changed since.
    for suffix in ["-wal", "-shm"] {
        let mut beside = file.clone().into_os_string();
        beside.push(suffix);
        let beside = PathBuf::from(beside);
        if let Ok(seen) = fs::symlink_metadata(&beside) {
            refuse_if_exposed(&beside, &seen, FILE_MODE)?;
        }
    }
    Ok(file)
}

fn look(what: &str, path: &Path) -> Result<Metadata, StoreError> {
    fs::metadata(path).map_err(|error| unwritable(what, path, &error))
}

fn refuse_if_exposed(path: &Path, seen: &Metadata, wanted: u32) -> Result<(), StoreError> {
    let me = rustix::process::geteuid().as_raw();
    let shown = quoted(path);
    if seen.uid() != me {
        return Err(StoreError::Exposed {
            message: format!(
                "{} belongs to the user number {}, not to you ({me})",
                path.display(),
                seen.uid()
            ),
            cure: format!("chown {me} {shown}"),
        });
    }
    if seen.mode() & OTHERS != 0 {
        return Err(StoreError::Exposed {
            message: format!(
                "others can use {} (mode {:04o})",
                path.display(),
                seen.mode() & 0o7777
            ),
            cure: format!("chmod {wanted:04o} {shown}"),
        });
    }
    Ok(())
}

/// The path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%".contains(c);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
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
        | ErrorKind::NotADirectory => {
            StoreError::ReadOnly(format!("{what} {}: {error}", path.display()))
        }
        _ => StoreError::Other(format!("{what} {}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests;
