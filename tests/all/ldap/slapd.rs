//! OpenLDAP with the ppolicy overlay.

use std::path::{Path, PathBuf};

use halligan::{
    directory::{
        Directory, DirectoryError, Total,
        ldap::{
            LdapDirectory,
            settings::{Authentication, LdapSettings, SearchAccount},
        },
    },
    operator::{Operator, SignInRefusal},
    permission::{Permission, Role},
    receipt::{Proof, Step, StepOutcome},
    user::{Fact, UserId, Verdict},
};
use jiff::Timestamp;

use super::support::{Desk, Said, exported, secret, step, tool, whoami};

const PEOPLE: &str = "ou=people,dc=lab,dc=test";

fn pki(name: &str) -> PathBuf {
    Path::new(&exported("HALLIGAN_SLAPD_DIR"))
        .join("pki")
        .join(name)
}

fn settings() -> LdapSettings {
    LdapSettings {
        urls: vec![exported("HALLIGAN_SLAPD")],
        ca_file: Some(pki("ca.crt")),
        bases: vec!["dc=lab,dc=test".into()],
        login_dn: Some("uid={},ou=operators,dc=lab,dc=test".into()),
        default_policy: Some("cn=default,ou=policies,dc=lab,dc=test".into()),
        ..LdapSettings::default()
    }
}

async fn desk() -> Desk {
    Desk::open(settings(), "desk", "desk-Passw0rd").await
}

async fn signed_in_as(login: &str) -> Desk {
    Desk::open(settings(), login, &format!("{login}-Passw0rd")).await
}

fn user_dn(login: &str) -> UserId {
    UserId(format!("uid={login},{PEOPLE}"))
}

/// Binds as the user with OpenLDAP's own tool.
fn bind(login: &str, password: &str) -> Said {
    let dn = user_dn(login).0;
    whoami(&exported("HALLIGAN_SLAPD"), &pki("ca.crt"), &dn, password)
}

fn lock_by_failures(login: &str) {
    for _ in 0..3 {
        assert_eq!(bind(login, "wrong").code, 49);
    }
}

