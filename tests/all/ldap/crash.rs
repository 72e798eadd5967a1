//! The console dies between the write and its answer: the intent is found at the next start, and
//! what became of it is told by the directory, never by writing again.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use halligan::{
    config::{Config, DirectoryKind, open_desk},
    directory::ldap::settings::LdapSettings,
    receipt::Settlement,
    source::Source,
    store::Missing,
};

use super::{
    console::{Server, TYPED},
    cutter::Cutter,
    faults::{Slapd, user},
    support::secret,
};
use crate::support::acts::Acts as _;
use crate::support::pty::TempDir;

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
    pty.sees("Still saving: the directory has not answered yet.");
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
