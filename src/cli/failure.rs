//! What a subcommand says when it does not succeed.

use std::io::{self, Write as _};

use serde_json::json;

use super::{
    Exit,
    output::{Unwritten, escaped, is_thrown_away},
};
use crate::{
    config::{ConfigError, OpenError},
    console::ConsoleError,
    desk::DeskError,
    directory::DirectoryError,
    store::StoreError,
    text,
};

/// What happened, what was changed, what to do now, and the exit code.
#[derive(Debug)]
pub struct Failure(Box<Told>);

#[derive(Debug)]
struct Told {
    exit: Exit,
    message: String,
    changed: String,
    cure: String,
    /// The directory's own text, as the server sent it.
    server_text: Option<String>,
    /// The error behind a failure that nobody foresaw, with its causes.
    fault: Option<color_eyre::Report>,
    /// More for `--json`: the candidates of an ambiguous name, the broken rules.
    detail: Vec<(&'static str, serde_json::Value)>,
}

impl Failure {
    /// A foreseen failure.
    pub fn new(exit: Exit, message: &str, changed: &str, cure: &str) -> Self {
        Self(Box::new(Told {
            exit,
            message: message.into(),
            changed: changed.into(),
            cure: cure.into(),
            server_text: None,
            fault: None,
            detail: Vec::new(),
        }))
    }

    /// The command line makes no sense.
    pub fn usage(message: &str) -> Self {
        Self::new(
            Exit::Usage,
            message,
            "Nothing was changed.",
            "See `halligan help`.",
        )
    }

    /// The same with more for `--json`.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: serde_json::Value) -> Self {
        self.0.detail.push((key, value));
        self
    }

    /// The same with more lines on what happened.
    #[must_use]
    pub fn and_lines(mut self, lines: Vec<String>) -> Self {
        for line in lines {
            self.0.message.push('\n');
            self.0.message.push_str(&line);
        }
        self
    }

    /// The same with one more thing that can be done.
    #[must_use]
    pub fn with_cure(mut self, more: &str) -> Self {
        let cure = &mut self.0.cure;
        if !cure.is_empty() {
            cure.push(' ');
        }
        cure.push_str(more);
        self
    }

    /// The same with the directory's own text, where it sent one.
    #[must_use]
    fn with_server_text(mut self, text: Option<&str>) -> Self {
        self.0.server_text = text.map(str::to_owned);
        self
    }

    /// Refuses to make a secret that is shown once where standard output throws it away.
    pub fn unless_shown(secret: &str) -> Result<(), Self> {
        if !is_thrown_away() {
            return Ok(());
        }
        Err(Self::new(
            Exit::Usage,
            &format!("standard output is closed or /dev/null: {secret} would be shown nowhere"),
            "Nothing was changed.",
            "Give it a terminal, a pipe or a private file.",
        ))
    }

    /// A secret was made or set, and standard output did not take it.
    pub fn unshown(error: &io::Error, changed: &str, cure: &str) -> Self {
        Self::new(
            Exit::Partial,
            &format!(
                "it could not be shown on standard output: {}",
                text::system_error(error)
            ),
            changed,
            cure,
        )
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.0.exit
    }

    /// What happened.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do now; may be empty.
    pub fn cure(&self) -> &str {
        &self.0.cure
    }

    /// Prints the failure: three lines to standard error, or one document to standard output.
    pub fn report(self, json: bool) -> Exit {
        if self.0.exit == Exit::Done {
            return Exit::Done;
        }
        // Nobody is left to be told when the stream is closed.
        let _ = if json {
            self.0.document().or_else(|_| self.0.lines())
        } else {
            self.0.lines()
        };
        self.0.exit
    }
}

impl Told {
    fn document(&self) -> io::Result<()> {
        let mut error = json!({
            "kind": self.exit.word(),
            "message": self.message,
            "changed": self.changed,
            "cure": self.cure,
        });
        if let Some(text) = &self.server_text {
            error["server_text"] = json!(text);
        }
        for (key, value) in &self.detail {
            error[key] = value.clone();
        }
        writeln!(io::stdout(), "{}", escaped(&json!({ "error": error })))
    }

    fn lines(&self) -> io::Result<()> {
        let mut stderr = io::stderr().lock();
        if let Some(fault) = &self.fault {
            return writeln!(stderr, "halligan: {fault:?}");
        }
        let said = [&self.message, &self.changed, &self.cure];
        let lines = said.into_iter().flat_map(|text| text.lines());
        for (n, line) in lines.enumerate() {
            let name = if n == 0 { "halligan: " } else { "" };
            writeln!(stderr, "{name}{}", text::clean(line))?;
        }
        for line in self.server_text.iter().flat_map(|text| text.lines()) {
            writeln!(stderr, "the server's own words: {}", text::clean(line))?;
        }
        Ok(())
    }
}

/// Nothing that was done is undone by an output that nobody takes.
impl From<Unwritten> for Failure {
    fn from(Unwritten(error): Unwritten) -> Self {
        // `halligan find | head` is no failure.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, "", "", "");
        }
        Self::new(
            Exit::Failed,
            &format!(
                "the result could not be written: {}",
                text::system_error(&error)
            ),
            "The command itself was carried out.",
            "Look at the audit or ask again, with another standard output.",
        )
    }
}

