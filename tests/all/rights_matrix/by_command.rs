//! By the commands of the real binary.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use halligan::{
    audit::{AuditLog, AuditQuery, Kind, Outcome},
    cli::Exit,
    config::open_store,
    desk::{Desk, Session},
    directory::{NewUser, local::LocalDirectory},
    password::profile::Profile,
    permission::Role,
    source::Source,
    user::SiteField,
};
use tempfile::TempDir;

use super::{OTHER, PASSWORD, ROLES, Told, act::Act, expected, login};
use crate::support::{
    acts::Acts as _,
    api::{client, new_user, secret},
    station::reader,
};

/// What an act is on the command line, and what is typed; `None` for what no command does.
fn command(act: Act, login: &str, folder: &Path) -> Option<(Vec<String>, &'static str)> {
    let export = folder.join(format!("{login}.jsonl"));
    let people = folder.join(format!("{login}.csv"));
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let add = |role| {
        let id = format!("{login}-new");
        words(&[
            "user",
            "add",
            "--id",
            &id,
            "--family-name",
            "New",
            "--role",
            role,
        ])
    };
    Some(match act {
        Act::Find => (words(&["find", login]), ""),
        Act::SetPassword => (
            words(&["reset", login, "--exact", "--password-stdin"]),
            "granite willow pepper 12",
        ),
        Act::ChangeAll => (
            words(&[
                "user",
                "edit",
                login,
                "--given-name",
                "Zoe",
                "--disable",
                "--role",
                "viewer",
                "--yes",
            ]),
            "",
        ),
        Act::Unlock => (words(&["unlock", login]), ""),
        Act::Check => (words(&["check", login, "--password-stdin"]), OTHER),
        Act::AddVisitor => (add("none"), ""),
        Act::AddColleague => (add("viewer"), ""),
        Act::GiveRole => (words(&["user", "role", login, "viewer", "--yes"]), ""),
        Act::SignOut => (words(&["user", "sign-out", login, "--yes"]), ""),
        Act::Import => {
            let roster = folder.join(format!("{login}.csv"));
            let text = format!("id,family_name\n{login}-new,New\n");
            fs::write(&roster, text).unwrap();
            let roster = roster.to_str().unwrap().to_owned();
            (words(&["user", "import", &roster, "--yes"]), "")
        }
        Act::ListTokens => (words(&["token", "list"]), ""),
        Act::MakeToken => {
            let name = format!("{login}-new");
            (
                words(&["token", "create", &name, "--scope", "users:read"]),
                "",
            )
        }
        Act::RevokeToken => (words(&["token", "revoke", login]), ""),
        Act::ListRoles => (words(&["role", "list"]), ""),
        Act::AddRole => {
            let name = format!("{login}-new");
            let add = ["role", "add", &name, "--permission", "Users - Read"];
            (words(&add), "")
        }
        Act::ChangeRole => (
            words(&["role", "change", login, "--kind", "unit", "--yes"]),
            "",
        ),
        Act::RemoveRole => (words(&["role", "remove", login, "--yes"]), ""),
        Act::ListAudit => (words(&["audit", "list"]), ""),
        Act::VerifyAudit => (words(&["audit", "verify"]), ""),
        Act::ExportAudit => (words(&["audit", "export", export.to_str().unwrap()]), ""),
        Act::ExportUsers => (
            words(&["find", "is:active", "--export", people.to_str().unwrap()]),
            "",
        ),
        Act::CheckStore => (words(&["store", "check"]), ""),
        Act::MendStore => (words(&["store", "check", "--mend"]), ""),
        Act::DefineField => (words(&["field", "add", login, "--title", "A title"]), ""),
        Act::MoveField => (words(&["field", "move", login, "1"]), ""),
        Act::Transfer => (
            words(&["user", "edit", login, "--station", "Station 9", "--yes"]),
            "",
        ),
        Act::Limit => (
            words(&[
                "user",
                "edit",
                login,
                "--valid-until",
                "2099-12-31",
                "--yes",
            ]),
            "",
        ),
        Act::Open | Act::Rename | Act::Disable | Act::TakePasswordAway | Act::Remove => {
            return None;
        }
    })
}

/// A machine with a store, and the desk of the test before the same store.
struct Machine {
    home: TempDir,
    desk: Desk,
    admin: Arc<Session>,
    audit: AuditLog,
}

