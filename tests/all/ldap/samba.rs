//! A Samba Active Directory domain controller.

use halligan::{
    directory::{Directory, DirectoryError, Total, ldap::settings::LdapSettings},
    operator::SignInRefusal,
    permission::Role,
    receipt::{Step, StepOutcome},
    user::{Fact, Verdict},
};
use jiff::Timestamp;

use super::{
    servers::{START, Server},
    support::{Desk, step},
};

const SERVER: Server = Server::Samba;

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_reset_without_unlock_leaves_the_lock_and_says_so() {
    let desk = SERVER.desk().await;
    SERVER.lock_by_failures("case1");
    let user = desk.user("case1").await;
    let receipt = desk
        .reset_with(&user.id, "Temp-Plm7xqRd-1", None, false, false)
        .await;
    let receipt = receipt.expect("reset");
    assert!(
        matches!(step(&receipt, Step::Unlocked), StepOutcome::NotOffered(why) if why.contains("STILL LOCKED")),
        "{receipt:?}"
    );
    assert!(
        SERVER
            .bind("case1", "Temp-Plm7xqRd-1")
            .text
            .contains("data 775"),
        "still locked"
    );
    let receipt = desk.unlock(&user.id).await.expect("unlocked");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::Done)]);
    SERVER.signs_in("case1", "Temp-Plm7xqRd-1");
    let receipt = desk.unlock(&user.id).await.expect("nothing to do");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::NotNeeded)]);
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_right_that_is_missing_for_one_step_leaves_the_other_steps_alone() {
    let half = SERVER.signed_in_as("halfdesk").await;
    SERVER.lock_by_failures("case4");
    let user = half.user("case4").await;
    let receipt = half
        .reset(&user.id, "Temp-Plm7xqRd-4")
        .await
        .expect("reset");
    assert_eq!(step(&receipt, Step::PasswordSet), &StepOutcome::Done);
    assert!(
        matches!(step(&receipt, Step::Unlocked), StepOutcome::Refused(why) if why.contains("lockoutTime")),
        "{receipt:?}"
    );
    assert!(!receipt.is_success());
    assert!(
        SERVER
            .bind("case4", "Temp-Plm7xqRd-4")
            .text
            .contains("data 775")
    );
    let reader = SERVER.signed_in_as("reader").await;
    let error = reader
        .reset(&user.id, "Temp-Plm7xqRd-5")
        .await
        .expect_err("no right at all");
    assert!(
        matches!(error, DirectoryError::Forbidden { .. }),
        "{error:?}"
    );
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn traps_are_announced_before_they_are_saved() {
    let desk = SERVER.desk().await;
    let never = desk.user("never").await;
    let warnings = desk.warnings(&never.id).await;
    assert!(
        warnings.iter().any(|w| w.contains("never expires")),
        "{warnings:?}"
    );
    let receipt = desk
        .reset(&never.id, "Temp-Plm7xqRd-6")
        .await
        .expect("reset");
    assert!(
        matches!(step(&receipt, Step::MustChange), StepOutcome::NotOffered(_)),
        "{receipt:?}"
    );
    SERVER.signs_in("never", "Temp-Plm7xqRd-6");

    let off = desk.user("off").await;
    assert_eq!(off.verdict(Timestamp::now()), Verdict::Disabled);
    let warnings = desk.warnings(&off.id).await;
    assert!(
        warnings.iter().any(|w| w.contains("disabled")),
        "{warnings:?}"
    );
    desk.reset(&off.id, "Temp-Plm7xqRd-7")
        .await
        .expect("reset all the same");
    assert!(
        SERVER
            .bind("off", "Temp-Plm7xqRd-7")
            .text
            .contains("data 533"),
        "still disabled"
    );
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn operators_sign_in_by_every_name_that_they_have() {
    for login in [
        "desk",
        "desk@lab.test",
        "LAB\\desk",
        "CN=desk,OU=Services,DC=lab,DC=test",
    ] {
        let desk = Desk::open(SERVER.settings(), login, "desk-Plm7xqRd1").await;
        assert_eq!(
            desk.operator.id.0, "CN=desk,OU=Services,DC=lab,DC=test",
            "{login}"
        );
        assert_eq!(desk.operator.login, "desk");
    }
    let reason = async |login: &str, password: &str| SERVER.refusal(login, password).await;
    assert_eq!(
        reason("reader", "wrong").await,
        SignInRefusal::WrongPassword
    );
    assert_eq!(reason("reader", "").await, SignInRefusal::UnknownUser);
    let nested = LdapSettings {
        default_role: Role::None,
        roles: [(
            "CN=Auditors,CN=Users,DC=lab,DC=test".to_owned(),
            Role::Auditor,
        )]
        .into(),
        ..SERVER.settings()
    };
    let desk = Desk::open(nested, "desk", "desk-Plm7xqRd1").await;
    assert_eq!(
        desk.operator.permissions,
        Role::Auditor.permissions(),
        "by a nested group"
    );
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn the_domains_rules_join_the_checklist_and_hidden_ones_are_said_to_be_hidden() {
    let desk = SERVER.desk().await;
    let user = desk.user("case8").await;
    let policy = desk
        .directory
        .password_policy(&desk.operator, &user.id)
        .await;
    let policy = policy.expect("read").expect("a policy");
    let labels: Vec<_> = policy
        .rules
        .iter()
        .map(|rule| rule.label.as_str())
        .collect();
    assert_eq!(labels[0], "at least 10 characters (directory)");
    assert!(labels[2].contains("last 5 passwords"), "{labels:?}");
    // Two UTF-16 units each.
    assert!(policy.rules[0].line("𝄞𝄞𝄞𝄞𝄞").refusal.is_none());
    assert!(policy.rules[0].line("𝄞𝄞𝄞𝄞").refusal.is_some());
    let remark = policy.remark.expect("said");
    assert!(remark.contains("not the history"), "{remark}");
    // A settings object (PSO) applies to this one, and the help desk may not read it.
    let strict = desk.user("strict").await;
    let policy = desk
        .directory
        .password_policy(&desk.operator, &strict.id)
        .await;
    let policy = policy.expect("asked").expect("there is one");
    assert!(policy.source.contains("CN=Suite"), "{policy:?}");
    assert!(policy.rules.is_empty(), "{policy:?}");
    assert!(policy.remark.expect("said").contains("may not read"));
    let error = desk.reset(&strict.id, "Sh0rt-1").await.expect_err("short");
    assert!(
        matches!(error, DirectoryError::PasswordRefused { .. }),
        "{error:?}"
    );
    // Policy hints that this server does not know are said to be of no use, and not sent.
    let hinting = Desk::open(
        LdapSettings {
            policy_hints: true,
            ..SERVER.settings()
        },
        "desk",
        "desk-Plm7xqRd1",
    )
    .await;
    let policy = hinting
        .directory
        .password_policy(&hinting.operator, &user.id)
        .await;
    let remark = policy.expect("read").expect("a policy").remark;
    assert!(remark.is_some_and(|said| said.contains("does not know the policy hints")));
    hinting
        .reset(&user.id, "Temp-Plm7xqRd-11")
        .await
        .expect("reset all the same");
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_thousand_users_are_searched_without_taking_more_than_asked_for() {
    let desk = SERVER.desk().await;
    let found = desk.find_some("people", 30).await;
    assert_eq!(found.rows.len(), 30);
    assert!(
        matches!(found.total, Total::MoreThan(n) if n >= 30),
        "{:?}",
        found.total
    );
    let found = desk.find("people77").await;
    assert_eq!(found.rows[0].login, "people77", "the exact ID first");
    assert!(matches!(found.rows[0].state.lock, Fact::Known(None)));
    let inside = desk.find("ople150").await;
    assert_eq!(inside.rows.len(), 1, "the middle of a field too");
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn an_account_that_has_ended_is_told_apart_from_a_wrong_password() {
    let desk = SERVER.desk().await;
    let user = desk.user("case11").await;
    SERVER.signs_in("case11", START);
    // 2001-01-01 as a FILETIME.
    SERVER.modify(&format!(
        "dn: {}\nchangetype: modify\nreplace: accountExpires\naccountExpires: 126227808000000000\n",
        user.id
    ));
    let seen = desk.user("case11").await;
    assert!(
        matches!(seen.verdict(Timestamp::now()), Verdict::AccountExpired(_)),
        "{:?}",
        seen.state
    );
    assert!(SERVER.bind("case11", START).text.contains("data 701"));
    assert_eq!(
        SERVER.refusal("case11", START).await,
        SignInRefusal::AccountEnded
    );
}
