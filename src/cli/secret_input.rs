//! Where passwords come from: a prompt without echo, standard input, or a file descriptor. Never a
//! command line or the environment, which others can read.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Read},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use clap::Args;
use zeroize::Zeroizing;

use super::{Exit, Failure};
use crate::{password::Secret, text::system_error};

/// More than any profile allows; what is longer is no password.
const MOST_BYTES: usize = 4096;

/// Where the user's password comes from; a prompt when nothing is said.
#[derive(Debug, Clone, Args)]
pub struct PasswordOptions {
    /// Read the password from standard input: one line.
    #[arg(long, conflicts_with = "password_fd")]
    password_stdin: bool,
    /// Read the password from this open file descriptor: one line.
    #[arg(long, value_name = "N")]
    password_fd: Option<u32>,
}

impl PasswordOptions {
    /// Was a source named?
    pub const fn is_given(&self) -> bool {
        self.password_stdin || self.password_fd.is_some()
    }

    /// Reads the password; a prompt asks twice when it is a `new` one.
    pub fn read(&self, prompt: &str, new: bool) -> Result<Secret, Failure> {
        if self.password_stdin {
            one_line(&mut io::stdin().lock(), "standard input")
        } else if let Some(number) = self.password_fd {
            // The descriptor is reopened by its name, which needs no unsafe code; pipes and files
            // can be, sockets cannot.
            let name = format!("/proc/self/fd/{number}");
            let mut file = File::open(&name).map_err(|error| {
                Failure::usage(&format!(
                    "file descriptor {number} cannot be read: {} (--password-fd)",
                    system_error(&error)
                ))
            })?;
            one_line(&mut file, &format!("file descriptor {number}"))
        } else if new {
            twice(prompt)
        } else {
            ask(prompt)
        }
    }
}

fn twice(prompt: &str) -> Result<Secret, Failure> {
    let first = ask(prompt)?;
    let second = ask("The same again")?;
    if first.expose() == second.expose() {
        Ok(first)
    } else {
        Err(Failure::new(
            Exit::Failed,
            "the two passwords differ",
            "Nothing was changed.",
            "Start again.",
        ))
    }
}

/// Has anything secret been asked for on the terminal?
static ASKED: AtomicBool = AtomicBool::new(false);

/// Throws away what was typed at the terminal and not read, if a secret was asked for there: what
/// follows it (a second line of a paste, a password typed too early) is none of the shell's.
pub(super) fn forget_typed() {
    use rustix::termios::{QueueSelector, tcflush};
    if ASKED.load(Ordering::Relaxed)
        && let Ok(terminal) = File::open("/dev/tty")
    {
        // A terminal that has gone away has nothing to give to a shell.
        let _ = tcflush(terminal, QueueSelector::IFlush);
    }
}

/// The terminal without echo, until this is dropped.
struct Quiet(File, rustix::termios::Termios);

impl Quiet {
    fn begin() -> Option<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let terminal = File::open("/dev/tty").ok()?;
        let before = tcgetattr(&terminal).ok()?;
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO;
        tcsetattr(&terminal, OptionalActions::Now, &quiet).ok()?;
        Some(Self(terminal, before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // A terminal that has gone away has no echo.
        let _ = tcsetattr(&self.0, OptionalActions::Now, &self.1);
    }
}

/// Asks on the terminal, without echo.
pub(super) fn ask(prompt: &str) -> Result<Secret, Failure> {
    ASKED.store(true, Ordering::Relaxed);
    // Whoever types ahead of the prompt is not to see it either.
    let _quiet = Quiet::begin();
    let typed = rpassword::prompt_password(format!("{prompt}: ")).map_err(|error| {
        if error.kind() == io::ErrorKind::Interrupted {
            return Failure::new(Exit::Interrupted, "interrupted", "Nothing was changed.", "");
        }
        Failure::usage(&format!(
            "there is no terminal to ask for '{prompt}': give --password-stdin or --password-fd N, \
             and --operator-password-file FILE for the operator ({})",
            system_error(&error)
        ))
    })?;
    secret(&Zeroizing::new(typed))
}

/// Reads the operator's password from a file that nobody else can read.
pub(super) fn from_private_file(path: &Path) -> Result<Secret, Failure> {
    let unreadable = |error: io::Error| {
        Failure::new(
            Exit::Usage,
            &format!(
                "{} cannot be read: {}",
                path.display(),
                system_error(&error)
            ),
            "Nothing was changed.",
            "Name another with --operator-password-file.",
        )
    };
    // Checked on the open file, so that it cannot be exchanged in between.
    let mut file = File::options()
        .read(true)
        .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    let own = rustix::process::geteuid().as_raw();
    let refuse = |why: &str, cure: String| {
        Err(Failure::new(
            Exit::Usage,
            &format!("{} {why}", path.display()),
            "Nothing was changed.",
            &cure,
        ))
    };
    if !about.is_file() {
        return refuse(
            "is not a file",
            "Name another with --operator-password-file.".into(),
        );
    }
    if about.uid() != own {
        return refuse(
            "belongs to somebody else",
            format!("chown {own} '{}'", path.display()),
        );
    }
    if about.mode() & 0o077 != 0 {
        return refuse(
            "holds a password and can be read by others",
            format!("chmod 600 '{}' and change that password.", path.display()),
        );
    }
    one_line(&mut file, &path.display().to_string())
}

/// One line, with or without its line break.
fn one_line(from: &mut impl Read, name: &str) -> Result<Secret, Failure> {
    // Room for all of it at once: a growing buffer would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_BYTES + 1));
    from.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MOST_BYTES {
        return Err(Failure::usage(&format!(
            "{name} holds more than {MOST_BYTES} bytes: that is no password"
        )));
    }
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Failure::usage(&format!("{name} is not UTF-8: that is no password")))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    secret(line.strip_suffix('\r').unwrap_or(line))
}

