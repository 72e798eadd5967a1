//! What a sign-in tells of the configuration, and what Active Directory tells of the account.

use halligan::{
    directory::{
        Directory, DirectoryError,
        ldap::{
            LdapDirectory,
            settings::{LdapSettings, SearchAccount},
        },
    },
    operator::SignInRefusal,
};

use super::{
    servers::{START, Server},
    support::{exported, secret},
};

async fn refused(settings: LdapSettings, login: &str, password: &str) -> DirectoryError {
    let directory = LdapDirectory::open(settings).await.expect("good settings");
    let answer = directory.sign_in(login, &secret(password)).await;
    answer.expect_err("refused")
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_configuration_that_makes_no_name_of_an_id_is_told_and_not_called_a_wrong_password() {
    let unnamed = || LdapSettings {
        login_dn: None,
        ..Server::OpenLdap.settings()
    };
    let error = refused(unnamed(), "desk", "desk-Plm7xqRd").await;
    assert!(
        error.to_string().contains("no entry for this ID"),
        "{error}"
    );
    assert!(error.cure().contains("login_dn"), "{}", error.cure());
    assert!(
        !error.to_string().contains("desk"),
        "what was typed is not repeated: {error}"
    );
    let error = refused(Server::OpenLdap.settings(), "desk@desk.test", "x").await;
    assert!(error.to_string().contains("for this address"), "{error}");
    let directory = LdapDirectory::open(unnamed()).await.expect("good settings");
    let dn = "uid=desk,ou=operators,dc=lab,dc=test";
    let operator = directory.sign_in(dn, &secret("desk-Plm7xqRd")).await;
    assert_eq!(operator.expect("by the DN, as it is said").login, "desk");
    let wrong = LdapSettings {
        login_dn: Some("uid=%s,ou=operators,dc=lab,dc=test".into()),
        ..Server::OpenLdap.settings()
    };
    let error = LdapDirectory::open(wrong)
        .await
        .expect_err("told at the start");
    assert!(error.contains("%s where {}"), "{error}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_account_outside_the_bases_is_told_to_whoever_has_its_password_and_to_nobody_else() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "reader-Plm7xqRd").expect("written");
    let settings = || LdapSettings {
        login_dn: None,
        bases: vec!["ou=people,dc=lab,dc=test".into()],
        search_account: Some(SearchAccount {
            dn: "uid=reader,ou=operators,dc=lab,dc=test".into(),
            password_file: Some(file.path().to_owned()),
            password_command: Vec::new(),
        }),
        ..Server::OpenLdap.settings()
    };
    let error = refused(settings(), "desk", "desk-Plm7xqRd").await;
    assert!(
        error.to_string().contains("not within [ldap] bases"),
        "{error}"
    );
    let error = refused(settings(), "desk", "wrong").await;
    assert!(matches!(error, DirectoryError::SignIn { .. }), "{error:?}");
    let error = refused(settings(), "nosuch", "wrong").await;
    assert!(
        matches!(
            error,
            DirectoryError::SignIn {
                reason: SignInRefusal::UnknownUser,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
#[ignore = "needs ldapjs: tests/run"]
async fn a_server_that_hides_what_it_is_before_a_sign_in_is_told_as_one() {
    let settings = LdapSettings {
        urls: vec![exported("HALLIGAN_LDAPJS_HIDDEN")],
        plain_on_loopback: true,
        ..LdapSettings::default()
    };
    let error = refused(settings.clone(), "admin", "admin-Plm7xqRd").await;
    assert!(error.to_string().contains("root DSE is hidden"), "{error}");
    assert!(
        error.cure().contains("bases and login_dn"),
        "{}",
        error.cure()
    );
    let named = LdapSettings {
        login_dn: Some("uid={},ou=people,dc=l".into()),
        ..settings
    };
    let directory = LdapDirectory::open(named).await.expect("good settings");
    let admin = directory.sign_in("admin", &secret("admin-Plm7xqRd")).await;
    assert_eq!(admin.expect("as it is said").login, "admin");
    let name = directory.capabilities().name;
    assert!(
        name.starts_with("lldap at"),
        "known after the sign-in: {name}"
    );
}

/// Samba answers as Active Directory does.
#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn what_the_domain_says_of_the_right_password_is_told_and_a_wrong_one_is_a_wrong_one() {
    let server = Server::Samba;
    let cases = [
        (
            "barred1",
            "pwdLastSet: 0",
            SignInRefusal::MustChange,
            "must be changed",
        ),
        (
            "barred2",
            "userAccountControl: 514",
            SignInRefusal::Disabled,
            "disabled",
        ),
        // 2001-01-01 as a FILETIME.
        (
            "barred3",
            "accountExpires: 126227808000000000",
            SignInRefusal::AccountEnded,
            "has ended",
        ),
    ];
    for (login, change, wanted, words) in cases {
        let dn = server.adds(login);
        let attribute = change.split(':').next().expect("a name");
        server.modify(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{change}\n"
        ));
        let error = refused(server.settings(), login, START).await;
        assert!(
            matches!(&error, DirectoryError::SignInBarred { reason, .. } if *reason == wanted),
            "{login}: {error:?}"
        );
        assert!(error.to_string().contains(words), "{error}");
        let error = refused(server.settings(), login, "wrong").await;
        assert!(
            matches!(
                error,
                DirectoryError::SignIn {
                    reason: SignInRefusal::WrongPassword,
                    ..
                }
            ),
            "{login}: {error:?}"
        );
    }
    server.adds("barred4");
    server.lock_by_failures("barred4");
    let error = refused(server.settings(), "barred4", START).await;
    assert_eq!(
        error.to_string(),
        "this account is locked",
        "not that the password is right"
    );
}
