//! People as a file that a spreadsheet opens and the roster import reads again.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::Serialize;

use crate::{permission::Role, text, user::User};

/// The two shapes of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// RFC 4180, a heading first, cells made harmless for spreadsheets (CWE-1236).
    Csv,
    /// One JSON object a line, lossless.
    JsonLines,
}

impl Shape {
    /// The shape that the name of a file asks for; CSV where it asks for none.
    pub fn of(path: &Path) -> Self {
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending {
            Some(ending)
                if ["jsonl", "ndjson", "json"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(ending)) =>
            {
                Self::JsonLines
            }
            Some(_) | None => Self::Csv,
        }
    }
}

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
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    email: &'a str,
    given_name: &'a str,
    family_name: &'a str,
    kind: &'static str,
    role: String,
    active: &'static str,
    display_name: &'a str,
    phone: &'a str,
    station: &'a str,
    job_title: &'a str,
    valid_from: String,
    valid_until: String,
    verdict: &'static str,
    last_sign_in: String,
}

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

impl<'a> Row<'a> {
    fn of(user: &'a User, now: Timestamp) -> Self {
        let time = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
        let details = user.details.known();
        let detail = |one: fn(&crate::user::Details) -> &String| details.map_or("", |all| one(all));
        let state = &user.state;
        // Permissions that are no role's are not named, nor is a role that is not known to be none.
        let role = user.role.clone().or_else(|| {
            Role::BUILT_IN
                .into_iter()
                .find(|role| role.permissions() == user.permissions && role.reach() == user.reach)
        });
        Self {
            id: &user.login,
            email: &user.email,
            given_name: &user.given_name,
            family_name: &user.family_name,
            kind: user.kind.known().map_or("", |kind| kind.word()),
            role: role.map_or_else(String::new, |role| role.word().to_owned()),
            active: match state.active.known() {
                Some(true) => "true",
                Some(false) => "false",
                None => "",
            },
            display_name: detail(|all| &all.display_name),
            phone: detail(|all| &all.phone),
            station: detail(|all| &all.station),
            job_title: detail(|all| &all.job_title),
            valid_from: time(state.valid_from.known().copied().flatten()),
            valid_until: time(state.account_expires.known().copied().flatten()),
            verdict: user.verdict(now).words(),
            last_sign_in: time(state.last_sign_in.known().copied().flatten()),
        }
    }

    fn cells(&self) -> [&str; 15] {
        [
            self.id,
            self.email,
            self.given_name,
            self.family_name,
            self.kind,
            &self.role,
            self.active,
            self.display_name,
            self.phone,
            self.station,
            self.job_title,
            &self.valid_from,
            &self.valid_until,
            self.verdict,
            &self.last_sign_in,
        ]
    }
}

/// Writes people.
///
/// # Errors
/// What `out` says.
pub fn write(out: impl Write, shape: Shape, users: &[User], now: Timestamp) -> io::Result<()> {
    match shape {
        Shape::Csv => {
            let mut writer = csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(out);
            writer.write_record(HEADING)?;
            for user in users {
                let row = Row::of(user, now);
                let cells = row.cells().map(|cell| text::csv_cell(cell).into_owned());
                writer.write_record(&cells)?;
            }
            writer.flush()
        }
        Shape::JsonLines => {
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
    shape: Shape,
    users: &[User],
    now: Timestamp,
) -> Result<(), ExportError> {
    let failed = |error| ExportError::Write {
        path: path.to_owned(),
        error,
    };
    if !replace {
        let opened = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        let file = opened.map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                ExportError::Exists(path.to_owned())
            } else {
                failed(error)
            }
        })?;
        return write_to(file, shape, users, now).map_err(failed);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    // Made with 0600, and gone again where it is not kept.
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    write_to(file.as_file(), shape, users, now).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

fn write_to(
    file: impl std::borrow::Borrow<File>,
    shape: Shape,
    users: &[User],
    now: Timestamp,
) -> io::Result<()> {
    let file = file.borrow();
    write(BufWriter::new(file), shape, users, now)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
