//! The console dies between the write and its answer: the intent is found at the next start, and
//! what became of it is told by the directory, never by writing again.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use halligan::{
    audit::{AuditLog, AuditQuery, Kind, Outcome, Record},
    config::{Config, DirectoryKind, open_desk, open_store},
    desk::{Desk, ResetOrder, Session},
    directory::{Directory as _, ldap::settings::LdapSettings},
    receipt::Settlement,
    source::Source,
    store::Missing,
};
use jiff::Timestamp;

use super::{
    console::{Server, TYPED},
    cutter::Cutter,
    faults::{Slapd, user},
    support::secret,
};
use crate::support::acts::Acts as _;
use crate::support::pty::TempDir;
use crate::support::rounds::{drops, kills};

/// A proxy on a thread of its own, since a pseudo-terminal is waited for without a runtime.
fn proxy(server: &str) -> Cutter {
    let (sender, receiver) = mpsc::channel();
    let server = server.to_owned();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            sender.send(Cutter::before(&server).await).expect("taken");
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().expect("a proxy")
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn a_console_killed_before_the_answer_leaves_an_intent_that_is_found_and_settled() {
    let slapd = Slapd::start();
    let cutter = proxy(&slapd.plain().replace("ldap://", ""));
    let ldap = "plain_on_loopback = true\nbases = [\"dc=lab,dc=test\"]\n\
                login_dn = \"uid={},ou=operators,dc=lab,dc=test\"\n\
                default_policy = \"cn=default,ou=policies,dc=lab,dc=test\"\n";
    let server = |url: String| Server {
        url,
        ca: slapd.ca(),
        ldap,
        operator: "desk",
        operator_password: "desk-Plm7xqRd",
    };
    let home = TempDir::new();
    let through = server(format!("ldap://{}", cutter.address));
    let pty = through.console(&home);
    through.sign_in(&pty);
    super::console::open(&pty, "case7");
    pty.types(TYPED);
    pty.sees("to guess");
    // The password operation arrives, its answer does not.
    cutter.keep_answers_to(b"1.3.6.1.4.1.4203.1.11.1");
    pty.enter();
    pty.sees("Still saving: ");
    let deadline = Instant::now() + Duration::from_secs(20);
    while !slapd.signs_in("case7", TYPED) {
        assert!(Instant::now() < deadline, "the server did not get it");
        // A failed try a time would lock the account.
        slapd.forgets_failures("case7");
    }
    pty.signals("KILL");
    pty.ends();

    let direct = server(slapd.plain());
    let pty = direct.console_again(&home);
    direct.sign_in(&pty);
    pty.sees("1 change was begun without an outcome on record");
    pty.sees("password-reset for Case Number7 (case7) by Olive Desk");
    pty.quits();
    assert_eq!(pty.ends(), 0);

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let begun_at = format!("ldap://{}", cutter.address);
    runtime.block_on(settled(&home, &slapd, begun_at));
}

/// At the desk: the directory tells when and by whom the password was changed; the operator
/// compares and closes it.
///
/// Another server of the same configuration answers than the one at which it was begun.
async fn settled(home: &TempDir, slapd: &Slapd, begun_at: String) {
    let config = Config {
        directory: DirectoryKind::Ldap,
        store: home.path().join("store/halligan.db"),
        ldap: LdapSettings {
            plain_on_loopback: true,
            urls: vec![slapd.plain(), begun_at],
            ..slapd.settings()
        },
        ..Config::default()
    };
    let desk = open_desk(&config, Missing::Make).await.expect("a desk");
    let source = Source("test".into());
    let session = desk
        .sign_in("desk", &secret("desk-Plm7xqRd"), &source)
        .await
        .expect("signed in");
    let open = desk.open_intents(&session).await.expect("listed");
    assert_eq!(open.len(), 1);
    assert_eq!(
        open[0].event.target.as_ref().map(|target| &target.id),
        Some(&user("case7"))
    );
    let told = desk.settle(&session, &open[0], None).await.expect("asked");
    let Settlement::StillUnknown(what) = told else {
        // With more to compare with it may be told outright.
        assert!(matches!(told, Settlement::Happened(_)), "{told:?}");
        return;
    };
    assert!(what.contains("last changed"), "{what}");
    let looked = Some("the time fits");
    desk.settle(&session, &open[0], looked)
        .await
        .expect("closed");
    assert!(
        desk.open_intents(&session)
            .await
            .expect("listed")
            .is_empty()
    );
}

/// Tells the child which store to write, at which server, and which attempt it is.
const CHILD: &str = "HALLIGAN_LDAP_CRASH_TEST";

fn configured(store: &Path, url: &str, ca: &Path) -> Config {
    Config {
        directory: DirectoryKind::Ldap,
        store: store.to_owned(),
        ldap: super::faults::slapd_settings(url, ca),
        ..Config::default()
    }
}

async fn at_desk(config: &Config) -> (Desk, std::sync::Arc<Session>) {
    let desk = open_desk(config, Missing::Make).await.expect("a desk");
    let (password, source) = (secret("desk-Plm7xqRd"), Source("test".into()));
    let session = desk.sign_in("desk", &password, &source).await;
    (desk, session.expect("signed in"))
}

fn of_attempt(attempt: u32) -> String {
    format!("Copper kettle marmot {}", attempt + 100)
}

/// Not a test: what the next one starts and kills. Does nothing without its store.
#[tokio::test]
#[ignore = "is started by the test that kills it"]
async fn a_child_resets_a_password_at_the_directory() {
    let Ok(told) = env::var(CHILD) else { return };
    let [store, url, ca, attempt] = told.split('\n').collect::<Vec<_>>()[..] else {
        panic!("{told}")
    };
    let attempt: u32 = attempt.parse().unwrap();
    let config = configured(Path::new(store), url, Path::new(ca));
    let (desk, session) = at_desk(&config).await;
    let seen = desk.open_user(&session, &user("case7")).await.unwrap();
    // The directory dates a password to the second: within the one of the last change nothing
    // could be told by it.
    let last = seen.state.password.known().and_then(|it| it.changed_at);
    while last.is_some_and(|last| last.as_second() >= Timestamp::now().as_second()) {
        tokio::task::yield_now().await;
    }
    let mut out = std::io::stdout();
    writeln!(out, "\ntrying").unwrap();
    out.flush().unwrap();
    let order = ResetOrder {
        user: user("case7"),
        expected: None,
        password: secret(&of_attempt(attempt)),
        generated: false,
        must_change: true,
        unlock: true,
        reason: format!("attempt {attempt}"),
    };
    desk.reset(&session, order).await.unwrap();
    writeln!(out, "\ndone").unwrap();
    out.flush().unwrap();
    std::future::pending::<()>().await;
}

/// Starts the child, kills it some time after it has begun, and says whether it told the end.
/// Without a time it is let come to its end; how long that took is said too.
fn killed(told: &str, after: Option<Duration>) -> (bool, Duration) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "ldap::crash::a_child_resets_a_password_at_the_directory",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(CHILD, told)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line.trim() != "trying" {
        line.clear();
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "the child has ended");
    }
    let began = Instant::now();
    if let Some(after) = after {
        thread::sleep(after);
    } else {
        while line.trim() != "done" {
            line.clear();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "the child has ended");
        }
    }
    let whole = began.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    (
        out.lines().any(|line| line.unwrap().trim() == "done"),
        whole,
    )
}

