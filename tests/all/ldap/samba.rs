//! A Samba Active Directory domain controller.

use std::path::{Path, PathBuf};

use halligan::{
    directory::{
        Directory, DirectoryError, Total,
        ldap::{LdapDirectory, settings::LdapSettings},
    },
    operator::SignInRefusal,
    permission::Role,
    receipt::{Proof, Step, StepOutcome},
    user::{Fact, UserId, Verdict},
};
use jiff::Timestamp;

use super::support::{
    Desk, Said, exported, intent, refuses_wrong_certificates, secret, step, tool, whoami,
};

fn pki(name: &str) -> PathBuf {
    Path::new(&exported("HALLIGAN_SAMBA_DIR"))
        .join("pki")
        .join(name)
}

fn settings() -> LdapSettings {
    LdapSettings {
        urls: vec![exported("HALLIGAN_SAMBA")],
        ca_file: Some(pki("ca.crt")),
        ..LdapSettings::default()
    }
}

async fn desk() -> Desk {
    Desk::open(settings(), "desk", "desk-Passw0rd1").await
}

/// Binds as the user with OpenLDAP's own tool. Samba has no "who am I?", so `ldapwhoami` ends with
/// a protocol error (2) after a good bind.
fn bind(login: &str, password: &str) -> Said {
    let name = format!("{login}@lab.test");
    whoami(&exported("HALLIGAN_SAMBA"), &pki("ca.crt"), &name, password)
}

fn assert_must_change(login: &str, password: &str) {
    let said = bind(login, password);
    assert!(
        said.code == 49 && said.text.contains("data 773"),
        "{login}: {said:?}"
    );
}

fn assert_signs_in(login: &str, password: &str) {
    let said = bind(login, password);
    assert!(said.text.contains("not supported"), "{login}: {said:?}");
}

/// Changes an entry as an administrator of the domain.
fn modify(ldif: &str) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut file, b"chief-Passw0rd1").expect("written");
    let path = file.path().to_string_lossy().into_owned();
    let url = exported("HALLIGAN_SAMBA");
    let arguments = ["-x", "-H", &url, "-D", "chief@lab.test", "-y", &path];
    let said = tool("ldapmodify", &pki("ca.crt"), &arguments, ldif);
    assert_eq!(said.code, 0, "{}", said.text);
}

