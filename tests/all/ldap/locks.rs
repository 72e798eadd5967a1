//! What an unlock leaves behind, what a reset leaves locked, and what a check may tell of it. At the
//! end of each story OpenLDAP's own tool signs in as the user.

use halligan::{
    directory::DirectoryError,
    receipt::{Proof, Step, StepOutcome},
    user::{Fact, Verdict},
};
use jiff::Timestamp;

use super::{
    faults::user,
    own_server::OwnServer,
    servers::{START, Server},
    support::{Desk, step, whoami},
};

/// One typing error of the user.
#[track_caller]
fn mistypes(server: Server, login: &str) {
    assert_ne!(server.bind(login, "wrong").code, 0);
}

async fn an_unlock_takes_the_failures_away(server: Server, operator: &str, login: &str) {
    let desk = server.signed_in_as(operator).await;
    server.lock_by_failures(login);
    let id = desk.user(login).await.id;
    let receipt = desk.unlock(&id).await.expect("unlocked");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::Done)]);
    let words = "unlocked; 0 of 3 failures left".to_owned();
    assert_eq!(receipt.proof, Proof::ReadBack(words), "{operator}");
    assert_eq!(desk.user(login).await.state.failures_left, Fact::Known(3));
    // With the old failures left behind, the first of these would lock again.
    mistypes(server, login);
    mistypes(server, login);
    let left = desk.user(login).await.state.failures_left;
    assert_eq!(left, Fact::Known(1), "{operator}");
    server.signs_in(login, START);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_unlock_at_openldap_takes_the_failures_away_with_manage_and_with_write() {
    an_unlock_takes_the_failures_away(Server::OpenLdap, "desk", "more0").await;
    an_unlock_takes_the_failures_away(Server::OpenLdap, "writer", "more1").await;
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn an_unlock_at_389_takes_the_failures_away() {
    an_unlock_takes_the_failures_away(Server::Ds389, "desk", "more0").await;
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn an_unlock_at_samba_takes_the_failures_away() {
    an_unlock_takes_the_failures_away(Server::Samba, "desk", "more0").await;
}

async fn failures_short_of_a_lock_are_taken_away_too(server: Server, operator: &str, login: &str) {
    let desk = server.signed_in_as(operator).await;
    mistypes(server, login);
    mistypes(server, login);
    let id = desk.user(login).await.id;
    let receipt = desk.unlock(&id).await.expect("cleared");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::Done)]);
    mistypes(server, login);
    mistypes(server, login);
    server.signs_in(login, START);
    let receipt = desk.unlock(&id).await.expect("nothing to do");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::NotNeeded)]);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn at_openldap_failures_short_of_a_lock_are_taken_away_too() {
    failures_short_of_a_lock_are_taken_away_too(Server::OpenLdap, "desk", "more2").await;
    failures_short_of_a_lock_are_taken_away_too(Server::OpenLdap, "writer", "more3").await;
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn at_389_failures_short_of_a_lock_are_taken_away_too() {
    failures_short_of_a_lock_are_taken_away_too(Server::Ds389, "desk", "more1").await;
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn at_samba_failures_short_of_a_lock_are_taken_away_too() {
    failures_short_of_a_lock_are_taken_away_too(Server::Samba, "desk", "more1").await;
}

/// No lock was seen before the write, and one more typing error would have made one.
#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_reset_with_unlock_takes_failures_short_of_a_lock_away_too() {
    let desk = Server::Samba.desk().await;
    mistypes(Server::Samba, "more14");
    mistypes(Server::Samba, "more14");
    let id = desk.user("more14").await.id;
    let receipt = desk.reset_with(&id, "Temp-Plm7xqRd-14", None, false, true);
    receipt.await.expect("reset");
    mistypes(Server::Samba, "more14");
    mistypes(Server::Samba, "more14");
    let said = Server::Samba.bind("more14", "Temp-Plm7xqRd-14");
    assert!(!said.text.contains("data 775"), "locked: {said:?}");
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_reset_that_leaves_the_lock_on_says_still_locked_and_is_no_success() {
    let server = Server::Samba;
    let desk = server.desk().await;
    server.lock_by_failures("more2");
    let id = desk.user("more2").await.id;
    let receipt = desk
        .reset_with(&id, "Temp-Plm7xqRd-1", None, true, false)
        .await
        .expect("reset");
    assert!(
        matches!(step(&receipt, Step::Unlocked), StepOutcome::NotOffered(why) if why.contains("STILL LOCKED")),
        "{receipt:?}"
    );
    assert!(!receipt.is_success());
    let said = server.bind("more2", "Temp-Plm7xqRd-1");
    assert!(said.text.contains("data 775"), "{said:?}");
    let receipt = desk.reset(&id, "Temp-Plm7xqRd-2").await.expect("reset");
    assert_eq!(step(&receipt, Step::Unlocked), &StepOutcome::Done);
    server.must_change(&server.name("more2"), "Temp-Plm7xqRd-2");
}

/// The directory says nothing of the password, so neither do we; and nothing was counted.
async fn a_check_of_a_locked_account_is_not_known(server: Server, login: &str) {
    let desk = server.desk().await;
    server.lock_by_failures(login);
    let id = desk.user(login).await.id;
    for password in [START, "wrong"] {
        let error = desk.check(&id, password).await.expect_err("not told");
        let DirectoryError::PasswordNotChecked { why, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(why.contains("locked"), "{why}");
    }
    desk.unlock(&id).await.expect("unlocked");
    assert!(desk.check(&id, START).await.expect("told").signs_in);
    let wrong = desk.check(&id, "wrong").await.expect("told");
    assert!(!wrong.matches);
    let remark = wrong.remark.expect("what it cost");
    assert!(remark.contains("1 of 3 failures left"), "{remark}");
    server.signs_in(login, START);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_check_of_a_locked_account_at_openldap_is_not_known() {
    a_check_of_a_locked_account_is_not_known(Server::OpenLdap, "more4").await;
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn a_check_of_a_locked_account_at_389_is_not_known() {
    a_check_of_a_locked_account_is_not_known(Server::Ds389, "more2").await;
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_check_of_a_locked_account_at_samba_is_not_known() {
    a_check_of_a_locked_account_is_not_known(Server::Samba, "more3").await;
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn who_may_not_see_a_lock_is_not_told_that_a_password_is_wrong() {
    let blind = Server::OpenLdap.signed_in_as("blind").await;
    let id = blind.user("more5").await.id;
    let error = blind.check(&id, "wrong").await.expect_err("not told");
    assert!(
        matches!(&error, DirectoryError::PasswordNotChecked { why, .. } if why.contains("pwdAccountLockedTime")),
        "{error:?}"
    );
    assert!(blind.check(&id, START).await.expect("told").matches);
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_disabled_account_at_samba_tells_of_the_right_password_only() {
    let desk = Server::Samba.desk().await;
    let id = desk.user("off2").await.id;
    let right = desk.check(&id, START).await.expect("told");
    assert!(right.matches && !right.signs_in, "{right:?}");
    let wrong = desk.check(&id, "wrong").await.expect_err("not told");
    assert!(
        matches!(wrong, DirectoryError::PasswordNotChecked { .. }),
        "{wrong:?}"
    );
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn a_disabled_account_at_389_tells_nothing_of_a_password() {
    let server = Server::Ds389;
    let desk = server.desk().await;
    let id = server.user_dn("more3");
    server.modify(&format!(
        "dn: {id}\nchangetype: modify\nreplace: nsAccountLock\nnsAccountLock: true\n"
    ));
    let error = desk.check(&id, START).await.expect_err("not told");
    assert!(
        matches!(&error, DirectoryError::PasswordNotChecked { why, .. } if why.contains("disabled")),
        "{error:?}"
    );
}

/// With `olcPPolicyUseLockout: FALSE` a locked user is refused as if the password were wrong.
#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_server_that_hides_its_locks_from_users_is_unlocked_and_checked_all_the_same() {
    let own = OwnServer::start("slapd", &["5", "0", "FALSE"]);
    let (url, ca) = (
        own.exported("HALLIGAN_SLAPD"),
        own.directory.join("pki/ca.crt"),
    );
    let settings = halligan::directory::ldap::settings::LdapSettings {
        urls: vec![url.clone()],
        ca_file: Some(ca.clone()),
        ..Server::OpenLdap.settings()
    };
    let id = user("case0");
    let bind = |password: &str| whoami(&url, &ca, &id.0, password);
    for operator in ["desk", "writer"] {
        let password = format!("{operator}-Plm7xqRd");
        let desk = Desk::open(settings.clone(), operator, &password).await;
        for _ in 0..3 {
            bind("wrong");
        }
        let said = bind(START);
        assert!(said.code == 49 && !said.text.contains("locked"), "{said:?}");
        let seen = desk.user("case0").await;
        assert!(
            matches!(seen.verdict(Timestamp::now()), Verdict::Locked { .. }),
            "{:?}",
            seen.state
        );
        let error = desk.check(&id, START).await.expect_err("not told");
        assert!(matches!(error, DirectoryError::PasswordNotChecked { .. }));
        let receipt = desk.unlock(&id).await.expect("unlocked");
        let words = "unlocked; 0 of 3 failures left".to_owned();
        assert_eq!(receipt.proof, Proof::ReadBack(words));
        bind("wrong");
        bind("wrong");
        assert_eq!(bind(START).code, 0, "{operator}");
    }
}
