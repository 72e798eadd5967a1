//! What the tests of every flavour need.

use std::{
    env,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use super::cutter::Cutter;
use halligan::{
    audit::{Event, Intent, Kind, Outcome},
    directory::{
        Directory, DirectoryError, Query,
        ldap::{LdapDirectory, settings::LdapSettings},
    },
    operator::Operator,
    password::Secret,
    receipt::{Checked, PasswordReset, Receipt, Step, StepOutcome},
    user::{User, UserId, Version},
};

/// What a server's hook has exported.
pub fn exported(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run tests/run"))
}

/// A password for a test.
pub fn secret(text: &str) -> Secret {
    Secret::from_typed(text).expect("a password")
}

/// An intent as the desk would have recorded it.
pub fn intent() -> Intent {
    Intent {
        sequence: 1,
        event: Event {
            kind: Kind::PasswordReset,
            outcome: Outcome::Intent,
            operator: None,
            target: None,
            source: "test".into(),
            directory: "ldap".into(),
            profile: "test".into(),
            reason: None,
            intent: None,
            steps: Vec::new(),
            proof: None,
            detail: None,
            caller: None,
            contact_changed: false,
        },
    }
}

/// A directory and an operator who has signed in.
pub struct Desk {
    pub directory: LdapDirectory,
    pub operator: Operator,
}

impl Desk {
    /// Opens the directory and signs in.
    pub async fn open(settings: LdapSettings, login: &str, password: &str) -> Self {
        let directory = LdapDirectory::open(settings).await.expect("good settings");
        let operator = directory
            .sign_in(login, &secret(password))
            .await
            .unwrap_or_else(|error| panic!("{login}: {error} {error:?}"));
        Self {
            directory,
            operator,
        }
    }

    /// Searches for `text`, fifty rows.
    pub async fn find(&self, text: &str) -> halligan::directory::Found {
        self.find_some(text, 50).await
    }

    /// Searches for `text`.
    pub async fn find_some(&self, text: &str, limit: usize) -> halligan::directory::Found {
        let query = Query {
            text: text.into(),
            limit,
            offset: 0,
            ..Query::default()
        };
        let found = self.directory.search(&self.operator, &query).await;
        found.unwrap_or_else(|error| panic!("{text}: {error} {error:?}"))
    }

    /// The one user whose ID is `login`, read afresh.
    pub async fn user(&self, login: &str) -> User {
        let found = self.find(login).await;
        let row = found.rows.iter().find(|user| user.login == login);
        let row = row.unwrap_or_else(|| panic!("{login} is not in {:?}", found.rows));
        let user = self.directory.user(&self.operator, &row.id).await;
        user.expect("the user")
    }

    /// Resets with must-change and unlock.
    pub async fn reset(&self, id: &UserId, password: &str) -> Result<Receipt, DirectoryError> {
        self.reset_with(id, password, None, true, true).await
    }

    /// Resets.
    pub async fn reset_with(
        &self,
        id: &UserId,
        password: &str,
        expected: Option<&Version>,
        must_change: bool,
        unlock: bool,
    ) -> Result<Receipt, DirectoryError> {
        let password = secret(password);
        let reset = PasswordReset {
            user: id,
            expected,
            password: &password,
            must_change,
            unlock,
        };
        self.directory
            .reset_password(&self.operator, &reset, &intent())
            .await
    }

    /// What is to be known before the password is reset with must-change.
    pub async fn warnings(&self, id: &UserId) -> Vec<String> {
        let warnings = self.directory.warnings(&self.operator, id, true).await;
        warnings.expect("read")
    }

    /// Tries a password.
    pub async fn check(&self, id: &UserId, password: &str) -> Result<Checked, DirectoryError> {
        self.directory
            .check_password(&self.operator, id, &secret(password))
            .await
    }

    /// Unlocks.
    pub async fn unlock(&self, id: &UserId) -> Result<Receipt, DirectoryError> {
        self.directory
            .unlock(&self.operator, id, None, &intent())
            .await
    }
}

/// The outcome of one step.
pub fn step(receipt: &Receipt, step: Step) -> &StepOutcome {
    let found = receipt.steps.iter().find(|(which, _)| *which == step);
    &found
        .unwrap_or_else(|| panic!("no {step:?} in {receipt:?}"))
        .1
}

/// What a tool of OpenLDAP said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub text: String,
}

/// Runs one of OpenLDAP's tools, with the test authority.
pub fn tool(name: &str, ca: &Path, arguments: &[&str], input: &str) -> Said {
    let output = run(
        Command::new(name).args(arguments).env("LDAPTLS_CACERT", ca),
        input,
    );
    said(&output)
}

/// Runs a program to its end with `input` at its standard input.
pub fn run(command: &mut Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut stdin = child.stdin.take().expect("stdin");
    // One that has ended already has read enough.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("ended")
}

/// How a program ended, and everything that it printed.
pub fn said(output: &Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        text: format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}

/// Binds as `name` by `ldapwhoami` with the password policy control.
pub fn whoami(url: &str, ca: &Path, name: &str, password: &str) -> Said {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(password.as_bytes()).expect("written");
    let path = file.path().to_string_lossy().into_owned();
    let patience = "nettimeout=20";
    let arguments = [
        "-x", "-o", patience, "-H", url, "-D", name, "-y", &path, "-e", "ppolicy",
    ];
    tool("ldapwhoami", ca, &arguments, "")
}

/// Waits until `done`, at most ten seconds.
pub async fn eventually(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done().await {
        assert!(Instant::now() < deadline, "gave up waiting for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A certificate of another authority, and a certificate for another host name, are refused by name
/// before a password is sent.
pub async fn refuses_wrong_certificates(settings: LdapSettings, other: &Path, password: &str) {
    let refused = async |settings: LdapSettings| {
        let directory = LdapDirectory::open(settings).await.expect("good settings");
        let answer = directory.sign_in("desk", &secret(password)).await;
        answer.expect_err("no connection").to_string()
    };
    let wrong_authority = LdapSettings {
        ca_file: Some(other.to_owned()),
        ..settings.clone()
    };
    let said = refused(wrong_authority).await;
    assert!(said.contains("not from an authority"), "{said}");
    let place = settings.urls[0].replace("ldaps://", "");
    let place = if place.contains(':') {
        place
    } else {
        format!("{place}:636")
    };
    let elsewhere = Cutter::at("127.0.0.9", &place).await;
    let wrong_name = LdapSettings {
        urls: vec![format!("ldaps://{}", elsewhere.address)],
        ..settings
    };
    let said = refused(wrong_name).await;
    assert!(said.contains("another host name"), "{said}");
}
