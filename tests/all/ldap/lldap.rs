//! A server that answers as lldap does (tests/servers/ldapjs.sh): no controls, no locks, no expiry,
//! no must-change, nothing to see before a bind. lldap itself is in no package registry.

use std::path::Path;

use halligan::{
    directory::{
        Directory, DirectoryError, Support,
        ldap::settings::{LdapSettings, SearchAccount},
    },
    receipt::{Proof, Step, StepOutcome},
    user::Fact,
};

use super::support::{Desk, exported, intent, secret, step, tool};

fn settings() -> LdapSettings {
    LdapSettings {
        urls: vec![exported("HALLIGAN_LDAPJS_LLDAP")],
        plain_on_loopback: true,
        login_dn: Some("uid={},ou=people,dc=l".into()),
        ..LdapSettings::default()
    }
}

/// Binds by `ldapwhoami`, without the password policy control, which lldap does not know.
fn bind(login: &str, password: &str) -> i32 {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut file, password.as_bytes()).expect("written");
    let path = file.path().to_string_lossy().into_owned();
    let name = format!("uid={login},ou=people,dc=l");
    let url = exported("HALLIGAN_LDAPJS_LLDAP");
    let arguments = [
        "-x",
        "-o",
        "nettimeout=20",
        "-H",
        &url,
        "-D",
        &name,
        "-y",
        &path,
    ];
    tool("ldapwhoami", Path::new("/dev/null"), &arguments, "").code
}

#[tokio::test]
#[ignore = "needs ldapjs: tests/run"]
async fn lldap_is_known_by_its_name_and_what_it_lacks_is_not_offered() {
    let desk = Desk::open(settings(), "admin", "admin-Plm7xqRd").await;
    let sheet = desk.directory.capabilities();
    assert!(sheet.name.starts_with("lldap at"), "{}", sheet.name);
    assert!(!sheet.enforces_policy);
    for lacking in [&sheet.must_change, &sheet.unlock] {
        assert!(matches!(lacking, Support::No(why) if why.contains("lldap has no")));
    }
    let bob = desk.user("bob").await;
    assert_eq!(bob.email, "bob@l.test");
    assert_eq!(bob.state.lock, Fact::NotOffered);
    assert_eq!(bob.state.must_change, Fact::NotOffered);
    let policy = desk
        .directory
        .password_policy(&desk.operator, &bob.id)
        .await;
    let remark = policy.expect("asked").and_then(|policy| policy.remark);
    assert!(remark.is_some_and(|said| said.contains("checks no password")));

    let receipt = desk
        .reset_with(&bob.id, "Temp-Plm7xqRd-1", None, false, false)
        .await
        .expect("reset");
    assert_eq!(step(&receipt, Step::PasswordSet), &StepOutcome::Done);
    assert_eq!(step(&receipt, Step::MustChange), &StepOutcome::NotNeeded);
    assert!(matches!(&receipt.proof, Proof::ReadBack(how) if how.contains("pwdChangedTime")));
    assert_eq!(bind("bob", "Temp-Plm7xqRd-1"), 0);
    assert_eq!(bind("bob", "bob-Plm7xqRd"), 49);
    let unlock = desk.unlock(&bob.id).await;
    assert!(
        matches!(unlock, Err(DirectoryError::NotOffered(_))),
        "{unlock:?}"
    );
}

#[tokio::test]
#[ignore = "needs ldapjs: tests/run"]
async fn an_ordinary_user_of_lldap_may_change_his_own_password_only() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "admin-Plm7xqRd\n").expect("written");
    let by_mail = LdapSettings {
        login_dn: None,
        search_account: Some(SearchAccount {
            dn: "uid=admin,ou=people,dc=l".into(),
            password_file: Some(file.path().to_owned()),
            password_command: Vec::new(),
        }),
        ..settings()
    };
    let desk = Desk::open(by_mail, "ann@l.test", "ann-Plm7xqRd").await;
    let admin = desk.user("admin").await;
    let refused = desk
        .reset_with(&admin.id, "Temp-Plm7xqRd-2", None, false, false)
        .await
        .expect_err("no right");
    assert!(
        matches!(refused, DirectoryError::Forbidden { .. }),
        "{refused:?}"
    );
    let (old, new) = (secret("ann-Plm7xqRd"), secret("Own-Plm7xqRd-2"));
    desk.directory
        .change_own_password(&desk.operator, &old, &new, &intent())
        .await
        .expect("changed");
    assert_eq!(bind("ann", "Own-Plm7xqRd-2"), 0);
    assert_eq!(bind("admin", "admin-Plm7xqRd"), 0);
}