fn of(records: &[Record], attempt: u32) -> impl Iterator<Item = &Record> {
    let reason = format!("attempt {attempt}");
    records.iter().filter(move |record| {
        record.event.kind == Kind::PasswordReset && record.event.reason.as_deref() == Some(&reason)
    })
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_console_killed_at_any_moment_over_ldap_loses_nothing_and_leaves_nothing_in_doubt() {
    let slapd = Slapd::start();
    let home = TempDir::new();
    let store = home.path().join("store/halligan.db");
    let (url, ca) = (slapd.url(), slapd.ca());
    let config = configured(&store, &url, &ca);
    let desk = super::support::Desk::open(config.ldap.clone(), "desk", "desk-Plm7xqRd").await;
    let first = desk.reset(&user("case7"), &of_attempt(0)).await;
    first.expect("the first password");
    let audit = AuditLog::new(open_store(&store).await.unwrap());
    let told = format!("{}\n{url}\n{}", store.display(), ca.display());
    // The moments are spread over as long as a change takes here, and a little longer.
    let (_, mut whole) = killed(&format!("{told}\n1"), None);
    let (mut in_force, mut open, mut happened) = (1, 0, 0);
    for attempt in 2..kills() + 2 {
        let after = whole.mul_f64(rand::random_range(0.0..1.3));
        let (done, _) = killed(&format!("{told}\n{attempt}"), Some(after));
        if done {
            whole -= whole / 25;
        } else {
            // The machine may have become slower since.
            whole += whole / 50;
        }
        let is_set = slapd.signs_in("case7", &of_attempt(attempt));
        if is_set {
            happened += 1;
            in_force = attempt;
        } else {
            assert!(
                slapd.signs_in("case7", &of_attempt(in_force)),
                "{attempt}: lost"
            );
        }
        let records = audit.list(AuditQuery::default()).await.unwrap();
        let intent = of(&records, attempt).find(|it| it.event.outcome == Outcome::Intent);
        let outcome = of(&records, attempt).find(|it| it.event.outcome != Outcome::Intent);
        assert!(
            !is_set || intent.is_some(),
            "{attempt}: set without a record"
        );
        assert!(
            !done || is_set && outcome.is_some(),
            "{attempt}: told and lost"
        );
        if let Some(outcome) = outcome {
            let told = outcome.event.outcome == Outcome::Done;
            assert_eq!(told, is_set, "{attempt}: {:?}", outcome.event.outcome);
        } else if let Some(intent) = intent {
            open += 1;
            let before = intent
                .event
                .target
                .as_ref()
                .and_then(|it| it.version.as_ref());
            let id = user("case7");
            let settled = desk.directory.settle(&desk.operator, &id, before);
            match settled.await.expect("the directory answers") {
                Settlement::Happened(how) => assert!(is_set, "{attempt}: {how}"),
                Settlement::DidNotHappen(how) => assert!(!is_set, "{attempt}: {how}"),
                Settlement::StillUnknown(how) => panic!("{attempt}: in doubt: {how}"),
            }
        }
    }
    println!(
        "{} kills, {open} with an open intent, {happened} had set the password",
        kills()
    );
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn a_line_that_drops_at_any_moment_over_ldap_leaves_a_change_with_its_outcome() {
    let slapd = Slapd::start();
    let server = Server {
        url: slapd.url(),
        ca: slapd.ca(),
        ldap: "bases = [\"dc=lab,dc=test\"]\n\
               login_dn = \"uid={},ou=operators,dc=lab,dc=test\"\n\
               default_policy = \"cn=default,ou=policies,dc=lab,dc=test\"\n",
        operator: "desk",
        operator_password: "desk-Plm7xqRd",
    };
    let home = TempDir::new();
    server.furnish(&home);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut known = 0;
    for (nth, moment) in (0..).zip(drops(Duration::from_millis(200))) {
        let login = format!("case{}", 5 + nth % 3);
        let pty = server.console_again(&home);
        server.sign_in(&pty);
        super::console::open(&pty, &login);
        pty.types(&of_attempt(nth));
        pty.sees("to guess");
        pty.sends("\r");
        // The moment at which the line drops is what is tried here, not a wait for the program.
        thread::sleep(moment);
        pty.closes();
        pty.ends();
        let records = runtime.block_on(async {
            let store = open_store(&home.path().join("store/halligan.db")).await;
            let audit = AuditLog::new(store.expect("opened"));
            audit.list(AuditQuery::default()).await.expect("listed")
        });
        let mut told: Vec<&Outcome> = records
            .iter()
            .filter(|record| record.sequence > known)
            .filter(|record| record.event.kind == Kind::PasswordReset)
            .map(|record| &record.event.outcome)
            .collect();
        told.reverse();
        known = records[0].sequence;
        let is_set = slapd.signs_in(&login, &of_attempt(nth));
        slapd.forgets_failures(&login);
        match told[..] {
            // What the terminal had not handed over when it went away was never asked for.
            [] => assert!(!is_set, "{moment:?}: set without a record"),
            [Outcome::Intent, Outcome::Done] => assert!(is_set, "{moment:?}: lost"),
            _ => panic!("{moment:?}: {told:?}"),
        }
    }
}

#[test]
#[ignore = "needs slapd: tests/run"]
fn a_line_that_drops_during_a_save_that_the_directory_does_not_answer_leaves_its_outcome() {
    let slapd = Slapd::start();
    let cutter = proxy(&slapd.plain().replace("ldap://", ""));
    let server = Server {
        url: format!("ldap://{}", cutter.address),
        ca: slapd.ca(),
        ldap: "plain_on_loopback = true\nbases = [\"dc=lab,dc=test\"]\n\
               login_dn = \"uid={},ou=operators,dc=lab,dc=test\"\n\
               default_policy = \"cn=default,ou=policies,dc=lab,dc=test\"\n\
               connect_timeout_ms = 1000\nread_timeout_ms = 1000\nwrite_timeout_ms = 3000\n",
        operator: "desk",
        operator_password: "desk-Plm7xqRd",
    };
    let home = TempDir::new();
    let pty = server.console(&home);
    server.sign_in(&pty);
    super::console::open(&pty, "case7");
    pty.types(TYPED);
    pty.sees("to guess");
    cutter.keep_answers_to(b"1.3.6.1.4.1.4203.1.11.1");
    pty.enter();
    pty.sees("Still saving: ");
    pty.closes();
    pty.ends();
    let store = home.path().join("store/halligan.db");
    let store = rusqlite::Connection::open(store).expect("opened");
    let mut told = store
        .prepare("SELECT kind || ' ' || body FROM audit ORDER BY seq")
        .expect("a question");
    let told: Vec<String> = told
        .query_map([], |row| row.get(0))
        .expect("asked")
        .map(|row| row.expect("a record"))
        .filter(|row: &String| row.starts_with("password-reset") || row.starts_with("connection"))
        .collect();
    assert!(told[0].contains("\"outcome\":\"intent\""), "{told:?}");
    assert!(
        told.iter()
            .any(|record| record.contains("\"outcome\":{\"unknown\"")),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|record| record.starts_with("connection-lost")),
        "{told:?}"
    );
}
