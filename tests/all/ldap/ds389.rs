//! 389 Directory Server.

use std::path::{Path, PathBuf};

use halligan::{
    directory::{
        Directory, DirectoryError, Total,
        ldap::{LdapDirectory, settings::LdapSettings},
    },
    operator::SignInRefusal,
    receipt::{Proof, Step, StepOutcome},
    user::{Fact, UserId, Verdict},
};
use jiff::Timestamp;

use super::support::{
    Desk, Said, exported, intent, refuses_wrong_certificates, secret, step, tool, whoami,
};

fn pki(name: &str) -> PathBuf {
    Path::new(&exported("HALLIGAN_DS389_DIR"))
        .join("pki")
        .join(name)
}

fn settings() -> LdapSettings {
    LdapSettings {
        urls: vec![exported("HALLIGAN_DS389")],
        ca_file: Some(pki("ca.crt")),
        login_dn: Some("uid={},ou=operators,dc=lab,dc=test".into()),
        ..LdapSettings::default()
    }
}

async fn desk() -> Desk {
    Desk::open(settings(), "desk", "desk-Passw0rd").await
}

fn user_dn(login: &str) -> UserId {
    UserId(format!("uid={login},ou=people,dc=lab,dc=test"))
}

/// Binds as the user with OpenLDAP's own tool.
fn bind(login: &str, password: &str) -> Said {
    let dn = user_dn(login).0;
    whoami(&exported("HALLIGAN_DS389"), &pki("ca.crt"), &dn, password)
}

fn assert_must_change(login: &str, password: &str) {
    let said = bind(login, password);
    assert!(
        said.text.contains("Password must be changed"),
        "{login}: {said:?}"
    );
}

fn lock_by_failures(login: &str) {
    for _ in 0..3 {
        bind(login, "wrong");
    }
    let said = bind(login, "Start-Passw0rd-1");
    assert!(
        said.text.contains("Exceed password retry limit"),
        "{said:?}"
    );
}