impl Machine {
    async fn open() -> Self {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".local/share/halligan/halligan.db");
        fs::create_dir_all(file.parent().unwrap().parent().unwrap()).unwrap();
        let store = open_store(&file).await.unwrap();
        let profile = Arc::new(Profile::nist());
        let local = LocalDirectory::new(store.clone(), Arc::clone(&profile));
        let audit = AuditLog::new(store);
        let desk = Desk::new(Arc::new(local), audit.clone(), profile, "");
        let (password, source) = (secret(PASSWORD), Source("test".into()));
        let chief = new_user("Chief", Role::Administrator);
        let made = desk.create_first_administrator(chief, &password, &source);
        made.await.unwrap();
        let signed_in = desk.sign_in("chief@example.org", &password, &source);
        let admin = signed_in.await.unwrap();
        let machine = Self {
            home,
            desk,
            admin,
            audit,
        };
        let file = machine.password_file();
        fs::write(&file, PASSWORD).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        machine
    }

    fn password_file(&self) -> PathBuf {
        self.home.path().join("password")
    }

    async fn operator(&self, role: Role) -> halligan::user::User {
        let login = format!("Op-{role}");
        let first = secret("oak-harbour-linen-58 first");
        let made = self
            .desk
            .create_user(&self.admin, new_user(&login, role), Some(&first));
        let user = made.await.unwrap();
        let source = Source("test".into());
        let own = self.desk.sign_in(&user.email, &first, &source).await;
        let chosen = secret(PASSWORD);
        let own = own.unwrap();
        let changed = self.desk.change_own_password(&own, &first, &chosen);
        changed.await.unwrap();
        user
    }

    async fn subject(&self, act: Act, nth: usize) -> String {
        let login = login(act, nth);
        let new = NewUser {
            role: Role::None,
            ..new_user(&login, Role::None)
        };
        let password = (act == Act::Check).then(|| secret(OTHER));
        let made = self.desk.create_user(&self.admin, new, password.as_ref());
        made.await.unwrap();
        if matches!(act, Act::ChangeRole | Act::RemoveRole) {
            let made = self.desk.add_role(&self.admin, reader(&login));
            made.await.unwrap();
        }
        if act == Act::MoveField {
            let seat = self.desk.at(&self.admin).fields_update(Kind::FieldChanged);
            let field = SiteField::new(&login, "A title");
            seat.await.unwrap().add_field(&field).await.unwrap();
        }
        if act == Act::RevokeToken {
            let read = [halligan::permission::Permission::UsersRead];
            client(&self.desk, &self.admin, &login, read.into_iter().collect()).await;
        }
        login
    }

    fn command(&self, email: &str, arguments: &[String]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_halligan"));
        command
            .args(arguments)
            .args(["--operator", email, "--operator-password-file"])
            .arg(self.password_file())
            .env_clear()
            .env("HOME", self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn runs(&self, email: &str, arguments: &[String], typed: &str) -> Output {
        let mut child = self.command(email, arguments).spawn().unwrap();
        // Whoever is refused early reads nothing.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        child.wait_with_output().unwrap()
    }

    async fn count(&self, kind: Kind) -> usize {
        let records = self.audit.list(AuditQuery::default()).await.unwrap();
        let of_kind = records.iter().filter(|record| record.event.kind == kind);
        of_kind.count()
    }
}

fn told(act: Act, done: &Output) -> Told {
    let code = done.status.code().expect("it ended by itself");
    let error = String::from_utf8_lossy(&done.stderr);
    // Nobody here has a password until one is set: unlocked, they still cannot sign in.
    let still_out = act == Act::Unlock && code == i32::from(Exit::Partial.code());
    if code == 0 || still_out {
        Told::Done
    } else if code == i32::from(Exit::Permission.code()) && error.contains("you do not hold") {
        Told::Lacks
    } else if error.contains("your role was changed") {
        Told::Changed
    } else {
        panic!("{act:?}: {code} {error}")
    }
}

#[tokio::test]
async fn by_command_each_operator_does_what_the_role_permits_and_nothing_else() {
    let machine = Machine::open().await;
    for (nth, role) in ROLES.into_iter().enumerate() {
        let operator = machine.operator(role.clone()).await;
        for act in Act::ALL {
            let login = machine.subject(act, nth).await;
            let Some((arguments, typed)) = command(act, &login, machine.home.path()) else {
                continue;
            };
            let done = machine.runs(&operator.email, &arguments, typed);
            assert_eq!(
                told(act, &done),
                expected(act, role.permissions()),
                "{role}: {act:?}"
            );
        }
    }
}

/// A command that waits for what is typed, while somebody takes the rights of its operator away.
#[tokio::test]
async fn by_command_rights_that_were_taken_away_while_it_waits_for_the_password_stop_it() {
    let machine = Machine::open().await;
    let mallory = machine.operator(Role::Administrator).await;
    for (nth, act) in [Act::SetPassword, Act::Check].into_iter().enumerate() {
        let login = machine.subject(act, nth).await;
        let (arguments, typed) = command(act, &login, machine.home.path()).unwrap();
        let before = machine.count(Kind::SignIn).await;
        let mut child = machine.command(&mallory.email, &arguments).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        while machine.count(Kind::SignIn).await == before {
            assert!(Instant::now() < deadline, "it did not sign in");
            tokio::task::yield_now().await;
        }
        let give = |role| machine.desk.assign_role(&machine.admin, &mallory.id, role);
        give(Role::Viewer).await.unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let _ = stdin.write_all(typed.as_bytes());
        drop(stdin);
        let done = child.wait_with_output().unwrap();
        assert_eq!(told(act, &done), Told::Changed, "{act:?}");
        assert!(
            String::from_utf8_lossy(&done.stderr).contains("Nothing was changed."),
            "{done:?}"
        );
        give(Role::Administrator).await.unwrap();
    }
    // Whether the command was stopped before it asked or after, no reset was begun: at the most its
    // refusal is on record.
    let records = machine.audit.list(AuditQuery::default()).await.unwrap();
    let resets = records
        .iter()
        .filter(|record| record.event.kind == Kind::PasswordReset);
    let begun = resets.filter(|record| !matches!(record.event.outcome, Outcome::Refused(_)));
    assert_eq!(begun.count(), 0, "{records:?}");
}
