//! One deadline over a whole act, and one connection for a whole command. The other time-outs of these
//! settings are longer than any test waits.

use std::time::Duration;

use halligan::directory::{
    Directory, DirectoryError,
    ldap::{
        LdapDirectory,
        settings::{LdapSettings, SearchAccount},
    },
};
use tokio::{net::TcpListener, time::timeout};

use super::{
    cutter::Cutter,
    faults::{Slapd, user},
    support::{Desk, secret},
};

const HANG: Duration = Duration::from_secs(20);
const TEN_MINUTES: u64 = 600_000;

fn patient(settings: LdapSettings) -> LdapSettings {
    LdapSettings {
        connect_timeout_ms: TEN_MINUTES,
        read_timeout_ms: TEN_MINUTES,
        write_timeout_ms: TEN_MINUTES,
        act_timeout_ms: 1500,
        ..settings
    }
}

#[tokio::test]
async fn servers_that_never_answer_cost_a_sign_in_the_time_of_one_act() {
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    }
    let url = |listener: &TcpListener| format!("ldap://{}", listener.local_addr().expect("bound"));
    let settings = patient(LdapSettings {
        urls: silent.iter().map(url).collect(),
        plain_on_loopback: true,
        login_dn: Some("uid={},dc=lab".into()),
        ..LdapSettings::default()
    });
    let sign_in = async {
        let directory = LdapDirectory::open(settings).await.expect("good settings");
        assert_eq!(directory.act_limit(), Some(Duration::from_millis(1500)));
        directory.sign_in("desk", &secret("Some-Plm7xqRd-1")).await
    };
    let told = timeout(HANG, sign_in).await.expect("no hang");
    let error = told.expect_err("nobody answers");
    assert!(
        matches!(error, DirectoryError::Unavailable { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("not asked any more"), "{error}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_server_that_stops_in_mid_session_costs_an_act_its_time_and_changes_nothing() {
    let slapd = Slapd::start();
    let desk = Desk::open(patient(slapd.settings()), "desk", "desk-Plm7xqRd").await;
    slapd.0.signal("-STOP");
    let told = timeout(HANG, desk.reset(&user("case2"), "Late-Plm7xqRd-1")).await;
    let error = told.expect("no hang").expect_err("stopped");
    assert!(
        matches!(error, DirectoryError::Unavailable { .. }),
        "{error:?}"
    );
    slapd.0.signal("-CONT");
    assert!(
        slapd.signs_in("case2", "Start-Plm7xqRd-1"),
        "nothing was changed"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_write_whose_answer_does_not_come_within_the_act_is_not_known() {
    let slapd = Slapd::start();
    let cutter = Cutter::before(&slapd.plain().replace("ldap://", "")).await;
    let settings = LdapSettings {
        urls: vec![format!("ldap://{}", cutter.address)],
        ..patient(slapd.settings())
    };
    let desk = Desk::open(settings, "desk", "desk-Plm7xqRd").await;
    cutter.keep_answers_to(b"Kept-Plm7xqRd-1");
    let told = timeout(HANG, desk.reset(&user("case3"), "Kept-Plm7xqRd-1")).await;
    let error = told.expect("no hang").expect_err("no answer");
    assert!(
        matches!(error, DirectoryError::OutcomeUnknown(_)),
        "{error:?}"
    );
    assert!(error.to_string().contains("time of the act"), "{error}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_command_needs_one_connection() {
    let slapd = Slapd::start();
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "reader-Plm7xqRd").expect("written");
    let account = SearchAccount {
        dn: "uid=reader,ou=operators,dc=lab,dc=test".into(),
        password_file: Some(file.path().to_owned()),
        password_command: Vec::new(),
    };
    for search_account in [None, Some(account)] {
        let cutter = Cutter::before(&slapd.plain().replace("ldap://", "")).await;
        let settings = LdapSettings {
            urls: vec![format!("ldap://{}", cutter.address)],
            search_account,
            ..slapd.settings()
        };
        let desk = Desk::open(settings, "desk", "desk-Plm7xqRd").await;
        let found = desk.user("case4").await;
        desk.reset(&found.id, "One-Plm7xqRd-1")
            .await
            .expect("reset");
        desk.directory.sign_out(&desk.operator).await;
        assert_eq!(cutter.connections(), 1);
    }
}