/// Changes an entry as the Directory Manager.
fn modify(ldif: &str) {
    let url = exported("HALLIGAN_DS389");
    let arguments = [
        "-x",
        "-H",
        &url,
        "-D",
        "cn=Directory Manager",
        "-w",
        "dmpassword1",
    ];
    let said = tool("ldapmodify", &pki("ca.crt"), &arguments, ldif);
    assert_eq!(said.code, 0, "{}", said.text);
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn a_reset_signs_the_user_in_and_asks_for_another_password() {
    let desk = desk().await;
    let user = desk.user("case0").await;
    assert_eq!(user.name(), "Case Number0");
    let receipt = desk
        .reset(&user.id, "Temp-Passw0rd-0")
        .await
        .expect("reset");
    assert!(receipt.is_success(), "{receipt:?}");
    assert_eq!(step(&receipt, Step::MustChange), &StepOutcome::Done);
    assert!(matches!(&receipt.proof, Proof::Proved(how) if how.contains("pwdUpdateTime")));
    assert_must_change("case0", "Temp-Passw0rd-0");
    assert_eq!(bind("case0", "Start-Passw0rd-1").code, 49);
    let user = desk.user("case0").await;
    assert_eq!(user.verdict(Timestamp::now()), Verdict::MustChange);
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn the_rules_of_the_directory_refuse_by_name_and_change_nothing() {
    let desk = desk().await;
    let user = user_dn("case1");
    let error = desk.reset(&user, "short").await.expect_err("too short");
    assert!(
        matches!(&error, DirectoryError::PasswordRefused { raw: Some(_), .. }),
        "{error:?}"
    );
    assert_eq!(error.changed(), "Nothing was changed.");
    desk.reset(&user, "First-Passw0rd-1").await.expect("reset");
    let error = desk
        .reset(&user, "First-Passw0rd-1")
        .await
        .expect_err("the same again");
    assert!(
        matches!(error, DirectoryError::PasswordRefused { .. }),
        "{error:?}"
    );
    assert_must_change("case1", "First-Passw0rd-1");
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn a_lock_is_seen_and_taken_off_with_and_without_a_reset() {
    let desk = desk().await;
    lock_by_failures("case2");
    let user = desk.user("case2").await;
    let Verdict::Locked { lock, .. } = user.verdict(Timestamp::now()) else {
        panic!("{:?}", user.state)
    };
    assert_eq!(lock.failures, Some(3));
    let row = desk.find("case2").await.rows.remove(0);
    assert_eq!(
        row.verdict(Timestamp::now()).words(),
        "locked",
        "the list says so too"
    );
    let receipt = desk.unlock(&user.id).await.expect("unlocked");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::Done)]);
    assert_eq!(bind("case2", "Start-Passw0rd-1").code, 0);
    lock_by_failures("case2");
    let receipt = desk
        .reset(&user.id, "Temp-Passw0rd-2")
        .await
        .expect("reset");
    assert_eq!(step(&receipt, Step::Unlocked), &StepOutcome::Done);
    assert_must_change("case2", "Temp-Passw0rd-2");
    // The unlock time stays behind; one wrong try does not make it a lock again.
    bind("case2", "wrong");
    let user = desk.user("case2").await;
    assert_eq!(user.state.lock, Fact::Known(None), "{:?}", user.state);
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn a_disabled_account_is_told_apart_from_a_locked_one() {
    let desk = desk().await;
    let user = user_dn("case3");
    modify(&format!(
        "dn: {user}\nchangetype: modify\nreplace: nsAccountLock\nnsAccountLock: true\n"
    ));
    let seen = desk.user("case3").await;
    assert_eq!(
        seen.verdict(Timestamp::now()),
        Verdict::Disabled,
        "{:?}",
        seen.state
    );
    let warnings = desk
        .directory
        .warnings(&desk.operator, &user, true)
        .await
        .expect("read");
    assert!(
        warnings.iter().any(|w| w.contains("disabled")),
        "{warnings:?}"
    );
    desk.reset(&user, "Temp-Passw0rd-3")
        .await
        .expect("reset all the same");
    assert_eq!(bind("case3", "Temp-Passw0rd-3").code, 53, "still disabled");
    let directory = LdapDirectory::open(settings())
        .await
        .expect("good settings");
    let answer = directory.sign_in(&user.0, &secret("Temp-Passw0rd-3")).await;
    let Err(DirectoryError::SignIn { reason, .. }) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(reason, SignInRefusal::Disabled);
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn must_change_that_did_not_take_is_reported() {
    // A policy of the user's own, without passwordMustChange.
    let container = "cn=nsPwPolicyContainer,ou=people,dc=lab,dc=test";
    let policy = format!("cn=lenient,{container}");
    modify(&format!(
        "dn: {container}\nchangetype: add\nobjectClass: top\nobjectClass: nsContainer\ncn: nsPwPolicyContainer\n\n\
         dn: {policy}\nchangetype: add\nobjectClass: top\nobjectClass: ldapsubentry\nobjectClass: passwordpolicy\n\
         cn: lenient\npasswordMustChange: off\npasswordMinAge: 86400\n\n\
         dn: uid=case4,ou=people,dc=lab,dc=test\nchangetype: modify\nreplace: pwdPolicySubentry\npwdPolicySubentry: {policy}\n"
    ));
    let desk = desk().await;
    let user = user_dn("case4");
    let warnings = desk
        .directory
        .warnings(&desk.operator, &user, true)
        .await
        .expect("read");
    assert!(
        warnings.iter().any(|w| w.contains("1 day old")),
        "{warnings:?}"
    );
    assert!(
        warnings
            .iter()
            .any(|w| w.contains("passwordMustChange is off")),
        "{warnings:?}"
    );
    let receipt = desk.reset(&user, "Temp-Passw0rd-4").await.expect("reset");
    assert!(
        matches!(step(&receipt, Step::MustChange), StepOutcome::NotOffered(why) if why.contains("passwordMustChange")),
        "{receipt:?}"
    );
    assert!(!receipt.is_success());
    let said = bind("case4", "Temp-Passw0rd-4");
    assert!(
        said.code == 0 && !said.text.contains("must be changed"),
        "{said:?}"
    );
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn the_help_desk_may_not_reset_a_boss_and_is_told_so() {
    let boss = UserId("uid=boss0,ou=bosses,dc=lab,dc=test".into());
    let error = desk()
        .await
        .reset(&boss, "Temp-Passw0rd-5")
        .await
        .expect_err("no right");
    assert!(
        matches!(error, DirectoryError::Forbidden { .. }),
        "{error:?}"
    );
    let chief = Desk::open(settings(), "chief", "chief-Passw0rd").await;
    chief
        .reset(&boss, "Temp-Passw0rd-5")
        .await
        .expect("the chief may");
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn what_may_not_be_read_is_unknown_and_names_the_right() {
    lock_by_failures("case5");
    let blind = Desk::open(settings(), "blind", "blind-Passw0rd").await;
    let user = blind.user("case5").await;
    assert!(
        matches!(&user.state.lock, Fact::Unknown(why) if why.contains("accountUnlockTime")),
        "{:?}",
        user.state
    );
    assert!(matches!(
        user.verdict(Timestamp::now()),
        Verdict::Unknown(_)
    ));
    let policy = blind
        .directory
        .password_policy(&blind.operator, &user.id)
        .await;
    let policy = policy.expect("asked").expect("there is one");
    assert!(policy.remark.is_some_and(|r| r.contains("may not read")));
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn unicode_passwords_arrive_as_they_were_typed() {
    let desk = desk().await;
    for (login, password) in [("case6", "Пароль-Ünï-9-€"), ("case7", "clef-𝄞-and-👩‍🚒-9")]
    {
        desk.reset(&user_dn(login), password).await.expect("reset");
        assert_must_change(login, password);
    }
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
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
        let reset = desk.reset(&user.id, "Temp-Passw0rd-9").await;
        reset.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let said = whoami(
            &exported("HALLIGAN_DS389"),
            &pki("ca.crt"),
            &user.id.0,
            "Temp-Passw0rd-9",
        );
        assert!(said.text.contains("must be changed"), "{name}: {said:?}");
    }
    assert_eq!(
        desk.find("st*r").await.total,
        Total::Exact(1),
        "an asterisk is no wildcard"
    );
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn start_tls_works_and_a_reset_in_the_clear_is_refused_by_the_server() {
    let plain = exported("HALLIGAN_DS389_PLAIN");
    let start_tls = LdapSettings {
        urls: vec![plain.clone()],
        start_tls: true,
        ..settings()
    };
    let desk = Desk::open(start_tls, "desk", "desk-Passw0rd").await;
    desk.reset(&user_dn("case8"), "Temp-Passw0rd-8")
        .await
        .expect("reset");
    let in_the_clear = LdapSettings {
        urls: vec![plain],
        plain_on_loopback: true,
        ..settings()
    };
    let desk = Desk::open(in_the_clear, "desk", "desk-Passw0rd").await;
    let error = desk
        .reset(&user_dn("case8"), "Temp-Passw0rd-9")
        .await
        .expect_err("no TLS");
    assert!(error.to_string().contains("wants TLS"), "{error}");
    let wrong = LdapSettings {
        ca_file: Some(pki("other-ca.crt")),
        ..settings()
    };
    let directory = LdapDirectory::open(wrong).await.expect("good settings");
    let error = directory
        .sign_in("desk", &secret("desk-Passw0rd"))
        .await
        .expect_err("refused");
    assert!(
        error.to_string().contains("not from an authority"),
        "{error}"
    );
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn the_directorys_rules_join_the_checklist() {
    let desk = desk().await;
    let policy = desk
        .directory
        .password_policy(&desk.operator, &user_dn("case9"))
        .await;
    let policy = policy.expect("read").expect("a policy");
    let labels: Vec<_> = policy
        .rules
        .iter()
        .map(|rule| rule.label.as_str())
        .collect();
    assert_eq!(labels[0], "at least 10 characters (directory)");
    assert!(
        labels
            .iter()
            .any(|label| label.contains("last 5 passwords")),
        "{labels:?}"
    );
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn operators_change_their_own_password_with_the_old_one() {
    let id = user_dn("case10");
    let desk = Desk::open(settings(), &id.0, "Start-Passw0rd-1").await;
    let change = async |desk: &Desk, old: &str, new: &str| {
        let (old, new) = (secret(old), secret(new));
        let operator = &desk.operator;
        desk.directory
            .change_own_password(operator, &old, &new, &intent())
            .await
    };
    let wrong = change(&desk, "wrong", "Own-Passw0rd-10")
        .await
        .expect_err("wrong");
    assert_eq!(wrong, DirectoryError::OldPasswordWrong);
    change(&desk, "Start-Passw0rd-1", "Own-Passw0rd-10")
        .await
        .expect("changed");
    assert_eq!(bind("case10", "Own-Passw0rd-10").code, 0);
    let admin = self::desk().await;
    admin.reset(&id, "Temp-Passw0rd-10").await.expect("reset");
    let desk = Desk::open(settings(), &id.0, "Temp-Passw0rd-10").await;
    assert!(desk.operator.must_change);
    change(&desk, "Temp-Passw0rd-10", "Own-Passw0rd-11")
        .await
        .expect("changed");
    assert_eq!(bind("case10", "Own-Passw0rd-11").code, 0);
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn an_expired_password_is_told_apart_from_a_wrong_one_and_ended_by_a_reset() {
    let desk = desk().await;
    let user = user_dn("case11");
    modify(&format!(
        "dn: {user}\nchangetype: modify\nreplace: passwordExpirationTime\n\
         passwordExpirationTime: 20200101000000Z\n"
    ));
    let seen = desk.user("case11").await;
    assert!(
        matches!(seen.verdict(Timestamp::now()), Verdict::PasswordExpired(_)),
        "{:?}",
        seen.state
    );
    let said = bind("case11", "Start-Passw0rd-1");
    assert_eq!(said.code, 49, "{said:?}");
    let directory = LdapDirectory::open(settings())
        .await
        .expect("good settings");
    let answer = directory
        .sign_in(&user.0, &secret("Start-Passw0rd-1"))
        .await;
    let Err(DirectoryError::SignIn { reason, .. }) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(reason, SignInRefusal::Expired);
    desk.reset(&user, "Temp-Passw0rd-11").await.expect("reset");
    assert_must_change("case11", "Temp-Passw0rd-11");
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn a_wrong_authority_and_a_wrong_host_name_are_told_apart() {
    refuses_wrong_certificates(settings(), &pki("other-ca.crt"), "desk-Passw0rd").await;
}
