//! The same by the command line: find, unlock, reset and check, and at the end a bind as the user by
//! `ldapwhoami`.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt,
    process::{Command, Output, Stdio},
};

use super::console::{Server, ds389, samba, slapd};
use crate::support::pty::TempDir;

/// A shell of an operator.
struct Shell {
    home: TempDir,
    config: String,
    operator: &'static str,
}

impl Shell {
    fn at(server: &Server) -> Self {
        let home = TempDir::new();
        server.furnish(&home);
        let secret = home.path().join("operator.secret");
        fs::write(&secret, server.operator_password).expect("written");
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("closed");
        Self {
            config: server.configured(&home),
            home,
            operator: server.operator,
        }
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_halligan"))
            .args(["--config", &self.config, "--operator", self.operator])
            .arg("--operator-password-file")
            .arg(self.home.path().join("operator.secret"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(input.as_bytes()).expect("written");
        drop(stdin);
        child.wait_with_output().expect("ended")
    }

    /// Locks, finds, unlocks, resets, and tries the password; what `reset` said and the password.
    fn helps(&self, server: &Server, login: &str, name: &str) -> (String, String) {
        for _ in 0..3 {
            assert_ne!(server.bind(name, "wrong").code, 0);
        }
        let found = text(&self.run(&["find", login], "").stdout);
        assert!(found.contains("locked"), "{found}");
        let unlocked = self.run(&["unlock", login, "--exact"], "");
        assert_eq!(unlocked.status.code(), Some(0), "{unlocked:?}");
        let reset = self.run(&["reset", login, "--exact", "--generate", "--yes"], "");
        let said = text(&reset.stderr);
        assert_eq!(reset.status.code(), Some(0), "{said}");
        let password = text(&reset.stdout).trim().to_owned();
        assert!(password.len() >= 15);
        let check = self.run(&["check", login, "--password-stdin"], &password);
        let told = text(&check.stdout);
        // It is the right one, and must be changed first.
        assert_eq!(check.status.code(), Some(14), "{told}");
        assert!(told.contains("has this password"), "{told}");
        assert_ne!(server.bind(name, "Start-Plm7xqRd-1").code, 0, "the old one");
        (said, password)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn openldap_is_served_by_the_commands_too() {
    let server = slapd();
    let name = "uid=case25,ou=people,dc=lab,dc=test";
    let shell = Shell::at(&server);
    let (said, password) = shell.helps(&server, "case25", name);
    assert!(said.contains("must change at next sign-in"), "{said}");
    assert!(
        said.contains(&server.url),
        "which server was written: {said}"
    );
    let bound = server.bind(name, &password);
    assert!(bound.text.contains("must be changed"), "{bound:?}");
    // Warned of before anything is asked.
    let reset = shell.run(&["reset", "lenient3", "--exact", "--generate", "--yes"], "");
    let said = text(&reset.stderr);
    assert!(said.contains("at least 1 day old"), "{said}");
    assert!(said.contains("pwdMustChange is off"), "{said}");
    assert_ne!(reset.status.code(), Some(0), "must-change is not in effect");
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn a_connected_check_of_the_configuration_says_what_will_not_work_and_exits_so() {
    let server = slapd();
    let shell = Shell::at(&server);
    let check = |more: &[&str]| {
        let done = shell.run(&[&["config", "check", "--connect"], more].concat(), "");
        (done.status.code(), text(&done.stdout), text(&done.stderr))
    };
    // The help desk has no rights on the bosses.
    let (code, _, said) = check(&[]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("good: signed in at"), "{said}");
    assert!(said.contains("good: you may set passwords"), "{said}");
    assert!(said.contains("WRONG: you may not set passwords"), "{said}");
    assert!(
        said.contains("    olcAccess: {0}to dn.subtree=\"ou="),
        "{said}"
    );
    let (_, out, _) = check(&["--json"]);
    let document: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let findings = document["findings"].as_array().expect("a list");
    assert!(
        findings.iter().any(|it| it["verdict"] == "wrong"),
        "{findings:?}"
    );
    // The DN that `find --json` prints names the user.
    let found = shell.run(&["find", "case24", "--json"], "");
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let id = found["users"][0]["id"].as_str().expect("an id");
    let unlocked = shell.run(&["unlock", id, "--exact"], "");
    assert_eq!(unlocked.status.code(), Some(0), "{unlocked:?}");
}

#[test]
#[ignore = "needs samba: tests/run"]
fn samba_is_served_by_the_commands_too() {
    let server = samba();
    let name = "case25@lab.test";
    let (_, password) = Shell::at(&server).helps(&server, "case25", name);
    // Told of the right password only.
    let bound = server.bind(name, &password);
    assert!(bound.text.contains("data 773"), "{bound:?}");
}

#[test]
#[ignore = "needs ds389: tests/run"]
fn ds389_is_served_by_the_commands_too() {
    let server = ds389();
    let name = "uid=case25,ou=people,dc=lab,dc=test";
    let (_, password) = Shell::at(&server).helps(&server, "case25", name);
    let bound = server.bind(name, &password);
    assert!(bound.text.contains("Password must be changed"), "{bound:?}");
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn what_is_drawn_and_what_is_typed_keeps_the_directorys_length_too() {
    let server = slapd();
    let shell = Shell::at(&server);
    let reset = shell.run(&["reset", "long2", "--exact", "--generate", "--yes"], "");
    assert_eq!(reset.status.code(), Some(0), "{}", text(&reset.stderr));
    let password = text(&reset.stdout).trim().to_owned();
    assert!(password.len() >= 34, "{}", password.len());
    let name = "uid=long2,ou=people,dc=lab,dc=test";
    let bound = server.bind(name, &password);
    assert!(bound.text.contains("must be changed"), "{bound:?}");
    let typed = ["reset", "long2", "--exact", "--password-stdin", "--yes"];
    let short = shell.run(&typed, "Copper kettle marmot 91");
    let said = text(&short.stderr);
    assert_eq!(short.status.code(), Some(6), "{said}");
    assert!(said.contains("34 characters are needed"), "{said}");
    assert_eq!(server.bind(name, "Copper kettle marmot 91").code, 49);
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn a_refusal_tells_the_servers_own_words_and_whether_it_was_the_policy() {
    let reader = Server {
        operator: "reader",
        operator_password: "reader-Plm7xqRd",
        ..slapd()
    };
    let shell = Shell::at(&reader);
    let reset = ["reset", "more12", "--exact", "--generate", "--yes"];
    let refused = shell.run(&reset, "");
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(5), "{said}");
    assert!(said.contains("the server's own words: result 50"), "{said}");
    let refused = text(&shell.run(&[&["--json"][..], &reset].concat(), "").stdout);
    assert!(refused.contains(r#""server_text":"result 50"#), "{refused}");

    let writer = Server {
        operator: "writer",
        operator_password: "writer-Plm7xqRd",
        ..slapd()
    };
    let shell = Shell::at(&writer);
    let typed = ["reset", "more12", "--exact", "--password-stdin", "--yes"];
    let again = "Copper kettle marmot 92";
    let first = shell.run(&typed, again);
    // Whether there is a password this operator may not ask, but one was seen to be set.
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let refused = shell.run(&typed, again);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(6), "{said}");
    assert!(said.contains("the server's own words: result 19"), "{said}");
    let bound = writer.bind("uid=more12,ou=people,dc=lab,dc=test", again);
    assert!(bound.text.contains("must be changed"), "{bound:?}");
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn a_check_asks_before_it_uses_up_a_grace_sign_in_and_knows_nothing_of_a_locked_account() {
    let server = slapd();
    let shell = Shell::at(&server);
    let check = ["check", "grace2", "--password-stdin"];
    let asked = shell.run(&check, "Start-Plm7xqRd-1");
    let said = text(&asked.stderr);
    assert_eq!(asked.status.code(), Some(2), "{said}");
    let found = || text(&shell.run(&["find", "grace2", "--json"], "").stdout);
    assert!(found().contains("3 grace sign-ins are left"), "{}", found());
    let tried = shell.run(&[&["--yes"][..], &check].concat(), "Start-Plm7xqRd-1");
    let told = text(&tried.stdout);
    assert!(
        told.contains("used up a grace sign-in, and 2 are left"),
        "{told}"
    );
    assert!(found().contains("2 grace sign-ins are left"), "{}", found());

    let name = "uid=more13,ou=people,dc=lab,dc=test";
    for _ in 0..3 {
        assert_ne!(server.bind(name, "wrong").code, 0);
    }
    let check = shell.run(&["check", "more13", "--password-stdin"], "Start-Plm7xqRd-1");
    let said = text(&check.stderr);
    assert_eq!(check.status.code(), Some(12), "{said}");
    assert!(
        said.contains("not known") && said.contains("locked"),
        "{said}"
    );
}

#[test]
#[ignore = "needs samba: tests/run"]
fn a_command_warns_of_an_account_that_has_ended() {
    let server = samba();
    let shell = Shell::at(&server);
    let reset = shell.run(&["reset", "ended", "--exact", "--generate", "--yes"], "");
    let said = text(&reset.stderr);
    assert!(said.contains("This account ended 2001-01-01"), "{said}");
    let password = text(&reset.stdout).trim().to_owned();
    let bound = server.bind("ended@lab.test", &password);
    assert!(bound.text.contains("data 701"), "no way in: {bound:?}");
}