/// A failure that nobody foresaw: the report shows its chain of causes.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // `halligan find | head` is no failure.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, "", "", "");
        }
        // Only here is the hook worth its time: the console starts without it.
        let _ = color_eyre::install();
        let words = text::system_error(&error);
        let mut failure = Self::new(Exit::Failed, &words, "Nothing was changed.", "");
        failure.0.fault = Some(color_eyre::Report::msg(words));
        failure
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(
            Exit::Configuration,
            &error.to_string(),
            "Nothing was changed.",
            "Correct it; config.example.toml documents every key.",
        )
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(
            Exit::Store,
            &error.to_string(),
            "Nothing was changed.",
            &error.cure(),
        )
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Profile(_) => Self::new(
                Exit::Configuration,
                &error.to_string(),
                "Nothing was changed.",
                &error.cure(),
            ),
            OpenError::Store(error) => error.into(),
            OpenError::Directory(error) => error.into(),
        }
    }
}

impl From<ConsoleError> for Failure {
    fn from(error: ConsoleError) -> Self {
        let exit = match error {
            ConsoleError::NoTerminal | ConsoleError::Dumb(_) => Exit::Usage,
            ConsoleError::Terminal(_) => Exit::Failed,
        };
        Self::new(exit, &error.to_string(), "", "")
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Self {
        Self::new(
            of_directory(&error),
            &error.to_string(),
            error.changed(),
            &error.cure(),
        )
        .with_server_text(error.raw())
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        let failure = Self::new(
            of_desk(&error),
            &error.to_string(),
            error.changed(),
            &cure(&error),
        )
        .with_server_text(error.raw());
        match &error {
            DeskError::Policy(refusals) => failure.with("refusals", json!(refusals)),
            DeskError::Lacks(_)
            | DeskError::Outranked(_)
            | DeskError::BeyondReach(_)
            | DeskError::WiderReach(_)
            | DeskError::OwnRole
            | DeskError::OwnAccount
            | DeskError::MustChangeFixed
            | DeskError::TypingNotAllowed
            | DeskError::SessionLocked
            | DeskError::OwnChangeFirst
            | DeskError::StepUp
            | DeskError::VerifyCaller(_)
            | DeskError::Verification(_)
            | DeskError::TooManyGuesses { .. }
            | DeskError::UsesGrace(_)
            | DeskError::Directory(_)
            | DeskError::Audit(_)
            | DeskError::OutcomeNotRecorded(_)
            | DeskError::File(_) => failure,
        }
    }
}

/// What to do now, in options where the desk's sentence does not know them.
fn cure(error: &DeskError) -> String {
    if let DeskError::VerifyCaller(_) = error {
        return "Make sure who is calling, then say how with --verified METHOD and --ticket NUMBER; \
                `halligan caller refuse` records who could not show it."
            .into();
    }
    error.cure()
}

const fn of_desk(error: &DeskError) -> Exit {
    match error {
        DeskError::Lacks(_)
        | DeskError::Outranked(_)
        | DeskError::BeyondReach(_)
        | DeskError::WiderReach(_)
        | DeskError::OwnRole
        | DeskError::OwnAccount => Exit::Permission,
        DeskError::Policy(_)
        | DeskError::MustChangeFixed
        | DeskError::TypingNotAllowed
        | DeskError::TooManyGuesses { .. }
        | DeskError::UsesGrace(_) => Exit::Policy,
        DeskError::VerifyCaller(_) | DeskError::Verification(_) => Exit::Caller,
        DeskError::SessionLocked | DeskError::OwnChangeFirst | DeskError::StepUp => Exit::SignIn,
        DeskError::Directory(error) => of_directory(error),
        DeskError::Audit(_) => Exit::Store,
        DeskError::OutcomeNotRecorded(_) => Exit::Partial,
        DeskError::File(_) => Exit::Failed,
    }
}

const fn of_directory(error: &DirectoryError) -> Exit {
    match error {
        DirectoryError::SignIn { .. }
        | DirectoryError::SignInBarred { .. }
        | DirectoryError::TryLater { .. }
        | DirectoryError::OperatorChanged(_)
        | DirectoryError::OldPasswordWrong => Exit::SignIn,
        DirectoryError::NotFound => Exit::NotFound,
        DirectoryError::Conflict { .. }
        | DirectoryError::DefinitionChanged { .. }
        | DirectoryError::Taken { .. } => Exit::Conflict,
        DirectoryError::PasswordRefused { .. } => Exit::Policy,
        DirectoryError::Forbidden { .. } => Exit::Permission,
        DirectoryError::Unavailable { .. } | DirectoryError::PasswordNotChecked { .. } => {
            Exit::Unavailable
        }
        DirectoryError::OutcomeUnknown(_) => Exit::Unknown,
        DirectoryError::Invalid { .. }
        | DirectoryError::Query(_)
        | DirectoryError::NotOffered(_)
        | DirectoryError::Cancelled => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::policy::Refusal;

    #[test]
    fn a_refused_password_exits_the_same_whoever_refused_it() {
        let refusal = || Refusal {
            rule: "history".into(),
            message: "the user has had this password before".into(),
            cure: "Choose another.".into(),
        };
        let by_the_store = DirectoryError::PasswordRefused {
            refusal: refusal(),
            raw: None,
        };
        let by_ldap = DirectoryError::PasswordRefused {
            refusal: refusal(),
            raw: Some("Password is in history of old passwords".into()),
        };
        for refused in [
            DeskError::Directory(by_the_store),
            DeskError::Directory(by_ldap),
            DeskError::Policy(vec![refusal()]),
        ] {
            assert_eq!(Failure::from(refused).exit(), Exit::Policy);
        }
    }
}