/// Changes an entry as the administrator of the database.
fn modify(ldif: &str) {
    let url = exported("HALLIGAN_SLAPD");
    let arguments = [
        "-x",
        "-H",
        &url,
        "-D",
        "cn=admin,dc=lab,dc=test",
        "-w",
        "adminpw",
    ];
    let said = tool("ldapmodify", &pki("ca.crt"), &arguments, ldif);
    assert_eq!(said.code, 0, "{}", said.text);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_reset_signs_the_user_in_and_asks_for_another_password() {
    let desk = desk().await;
    let user = desk.user("case0").await;
    assert_eq!(user.email, "case0@lab.test");
    assert_eq!(user.name(), "Case Number0");
    assert!(matches!(user.state.must_change, Fact::Known(false)));

    let receipt = desk
        .reset(&user.id, "Temp-Passw0rd-0")
        .await
        .expect("reset");
    assert!(receipt.is_success(), "{receipt:?}");
    assert_eq!(step(&receipt, Step::PasswordSet), &StepOutcome::Done);
    assert_eq!(step(&receipt, Step::MustChange), &StepOutcome::Done);
    assert_eq!(step(&receipt, Step::Unlocked), &StepOutcome::NotNeeded);
    assert!(matches!(&receipt.proof, Proof::Proved(how) if how.contains("pwdChangedTime")));
    assert_eq!(
        receipt.server.as_deref(),
        Some(&*exported("HALLIGAN_SLAPD"))
    );

    let said = bind("case0", "Temp-Passw0rd-0");
    assert!(said.text.contains("must be changed"), "{said:?}");
    assert_eq!(
        bind("case0", "Start-Passw0rd-1").code,
        49,
        "the old one is refused"
    );
    let user = desk.user("case0").await;
    assert_eq!(user.verdict(Timestamp::now()), Verdict::MustChange);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_operator_who_may_only_write_sets_must_change_in_a_step_of_its_own() {
    let desk = signed_in_as("writer").await;
    let receipt = desk
        .reset(&user_dn("case1"), "Temp-Passw0rd-1")
        .await
        .expect("reset");
    assert_eq!(
        step(&receipt, Step::MustChange),
        &StepOutcome::Done,
        "{receipt:?}"
    );
    assert!(
        bind("case1", "Temp-Passw0rd-1")
            .text
            .contains("must be changed")
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn the_rules_of_the_directory_refuse_by_name_and_change_nothing() {
    let desk = signed_in_as("writer").await;
    let user = user_dn("case2");
    let refused = |error: DirectoryError, rule: &str| match error {
        DirectoryError::PasswordRefused { refusal, raw } => {
            assert_eq!(refusal.rule, rule, "{refusal:?}");
            assert!(raw.is_some_and(|raw| raw.starts_with("result 19")));
        }
        other => panic!("{other:?}"),
    };
    let error = desk.reset(&user, "short").await.expect_err("too short");
    assert_eq!(error.changed(), "Nothing was changed.");
    refused(error, "directory_too_short");
    desk.reset(&user, "First-Passw0rd-2").await.expect("reset");
    let error = desk
        .reset(&user, "First-Passw0rd-2")
        .await
        .expect_err("the same again");
    refused(error, "directory_history");
    assert_eq!(bind("case2", "short").code, 49);
    assert!(
        bind("case2", "First-Passw0rd-2")
            .text
            .contains("must be changed")
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_lock_is_seen_and_taken_off_with_and_without_a_reset() {
    let desk = desk().await;
    lock_by_failures("case3");
    let user = desk.user("case3").await;
    let Verdict::Locked {
        lock,
        password_fine,
    } = user.verdict(Timestamp::now())
    else {
        panic!("{:?}", user.state)
    };
    assert!(password_fine, "three wrong tries do not spoil the password");
    assert!(lock.since.is_some() && lock.until.is_none(), "{lock:?}");
    assert_eq!(lock.failures, Some(3));
    let row = desk.find("case3").await.rows.remove(0);
    assert_eq!(
        row.verdict(Timestamp::now()).words(),
        "locked",
        "the list says so too"
    );

    let receipt = desk.unlock(&user.id).await.expect("unlocked");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::Done)]);
    assert_eq!(bind("case3", "Start-Passw0rd-1").code, 0);

    lock_by_failures("case3");
    let receipt = desk
        .reset(&user.id, "Temp-Passw0rd-3")
        .await
        .expect("reset");
    assert_eq!(step(&receipt, Step::Unlocked), &StepOutcome::Done);
    assert!(
        bind("case3", "Temp-Passw0rd-3")
            .text
            .contains("must be changed")
    );
    let receipt = desk.unlock(&user.id).await.expect("nothing to do");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::NotNeeded)]);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_lock_by_an_administrator_is_announced_before_a_reset_removes_it() {
    let desk = desk().await;
    let user = user_dn("case4");
    modify(&format!(
        "dn: {user}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    ));
    assert_eq!(bind("case4", "Start-Passw0rd-1").code, 49);
    let warnings = desk
        .directory
        .warnings(&desk.operator, &user, true)
        .await
        .expect("read");
    assert!(
        warnings
            .iter()
            .any(|w| w.contains("administrator has locked")),
        "{warnings:?}"
    );
    let receipt = desk.reset(&user, "Temp-Passw0rd-4").await.expect("reset");
    assert_eq!(step(&receipt, Step::Unlocked), &StepOutcome::Done);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn must_change_that_a_policy_does_not_enforce_is_said_and_not_claimed() {
    let desk = desk().await;
    let user = user_dn("lenient");
    let warnings = desk
        .directory
        .warnings(&desk.operator, &user, true)
        .await
        .expect("read");
    assert!(
        warnings.iter().any(|w| w.contains("pwdMustChange is off")),
        "{warnings:?}"
    );
    assert!(
        warnings.iter().any(|w| w.contains("1 day old")),
        "the least age: {warnings:?}"
    );
    let receipt = desk.reset(&user, "Temp-Passw0rd-5").await.expect("reset");
    assert!(
        matches!(step(&receipt, Step::MustChange), StepOutcome::NotOffered(why) if why.contains("pwdMustChange")),
        "{receipt:?}"
    );
    assert!(!receipt.is_success());
    let said = bind("lenient", "Temp-Passw0rd-5");
    assert!(
        said.code == 0 && !said.text.contains("must be changed"),
        "{said:?}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_expired_password_is_told_apart_from_a_wrong_one() {
    let desk = desk().await;
    let user = user_dn("ended");
    desk.reset_with(&user, "Temp-Passw0rd-6", None, false, false)
        .await
        .expect("reset");
    modify(&format!(
        "dn: {user}\nchangetype: modify\nreplace: pwdReset\n"
    ));
    super::support::eventually("the password to expire", async || {
        let user = desk
            .directory
            .user(&desk.operator, &user)
            .await
            .expect("read");
        matches!(user.verdict(Timestamp::now()), Verdict::PasswordExpired(_))
    })
    .await;
    super::support::eventually("the server to think so too", async || {
        bind("ended", "Temp-Passw0rd-6").code == 49
    })
    .await;
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn the_help_desk_may_not_reset_a_boss_and_is_told_so() {
    let boss = UserId("uid=boss0,ou=bosses,dc=lab,dc=test".into());
    let desk = desk().await;
    let error = desk
        .reset(&boss, "Temp-Passw0rd-7")
        .await
        .expect_err("no right");
    assert!(
        matches!(&error, DirectoryError::Forbidden { raw: Some(_), .. }),
        "{error:?}"
    );
    assert_eq!(error.changed(), "Nothing was changed.");
    let chief = signed_in_as("chief").await;
    chief
        .reset(&boss, "Temp-Passw0rd-7")
        .await
        .expect("the chief may");
    let error = signed_in_as("reader")
        .await
        .reset(&user_dn("case5"), "Temp-Passw0rd-8")
        .await;
    assert!(
        matches!(error, Err(DirectoryError::Forbidden { .. })),
        "{error:?}"
    );
    assert_eq!(bind("case5", "Start-Passw0rd-1").code, 0);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn what_may_not_be_read_is_unknown_and_names_the_right() {
    let desk = signed_in_as("blind").await;
    lock_by_failures("case6");
    let row = desk.find("case6").await.rows.remove(0);
    assert!(
        matches!(&row.state.lock, Fact::Unknown(why) if why.contains("pwdAccountLockedTime")),
        "{:?}",
        row.state
    );
    assert!(matches!(row.verdict(Timestamp::now()), Verdict::Unknown(_)));
    let policy = desk
        .directory
        .password_policy(&desk.operator, &row.id)
        .await
        .expect("asked");
    let policy = policy.expect("there is one");
    assert!(
        policy.remark.is_some_and(|r| r.contains("may not read")),
        "{:?}",
        policy.source
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn the_directorys_rules_join_the_checklist() {
    let desk = desk().await;
    let policy = desk
        .directory
        .password_policy(&desk.operator, &user_dn("case7"))
        .await;
    let policy = policy.expect("read").expect("a policy");
    assert_eq!(policy.source, "cn=default,ou=policies,dc=lab,dc=test");
    let labels: Vec<_> = policy
        .rules
        .iter()
        .map(|rule| rule.label.as_str())
        .collect();
    assert_eq!(
        labels,
        [
            "at least 10 characters (directory)",
            "none of the last 5 passwords (directory)"
        ]
    );
    assert!(policy.rules[0].line("short").refusal.is_some());
    assert!(policy.rules[0].line("long enough").refusal.is_none());
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn unicode_passwords_arrive_as_they_were_typed() {
    let desk = desk().await;
    for (login, password) in [
        ("case8", "Пароль-Ünï-9-€"),
        ("case9", "clef-𝄞-and-👩‍🚒-9"),
        ("case10", " spaces at both ends "),
    ] {
        desk.reset(&user_dn(login), password).await.expect("reset");
        let said = bind(login, password);
        assert!(
            said.text.contains("must be changed"),
            "{password}: {said:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
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
        "lead",
        "trail",
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
        let receipt = desk.reset(&user.id, "Temp-Passw0rd-9").await;
        let receipt = receipt.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(step(&receipt, Step::PasswordSet), &StepOutcome::Done);
        let said = whoami(
            &exported("HALLIGAN_SLAPD"),
            &pki("ca.crt"),
            &user.id.0,
            "Temp-Passw0rd-9",
        );
        assert!(said.text.contains("must be changed"), "{name}: {said:?}");
    }
    assert_eq!(
        desk.find("*").await.total,
        Total::Exact(1),
        "an asterisk is no wildcard"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn operators_sign_in_by_every_name_that_they_have() {
    let account = |pattern: Option<&str>| {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "reader-Passw0rd\n").expect("written");
        let settings = LdapSettings {
            login_dn: pattern.map(Into::into),
            search_account: Some(SearchAccount {
                dn: "uid=reader,ou=operators,dc=lab,dc=test".into(),
                password_file: Some(file.path().to_owned()),
                password_command: Vec::new(),
            }),
            ..settings()
        };
        (settings, file)
    };
    let dn = "uid=desk,ou=operators,dc=lab,dc=test";
    for login in ["desk", dn] {
        let desk = Desk::open(settings(), login, "desk-Passw0rd").await;
        assert_eq!(desk.operator.id.0, dn);
        assert_eq!(desk.operator.login, "desk");
    }
    let (with_account, file) = account(None);
    for login in ["desk", "desk@desk.test", "DESK@desk.test"] {
        let desk = Desk::open(with_account.clone(), login, "desk-Passw0rd").await;
        assert_eq!(desk.operator.id.0, dn);
        assert_eq!(desk.operator.name, "Olive Desk");
    }
    // The file holds a secret: others must not be able to read it.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(file.path(), mode).expect("opened");
    let directory = LdapDirectory::open(with_account.clone())
        .await
        .expect("good settings");
    let error = directory
        .sign_in("desk", &secret("desk-Passw0rd"))
        .await
        .expect_err("refused");
    assert!(error.to_string().contains("chmod 600"), "{error}");
    // A command in place of the file.
    let mut by_command = with_account;
    let search = by_command.search_account.as_mut().expect("there");
    search.password_file = None;
    search.password_command = vec!["printf".into(), "reader-Passw0rd\\n".into()];
    Desk::open(by_command, "desk@desk.test", "desk-Passw0rd").await;
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_certificate_or_the_socket_signs_in_without_a_password() {
    let by_certificate = LdapSettings {
        authentication: Authentication::External,
        client_certificate: Some(pki("external-desk.crt")),
        client_key: Some(pki("external-desk.key")),
        ..settings()
    };
    let desk = Desk::open(by_certificate, "", "").await;
    assert_eq!(desk.operator.id.0, "uid=desk,ou=operators,dc=lab,dc=test");
    desk.reset(&user_dn("case11"), "Temp-Passw0rd-11")
        .await
        .expect("reset");
    let by_socket = LdapSettings {
        urls: vec![exported("HALLIGAN_SLAPD_LOCAL")],
        authentication: Authentication::External,
        ..settings()
    };
    let desk = Desk::open(by_socket, "", "").await;
    assert_eq!(desk.operator.login, "desk");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn start_tls_works_and_plain_ldap_only_by_an_explicit_setting() {
    let plain = exported("HALLIGAN_SLAPD_PLAIN");
    let start_tls = LdapSettings {
        urls: vec![plain.clone()],
        start_tls: true,
        ..settings()
    };
    let desk = Desk::open(start_tls, "desk", "desk-Passw0rd").await;
    desk.reset(&user_dn("case12"), "Temp-Passw0rd-12")
        .await
        .expect("reset");
    let refused = LdapSettings {
        urls: vec![plain.clone()],
        ..settings()
    };
    let error = LdapDirectory::open(refused)
        .await
        .expect_err("in the clear");
    assert!(error.contains("in the clear"), "{error}");
    let allowed = LdapSettings {
        urls: vec![plain],
        plain_on_loopback: true,
        ..settings()
    };
    Desk::open(allowed, "desk", "desk-Passw0rd").await;
}

async fn refused_connection(settings: LdapSettings) -> DirectoryError {
    let directory = LdapDirectory::open(settings).await.expect("good settings");
    let answer = directory.sign_in("desk", &secret("desk-Passw0rd")).await;
    answer.expect_err("no connection")
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_wrong_authority_and_a_wrong_host_name_are_told_apart() {
    let error = refused_connection(LdapSettings {
        ca_file: Some(pki("other-ca.crt")),
        ..settings()
    })
    .await;
    assert!(
        error.to_string().contains("not from an authority"),
        "{error}"
    );
    let error = refused_connection(LdapSettings {
        // The server listens there too, but its certificate holds 127.0.0.1 and localhost only.
        urls: vec![exported("HALLIGAN_SLAPD").replace("127.0.0.1", "127.0.0.2")],
        ..settings()
    })
    .await;
    assert!(error.to_string().contains("another host name"), "{error}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_refused_sign_in_has_its_true_reason_for_the_audit() {
    let directory = LdapDirectory::open(settings())
        .await
        .expect("good settings");
    let reason =
        async |login: &str, password: &str| match directory.sign_in(login, &secret(password)).await
        {
            Err(DirectoryError::SignIn { reason, .. }) => reason,
            other => panic!("{login}: {other:?}"),
        };
    assert_eq!(reason("desk", "wrong").await, SignInRefusal::WrongPassword);
    assert_eq!(
        reason("desk", "").await,
        SignInRefusal::UnknownUser,
        "an unauthenticated bind"
    );
    assert_eq!(
        reason("", "desk-Passw0rd").await,
        SignInRefusal::UnknownUser
    );
    let dn = user_dn("case13").0;
    lock_by_failures("case13");
    assert_eq!(reason(&dn, "Start-Passw0rd-1").await, SignInRefusal::Locked);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn roles_come_from_groups_and_default_to_the_help_desk() {
    let desk = signed_in_as("reader").await;
    assert_eq!(desk.operator.permissions, Role::HelpDesk.permissions());
    let with_groups = LdapSettings {
        default_role: Role::None,
        roles: [(
            "CN=Auditors,ou=groups,dc=lab,dc=test".to_owned(),
            Role::Auditor,
        )]
        .into(),
        ..settings()
    };
    let reader = Desk::open(with_groups.clone(), "reader", "reader-Passw0rd").await;
    assert_eq!(reader.operator.permissions, Role::Auditor.permissions());
    let desk = Desk::open(with_groups, "desk", "desk-Passw0rd").await;
    assert!(desk.operator.permissions.is_empty());
    let reader = desk.user("reader").await;
    assert!(
        reader.permissions.holds(Permission::AuditRead),
        "the target's are seen too"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_user_changed_meanwhile_is_a_conflict_and_nothing_is_overwritten() {
    let (one, other) = (desk().await, signed_in_as("chief").await);
    let user = one.user("case14").await;
    let seen = Some(&user.version);
    other
        .reset_with(&user.id, "Temp-Passw0rd-14", seen, true, true)
        .await
        .expect("first");
    let second = one
        .reset_with(&user.id, "Temp-Passw0rd-15", seen, true, true)
        .await;
    let Err(DirectoryError::Conflict { by, at, .. }) = second else {
        panic!("{second:?}")
    };
    assert_eq!(by.as_deref(), Some("uid=chief,ou=operators,dc=lab,dc=test"));
    assert!(at.is_some());
    assert!(
        bind("case14", "Temp-Passw0rd-14")
            .text
            .contains("must be changed")
    );
    // A failed sign-in is no change.
    let user = one.user("case14").await;
    assert_eq!(bind("case14", "wrong").code, 49);
    let again = one
        .reset_with(
            &user.id,
            "Temp-Passw0rd-16",
            Some(&user.version),
            true,
            true,
        )
        .await;
    assert!(again.is_ok(), "{again:?}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_check_tells_whether_a_password_is_right_and_that_it_counts() {
    let desk = desk().await;
    let user = user_dn("case15");
    let check = async |password: &str| {
        let answer = desk
            .directory
            .check_password(&desk.operator, &user, &secret(password))
            .await;
        answer.expect("asked")
    };
    let right = check("Start-Passw0rd-1").await;
    assert!(right.matches && right.signs_in);
    let wrong = check("wrong").await;
    assert!(!wrong.matches && wrong.remark.is_some_and(|r| r.contains("failed sign-in")));
    desk.reset(&user, "Temp-Passw0rd-17").await.expect("reset");
    let must_change = check("Temp-Passw0rd-17").await;
    assert!(must_change.matches && !must_change.signs_in);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn operators_change_their_own_password_with_the_old_one() {
    let id = user_dn("case16");
    let desk = Desk::open(settings(), &id.0, "Start-Passw0rd-1").await;
    let change = async |desk: &Desk, old: &str, new: &str| {
        let (old, new) = (secret(old), secret(new));
        desk.directory
            .change_own_password(&desk.operator, &old, &new, &super::support::intent())
            .await
    };
    let wrong = change(&desk, "wrong", "Own-Passw0rd-16").await;
    assert_eq!(wrong.expect_err("wrong"), DirectoryError::OldPasswordWrong);
    change(&desk, "Start-Passw0rd-1", "Own-Passw0rd-16")
        .await
        .expect("changed");
    assert_eq!(bind("case16", "Own-Passw0rd-16").code, 0);
    // After a reset the first thing is a change, even though nothing may be read before it.
    let admin = self::desk().await;
    admin.reset(&id, "Temp-Passw0rd-18").await.expect("reset");
    let desk = Desk::open(settings(), &id.0, "Temp-Passw0rd-18").await;
    assert!(desk.operator.must_change);
    change(&desk, "Temp-Passw0rd-18", "Own-Passw0rd-17")
        .await
        .expect("changed");
    assert_eq!(bind("case16", "Own-Passw0rd-17").code, 0);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn injected_busy_and_unavailable_are_failures_that_changed_nothing() {
    let desk = desk().await;
    for (name, word) in [("busy", "busy"), ("unavailable", "not available")] {
        let id = UserId(format!("cn={name},ou=faults,dc=lab,dc=test"));
        let error = desk
            .reset(&id, "Temp-Passw0rd-19")
            .await
            .expect_err("injected");
        assert!(
            matches!(error, DirectoryError::Unavailable { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_search_finds_people_by_every_field_and_puts_the_best_first() {
    let desk = desk().await;
    for text in [
        "case17",
        "case17@lab.test",
        "Number17",
        "case number17",
        "number17 case",
    ] {
        let found = desk.find(text).await;
        assert_eq!(found.rows[0].login, "case17", "{text}");
    }
    let found = desk.find("case1").await;
    assert_eq!(found.rows[0].login, "case1", "the exact ID first");
    assert_eq!(found.total, Total::Exact(11));
    assert!(desk.find("nobody of that name").await.rows.is_empty());
    let few = desk.find_some("case", 5).await;
    assert_eq!(few.rows.len(), 5);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn what_goes_without_a_session_is_refused() {
    let desk = desk().await;
    let stranger = Operator {
        binding: 4711,
        ..desk.operator.clone()
    };
    let error = desk
        .directory
        .user(&stranger, &user_dn("case18"))
        .await
        .expect_err("nobody");
    assert!(
        matches!(error, DirectoryError::Unavailable { .. }),
        "{error:?}"
    );
    desk.directory.sign_out(&desk.operator).await;
    assert!(
        desk.directory
            .user(&desk.operator, &user_dn("case18"))
            .await
            .is_err()
    );
}
