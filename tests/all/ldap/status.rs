//! Enabling and disabling accounts, proved by reading back and by somebody else's sign-in.

use halligan::{
    directory::{
        Directory, DirectoryError, Support, UserChange,
        ldap::settings::{Choice, LdapSettings},
    },
    receipt::{Receipt, Step, StepOutcome},
    user::{Fact, User, Verdict},
};
use jiff::Timestamp;

use super::{
    servers::{START, Server},
    support::{Desk, intent},
};

async fn set(desk: &Desk, user: &User, active: bool) -> Result<Receipt, DirectoryError> {
    let change = UserChange {
        active: Some(active),
        ..UserChange::default()
    };
    let (operator, intent) = (&desk.operator, intent());
    desk.directory
        .change(operator, &user.id, &user.version, &change, &intent)
        .await
}

/// Disables and enables `login`; `refused` is part of what the server says of a disabled account.
async fn goes_out_and_in(server: Server, desk: &Desk, login: &str, refused: &str) {
    let user = desk.user(login).await;
    let receipt = set(desk, &user, false).await.expect("disabled");
    assert_eq!(receipt.steps, [(Step::Disabled, StepOutcome::Done)]);
    let user = desk.user(login).await;
    assert_eq!(user.verdict(Timestamp::now()), Verdict::Disabled);
    let said = server.bind(login, START);
    assert!(said.text.contains(refused), "{said:?}");
    let again = set(desk, &user, false).await.expect("nothing to do");
    assert_eq!(again.steps, [(Step::Disabled, StepOutcome::NotNeeded)]);
    let receipt = set(desk, &user, true).await.expect("enabled");
    assert_eq!(receipt.steps, [(Step::Enabled, StepOutcome::Done)]);
    server.signs_in(login, START);
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn samba_disables_and_enables_by_one_flag_and_leaves_the_others() {
    let desk = Server::Samba.signed_in_as("chief").await;
    goes_out_and_in(Server::Samba, &desk, "more19", "data 533").await;
    // "Password never expires" stays.
    let user = desk.user("never2").await;
    set(&desk, &user, false).await.expect("disabled");
    let user = desk.user("never2").await;
    set(&desk, &user, true).await.expect("enabled");
    let warnings = desk.warnings(&user.id).await;
    assert!(
        warnings.iter().any(|it| it.contains("never expires")),
        "{warnings:?}"
    );
    // A flag that somebody else has set since the account was read stays too.
    let user = desk.user("more18").await;
    set(&desk, &user, false).await.expect("disabled");
    let stale = set(&desk, &user, true).await;
    assert!(
        matches!(stale, Err(DirectoryError::Conflict { .. })),
        "{stale:?}"
    );
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn samba_refuses_whoever_may_only_reset_and_says_so() {
    let desk = Server::Samba.desk().await;
    let user = desk.user("more17").await;
    let refused = set(&desk, &user, false).await.expect_err("no right");
    assert!(
        matches!(&refused, DirectoryError::Forbidden { message, .. } if message.contains("enable or disable")),
        "{refused:?}"
    );
    Server::Samba.signs_in("more17", START);
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn ds389_disables_and_enables_by_its_own_switch() {
    let desk = Server::Ds389.signed_in_as("chief").await;
    goes_out_and_in(Server::Ds389, &desk, "more19", "inactivated").await;
    let reader = Server::Ds389.desk().await;
    let user = reader.user("more18").await;
    let refused = set(&reader, &user, false).await.expect_err("no right");
    assert!(
        matches!(&refused, DirectoryError::Forbidden { .. }),
        "{refused:?}"
    );
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn freeipa_enables_whom_it_disabled_and_leaves_the_deleted_to_its_own_tools() {
    let settings = LdapSettings {
        flavour: Choice::FreeIpa,
        login_dn: None,
        ..Server::Ds389.settings()
    };
    let desk = Desk::open(settings, "helper", START).await;
    let user = desk.user("ipaoff2").await;
    assert_eq!(user.verdict(Timestamp::now()), Verdict::Disabled);
    let receipt = set(&desk, &user, true).await.expect("enabled");
    assert_eq!(receipt.steps, [(Step::Enabled, StepOutcome::Done)]);
    let whoami = Server::Ds389.bind_as(&user.id.0, START);
    assert_eq!(whoami.code, 0, "{whoami:?}");
    let gone = desk.user("ipagone").await;
    let refused = set(&desk, &gone, true).await.expect_err("preserved");
    assert!(refused.to_string().contains("ipa user-undel"), "{refused}");
    // Not beside another change either.
    let mut change = UserChange {
        active: Some(true),
        ..UserChange::default()
    };
    change.details.job_title = Some("Captain".into());
    let (operator, intent) = (&desk.operator, intent());
    let refused = desk
        .directory
        .change(operator, &gone.id, &gone.version, &change, &intent)
        .await
        .expect_err("preserved");
    assert!(refused.to_string().contains("ipa user-undel"), "{refused}");
}

/// An administrator's lock is none: every reset takes it off, so it keeps nobody out for good.
#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn openldap_has_no_switch_and_says_what_there_is_instead() {
    let desk = Server::OpenLdap.signed_in_as("chief").await;
    let status = desk.directory.capabilities().status;
    assert!(
        matches!(&status, Support::No(why) if why.contains("pwdAccountLockedTime")),
        "{status:?}"
    );
    let user = desk.user("more19").await;
    let refused = set(&desk, &user, false).await;
    assert!(
        matches!(refused, Err(DirectoryError::NotOffered(_))),
        "{refused:?}"
    );
    Server::OpenLdap.signs_in("more19", START);
}

async fn ask_for_a_change(desk: &Desk, user: &User) -> Result<Receipt, DirectoryError> {
    let change = UserChange {
        must_change: true,
        ..UserChange::default()
    };
    let (operator, intent) = (&desk.operator, intent());
    desk.directory
        .change(operator, &user.id, &user.version, &change, &intent)
        .await
}

/// Asks `login` for another password, and leaves the one in force.
async fn must_change_comes_alone(server: Server, desk: &Desk, login: &str) {
    assert!(desk.directory.capabilities().must_change_alone.is_yes());
    let user = desk.user(login).await;
    let receipt = ask_for_a_change(desk, &user).await.expect("set");
    assert_eq!(receipt.steps, [(Step::MustChange, StepOutcome::Done)]);
    let now = desk.user(login).await;
    assert_eq!(now.state.must_change, Fact::Known(true));
    assert_ne!(now.version, user.version);
    let again = ask_for_a_change(desk, &now).await.expect("nothing to do");
    assert_eq!(again.steps, [(Step::MustChange, StepOutcome::NotNeeded)]);
    let stale = ask_for_a_change(desk, &user).await;
    assert!(
        matches!(stale, Err(DirectoryError::Conflict { .. })),
        "{stale:?}"
    );
    let said = server.bind(login, START);
    let is_in_force = ["must be changed", "data 773", "not supported"];
    assert!(
        said.code == 0 || is_in_force.iter().any(|text| said.text.contains(text)),
        "the password is the same: {said:?}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn openldap_asks_for_another_password_without_setting_one() {
    let desk = Server::OpenLdap.signed_in_as("chief").await;
    must_change_comes_alone(Server::OpenLdap, &desk, "more11").await;
    let reader = Server::OpenLdap.signed_in_as("reader").await;
    let user = reader.user("more19").await;
    let receipt = ask_for_a_change(&reader, &user).await.expect("a receipt");
    assert!(
        matches!(&receipt.steps[..], [(Step::MustChange, StepOutcome::Refused(why))] if why.contains("does not let you set must-change")),
        "{receipt:?}"
    );
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn samba_asks_for_another_password_without_setting_one() {
    let desk = Server::Samba.signed_in_as("chief").await;
    must_change_comes_alone(Server::Samba, &desk, "more16").await;
    let never = desk.user("never2").await;
    let refused = ask_for_a_change(&desk, &never).await;
    assert!(
        matches!(&refused, Err(DirectoryError::NotOffered(why)) if why.contains("never expires")),
        "{refused:?}"
    );
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn ds389_asks_for_another_password_with_a_reset_only_and_says_so() {
    let desk = Server::Ds389.signed_in_as("chief").await;
    assert!(!desk.directory.capabilities().must_change_alone.is_yes());
    let user = desk.user("more17").await;
    let refused = ask_for_a_change(&desk, &user).await;
    assert!(
        matches!(refused, Err(DirectoryError::NotOffered(_))),
        "{refused:?}"
    );
}
