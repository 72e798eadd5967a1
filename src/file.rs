//! Files that are read as a whole: regular files of a bounded size. A device without an end would
//! take all memory, and a named pipe would wait for ever for somebody to write to it.

use std::{
    fs::File,
    io::{self, Read as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use rustix::fs::OFlags;

/// More than any configuration, certificate or key holds.
pub const SETTINGS: u64 = 1 << 20;

/// Opens a regular file of at most `most` bytes.
///
/// # Errors
/// The operating system's, or a sentence: it is something else, or larger.
pub fn open(path: &Path, most: u64) -> io::Result<File> {
    // Without O_NONBLOCK a named pipe would be waited for before it can be looked at.
    let file = File::options()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(unfit("this is not a regular file".into()));
    }
    if about.len() > most {
        return Err(too_large(most));
    }
    Ok(file)
}

/// Everything in a regular file of at most `most` bytes.
///
/// # Errors
/// As [`open`]; also for a file that grows beyond `most` while it is read.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path, most)?;
    let room = usize::try_from(file.metadata()?.len()).unwrap_or_default();
    // Room for all of it at once: where it is a secret, a growing buffer would leave copies.
    let mut bytes = Vec::with_capacity(room + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_large(most));
    }
    Ok(bytes)
}

/// The same as text.
///
/// # Errors
/// As [`read`]; also for what is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|_| unfit("this is not UTF-8".into()))
}

fn too_large(most: u64) -> io::Error {
    let bound = match most >> 20 {
        0 => format!("{} KiB", most >> 10),
        mib => format!("{mib} MiB"),
    };
    unfit(format!("this is larger than {bound}"))
}

fn unfit(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_a_regular_file_within_its_bound_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "four").unwrap();
        assert_eq!(read_text(&path, 4).unwrap(), "four");
        assert_eq!(
            read(&path, 3).unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
        for odd in [Path::new("/dev/zero"), folder.path()] {
            let error = open(odd, SETTINGS).unwrap_err();
            assert_eq!(error.to_string(), "this is not a regular file", "{odd:?}");
        }
        // Its length is told as nothing; it is bounded while it is read.
        assert!(read(Path::new("/proc/self/maps"), 16).is_err());
    }

    #[test]
    fn a_named_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let error = open(&path, SETTINGS).unwrap_err();
        assert_eq!(error.to_string(), "this is not a regular file");
    }
}
