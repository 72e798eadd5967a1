//! What to do about a store that cannot be used where it is. Whatever is said here is safe to
//! follow: no owner is changed, and no mode of a directory that others use too.

use std::path::Path;

use super::StoreError;
use crate::source::account_name;

/// A directory, a device, a pipe.
pub(super) fn not_a_file(path: &Path) -> StoreError {
    StoreError::Exposed {
        message: format!("{} is not the name of a file", path.display()),
        cure: "Name a file in a directory of your own.".into(),
    }
}

/// A link, a directory or a file with a second name where the log is to be.
pub(super) fn not_a_log(path: &Path) -> StoreError {
    StoreError::Exposed {
        message: format!(
            "{} is a link, has a second name or is no file: SQLite makes no such log",
            path.display()
        ),
        cure: "End every Halligan on this store, then move what stands there away under another \
               name, and ask who has put it there."
            .into(),
    }
}

/// Ours, but open to others.
pub(super) fn open(path: &Path, mode: u32, wanted: u32) -> StoreError {
    StoreError::Exposed {
        message: format!(
            "others can use {} (mode {:04o})",
            path.display(),
            mode & 0o7777
        ),
        cure: format!("Run: chmod {wanted:04o} {}", quoted(path)),
    }
}

/// Ours, but with more in it than the store.
pub(super) fn shared_directory(directory: &Path, mode: u32) -> StoreError {
    StoreError::Exposed {
        message: format!(
            "others can use the directory {} (mode {:04o}), and it holds more than a store",
            directory.display(),
            mode & 0o7777
        ),
        cure: "Leave it as it is, and keep the store in a directory of its own (mode 0700).".into(),
    }
}

/// No store of anybody there, and the directory is not ours.
pub(super) fn directory_of_another(directory: &Path, owner: u32, me: u32) -> StoreError {
    StoreError::Exposed {
        message: format!(
            "the directory {} belongs to {}, not to you ({})",
            directory.display(),
            named(owner),
            named(me)
        ),
        cure: "Leave it as it is, and keep the store in a directory of your own (mode 0700)."
            .into(),
    }
}

/// Somebody else's store, or a file of somebody else beside ours.
pub(super) fn foreign(path: &Path, owner: u32, me: u32, store: &Path) -> StoreError {
    let cure = if path == store {
        format!(
            "Act as that user: sudo -u {} halligan --store {}",
            account_name(owner).unwrap_or_else(|| format!("'#{owner}'")),
            quoted(store)
        )
    } else {
        "End every Halligan on this store. As long as none runs, whoever owns the store may move \
         that file away; it may hold changes, so keep it."
            .into()
    };
    StoreError::Exposed {
        message: format!(
            "{} belongs to {}, not to you ({})",
            path.display(),
            named(owner),
            named(me)
        ),
        cure,
    }
}

/// Two programs that open one file by two names keep two logs, and each damages what the other
/// wrote.
pub(super) fn linked(file: &Path, names: u64) -> StoreError {
    StoreError::Exposed {
        message: format!(
            "{} has {names} names (hard links), and a store must have one: its log goes by the name",
            file.display()
        ),
        cure: format!(
            "End every Halligan on it, list the names with: find / -xdev -samefile {} and move \
             all but one away. Keep the one with a -wal file beside it, if there is one.",
            quoted(file)
        ),
    }
}

fn named(uid: u32) -> String {
    match account_name(uid) {
        Some(name) => format!("{name} (user number {uid})"),
        None => format!("the user number {uid}"),
    }
}

/// The path as a shell takes it.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%".contains(c);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