fn secret(text: &str) -> Result<Secret, Failure> {
    let secret = Secret::from_typed(text).map_err(|error| Failure::usage(&error.to_string()))?;
    if secret.is_empty() {
        return Err(Failure::usage("the password is empty"));
    }
    Ok(secret)
}

/// Who signs in to do it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Sign-in")]
pub struct OperatorOptions {
    /// Email or ID of the operator who does it; asked for when it is missing.
    #[arg(long, global = true, value_name = "EMAIL")]
    operator: Option<String>,
    /// File with the operator's password, 0600 and your own; asked for when it is missing.
    #[arg(long, global = true, value_name = "FILE", requires = "operator")]
    operator_password_file: Option<PathBuf>,
}

impl OperatorOptions {
    /// The operator's name and password; neither where the directory
    /// knows the operator without.
    pub fn read(&self, asks: bool) -> Result<(String, Secret), Failure> {
        if !asks && let Ok(nothing) = Secret::from_typed("") {
            return Ok((String::new(), nothing));
        }
        let login = match &self.operator {
            Some(login) => login.clone(),
            None => question("Your email")?,
        };
        let password = match &self.operator_password_file {
            Some(file) => from_private_file(file)?,
            None => ask(&format!("Password of {login}"))?,
        };
        Ok((login, password))
    }
}

/// Asks for one line of ordinary text on the terminal.
pub(super) fn question(prompt: &str) -> Result<String, Failure> {
    use io::Write as _;
    let mut stdin = io::stdin().lock();
    if !stdin.is_terminal() {
        return Err(Failure::usage(&format!(
            "there is no terminal to ask for '{prompt}': give it as an option"
        )));
    }
    let mut stderr = io::stderr();
    write!(stderr, "{prompt}: ")?;
    stderr.flush()?;
    let mut line = String::new();
    io::BufRead::read_line(&mut (&mut stdin).take(MOST_BYTES as u64), &mut line)?;
    let line = line.trim();
    if line.is_empty() {
        return Err(Failure::usage(&format!("'{prompt}' was left empty")));
    }
    Ok(line.to_owned())
}

/// Asks before what cannot be undone. Without a terminal and without `--yes` the answer is no.
pub(super) fn confirm(what: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let what = crate::text::clean(what);
    let answer = question(&format!("{what} [y/N]")).map_err(|_| {
        Failure::new(
            Exit::Usage,
            "this wants a yes, and it was not given",
            "Nothing was changed.",
            "Answer y, or give --yes.",
        )
    })?;
    if answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes") {
        Ok(())
    } else {
        Err(Failure::new(
            Exit::Interrupted,
            "not confirmed",
            "Nothing was changed.",
            "",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt as _};

    fn exposed(result: Result<Secret, Failure>) -> Result<String, String> {
        result
            .map(|secret| secret.expose().to_owned())
            .map_err(|failure| failure.message().to_owned())
    }

    #[test]
    fn one_line_is_taken_exactly_without_its_line_break() {
        for (given, taken) in [
            ("otter lime\n", "otter lime"),
            ("otter lime\r\n", "otter lime"),
            (" otter lime ", " otter lime "),
        ] {
            assert_eq!(
                exposed(one_line(&mut given.as_bytes(), "x")).as_deref(),
                Ok(taken)
            );
        }
    }

    #[test]
    fn more_lines_nothing_and_other_encodings_are_refused() {
        let too_long = vec![b'a'; MOST_BYTES + 1];
        for given in [&b"two\nlines\n"[..], b"", b"\n", b"\xff\xfe", &too_long] {
            assert!(exposed(one_line(&mut &given[..], "x")).is_err());
        }
    }

    #[test]
    fn a_password_file_that_others_can_read_is_refused_with_its_cure() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("password");
        fs::write(&file, "otter-lime\n").unwrap();
        for mode in [0o644, 0o640, 0o606] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            let failure = from_private_file(&file).unwrap_err();
            assert!(failure.cure().contains("chmod 600"), "{}", failure.cure());
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(
            exposed(from_private_file(&file)).as_deref(),
            Ok("otter-lime")
        );
        assert!(from_private_file(directory.path()).is_err());
    }
}
