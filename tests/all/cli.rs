//! The command line as a script meets it: the real binary, its exit codes, its JSON.

mod at_machine;
mod damaged_audit;
mod demo;
mod documents;
mod lists;
mod missing_store;
mod record;
mod recover;

mod outputs;
mod readme;
mod roles;
mod roster;
mod shapes;
mod sign_in;
mod tables;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use halligan::cli::Exit;
use serde_json::Value;
use tempfile::TempDir;

const ADMINISTRATOR: &str = "ada@example.org";
const PASSWORD: &str = "copper lantern 52 orchard";

/// A machine of its own: home, store and the administrator's password file.
struct House {
    home: TempDir,
}

impl House {
    /// Without a store.
    fn empty() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let house = Self { home };
        house.private("password", PASSWORD);
        house
    }

    /// With a store and its first administrator.
    fn set_up() -> Self {
        let house = Self::empty();
        let made = house.run(
            &[
                "init",
                "--email",
                ADMINISTRATOR,
                "--given-name",
                "Ada",
                "--family-name",
                "Ortiz",
                "--id",
                "A1",
                "--password-stdin",
            ],
            PASSWORD,
        );
        assert_eq!(code(&made), Exit::Done.code(), "{}", err(&made));
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A 0600 file.
    fn private(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("halligan"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("TMPDIR", self.home.path())
            .env("PATH", "/usr/bin:/bin");
        command
    }

    /// Without anybody's sign-in.
    fn run(&self, arguments: &[&str], stdin: &str) -> Output {
        self.command()
            .args(arguments)
            .write_stdin(stdin)
            .output()
            .unwrap()
    }

    /// As the administrator.
    fn admin(&self, arguments: &[&str], stdin: &str) -> Output {
        self.as_operator(ADMINISTRATOR, &self.path("password"), arguments, stdin)
    }

    fn as_operator(&self, email: &str, file: &Path, arguments: &[&str], stdin: &str) -> Output {
        self.command()
            .args(arguments)
            .args(["--operator", email, "--operator-password-file"])
            .arg(file)
            .write_stdin(stdin)
            .output()
            .unwrap()
    }

    /// As the administrator, with `--json`, and the document that came.
    fn json(&self, arguments: &[&str], stdin: &str) -> (Value, u8) {
        let done = self.admin(&[arguments, &["--json"]].concat(), stdin);
        (document(&done), code(&done))
    }

    /// Changes the store's file as the program never would.
    fn behind_its_back(&self, sql: &str) {
        let file = self.path(".local/share/halligan/halligan.db");
        let store = rusqlite::Connection::open(file).unwrap();
        store.execute_batch(sql).unwrap();
    }

    fn add(&self, id: &str, email: &str, given: &str, family: &str) {
        let added = self.admin(
            &[
                "user",
                "add",
                "--id",
                id,
                "--email",
                email,
                "--given-name",
                given,
                "--family-name",
                family,
            ],
            "",
        );
        assert_eq!(code(&added), 0, "{}", err(&added));
    }
}

fn code(output: &Output) -> u8 {
    u8::try_from(output.status.code().expect("it was not killed")).unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {:?} {}", out(output), err(output)))
}

/// Every key of a document with the kind of its value: its shape.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(table) => table
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect(),
        Value::Array(list) => list.first().map(shape).into_iter().collect(),
        Value::String(_) => "string".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Null => Value::Null,
    }
}