fn lock_by_failures(login: &str) {
    for _ in 0..3 {
        assert!(bind(login, "wrong").text.contains("data 52e"));
    }
    assert!(bind(login, "Start-Passw0rd-1").text.contains("data 775"));
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn one_modify_sets_the_password_must_change_and_takes_the_lock_off() {
    let desk = desk().await;
    assert_signs_in("case0", "Start-Passw0rd-1");
    lock_by_failures("case0");
    let user = desk.user("case0").await;
    assert_eq!(user.email, "case0@lab.test");
    let Verdict::Locked { lock, .. } = user.verdict(Timestamp::now()) else {
        panic!("{:?}", user.state)
    };
    assert_eq!(lock.failures, Some(3));
    assert!(
        lock.since < lock.until,
        "the domain's duration is known: {lock:?}"
    );
    let row = desk.find("case0").await.rows.remove(0);
    assert_eq!(
        row.verdict(Timestamp::now()).words(),
        "locked",
        "the list says so too"
    );

    let receipt = desk
        .reset(&user.id, "Temp-Passw0rd-0")
        .await
        .expect("reset");
    assert!(receipt.is_success(), "{receipt:?}");
    for each in [Step::PasswordSet, Step::MustChange, Step::Unlocked] {
        assert_eq!(step(&receipt, each), &StepOutcome::Done);
    }
    assert!(matches!(&receipt.proof, Proof::Proved(how) if how.contains("key version")));
    assert_must_change("case0", "Temp-Passw0rd-0");
    let user = desk.user("case0").await;
    assert_eq!(user.verdict(Timestamp::now()), Verdict::MustChange);
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_reset_without_unlock_leaves_the_lock_and_says_nothing_else() {
    let desk = desk().await;
    lock_by_failures("case1");
    let user = desk.user("case1").await;
    let receipt = desk
        .reset_with(&user.id, "Temp-Passw0rd-1", None, false, false)
        .await;
    let receipt = receipt.expect("reset");
    assert_eq!(step(&receipt, Step::Unlocked), &StepOutcome::NotNeeded);
    assert!(
        bind("case1", "Temp-Passw0rd-1").text.contains("data 775"),
        "still locked"
    );
    let receipt = desk.unlock(&user.id).await.expect("unlocked");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::Done)]);
    assert_signs_in("case1", "Temp-Passw0rd-1");
    let receipt = desk.unlock(&user.id).await.expect("nothing to do");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::NotNeeded)]);
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn the_rules_of_the_domain_refuse_by_name_and_change_nothing() {
    let desk = desk().await;
    let user = desk.user("case2").await;
    for (password, rule) in [
        ("Sh0rt-1", "directory_too_short"),
        ("only lower case here", "directory_complexity"),
    ] {
        let error = desk.reset(&user.id, password).await.expect_err("refused");
        let DirectoryError::PasswordRefused { refusal, raw } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(refusal.rule, rule, "{refusal:?}");
        assert!(raw.as_deref().is_some_and(|raw| raw.contains("0000052D")));
        assert_eq!(error.changed(), "Nothing was changed.");
    }
    assert_signs_in("case2", "Start-Passw0rd-1");
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_delegated_help_desk_may_not_reset_an_administrator() {
    let desk = desk().await;
    let administrator = UserId("CN=Administrator,CN=Users,DC=lab,DC=test".into());
    let error = desk
        .reset(&administrator, "Temp-Passw0rd-3")
        .await
        .expect_err("no right");
    assert!(
        matches!(error, DirectoryError::Forbidden { .. }),
        "{error:?}"
    );
    assert_eq!(error.changed(), "Nothing was changed.");
    let chief = Desk::open(settings(), "LAB\\chief", "chief-Passw0rd1").await;
    let protected = chief.user("admin2").await;
    let warnings = chief
        .directory
        .warnings(&chief.operator, &protected.id, true)
        .await;
    assert!(
        warnings
            .expect("read")
            .iter()
            .any(|w| w.contains("adminCount=1"))
    );
    chief
        .reset(&protected.id, "Temp-Passw0rd-3")
        .await
        .expect("the chief may");
    assert_must_change("admin2", "Temp-Passw0rd-3");
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_right_that_is_missing_for_one_step_leaves_the_other_steps_alone() {
    let half = Desk::open(settings(), "halfdesk", "halfdesk-Passw0rd1").await;
    lock_by_failures("case4");
    let user = half.user("case4").await;
    let receipt = half
        .reset(&user.id, "Temp-Passw0rd-4")
        .await
        .expect("reset");
    assert_eq!(step(&receipt, Step::PasswordSet), &StepOutcome::Done);
    assert!(
        matches!(step(&receipt, Step::Unlocked), StepOutcome::Refused(why) if why.contains("lockoutTime")),
        "{receipt:?}"
    );
    assert!(!receipt.is_success());
    assert!(bind("case4", "Temp-Passw0rd-4").text.contains("data 775"));
    let reader = Desk::open(settings(), "reader", "reader-Passw0rd1").await;
    let error = reader
        .reset(&user.id, "Temp-Passw0rd-5")
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
    let desk = desk().await;
    let never = desk.user("never").await;
    let warnings = desk
        .directory
        .warnings(&desk.operator, &never.id, true)
        .await
        .expect("read");
    assert!(
        warnings.iter().any(|w| w.contains("never expires")),
        "{warnings:?}"
    );
    let receipt = desk
        .reset(&never.id, "Temp-Passw0rd-6")
        .await
        .expect("reset");
    assert!(
        matches!(step(&receipt, Step::MustChange), StepOutcome::NotOffered(_)),
        "{receipt:?}"
    );
    assert_signs_in("never", "Temp-Passw0rd-6");

    let off = desk.user("off").await;
    assert_eq!(off.verdict(Timestamp::now()), Verdict::Disabled);
    let warnings = desk
        .directory
        .warnings(&desk.operator, &off.id, true)
        .await
        .expect("read");
    assert!(
        warnings.iter().any(|w| w.contains("disabled")),
        "{warnings:?}"
    );
    desk.reset(&off.id, "Temp-Passw0rd-7")
        .await
        .expect("reset all the same");
    assert!(
        bind("off", "Temp-Passw0rd-7").text.contains("data 533"),
        "still disabled"
    );
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn unicode_passwords_arrive_as_they_were_typed() {
    let desk = desk().await;
    for (login, password) in [("case5", "Пароль-Ünï-9-€"), ("case6", "Clef-𝄞-and-👩‍🚒-9")]
    {
        let user = desk.user(login).await;
        desk.reset_with(&user.id, password, None, false, false)
            .await
            .expect("reset");
        assert_signs_in(login, password);
    }
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn names_with_every_special_character_are_found_and_reset() {
    let desk = desk().await;
    for (number, name) in [
        "st*r",
        "par(en)s",
        "back\\slash",
        "com,ma",
        "pl+us",
        "quo\"te",
        "an<gle>",
        "se;mi",
        "#hash",
        "e=quals",
        "Zoë",
        "𝄞clef",
        "sla/sh",
    ]
    .into_iter()
    .enumerate()
    {
        let login = format!("odd{number}");
        let found = desk.find(name).await;
        let user = found.rows.iter().find(|user| user.login == login);
        let user = user.unwrap_or_else(|| panic!("{name}: {:?}", found.rows));
        let reset = desk
            .reset_with(&user.id, "Temp-Passw0rd-8", None, false, false)
            .await;
        reset.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_signs_in(&login, "Temp-Passw0rd-8");
    }
    assert_eq!(
        desk.find("st*r").await.total,
        Total::Exact(1),
        "an asterisk is no wildcard"
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
        let desk = Desk::open(settings(), login, "desk-Passw0rd1").await;
        assert_eq!(
            desk.operator.id.0, "CN=desk,OU=Services,DC=lab,DC=test",
            "{login}"
        );
        assert_eq!(desk.operator.login, "desk");
    }
    let directory = LdapDirectory::open(settings())
        .await
        .expect("good settings");
    let reason =
        async |login: &str, password: &str| match directory.sign_in(login, &secret(password)).await
        {
            Err(DirectoryError::SignIn { reason, .. }) => reason,
            other => panic!("{login}: {other:?}"),
        };
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
        ..settings()
    };
    let desk = Desk::open(nested, "desk", "desk-Passw0rd1").await;
    assert_eq!(
        desk.operator.permissions,
        Role::Auditor.permissions(),
        "by a nested group"
    );
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn start_tls_works_and_wrong_certificates_do_not() {
    let plain = exported("HALLIGAN_SAMBA_PLAIN");
    let start_tls = LdapSettings {
        urls: vec![plain.clone()],
        start_tls: true,
        ..settings()
    };
    let desk = Desk::open(start_tls, "desk", "desk-Passw0rd1").await;
    let user = desk.user("case7").await;
    desk.reset(&user.id, "Temp-Passw0rd-9")
        .await
        .expect("reset");
    assert_must_change("case7", "Temp-Passw0rd-9");
    let refused = async |settings: LdapSettings| {
        let directory = LdapDirectory::open(settings).await.expect("good settings");
        let answer = directory.sign_in("desk", &secret("desk-Passw0rd1")).await;
        answer.expect_err("no connection").to_string()
    };
    let wrong_authority = LdapSettings {
        ca_file: Some(pki("other-ca.crt")),
        ..settings()
    };
    assert!(
        refused(wrong_authority)
            .await
            .contains("not from an authority")
    );
    let in_the_clear = LdapSettings {
        urls: vec![plain],
        plain_on_loopback: true,
        ..settings()
    };
    assert!(refused(in_the_clear).await.contains("wants TLS"));
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn the_domains_rules_join_the_checklist_and_hidden_ones_are_said_to_be_hidden() {
    let desk = desk().await;
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
            ..settings()
        },
        "desk",
        "desk-Passw0rd1",
    )
    .await;
    let policy = hinting
        .directory
        .password_policy(&hinting.operator, &user.id)
        .await;
    let remark = policy.expect("read").expect("a policy").remark;
    assert!(remark.is_some_and(|said| said.contains("does not know the policy hints")));
    hinting
        .reset(&user.id, "Temp-Passw0rd-11")
        .await
        .expect("reset all the same");
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_thousand_users_are_searched_without_taking_more_than_asked_for() {
    let desk = desk().await;
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
async fn a_user_changed_meanwhile_is_a_conflict_and_nothing_is_overwritten() {
    let desk = desk().await;
    let user = desk.user("case9").await;
    let seen = Some(&user.version);
    desk.reset_with(&user.id, "Temp-Passw0rd-14", seen, true, true)
        .await
        .expect("first");
    // Must-change was set before and is set again: only the key version tells the two apart.
    let between = desk.user("case9").await;
    desk.reset(&user.id, "Temp-Passw0rd-15")
        .await
        .expect("second");
    let third = desk
        .reset_with(
            &user.id,
            "Temp-Passw0rd-16",
            Some(&between.version),
            true,
            true,
        )
        .await;
    assert!(
        matches!(third, Err(DirectoryError::Conflict { .. })),
        "{third:?}"
    );
    assert_must_change("case9", "Temp-Passw0rd-15");
    // A failed sign-in is no change.
    let user = desk.user("case9").await;
    assert!(bind("case9", "wrong").text.contains("data 52e"));
    let again = desk.reset_with(
        &user.id,
        "Temp-Passw0rd-17",
        Some(&user.version),
        true,
        true,
    );
    assert!(again.await.is_ok());
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn operators_change_their_own_password_with_the_old_one() {
    let desk = Desk::open(settings(), "case10", "Start-Passw0rd-1").await;
    let change = async |old: &str, new: &str| {
        let (old, new) = (secret(old), secret(new));
        let operator = &desk.operator;
        desk.directory
            .change_own_password(operator, &old, &new, &intent())
            .await
    };
    let wrong = change("wrong", "Own-Passw0rd-16").await.expect_err("wrong");
    assert_eq!(wrong, DirectoryError::OldPasswordWrong);
    let again = change("Start-Passw0rd-1", "Start-Passw0rd-1")
        .await
        .expect_err("history");
    assert!(
        matches!(again, DirectoryError::PasswordRefused { .. }),
        "{again:?}"
    );
    change("Start-Passw0rd-1", "Own-Passw0rd-16")
        .await
        .expect("changed");
    assert_signs_in("case10", "Own-Passw0rd-16");
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn an_account_that_has_ended_is_told_apart_from_a_wrong_password() {
    let desk = desk().await;
    let user = desk.user("case12").await;
    assert_signs_in("case12", "Start-Passw0rd-1");
    // 2001-01-01 as a FILETIME.
    modify(&format!(
        "dn: {}\nchangetype: modify\nreplace: accountExpires\naccountExpires: 126227808000000000\n",
        user.id
    ));
    let seen = desk.user("case12").await;
    assert!(
        matches!(seen.verdict(Timestamp::now()), Verdict::AccountExpired(_)),
        "{:?}",
        seen.state
    );
    assert!(bind("case12", "Start-Passw0rd-1").text.contains("data 701"));
    let directory = LdapDirectory::open(settings())
        .await
        .expect("good settings");
    let answer = directory
        .sign_in("case12", &secret("Start-Passw0rd-1"))
        .await;
    let Err(DirectoryError::SignIn { reason, .. }) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(reason, SignInRefusal::Disabled);
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_wrong_authority_and_a_wrong_host_name_are_told_apart() {
    refuses_wrong_certificates(settings(), &pki("other-ca.crt"), "desk-Passw0rd1").await;
}
