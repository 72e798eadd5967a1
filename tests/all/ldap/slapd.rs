//! OpenLDAP with the ppolicy overlay.

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
    receipt::{Step, StepOutcome},
    user::{Fact, UserId, Verdict},
};
use jiff::Timestamp;

use super::{
    servers::{START, Server},
    support::{Desk, eventually, exported, secret, step},
};

const SERVER: Server = Server::OpenLdap;

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_operator_who_may_only_write_sets_must_change_in_a_step_of_its_own() {
    let desk = SERVER.signed_in_as("writer").await;
    let receipt = desk
        .reset(&SERVER.user_dn("case1"), "Temp-Plm7xqRd-1")
        .await
        .expect("reset");
    assert_eq!(
        step(&receipt, Step::MustChange),
        &StepOutcome::Done,
        "{receipt:?}"
    );
    assert!(
        SERVER
            .bind("case1", "Temp-Plm7xqRd-1")
            .text
            .contains("must be changed")
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_lock_by_an_administrator_is_announced_before_a_reset_removes_it() {
    let desk = SERVER.desk().await;
    let user = SERVER.user_dn("case4");
    SERVER.modify(&format!(
        "dn: {user}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    ));
    assert_eq!(SERVER.bind("case4", START).code, 49);
    let warnings = desk.warnings(&user).await;
    assert!(
        warnings
            .iter()
            .any(|w| w.contains("administrator has locked")),
        "{warnings:?}"
    );
    let receipt = desk.reset(&user, "Temp-Plm7xqRd-4").await.expect("reset");
    assert_eq!(step(&receipt, Step::Unlocked), &StepOutcome::Done);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn must_change_that_a_policy_does_not_enforce_is_said_and_not_claimed() {
    let desk = SERVER.desk().await;
    let user = SERVER.user_dn("lenient");
    let warnings = desk.warnings(&user).await;
    assert!(
        warnings.iter().any(|w| w.contains("pwdMustChange is off")),
        "{warnings:?}"
    );
    assert!(
        warnings.iter().any(|w| w.contains("1 day old")),
        "the least age: {warnings:?}"
    );
    let receipt = desk.reset(&user, "Temp-Plm7xqRd-5").await.expect("reset");
    assert!(
        matches!(step(&receipt, Step::MustChange), StepOutcome::NotOffered(why) if why.contains("pwdMustChange")),
        "{receipt:?}"
    );
    assert!(!receipt.is_success());
    let said = SERVER.bind("lenient", "Temp-Plm7xqRd-5");
    assert!(
        said.code == 0 && !said.text.contains("must be changed"),
        "{said:?}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_expired_password_is_told_apart_from_a_wrong_one() {
    let desk = SERVER.desk().await;
    let user = SERVER.user_dn("ended");
    desk.reset_with(&user, "Temp-Plm7xqRd-6", None, false, false)
        .await
        .expect("reset");
    SERVER.modify(&format!(
        "dn: {user}\nchangetype: modify\nreplace: pwdReset\n"
    ));
    eventually("the password to expire", async || {
        let seen = desk.directory.user(&desk.operator, &user).await;
        let verdict = seen.expect("read").verdict(Timestamp::now());
        matches!(verdict, Verdict::PasswordExpired(_))
    })
    .await;
    eventually("the server to think so too", async || {
        SERVER.bind("ended", "Temp-Plm7xqRd-6").code == 49
    })
    .await;
    let said = SERVER.bind("ended", "Temp-Plm7xqRd-6");
    assert!(said.text.contains("expired"), "{said:?}");
    let said = SERVER.bind("ended", "wrong");
    assert!(
        said.code == 49 && !said.text.contains("expired"),
        "{said:?}"
    );
    let refusal = async |password: &str| SERVER.refusal(&user.0, password).await;
    assert_eq!(refusal("wrong").await, SignInRefusal::WrongPassword);
    assert_eq!(refusal("Temp-Plm7xqRd-6").await, SignInRefusal::Expired);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_operator_who_may_only_read_resets_nobody() {
    let reader = SERVER.signed_in_as("reader").await;
    let user = SERVER.user_dn("case5");
    let error = reader.reset(&user, "Temp-Plm7xqRd-8").await;
    assert!(
        matches!(error, Err(DirectoryError::Forbidden { .. })),
        "{error:?}"
    );
    SERVER.signs_in("case5", START);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn what_may_not_be_read_is_unknown_and_names_the_right() {
    let desk = SERVER.signed_in_as("blind").await;
    SERVER.lock_by_failures("case6");
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
async fn operators_sign_in_by_every_name_that_they_have() {
    let account = |pattern: Option<&str>| {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "reader-Plm7xqRd\n").expect("written");
        let settings = LdapSettings {
            login_dn: pattern.map(Into::into),
            search_account: Some(SearchAccount {
                dn: "uid=reader,ou=operators,dc=lab,dc=test".into(),
                password_file: Some(file.path().to_owned()),
                password_command: Vec::new(),
            }),
            ..SERVER.settings()
        };
        (settings, file)
    };
    let dn = "uid=desk,ou=operators,dc=lab,dc=test";
    for login in ["desk", dn] {
        let desk = Desk::open(SERVER.settings(), login, "desk-Plm7xqRd").await;
        assert_eq!(desk.operator.id.0, dn);
        assert_eq!(desk.operator.login, "desk");
    }
    let (with_account, file) = account(None);
    for login in ["desk", "desk@desk.test", "DESK@desk.test"] {
        let desk = Desk::open(with_account.clone(), login, "desk-Plm7xqRd").await;
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
        .sign_in("desk", &secret("desk-Plm7xqRd"))
        .await
        .expect_err("refused");
    assert!(error.to_string().contains("chmod 600"), "{error}");
    // A command in place of the file.
    let mut by_command = with_account;
    let search = by_command.search_account.as_mut().expect("there");
    search.password_file = None;
    search.password_command = vec!["printf".into(), "reader-Plm7xqRd\\n".into()];
    Desk::open(by_command, "desk@desk.test", "desk-Plm7xqRd").await;
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_certificate_or_the_socket_signs_in_without_a_password() {
    let by_certificate = LdapSettings {
        authentication: Authentication::External,
        client_certificate: Some(SERVER.pki("external-desk.crt")),
        client_key: Some(SERVER.pki("external-desk.key")),
        ..SERVER.settings()
    };
    let desk = Desk::open(by_certificate, "", "").await;
    assert_eq!(desk.operator.id.0, "uid=desk,ou=operators,dc=lab,dc=test");
    desk.reset(&SERVER.user_dn("case11"), "Temp-Plm7xqRd-11")
        .await
        .expect("reset");
    let by_socket = LdapSettings {
        urls: vec![exported("HALLIGAN_SLAPD_LOCAL")],
        authentication: Authentication::External,
        ..SERVER.settings()
    };
    let desk = Desk::open(by_socket, "", "").await;
    assert_eq!(desk.operator.login, "desk");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_refused_sign_in_has_its_true_reason_for_the_audit() {
    let reason = async |login: &str, password: &str| SERVER.refusal(login, password).await;
    assert_eq!(reason("desk", "wrong").await, SignInRefusal::WrongPassword);
    assert_eq!(
        reason("desk", "").await,
        SignInRefusal::UnknownUser,
        "an unauthenticated bind"
    );
    assert_eq!(
        reason("", "desk-Plm7xqRd").await,
        SignInRefusal::UnknownUser
    );
    let dn = SERVER.user_dn("case13").0;
    SERVER.lock_by_failures("case13");
    assert_eq!(reason(&dn, START).await, SignInRefusal::Locked);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn roles_come_from_groups_and_default_to_the_help_desk() {
    let desk = SERVER.signed_in_as("reader").await;
    assert_eq!(desk.operator.permissions, Role::HelpDesk.permissions());
    let with_groups = LdapSettings {
        default_role: Role::None,
        roles: [(
            "CN=Auditors,ou=groups,dc=lab,dc=test".to_owned(),
            Role::Auditor,
        )]
        .into(),
        ..SERVER.settings()
    };
    let reader = Desk::open(with_groups.clone(), "reader", "reader-Plm7xqRd").await;
    assert_eq!(reader.operator.permissions, Role::Auditor.permissions());
    let desk = Desk::open(with_groups, "desk", "desk-Plm7xqRd").await;
    assert!(desk.operator.permissions.is_empty());
    let reader = desk.user("reader").await;
    assert!(
        reader.permissions.holds(Permission::AuditRead),
        "the target's are seen too"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_check_tells_whether_a_password_is_right_and_that_it_counts() {
    let desk = SERVER.desk().await;
    let user = SERVER.user_dn("case15");
    let check = async |password: &str| {
        let answer = desk
            .directory
            .check_password(&desk.operator, &user, &secret(password))
            .await;
        answer.expect("asked")
    };
    let right = check(START).await;
    assert!(right.matches && right.signs_in);
    let wrong = check("wrong").await;
    assert!(!wrong.matches && wrong.remark.is_some_and(|r| r.contains("failed sign-in")));
    desk.reset(&user, "Temp-Plm7xqRd-17").await.expect("reset");
    let must_change = check("Temp-Plm7xqRd-17").await;
    assert!(must_change.matches && !must_change.signs_in);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn injected_busy_and_unavailable_are_failures_that_changed_nothing() {
    let desk = SERVER.desk().await;
    for (name, word) in [("busy", "busy"), ("unavailable", "not available")] {
        let id = UserId(format!("cn={name},ou=faults,dc=lab,dc=test"));
        let error = desk
            .reset(&id, "Temp-Plm7xqRd-19")
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
    let desk = SERVER.desk().await;
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
    let desk = SERVER.desk().await;
    let stranger = Operator {
        binding: 4711,
        ..desk.operator.clone()
    };
    let error = desk
        .directory
        .user(&stranger, &SERVER.user_dn("case18"))
        .await
        .expect_err("nobody");
    assert!(
        matches!(error, DirectoryError::Unavailable { .. }),
        "{error:?}"
    );
    desk.directory.sign_out(&desk.operator).await;
    assert!(
        desk.directory
            .user(&desk.operator, &SERVER.user_dn("case18"))
            .await
            .is_err()
    );
}
