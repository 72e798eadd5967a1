//! Diagnostics for whoever looks after the program: to a file, and only when one is configured.

use std::{
    fs::File,
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::Path,
    sync::Mutex,
};

use rustix::{fs::OFlags, io::Errno};

use tracing::Level;

/// Writes events to the end of `file` from now on. Nothing in the program logs a secret, and the
/// formatter escapes control characters in what it is given.
pub(super) fn write_to(file: &Path) -> io::Result<()> {
    let file = open_private(file)?;
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(Level::INFO)
        .with_writer(Mutex::new(file))
        .finish();
    // A second call would find the first one in place, which is as good.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}

/// Opens the log for its owner alone. Checked on the open file, so that it cannot be exchanged in
/// between; a link is not followed, since who may lay one would choose where we write.
fn open_private(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .map_err(|error| match error.raw_os_error() {
            Some(code) if code == Errno::LOOP.raw_os_error() => {
                io::Error::other("it is a link, and a log is not written through one")
            }
            _ => error,
        })?;
    let about = file.metadata()?;
    let refuse = |why: &str| Err(io::Error::other(why.to_owned()));
    if !about.is_file() {
        return refuse("it is not a file");
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return refuse("it belongs to somebody else");
    }
    if about.nlink() > 1 {
        return refuse("it has a second name (a hard link)");
    }
    if about.mode() & 0o077 != 0 {
        return refuse("others can use it, and names of users stand in it; it must have mode 0600");
    }
    Ok(file)
}

/// Writes events to standard error from now on, for a server without a log file.
pub(super) fn write_to_stderr() {
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(Level::INFO)
        .with_writer(io::stderr)
        .finish();
    // A second call would find the first one in place, which is as good.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::{PermissionsExt as _, symlink},
    };

    use super::*;

    #[test]
    fn a_log_is_a_file_of_its_owner_alone_and_not_reached_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        open_private(&log).unwrap();
        assert_eq!(fs::metadata(&log).unwrap().mode() & 0o7777, 0o600);
        open_private(&log).unwrap();
        let said = |path: &Path| open_private(path).unwrap_err().to_string();

        let link = folder.path().join("link");
        symlink(&log, &link).unwrap();
        assert!(said(&link).contains("it is a link"));
        let dangling = folder.path().join("dangling");
        symlink(folder.path().join("chosen-by-another"), &dangling).unwrap();
        assert!(said(&dangling).contains("it is a link"));
        assert!(!folder.path().join("chosen-by-another").exists());

        for mode in [0o640, 0o604, 0o620, 0o601] {
            fs::set_permissions(&log, Permissions::from_mode(mode)).unwrap();
            assert!(said(&log).contains("0600"), "{mode:o}");
        }
        fs::set_permissions(&log, Permissions::from_mode(0o600)).unwrap();
        fs::hard_link(&log, folder.path().join("second")).unwrap();
        assert!(said(&log).contains("second name"));
        assert!(said(Path::new("/dev/null")).contains("not a file"));
    }
}
