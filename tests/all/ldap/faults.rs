//! Servers that stop, die, keep silent or lose the line: never a false success, never a hang
//! beyond the time-outs, never an outcome that stays unknown once a server answers again.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use halligan::{
    directory::{
        Directory, DirectoryError,
        ldap::{
            LdapDirectory,
            settings::{Choice, LdapSettings},
        },
    },
    receipt::{Proof, Settlement, Step, StepOutcome},
    user::{UserId, Version},
};
use tokio::time::timeout;

use super::{
    cutter::Cutter,
    own_server::OwnServer,
    support::{Desk, exported, secret, tool, whoami},
};

/// Longer than every time-out of the settings below together.
const HANG: Duration = Duration::from_secs(20);

pub fn slapd_settings(url: &str, ca: &Path) -> LdapSettings {
    LdapSettings {
        urls: vec![url.into()],
        ca_file: Some(ca.into()),
        plain_on_loopback: true,
        bases: vec!["dc=lab,dc=test".into()],
        login_dn: Some("uid={},ou=operators,dc=lab,dc=test".into()),
        default_policy: Some("cn=default,ou=policies,dc=lab,dc=test".into()),
        connect_timeout_ms: 1000,
        read_timeout_ms: 1000,
        write_timeout_ms: 1000,
        ..LdapSettings::default()
    }
}

pub fn user(login: &str) -> UserId {
    UserId(format!("uid={login},ou=people,dc=lab,dc=test"))
}

/// A slapd of the test's own.
pub struct Slapd(pub OwnServer);

impl Slapd {
    pub fn start() -> Self {
        Self::with("10")
    }

    /// One with so many people.
    pub fn with(people: &str) -> Self {
        Self(OwnServer::start("slapd", &[people]))
    }

    pub fn ca(&self) -> std::path::PathBuf {
        self.0.directory.join("pki/ca.crt")
    }

    pub fn url(&self) -> String {
        self.0.exported("HALLIGAN_SLAPD")
    }

    pub fn plain(&self) -> String {
        self.0.exported("HALLIGAN_SLAPD_PLAIN")
    }

    pub fn settings(&self) -> LdapSettings {
        slapd_settings(&self.url(), &self.ca())
    }

    /// Takes failed sign-ins away, as an administrator of the database may.
    pub fn forgets_failures(&self, login: &str) {
        let ldif = format!(
            "dn: {}\nchangetype: modify\nreplace: pwdAccountLockedTime\n",
            user(login)
        );
        let url = self.url();
        let arguments = [
            "-x",
            "-H",
            &url,
            "-D",
            "cn=admin,dc=lab,dc=test",
            "-w",
            "adminpw",
        ];
        let said = tool("ldapmodify", &self.ca(), &arguments, &ldif);
        assert_eq!(said.code, 0, "{}", said.text);
    }

    /// Locks an account by failures.
    pub fn locks(&self, login: &str) {
        for _ in 0..3 {
            assert!(!self.signs_in(login, "wrong"));
        }
    }

    pub fn signs_in(&self, login: &str, password: &str) -> bool {
        let said = whoami(&self.url(), &self.ca(), &user(login).0, password);
        // Must-change lets the bind through and nothing else.
        said.code == 0 || said.text.contains("must be changed")
    }
}

