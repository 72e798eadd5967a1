//! Secrets kept in files.

use std::{
    io::Read as _,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::{file, text::system_error};

/// Longest secret that is read, bytes.
const LONGEST: u64 = 64 * 1024;

/// Why a secret cannot be read from its file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PrivateFileError {
    #[error("{}: {why}", path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error("{}: others can read this secret (its mode is {mode:04o})", path.display())]
    Open { path: PathBuf, mode: u32 },
    #[error("{}: it belongs to somebody else (user {owner})", path.display())]
    Foreign { path: PathBuf, owner: u32 },
    #[error("{}: the file is empty", path.display())]
    Empty { path: PathBuf },
    #[error("{}: this is not a secret of one line", path.display())]
    NotOneLine { path: PathBuf },
}

impl PrivateFileError {
    /// What to do now.
    pub(super) fn cure(&self) -> String {
        match self {
            Self::Unreadable { path, .. } => format!(
                "Put the secret there, or name the right file; then chmod 600 {}",
                path.display()
            ),
            Self::Open { path, .. } => format!(
                "chmod 600 {} and renew the secret: somebody may have read it.",
                path.display()
            ),
            Self::Foreign { path, .. } => {
                format!(
                    "chown it to the user that runs Halligan: {}",
                    path.display()
                )
            }
            Self::Empty { path } | Self::NotOneLine { path } => {
                format!("Write the secret alone on one line of {}.", path.display())
            }
        }
    }
}

/// The contents of a file that only its owner may read.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, PrivateFileError> {
    let unreadable = |error: std::io::Error| PrivateFileError::Unreadable {
        path: path.to_owned(),
        why: system_error(&error),
    };
    // Opened first and asked afterwards: the file that is judged is the file that is read.
    let file = file::open(path, LONGEST).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if about.mode() & 0o077 != 0 {
        return Err(PrivateFileError::Open {
            path: path.to_owned(),
            mode: about.mode() & 0o7777,
        });
    }
    let own = rustix::process::geteuid().as_raw();
    if about.uid() != own && about.uid() != 0 {
        return Err(PrivateFileError::Foreign {
            path: path.to_owned(),
            owner: about.uid(),
        });
    }
    let room = usize::try_from(about.len().min(LONGEST)).unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(room + 1));
    file.take(LONGEST)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}

/// A secret of one line, without the line's end.
pub(super) fn read_line(path: &Path) -> Result<Zeroizing<String>, PrivateFileError> {
    let text = read(path)?;
    match one_line(&text) {
        Ok(line) => Ok(Zeroizing::new(line.to_owned())),
        Err(NoLine::Empty) => Err(PrivateFileError::Empty {
            path: path.to_owned(),
        }),
        Err(NoLine::More) => Err(PrivateFileError::NotOneLine {
            path: path.to_owned(),
        }),
    }
}

/// Why a text is not a secret of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoLine {
    Empty,
    More,
}

/// The one line of `text`: visible ASCII, as tokens and client secrets are (RFC 6749 appendix A).
pub(super) fn one_line(text: &str) -> Result<&str, NoLine> {
    let line = text.trim_matches([' ', '\t', '\r', '\n']);
    if line.is_empty() {
        Err(NoLine::Empty)
    } else if line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        Ok(line)
    } else {
        Err(NoLine::More)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt as _};

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("token");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (room, path)
    }

    #[test]
    fn a_private_file_gives_its_line_and_an_open_one_is_refused_with_the_cure() {
        let (_room, path) = file("s3cret-token\n", 0o600);
        assert_eq!(read_line(&path).unwrap().as_str(), "s3cret-token");
        let (_room, path) = file("s3cret-token\n", 0o640);
        let error = read_line(&path).unwrap_err();
        assert!(error.to_string().contains("0640"), "{error}");
        assert!(!error.to_string().contains("s3cret"));
        assert!(error.cure().starts_with("chmod 600 "));
    }

    #[test]
    fn what_is_no_single_line_is_no_token() {
        for text in ["", "\n", "one\ntwo\n", "t\u{fc}\n"] {
            let (_room, path) = file(text, 0o600);
            assert!(read_line(&path).is_err(), "{text:?}");
        }
    }
}
