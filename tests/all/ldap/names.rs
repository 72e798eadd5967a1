//! Who is shown by which name, found by which spelling, and who is no user at all.

use halligan::{
    directory::{Directory, DirectoryError, ldap::settings::LdapSettings},
    receipt::Step,
    user::{Fact, UserId, Verdict},
};
use jiff::{SignedDuration, Timestamp};

use super::{
    servers::Server,
    support::{Desk, step},
};

async fn finds(desk: &Desk, texts: &[&str], login: &str) {
    for text in texts {
        let found = desk.find(text).await;
        let logins: Vec<_> = found.rows.iter().map(|user| user.login.as_str()).collect();
        assert_eq!(logins, [login], "{text}: {:?}", found.remark);
    }
}

async fn marks_and_apostrophes_do_not_hide_anybody(
    server: Server,
    marked: &str,
    printed: [&str; 2],
) {
    let desk = server.desk().await;
    let marks = [
        "Müllenbach",
        "müllen",
        "muellenbach",
        "mullenbach",
        "mullen",
        "jorg mullenb",
    ];
    finds(&desk, &marks, marked).await;
    for text in ["o'halloran", "o\u{2019}halloran"] {
        let found = desk.find(text).await;
        let mut logins: Vec<_> = found.rows.iter().map(|user| user.login.as_str()).collect();
        logins.sort_unstable();
        assert_eq!(logins, printed, "{text}");
    }
    finds(&desk, &["pat o'halloran"], printed[0]).await;
    assert!(!desk.find("ohalloran").await.rows.is_empty());
    assert!(
        desk.find("mollenbach").await.rows.is_empty(),
        "another name"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn at_openldap_marks_and_apostrophes_do_not_hide_anybody() {
    let server = Server::OpenLdap;
    marks_and_apostrophes_do_not_hide_anybody(server, "name1", ["name3", "name4"]).await;
    let desk = server.desk().await;
    finds(&desk, &["dvoracek", "dvořáček", "jiri dvoracek"], "name2").await;
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn at_389_marks_and_apostrophes_do_not_hide_anybody() {
    marks_and_apostrophes_do_not_hide_anybody(Server::Ds389, "name0", ["name1", "name2"]).await;
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn at_samba_marks_and_apostrophes_do_not_hide_anybody() {
    marks_and_apostrophes_do_not_hide_anybody(Server::Samba, "name0", ["name1", "name2"]).await;
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_whole_name_is_shown_though_there_is_no_given_name() {
    let desk = Server::OpenLdap.desk().await;
    assert_eq!(desk.user("name0").await.name(), "John Quarles");
    assert_eq!(desk.find("quarles").await.rows[0].name(), "John Quarles");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_end_by_shadow_expire_and_a_missing_password_are_seen() {
    let server = Server::OpenLdap;
    let desk = server.desk().await;
    let now = Timestamp::now();
    let shadow = desk.user("shadow").await;
    let end = "2024-10-04T00:00:00Z".parse().expect("a timestamp");
    assert_eq!(shadow.verdict(now), Verdict::AccountExpired(end));
    let warnings = desk.warnings(&shadow.id).await;
    assert!(
        warnings
            .iter()
            .any(|told| told.contains("ended 2024-10-04"))
    );
    for user in [
        desk.user("nopassword").await,
        desk.find("nopassword").await.rows.remove(0),
    ] {
        assert_eq!(user.verdict(now), Verdict::NoPassword, "{:?}", user.state);
    }
    // Who may not ask is told that it is not shown, and nothing else.
    let writer = server.signed_in_as("writer").await;
    let hidden = writer.user("nopassword").await;
    assert_eq!(hidden.state.password, Fact::NotOffered);
    assert_eq!(hidden.verdict(now), Verdict::PasswordNotShown);
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn at_389_a_missing_password_is_seen() {
    let desk = Server::Ds389.desk().await;
    let user = desk.user("nopassword").await;
    assert_eq!(user.verdict(Timestamp::now()), Verdict::NoPassword);
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn the_domains_own_accounts_are_neither_listed_nor_touched() {
    let server = Server::Samba;
    let machine = "CN=desktop1,CN=Computers,DC=lab,DC=test";
    let everybody = LdapSettings {
        user_filter: "(objectClass=user)".into(),
        ..server.settings()
    };
    let password = server.password_of("chief");
    for settings in [server.settings(), everybody] {
        let chief = Desk::open(settings, "chief", &password).await;
        for text in ["krbtgt", "desktop1"] {
            let found = chief.find(text).await;
            assert!(found.rows.is_empty(), "{text}: {:?}", found.rows);
        }
        for dn in ["CN=krbtgt,CN=Users,DC=lab,DC=test", machine] {
            let id = UserId(dn.into());
            let told = [
                chief.reset(&id, "Temp-Plm7xqRd-1").await.map(drop),
                chief.unlock(&id).await.map(drop),
                chief.check(&id, "wrong").await.map(drop),
                chief.directory.user(&chief.operator, &id).await.map(drop),
            ];
            for answer in told {
                assert!(
                    matches!(answer, Err(DirectoryError::NotOffered(_))),
                    "{dn}: {answer:?}"
                );
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_list_tells_the_lock_by_the_settings_object_that_applies() {
    let server = Server::Samba;
    let chief = server.signed_in_as("chief").await;
    let lasts = |user: &halligan::user::User| {
        let Fact::Known(Some(lock)) = &user.state.lock else {
            panic!("{:?}", user.state)
        };
        let (since, until) = (lock.since.expect("since"), lock.until.expect("until"));
        until.duration_since(since)
    };
    for _ in 0..3 {
        assert_ne!(server.bind("strict2", "wrong").code, 0);
    }
    server.lock_by_failures("more4");
    let row = chief.find("strict2").await.rows.remove(0);
    assert_eq!(lasts(&row), SignedDuration::from_mins(60), "the object's");
    assert_eq!(row.state.failures_left, Fact::Known(0));
    assert_eq!(
        lasts(&chief.user("strict2").await),
        SignedDuration::from_mins(60)
    );
    let row = chief.find("more4").await.rows.remove(0);
    assert_eq!(lasts(&row), SignedDuration::from_mins(30), "the domain's");
    let receipt = chief
        .reset(&chief.user("strict2").await.id, "Temp-Plm7xqRd-12")
        .await;
    let receipt = receipt.expect("reset");
    assert_eq!(
        step(&receipt, Step::Unlocked),
        &halligan::receipt::StepOutcome::Done
    );
}