/// One reset over a line that breaks somewhere, and what is claimed of it. False when the line held.
async fn survives_a_cut(desk: &Desk, slapd: &Slapd, cutter: &Cutter, round: u32) -> bool {
    let id = user("case0");
    let password = |round: u32| format!("Cut-Plm7xqRd-{round}");
    let (old, new) = (password(round), password(round + 1));
    let told = timeout(HANG, desk.reset(&id, &new)).await.expect("no hang");
    let cut = cutter.has_cut();
    cutter.leave_alone();
    let happened = match told {
        Ok(_) => true,
        Err(DirectoryError::OutcomeUnknown(_)) => {
            let settled = desk.directory.settle(&desk.operator, &id, None);
            match timeout(HANG, settled).await.expect("no hang") {
                Ok(Settlement::Happened(_)) => true,
                Ok(Settlement::DidNotHappen(_)) => false,
                other => panic!("round {round}: {other:?}"),
            }
        }
        Err(error) => {
            assert_eq!(error.changed(), "Nothing was changed.", "{error:?}");
            false
        }
    };
    let (in_force, refused) = if happened { (&new, &old) } else { (&old, &new) };
    assert!(
        slapd.signs_in("case0", in_force),
        "round {round}: told {happened}"
    );
    assert!(
        !slapd.signs_in("case0", refused),
        "round {round}: told {happened}"
    );
    // Failed tries lock, and the next round must know what is in force.
    desk.reset(&id, &new)
        .await
        .expect("the line is whole again");
    cut
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_line_cut_after_any_byte_is_never_a_false_success_and_always_settled() {
    let slapd = Slapd::start();
    let cutter = Cutter::before(&slapd.plain().replace("ldap://", "")).await;
    let settings = slapd_settings(&format!("ldap://{}", cutter.address), &slapd.ca());
    let desk = Desk::open(settings, "desk", "desk-Plm7xqRd").await;
    desk.reset(&user("case0"), "Cut-Plm7xqRd-0")
        .await
        .expect("the line is whole");
    let mut round = 0;
    for (towards_server, stride) in [(true, 17), (false, 61)] {
        let mut bytes = 0;
        loop {
            if towards_server {
                cutter.cut_up_after(bytes);
            } else {
                cutter.cut_down_after(bytes);
            }
            let cut = survives_a_cut(&desk, &slapd, &cutter, round).await;
            round += 1;
            bytes += stride;
            if !cut {
                break;
            }
        }
    }
    assert!(round > 60, "{round} places to cut");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_stopped_server_costs_a_time_out_and_changes_nothing() {
    let slapd = Slapd::start();
    let desk = Desk::open(slapd.settings(), "desk", "desk-Plm7xqRd").await;
    slapd.0.signal("-STOP");
    let told = timeout(HANG, desk.reset(&user("case2"), "Stop-Plm7xqRd-1")).await;
    let error = told.expect("no hang").expect_err("stopped");
    assert!(
        matches!(error, DirectoryError::Unavailable { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("did not answer"), "{error}");
    let query = halligan::directory::Query {
        text: "case".into(),
        limit: 5,
        offset: 0,
        ..halligan::directory::Query::default()
    };
    let told = timeout(HANG, desk.directory.search(&desk.operator, &query)).await;
    assert!(told.expect("no hang").is_err());
    slapd.0.signal("-CONT");
    assert!(
        slapd.signs_in("case2", "Start-Plm7xqRd-1"),
        "nothing was changed"
    );
    desk.reset(&user("case2"), "Stop-Plm7xqRd-2")
        .await
        .expect("it goes on");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_dead_server_is_replaced_by_the_next_and_the_operator_is_told() {
    let (one, other) = (Slapd::start(), Slapd::start());
    let both = std::fs::read_to_string(one.ca()).expect("read")
        + &std::fs::read_to_string(other.ca()).expect("read");
    let authorities = one.0.directory.join("both.crt");
    std::fs::write(&authorities, both).expect("written");
    let settings = LdapSettings {
        urls: vec![one.url(), other.url()],
        ca_file: Some(authorities),
        ..one.settings()
    };
    let desk = Desk::open(settings, "desk", "desk-Plm7xqRd").await;
    let receipt = desk
        .reset(&user("case3"), "Next-Plm7xqRd-1")
        .await
        .expect("the first");
    assert_eq!(receipt.server.as_deref(), Some(&*one.url()));
    one.0.signal("-KILL");
    let told = timeout(HANG, desk.find("case3")).await.expect("no hang");
    assert_eq!(told.rows.len(), 1);
    let remark = told.remark.expect("told");
    assert!(
        remark.contains(&one.url()) && remark.contains(&other.url()),
        "{remark}"
    );
    assert!(desk.find("case3").await.remark.is_none(), "told once");
    let receipt = desk
        .reset(&user("case3"), "Next-Plm7xqRd-2")
        .await
        .expect("the second");
    assert_eq!(receipt.server.as_deref(), Some(&*other.url()));
    assert!(other.signs_in("case3", "Next-Plm7xqRd-2"));
    assert!(desk.directory.capabilities().name.contains(&other.url()));
}

/// The time-out of a read is longer than this test waits: the silence itself is noticed.
#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_server_that_falls_silent_is_left_for_the_next_before_any_time_out() {
    let (one, other) = (Slapd::start(), Slapd::start());
    let both = std::fs::read_to_string(one.ca()).expect("read")
        + &std::fs::read_to_string(other.ca()).expect("read");
    let authorities = one.0.directory.join("both.crt");
    std::fs::write(&authorities, both).expect("written");
    let settings = LdapSettings {
        urls: vec![one.url(), other.url()],
        ca_file: Some(authorities),
        read_timeout_ms: 600_000,
        write_timeout_ms: 600_000,
        ..one.settings()
    };
    let desk = Desk::open(settings, "desk", "desk-Plm7xqRd").await;
    assert!(desk.find("case5").await.remark.is_none());
    one.0.signal("-STOP");
    let receipt = timeout(HANG, desk.reset(&user("case5"), "Silent-Plm7xqRd-1"))
        .await
        .expect("no hang")
        .expect("by the next server");
    assert_eq!(receipt.server.as_deref(), Some(&*other.url()));
    let remark = desk.find("case5").await.remark.expect("told");
    assert!(remark.contains(&other.url()), "{remark}");
    assert!(other.signs_in("case5", "Silent-Plm7xqRd-1"));
    one.0.signal("-CONT");
    assert!(
        one.signs_in("case5", "Start-Plm7xqRd-1"),
        "not written there"
    );
}

/// An unlock over a line that breaks anywhere is settled by the lock, not by the password.
#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_unlock_whose_answer_is_lost_is_settled_by_reading_the_lock() {
    let slapd = Slapd::start();
    let cutter = Cutter::before(&slapd.plain().replace("ldap://", "")).await;
    let settings = slapd_settings(&format!("ldap://{}", cutter.address), &slapd.ca());
    let desk = Desk::open(settings, "desk", "desk-Plm7xqRd").await;
    let id = user("case6");
    desk.directory
        .user(&desk.operator, &id)
        .await
        .expect("what is asked once is asked before the cuts");
    let (mut done, mut undone) = (0, 0);
    for (towards_server, stride) in [(true, 23), (false, 97)] {
        let mut bytes = 0;
        loop {
            slapd.locks("case6");
            if towards_server {
                cutter.cut_up_after(bytes);
            } else {
                cutter.cut_down_after(bytes);
            }
            let told = timeout(HANG, desk.unlock(&id)).await.expect("no hang");
            let cut = cutter.has_cut();
            cutter.leave_alone();
            match told {
                Ok(receipt) => {
                    assert_eq!(receipt.steps[0].1, StepOutcome::Done, "{receipt:?}");
                    assert!(slapd.signs_in("case6", "Start-Plm7xqRd-1"), "at {bytes}");
                    done += 1;
                }
                Err(error) => {
                    assert_eq!(error.changed(), "Nothing was changed.", "{error:?}");
                    assert!(!slapd.signs_in("case6", "Start-Plm7xqRd-1"), "at {bytes}");
                    undone += 1;
                }
            }
            desk.unlock(&id).await.expect("the line is whole again");
            bytes += stride;
            if !cut {
                break;
            }
        }
    }
    assert!(done > 2 && undone > 2, "{done} done, {undone} not");
}

/// After a restart nothing but the version is left, which does not tell an unlock from a reset.
#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn what_was_begun_before_a_restart_is_settled_by_the_version_without_a_false_no() {
    let slapd = Slapd::start();
    let open = || Desk::open(slapd.settings(), "desk", "desk-Plm7xqRd");
    let settle = async |desk: &Desk, before: &Version| {
        let id = user("case9");
        let told = desk.directory.settle(&desk.operator, &id, Some(before));
        told.await.expect("asked")
    };
    let desk = open().await;
    desk.reset(&user("case9"), "Temp-Plm7xqRd-8")
        .await
        .expect("reset");
    slapd.locks("case9");
    let locked = desk.user("case9").await.version;
    let told = settle(&open().await, &locked).await;
    assert!(matches!(told, Settlement::DidNotHappen(_)), "{told:?}");
    // An unlock that did happen must not be called one that did not.
    desk.unlock(&user("case9")).await.expect("unlocked");
    let told = settle(&open().await, &locked).await;
    assert!(matches!(told, Settlement::StillUnknown(_)), "{told:?}");
    let unlocked = desk.user("case9").await.version;
    desk.reset(&user("case9"), "Temp-Plm7xqRd-9")
        .await
        .expect("reset");
    let told = settle(&open().await, &unlocked).await;
    assert!(matches!(told, Settlement::Happened(_)), "{told:?}");
}

/// The server that an intent was begun at need not be configured any more.
#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn what_was_begun_at_one_server_is_settled_at_another_of_the_same_directory_alone() {
    let slapd = Slapd::start();
    let settle = async |desk: &Desk, before: &Version| {
        let id = user("case5");
        let told = desk.directory.settle(&desk.operator, &id, Some(before));
        told.await.expect("asked")
    };
    let desk = Desk::open(slapd.settings(), "desk", "desk-Plm7xqRd").await;
    let before = desk.user("case5").await.version;
    let begun_at = desk.directory.capabilities().name;
    let elsewhere = LdapSettings {
        urls: vec![slapd.url().replace("127.0.0.1", "localhost")],
        ..slapd.settings()
    };
    let other = Desk::open(elsewhere, "desk", "desk-Plm7xqRd").await;
    assert!(other.directory.goes_by(&begun_at), "{begun_at}");
    assert!(!other.directory.is_told_at_once(&begun_at));
    assert!(desk.directory.is_told_at_once(&begun_at));
    assert!(!other.directory.goes_by("local store"));
    desk.reset(&user("case5"), "Temp-Plm7xqRd-5")
        .await
        .expect("reset");
    let told = settle(&other, &before).await;
    assert!(matches!(told, Settlement::Happened(_)), "{told:?}");
    // Another directory has another account of this name.
    let stranger = Slapd::start();
    let strange = Desk::open(stranger.settings(), "desk", "desk-Plm7xqRd").await;
    let told = settle(&strange, &before).await;
    assert!(
        matches!(&told, Settlement::StillUnknown(why) if why.contains("another account")),
        "{told:?}"
    );
    // Without a mark of the entry nothing tells the two apart.
    let unmarked = Version(
        before
            .0
            .split_once('|')
            .map_or("", |(_, rest)| rest)
            .to_owned(),
    );
    let told = settle(&other, &Version(format!("|{}", unmarked.0))).await;
    assert!(
        matches!(&told, Settlement::StillUnknown(why) if why.contains("entryUUID")),
        "{told:?}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_own_change_whose_answer_is_lost_is_settled_by_what_signs_in() {
    let slapd = Slapd::start();
    let cutter = Cutter::before(&slapd.plain().replace("ldap://", "")).await;
    let settings = slapd_settings(&format!("ldap://{}", cutter.address), &slapd.ca());
    let id = user("case8");
    let mut current = "Start-Plm7xqRd-1".to_owned();
    let mut cuts = 0;
    for (towards_server, stride) in [(true, 61), (false, 241)] {
        for round in 0.. {
            let desk = Desk::open(settings.clone(), &id.0, &current).await;
            let next = format!("Own-Plm7xqRd-{cuts}-{round}");
            if towards_server {
                cutter.cut_up_after(round * stride);
            } else {
                cutter.cut_down_after(round * stride);
            }
            let (old, new) = (secret(&current), secret(&next));
            let intent = super::support::intent();
            let change = desk
                .directory
                .change_own_password(&desk.operator, &old, &new, &intent);
            let told = timeout(HANG, change).await.expect("no hang");
            let cut = cutter.has_cut();
            cutter.leave_alone();
            match told {
                Ok(_) => current = next,
                Err(error) => {
                    assert_eq!(error.changed(), "Nothing was changed.", "{error:?}");
                    assert!(!slapd.signs_in("case8", &next), "round {round}");
                }
            }
            assert!(slapd.signs_in("case8", &current), "round {round}");
            if !cut {
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts > 5, "{cuts} places to cut");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_server_killed_in_mid_write_is_settled_when_it_is_back() {
    let slapd = Slapd::start();
    let cutter = Cutter::before(&slapd.plain().replace("ldap://", "")).await;
    let settings = slapd_settings(&format!("ldap://{}", cutter.address), &slapd.ca());
    let desk = Desk::open(settings, "desk", "desk-Plm7xqRd").await;
    let id = user("case4");
    // The last byte of the request never arrives while the server dies: cut it there.
    let mut bytes = 0;
    let unknown = loop {
        cutter.cut_up_after(bytes);
        let told = desk.reset(&id, &format!("Kill-Plm7xqRd-{bytes}")).await;
        cutter.leave_alone();
        match told {
            Err(DirectoryError::OutcomeUnknown(why)) => break why,
            _ => bytes += 11,
        }
        assert!(bytes < 10_000, "no place found");
    };
    assert!(unknown.contains("may or may not"), "{unknown}");
    let command = slapd.0.command();
    slapd.0.signal("-KILL");
    let settled = timeout(HANG, desk.directory.settle(&desk.operator, &id, None)).await;
    assert!(settled.expect("no hang").is_err(), "nobody can be asked");
    slapd.0.again(&command);
    super::support::eventually("the server to be back", async || {
        desk.directory.user(&desk.operator, &id).await.is_ok()
    })
    .await;
    let settled = timeout(HANG, desk.directory.settle(&desk.operator, &id, None)).await;
    let happened = match settled.expect("no hang").expect("it is back") {
        Settlement::Happened(_) => true,
        Settlement::DidNotHappen(_) => false,
        Settlement::StillUnknown(why) => panic!("{why}"),
    };
    assert_eq!(
        slapd.signs_in("case4", &format!("Kill-Plm7xqRd-{bytes}")),
        happened
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_entry_about_which_the_server_never_answers_is_given_up() {
    let url = exported("HALLIGAN_SLAPD");
    let ca = Path::new(&exported("HALLIGAN_SLAPD_DIR")).join("pki/ca.crt");
    let desk = Desk::open(slapd_settings(&url, &ca), "desk", "desk-Plm7xqRd").await;
    let silent = UserId("cn=silent,ou=faults,dc=lab,dc=test".into());
    let told = timeout(HANG, desk.reset(&silent, "Never-Plm7xqRd-1"))
        .await
        .expect("no hang");
    assert!(
        matches!(told, Err(DirectoryError::Unavailable { .. })),
        "{told:?}"
    );
}

/// A server of ldapjs that carries out every second password operation, and answers none.
/// The password is another one by then, so "unavailable" would say too little.
#[tokio::test]
#[ignore = "needs ldapjs: tests/run"]
async fn an_own_change_after_which_the_server_refuses_the_new_password_says_both() {
    let settings = LdapSettings {
        urls: vec![exported("HALLIGAN_LDAPJS")],
        plain_on_loopback: true,
        bases: vec!["dc=f".into()],
        login_dn: Some("uid={},dc=f".into()),
        flavour: Choice::Openldap,
        ..LdapSettings::default()
    };
    let desk = Desk::open(settings, "turncoat", "any-Plm7xqRd").await;
    let (old, new) = (secret("any-Plm7xqRd"), secret("another-Plm7xqRd"));
    let intent = super::support::intent();
    let change = desk
        .directory
        .change_own_password(&desk.operator, &old, &new, &intent);
    let receipt = timeout(HANG, change).await.expect("no hang").expect("done");
    assert_eq!(receipt.steps, [(Step::PasswordSet, StepOutcome::Done)]);
    assert!(
        matches!(&receipt.proof, Proof::NotKnown(why) if why.contains("your password was changed, but signing in again")),
        "{receipt:?}"
    );
}

#[tokio::test]
#[ignore = "needs ldapjs: tests/run"]
async fn a_server_that_drops_the_line_after_the_operation_is_found_out() {
    let settings = LdapSettings {
        urls: vec![exported("HALLIGAN_LDAPJS")],
        plain_on_loopback: true,
        bases: vec!["dc=f".into()],
        login_dn: Some("uid={},dc=f".into()),
        flavour: Choice::Openldap,
        connect_timeout_ms: 1000,
        read_timeout_ms: 1000,
        write_timeout_ms: 1000,
        ..LdapSettings::default()
    };
    let desk = Desk::open(settings.clone(), "desk", "any-Plm7xqRd").await;
    let id = UserId("uid=u0,dc=f".into());
    for round in 0..6 {
        let told = timeout(HANG, desk.reset(&id, "Dropped-Plm7xqRd-1"))
            .await
            .expect("no hang");
        assert!(
            matches!(told, Err(DirectoryError::OutcomeUnknown(_))),
            "{told:?}"
        );
        let settled = timeout(HANG, desk.directory.settle(&desk.operator, &id, None)).await;
        match settled.expect("no hang").expect("it answers") {
            Settlement::Happened(_) => assert_eq!(round % 2, 0),
            Settlement::DidNotHappen(_) => assert_eq!(round % 2, 1),
            Settlement::StillUnknown(why) => panic!("{why}"),
        }
    }
    let directory = LdapDirectory::open(settings).await.expect("good settings");
    let busy = directory
        .sign_in("desk", &secret("busy"))
        .await
        .expect_err("busy");
    assert!(busy.to_string().contains("busy"), "{busy}");
    let slow = timeout(HANG, directory.sign_in("desk", &secret("slow")))
        .await
        .expect("no hang");
    assert!(
        matches!(slow, Err(DirectoryError::Unavailable { .. })),
        "{slow:?}"
    );
    let cut = halligan::directory::Query {
        text: "cut".into(),
        limit: 5,
        offset: 0,
        ..halligan::directory::Query::default()
    };
    let told = timeout(HANG, desk.directory.search(&desk.operator, &cut))
        .await
        .expect("no hang");
    assert!(told.is_err(), "half an answer is no answer: {told:?}");
}

impl OwnServer {
    /// The command line of the server's process.
    fn command(&self) -> Vec<String> {
        let pids = std::fs::read_to_string(self.directory.join("pids")).expect("pids");
        let pid = pids.split_whitespace().next().expect("a pid");
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).expect("running");
        let parts = line.split(|&b| b == 0).filter(|part| !part.is_empty());
        parts
            .map(|part| String::from_utf8_lossy(part).into_owned())
            .collect()
    }

    /// Starts it once more with the same files and ports. `tests/run` ends it by its pid.
    #[expect(clippy::zombie_processes, reason = "the server outlives this test")]
    fn again(&self, command: &[String]) {
        let child = Command::new(&command[0])
            .args(&command[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        std::fs::write(self.directory.join("pids"), child.id().to_string()).expect("kept");
    }
}

/// Who may only write sets must-change in a step of its own, which was never sent when the answer to
/// the first was lost.
#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn must_change_is_still_sent_once_a_lost_answer_is_settled() {
    let slapd = Slapd::start();
    let cutter = Cutter::before(&slapd.plain().replace("ldap://", "")).await;
    let settings = slapd_settings(&format!("ldap://{}", cutter.address), &slapd.ca());
    let desk = Desk::open(settings, "writer", "writer-Plm7xqRd").await;
    let (id, password) = (user("case7"), "Lost-Plm7xqRd-1");
    cutter.keep_answers_to(password.as_bytes());
    let told = timeout(HANG, desk.reset(&id, password)).await;
    let lost = told.expect("no hang").expect_err("no answer came");
    assert!(
        matches!(lost, DirectoryError::OutcomeUnknown(_)),
        "{lost:?}"
    );
    cutter.leave_alone();
    let settled = desk.directory.settle(&desk.operator, &id, None).await;
    assert!(
        matches!(settled, Ok(Settlement::Happened(_))),
        "{settled:?}"
    );
    let said = whoami(&slapd.url(), &slapd.ca(), &id.0, password);
    assert!(!said.text.contains("must be changed"), "not yet: {said:?}");
    let steps = desk
        .directory
        .complete_reset(&desk.operator, &id, true, true)
        .await
        .expect("completed");
    assert_eq!(
        steps,
        Some(vec![
            (Step::MustChange, StepOutcome::Done),
            (Step::Unlocked, StepOutcome::NotNeeded)
        ])
    );
    let said = whoami(&slapd.url(), &slapd.ca(), &id.0, password);
    assert!(said.text.contains("must be changed"), "{said:?}");
}
