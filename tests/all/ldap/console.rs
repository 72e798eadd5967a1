//! The whole way of an operator, in a pseudo-terminal: the real binary, the real server, and at the
//! end a bind as the user by OpenLDAP's own `ldapwhoami`.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use super::support::{Said, exported, tool, whoami};
use crate::support::pty::{Pty, TempDir};

pub const TYPED: &str = "Copper kettle marmot 91";
const CHOSEN: &str = "Silver-otter-harbour-77";

/// One of the three servers, and how its console is configured.
pub struct Server {
    pub url: String,
    pub ca: PathBuf,
    /// Lines of the table `[ldap]` beside `urls` and `ca_file`.
    pub ldap: &'static str,
    pub operator: &'static str,
    pub operator_password: &'static str,
}

fn pki(directory: &str) -> PathBuf {
    Path::new(&exported(directory)).join("pki/ca.crt")
}

pub fn slapd() -> Server {
    Server {
        url: exported("HALLIGAN_SLAPD"),
        ca: pki("HALLIGAN_SLAPD_DIR"),
        ldap: "bases = [\"dc=lab,dc=test\"]\n\
               login_dn = \"uid={},ou=operators,dc=lab,dc=test\"\n\
               default_policy = \"cn=default,ou=policies,dc=lab,dc=test\"\n",
        operator: "desk",
        operator_password: "desk-Plm7xqRd",
    }
}

pub fn samba() -> Server {
    Server {
        url: exported("HALLIGAN_SAMBA"),
        ca: pki("HALLIGAN_SAMBA_DIR"),
        ldap: "",
        operator: "LAB\\desk",
        operator_password: "desk-Plm7xqRd1",
    }
}

pub fn ds389() -> Server {
    Server {
        url: exported("HALLIGAN_DS389"),
        ca: pki("HALLIGAN_DS389_DIR"),
        ldap: "login_dn = \"uid={},ou=operators,dc=lab,dc=test\"\n",
        operator: "desk",
        operator_password: "desk-Plm7xqRd",
    }
}

impl Server {
    /// Binds as `name` with OpenLDAP's own tool.
    pub fn bind(&self, name: &str, password: &str) -> Said {
        whoami(&self.url, &self.ca, name, password)
    }

    /// Opens the console on this server, in a home of its own.
    pub fn console(&self, home: &TempDir) -> Pty {
        self.furnish(home);
        self.console_again(home)
    }

    /// Makes the store.
    pub fn furnish(&self, home: &TempDir) {
        let folder = home.path().join("store");
        fs::create_dir(&folder).expect("made");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("closed");
        let made = std::process::Command::new(env!("CARGO_BIN_EXE_halligan"))
            .args(["--config", &self.configured(home), "init"])
            .env_clear()
            .env("HOME", home.path())
            .output()
            .expect("started");
        assert!(made.status.success(), "{made:?}");
    }

    /// Opens it once more in the same home.
    pub fn console_again(&self, home: &TempDir) -> Pty {
        let file = self.configured(home);
        Pty::open(home, &["--config", &file], (80, 24), &[])
    }

    /// Writes the configuration, with a store in this home; the file.
    pub fn configured(&self, home: &TempDir) -> String {
        let file = home.path().join("config.toml");
        let text = format!(
            "directory = \"ldap\"\nstore = \"{}\"\n[ldap]\nurls = [{:?}]\nca_file = \"{}\"\n{}",
            home.path().join("store/halligan.db").display(),
            self.url,
            self.ca.display(),
            self.ldap,
        );
        fs::write(&file, text).expect("written");
        file.to_string_lossy().into_owned()
    }

    /// Signs the operator in by a bind.
    pub fn sign_in(&self, pty: &Pty) {
        sign_in(pty, self.operator, self.operator_password);
        pty.sees("find somebody");
        pty.sees("Olive");
    }
}

fn sign_in(pty: &Pty, login: &str, password: &str) {
    pty.sees("Who is at the desk?");
    pty.types(login);
    pty.sends("\t");
    pty.types(password);
    pty.enter();
}

/// Menu, Users, search, open.
pub fn open(pty: &Pty, login: &str) {
    pty.chooses("Users");
    pty.sees("found");
    pty.types(login);
    pty.sees("1 found");
    pty.enter();
    pty.sees(&format!("· {login} ·"));
}

