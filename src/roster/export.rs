//! People as a file that a spreadsheet opens and the roster import reads again.

use std::{
    borrow::Cow,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::{
    audit::Format,
    text,
    user::{Detail, Fact, User},
};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file is there, and is not to be replaced.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// It cannot be written.
    #[error("{} cannot be written: {}", path.display(), text::system_error(error))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// The columns, by the names that an import knows; those that it does not, `verdict` and
/// `last_sign_in`, are for people.
const HEADING: [&str; 15] = [
    "id",
    "email",
    "given_name",
    "family_name",
    "kind",
    "role",
    "active",
    "display_name",
    "phone",
    "station",
    "job_title",
    "valid_from",
    "valid_until",
    "verdict",
    "last_sign_in",
];

/// What stands below each of [`HEADING`].
struct Row<'a>([Cow<'a, str>; HEADING.len()]);

impl<'a> Row<'a> {
    fn of(user: &'a User, now: Timestamp) -> Self {
        let time = |at: &Fact<Option<Timestamp>>| {
            at.value()
                .map_or(Cow::Borrowed(""), |at| at.to_string().into())
        };
        let details = user.details.known();
        let detail = |one| details.map_or("", |all| all.of(one));
        let state = &user.state;
        // Permissions that are no role's are not named, nor is a role that is not known to be none.
        let role = user.role_shown();
        Self([
            user.login.as_str().into(),
            user.email.as_str().into(),
            user.given_name.as_str().into(),
            user.family_name.as_str().into(),
            user.kind.known().map_or("", |kind| kind.word()).into(),
            role.map_or(Cow::Borrowed(""), |role| role.word().to_owned().into()),
            match state.active.known() {
                Some(true) => "true".into(),
                Some(false) => "false".into(),
                None => "".into(),
            },
            detail(Detail::DisplayName).into(),
            detail(Detail::Phone).into(),
            detail(Detail::Station).into(),
            detail(Detail::JobTitle).into(),
            time(&state.valid_from),
            time(&state.account_expires),
            user.verdict(now).words().into(),
            time(&state.last_sign_in),
        ])
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(HEADING.iter().zip(&self.0))
    }
}

/// Writes people.
///
/// # Errors
/// What `out` says.
pub fn write(out: impl Write, format: Format, users: &[User], now: Timestamp) -> io::Result<()> {
    match format {
        Format::Csv => {
            let mut writer = csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(out);
            writer.write_record(HEADING)?;
            for user in users {
                let Row(cells) = Row::of(user, now);
                let cells = cells.each_ref().map(|cell| text::csv_cell(cell));
                writer.write_record(cells.each_ref().map(|cell| cell.as_bytes()))?;
            }
            writer.flush()
        }
        Format::JsonLines => {
            let mut out = out;
            for user in users {
                let line = serde_json::to_string(&Row::of(user, now))?;
                writeln!(out, "{}", text::json(&line))?;
            }
            out.flush()
        }
    }
}

/// Writes people to a file (0600): a new one, or in the place of one that is to be replaced, which
/// stays as it was until the new one is whole.
///
/// # Errors
/// [`ExportError::Exists`] for a file that is not to be replaced.
pub fn write_file(
    path: &Path,
    replace: bool,
    format: Format,
    users: &[User],
    now: Timestamp,
) -> Result<(), ExportError> {
    let failed = |error| ExportError::Write {
        path: path.to_owned(),
        error,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    // Made with 0600, and gone again where it is not kept.
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    write(BufWriter::new(file.as_file()), format, users, now).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    let kept = if replace {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    match kept {
        Ok(_) => Ok(()),
        Err(error) if !replace && error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(ExportError::Exists(path.to_owned()))
        }
        Err(error) => Err(failed(error.error)),
    }
}

#[cfg(test)]
mod tests;
