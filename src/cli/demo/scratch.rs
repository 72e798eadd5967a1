//! The directory of a demonstration: private, held by a lock, and removed at the end, by the next
//! start if need be.

use std::{
    fs::{self, File, Permissions, TryLockError},
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

const PREFIX: &str = "halligan-demo-";
const LOCK: &str = "lock";

/// A directory that is removed when it is dropped. While the process lives it holds the lock in
/// it, however the process ends the kernel lets go of it.
#[derive(Debug)]
pub(super) struct Scratch {
    // Removed before the lock is let go: fields are dropped in this order.
    directory: TempDir,
    _lock: File,
}

impl Scratch {
    /// Makes one in the runtime directory, else in the directory for temporary files.
    pub(super) fn new() -> io::Result<Self> {
        Self::within(&base())
    }

    fn within(base: &Path) -> io::Result<Self> {
        // Somebody who sweeps can take an unlocked directory away under our hands: look, and make
        // another one then.
        for _ in 0..16 {
            let directory = tempfile::Builder::new()
                .prefix(PREFIX)
                .permissions(Permissions::from_mode(0o700))
                .tempdir_in(base)?;
            let path = directory.path().join(LOCK);
            let Ok(lock) = File::create_new(&path) else {
                continue;
            };
            if lock.try_lock().is_err() {
                continue;
            }
            let same = fs::metadata(&path).is_ok_and(|there| {
                lock.metadata()
                    .is_ok_and(|ours| (ours.dev(), ours.ino()) == (there.dev(), there.ino()))
            });
            if same {
                return Ok(Self {
                    directory,
                    _lock: lock,
                });
            }
        }
        Err(io::Error::other(
            "the directory for the demonstration is taken away again and again",
        ))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// Removes what demonstrations left behind that were killed.
pub(in crate::cli) fn sweep() {
    sweep_within(&base());
}

fn sweep_within(base: &Path) {
    let own = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        // The metadata of an entry does not follow links.
        let ours = named
            && entry
                .metadata()
                .is_ok_and(|about| about.is_dir() && about.uid() == own);
        if ours && let Err(error) = remove_if_free(&entry.path()) {
            tracing::warn!(%error, "a left-over demonstration could not be removed");
        }
    }
}

fn remove_if_free(directory: &Path) -> io::Result<()> {
    match File::open(directory.join(LOCK)) {
        // Being made or being removed at this moment; an empty one goes, one with files stays.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let _ = fs::remove_dir(directory);
            Ok(())
        }
        Err(error) => Err(error),
        Ok(lock) => match lock.try_lock() {
            Ok(()) => fs::remove_dir_all(directory),
            Err(TryLockError::WouldBlock) => Ok(()),
            Err(TryLockError::Error(error)) => Err(error),
        },
    }
}

fn base() -> PathBuf {
    let own = rustix::process::geteuid().as_raw();
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .filter(|path| {
            path.metadata()
                .is_ok_and(|about| about.is_dir() && about.uid() == own)
        })
        .unwrap_or_else(std::env::temp_dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(base: &Path) -> usize {
        fs::read_dir(base).unwrap().count()
    }

    #[test]
    fn a_demonstration_that_ends_leaves_nothing() {
        let base = tempfile::tempdir().unwrap();
        let scratch = Scratch::within(base.path()).unwrap();
        fs::write(scratch.path().join("halligan.db"), "x").unwrap();
        assert_eq!(scratch.path().metadata().unwrap().mode() & 0o777, 0o700);
        drop(scratch);
        assert_eq!(entries(base.path()), 0);
    }

    #[test]
    fn the_next_start_removes_what_a_killed_one_left_and_spares_the_living() {
        let base = tempfile::tempdir().unwrap();
        let living = Scratch::within(base.path()).unwrap();
        let killed = base.path().join(format!("{PREFIX}killed"));
        fs::create_dir(&killed).unwrap();
        fs::write(killed.join(LOCK), "").unwrap();
        fs::write(killed.join("halligan.db"), "x").unwrap();
        let foreign = base.path().join("somebody-elses");
        fs::create_dir(&foreign).unwrap();
        std::os::unix::fs::symlink(&foreign, base.path().join(format!("{PREFIX}link"))).unwrap();
        sweep_within(base.path());
        assert!(!killed.exists());
        assert!(living.path().join(LOCK).exists());
        assert!(foreign.exists());
    }
}