/// A generated password, as it stands in the field for being read out.
fn drawn(pty: &Pty) -> String {
    pty.sends("\x07");
    pty.sees("the receipt says how");
    let screen = pty.screen();
    let line = screen.lines().find(|line| line.contains("New password"));
    let (_, field) = line.and_then(|line| line.split_once('[')).expect("a field");
    let password = field.split(']').next().expect("its end").trim();
    assert!(password.len() >= 15, "{screen}");
    password.to_owned()
}

/// No password was shown that nobody asked to see, none is in the store, the arguments or the
/// environment.
fn nothing_leaked(home: &TempDir, pty: &Pty, hidden: &[&str], shown: Option<&str>) {
    let environ = fs::read(format!("/proc/{}/environ", pty.pid())).unwrap_or_default();
    let cmdline = fs::read(format!("/proc/{}/cmdline", pty.pid())).unwrap_or_default();
    assert!(holds(&cmdline, "--config"), "the process was looked at");
    let written = pty.written();
    let mut stored = Vec::new();
    for entry in fs::read_dir(home.path().join("store")).expect("the store") {
        stored.extend(fs::read(entry.expect("a file").path()).unwrap_or_default());
    }
    assert!(holds(&stored, "password-reset"), "the store was read");
    for secret in hidden {
        assert!(!holds(&written, secret), "a password was on the screen");
    }
    for secret in hidden.iter().copied().chain(shown) {
        for place in [&environ, &cmdline, &stored] {
            assert!(!holds(place, secret), "a password is where none may be");
        }
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn openldap_a_locked_user_is_reset_by_typing_and_gets_in() {
    let server = slapd();
    let user = "uid=case20,ou=people,dc=lab,dc=test";
    for _ in 0..3 {
        assert_eq!(server.bind(user, "wrong").code, 49);
    }
    assert_eq!(server.bind(user, "Start-Plm7xqRd-1").code, 49, "locked");
    let home = TempDir::new();
    let pty = server.console(&home);
    server.sign_in(&pty);
    open(&pty, "case20");
    pty.sees("Locked");
    pty.sees("3 failed");
    pty.sees("Unlock too [x]");
    pty.sees("at least 10 characters (directory)");
    pty.sees("Halligan's own policy is checked first");
    pty.types(TYPED);
    pty.sees("to guess");
    pty.enter();
    pty.sees("Done: Case Number20 (case20): password set, unlocked.");
    pty.sees("password set - done");
    pty.sees("must change at next sign-in - done");
    pty.sees("unlocked - done");
    pty.sees("pwdChangedTime moved to");
    pty.sees(&format!("Written at {}.", server.url));

    // The server's own word for who did it; failed binds would put another name there.
    let by = modifier(&server, user);
    assert!(by.contains("modifiersName: uid=desk,ou=operators"), "{by}");
    // Must-change lets the bind through and nothing else: the password is proved all the same.
    let said = server.bind(user, TYPED);
    assert!(said.text.contains("must be changed"), "{said:?}");
    assert_eq!(
        server.bind(user, "Start-Plm7xqRd-1").code,
        49,
        "the old one"
    );

    pty.enter_again();
    pty.sees("must change");
    // The receipt is read out on the phone: there, and not before, it shows what was typed.
    nothing_leaked(&home, &pty, &[server.operator_password], Some(TYPED));
    pty.sends("\x1b");
    pty.sees("find somebody");
    pty.quits();
    assert_eq!(pty.ends(), 0);
}

/// `modifiersName` of an entry, read as the administrator of the database.
fn modifier(server: &Server, dn: &str) -> String {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut file, b"adminpw").expect("written");
    let path = file.path().to_string_lossy().into_owned();
    let administrator = "cn=admin,dc=lab,dc=test";
    let (base, scope) = (dn, "base");
    let arguments = [
        "-x",
        "-LLL",
        "-H",
        &server.url,
        "-D",
        administrator,
        "-y",
        &path,
        "-b",
        base,
        "-s",
        scope,
        "modifiersName",
    ];
    tool("ldapsearch", &server.ca, &arguments, "").text
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn openldap_a_refusal_is_a_sentence_with_the_servers_text_behind_a_key() {
    let server = slapd();
    let home = TempDir::new();
    let pty = server.console(&home);
    sign_in(&pty, "writer", "writer-Plm7xqRd");
    pty.sees("find somebody");
    open(&pty, "case21");
    pty.types("Start-Plm7xqRd-1");
    pty.sees("to guess");
    pty.enter();
    pty.sees("the user has had this password before");
    pty.sees("Nothing was changed.");
    pty.sends("\x06");
    pty.sees("The directory's own text");
    pty.sees("result 19: Password is not being changed from existing value");
    pty.sends("\x1b");
    pty.sees("the user has had this password before");
    let user = "uid=case21,ou=people,dc=lab,dc=test";
    assert_eq!(server.bind(user, "Start-Plm7xqRd-1").code, 0);
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn openldap_warns_before_the_save_and_claims_no_must_change_that_is_not_enforced() {
    let server = slapd();
    let home = TempDir::new();
    let pty = server.console(&home);
    server.sign_in(&pty);
    open(&pty, "lenient2");
    pty.sees("at least 1 day old before they change");
    pty.sees("Must-change has no effect: pwdMustChange is off in");
    pty.types(TYPED);
    pty.sees("to guess");
    pty.enter();
    pty.sees("password set; not offered: must change at next sign-in.");
    pty.sees("Done, but not all of it");
    // Only when the operator asks is there a bind as the user.
    pty.presses("t");
    pty.sees("Sign in as the user once");
    pty.presses("y");
    pty.sees("Tried: the new password signs the user in.");
    let user = "uid=lenient2,ou=people,dc=lab,dc=test";
    let said = server.bind(user, TYPED);
    assert!(
        said.code == 0 && !said.text.contains("must be changed"),
        "{said:?}"
    );
    assert_eq!(server.bind(user, "Start-Plm7xqRd-1").code, 49);
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn openldap_an_operator_who_must_change_does_so_first() {
    let server = slapd();
    let home = TempDir::new();
    let pty = server.console(&home);
    // Reset by the help desk, so that the user must change.
    server.sign_in(&pty);
    open(&pty, "case22");
    pty.types(TYPED);
    pty.sees("to guess");
    pty.enter();
    pty.sees("must change at next sign-in - done");
    pty.enter_again();
    pty.sees("must change");
    pty.sends("\x1b");
    pty.sees("find somebody");
    pty.signs_out();
    let user = "uid=case22,ou=people,dc=lab,dc=test";
    sign_in(&pty, user, TYPED);
    pty.sees("Somebody else set your password");
    pty.types(TYPED);
    pty.sends("\t");
    pty.types(CHOSEN);
    pty.sends("\t");
    pty.types(CHOSEN);
    pty.enter();
    pty.sees("Your password was changed");
    assert_eq!(server.bind(user, CHOSEN).code, 0);
    assert_eq!(server.bind(user, TYPED).code, 49);
    // The session goes on.
    pty.chooses("Users");
    pty.sees("found");
}

#[test]
#[ignore = "needs samba: tests/run"]
fn samba_a_locked_user_gets_a_generated_password_and_is_let_in_to_change_it() {
    let server = samba();
    let user = "case20@lab.test";
    for _ in 0..3 {
        assert!(server.bind(user, "wrong").text.contains("data 52e"));
    }
    let locked = server.bind(user, "Start-Plm7xqRd-1");
    assert!(locked.text.contains("data 775"), "{locked:?}");
    let home = TempDir::new();
    let pty = server.console(&home);
    server.sign_in(&pty);
    open(&pty, "case20");
    pty.sees("Locked");
    pty.sees("Unlock too [x]");
    pty.sees("at least 10 characters (directory)");
    pty.sees("not the history");
    let password = drawn(&pty);
    pty.enter();
    pty.sees("Done: Case Number20 (case20): password set, unlocked.");
    pty.sees("must change at next sign-in - done");
    pty.sees("unlocked - done");
    pty.sees("key version (msDS-KeyVersionNumber) moved");
    pty.sees(&format!("Written at {}.", server.url));

    // 773 is told of the right password only: it is proved, and must be changed (MS-ADTS 3.1.1.3.1.1).
    let said = server.bind(user, &password);
    assert!(said.text.contains("data 773"), "{said:?}");
    let old = server.bind(user, "Start-Plm7xqRd-1");
    assert!(old.text.contains("data 52e"), "{old:?}");
    // And it is the password itself, not only the lock: after a change of the mind of the domain
    // (pwdLastSet: -1) the same bind gets in.
    without_must_change(&server, "CN=case20,OU=People,DC=lab,DC=test");
    let said = server.bind(user, &password);
    assert!(
        said.text.contains("not supported"),
        "past the bind: {said:?}"
    );

    pty.enter_again();
    pty.sees("case20");
    nothing_leaked(&home, &pty, &[server.operator_password], Some(&password));
    pty.sends("\x1b");
    pty.sees("find somebody");
    pty.quits();
    assert_eq!(pty.ends(), 0);
}

/// Takes must-change away as the delegated operator may.
fn without_must_change(server: &Server, dn: &str) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut file, server.operator_password.as_bytes()).expect("written");
    let path = file.path().to_string_lossy().into_owned();
    let arguments = ["-x", "-H", &server.url, "-D", "desk@lab.test", "-y", &path];
    let ldif = format!("dn: {dn}\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: -1\n");
    let said = tool("ldapmodify", &server.ca, &arguments, &ldif);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
#[ignore = "needs samba: tests/run"]
fn samba_warns_of_a_disabled_account_and_a_password_that_never_expires() {
    let server = samba();
    let home = TempDir::new();
    let pty = server.console(&home);
    server.sign_in(&pty);
    open(&pty, "off2");
    pty.sees("Disabled");
    pty.sees("a new password alone does not let the user in");
    pty.sends("\x1b");
    pty.sees("found");
    pty.sends("\x15");
    pty.types("never2");
    pty.sees("1 found");
    pty.enter();
    pty.sees("\"password never expires\": must-change has no effect");
    pty.types(TYPED);
    pty.sees("to guess");
    pty.enter();
    pty.sees("password set; not offered: must change at next sign-in.");
    let said = server.bind("never2@lab.test", TYPED);
    assert!(
        said.text.contains("not supported"),
        "past the bind: {said:?}"
    );
    let old = server.bind("never2@lab.test", "Start-Plm7xqRd-1");
    assert!(old.text.contains("data 52e"), "{old:?}");
}

#[test]
#[ignore = "needs ds389: tests/run"]
fn ds389_a_locked_user_is_reset_by_typing_and_gets_in() {
    let server = ds389();
    let user = "uid=case20,ou=people,dc=lab,dc=test";
    for _ in 0..3 {
        assert_eq!(server.bind(user, "wrong").code, 49);
    }
    let locked = server.bind(user, "Start-Plm7xqRd-1");
    assert!(
        locked.text.contains("Exceed password retry limit"),
        "{locked:?}"
    );
    let home = TempDir::new();
    let pty = server.console(&home);
    server.sign_in(&pty);
    open(&pty, "case20");
    pty.sees("Locked");
    pty.sees("Unlock too [x]");
    pty.sees("at least 10 characters (directory)");
    pty.types(TYPED);
    pty.sees("to guess");
    pty.enter();
    pty.sees("Done: Case Number20 (case20): password set, unlocked.");
    pty.sees("must change at next sign-in - done");
    pty.sees("unlocked - done");
    pty.sees("pwdUpdateTime moved");
    pty.sees(&format!("Written at {}.", server.url));

    let said = server.bind(user, TYPED);
    assert!(said.text.contains("Password must be changed"), "{said:?}");
    assert_eq!(
        server.bind(user, "Start-Plm7xqRd-1").code,
        49,
        "the old one"
    );

    pty.enter_again();
    pty.sees("must change");
    // The receipt is read out on the phone: there, and not before, it shows what was typed.
    nothing_leaked(&home, &pty, &[server.operator_password], Some(TYPED));
    pty.sends("\x1b");
    pty.sees("find somebody");
    pty.quits();
    assert_eq!(pty.ends(), 0);
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn openldap_an_operator_known_by_the_socket_signs_in_without_a_password() {
    let by_password = slapd();
    let server = Server {
        url: exported("HALLIGAN_SLAPD_LOCAL"),
        ldap: "authentication = \"external\"\nbases = [\"dc=lab,dc=test\"]\n",
        ..slapd()
    };
    let home = TempDir::new();
    let pty = server.console(&home);
    pty.sees("The directory knows you by your certificate, or as a user of this machine");
    pty.enter();
    pty.sees("find somebody");
    pty.sees("Olive Desk (desk)");
    open(&pty, "case24");
    pty.types(TYPED);
    pty.sees("to guess");
    pty.enter();
    // That operator may not read the policy, so what it allows the user is not known.
    pty.sees("Case Number24 (case24): password set.");
    let user = "uid=case24,ou=people,dc=lab,dc=test";
    let said = by_password.bind(user, TYPED);
    assert!(said.text.contains("must be changed"), "{said:?}");
}
