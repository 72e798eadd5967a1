//! The tree of FreeIPA on 389 Directory Server. Its plug-ins are in no package here: what they do by
//! themselves (a reset expires at once and unlocks) is not tested, docs/ldap.md says so.

use halligan::{
    directory::{
        Directory,
        ldap::settings::{Choice, LdapSettings},
    },
    receipt::{Step, StepOutcome},
    user::{UserId, Verdict},
};
use jiff::Timestamp;

use super::{
    servers::{START, Server},
    support::{Desk, step},
};

/// As short as a configuration for FreeIPA is.
async fn desk() -> Desk {
    let settings = LdapSettings {
        flavour: Choice::FreeIpa,
        login_dn: None,
        ..Server::Ds389.settings()
    };
    Desk::open(settings, "helper", START).await
}

fn user(login: &str) -> UserId {
    UserId(format!("uid={login},cn=users,cn=accounts,dc=lab,dc=test"))
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn freeipa_shows_everybody_once_and_tells_the_deleted_from_the_unknown() {
    let desk = desk().await;
    assert_eq!(desk.operator.id, user("helper"), "by the ID alone");
    let found = desk.find("ipa.test").await;
    let mut logins: Vec<_> = found.rows.iter().map(|row| row.login.as_str()).collect();
    logins.sort_unstable();
    assert_eq!(
        logins,
        [
            "helper",
            "ipaann",
            "ipaended",
            "ipagone",
            "ipalocked",
            "ipamust",
            "ipaoff",
            "ipaoff2",
            "ipaopen"
        ],
        "neither the compatibility tree nor staged users nor system accounts"
    );
    assert_eq!(desk.find("ipaann").await.rows.len(), 1);
    let verdict = async |login: &str| desk.user(login).await.verdict(Timestamp::now());
    assert_eq!(verdict("ipaann").await, Verdict::CanSignIn);
    assert!(matches!(verdict("ipalocked").await, Verdict::Locked { .. }));
    assert_eq!(verdict("ipaoff").await, Verdict::Disabled);
    assert_eq!(verdict("ipamust").await, Verdict::MustChange);
    assert!(matches!(
        verdict("ipaended").await,
        Verdict::AccountExpired(_)
    ));
    assert_eq!(verdict("ipagone").await, Verdict::Disabled);
    let gone = desk.user("ipagone").await;
    let warnings = desk.warnings(&gone.id).await;
    assert!(
        warnings.iter().any(|it| it.contains("ipa user-undel")),
        "{warnings:?}"
    );
    for (shadow, login) in [
        (
            "uid=ipasync,cn=sysaccounts,cn=etc,dc=lab,dc=test",
            "ipasync",
        ),
        ("uid=ipaann,cn=users,cn=compat,dc=lab,dc=test", "nobody"),
        (
            "uid=ipastaged,cn=staged users,cn=accounts,cn=provisioning,dc=lab,dc=test",
            "ipastaged",
        ),
    ] {
        for identifier in [shadow, login] {
            let named = desk.directory.named(&desk.operator, identifier).await;
            assert_eq!(named.expect("asked"), Some(Vec::new()), "{identifier}");
        }
    }
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn freeipas_policy_is_read_and_a_lock_is_taken_off_by_its_own_attributes() {
    let desk = desk().await;
    let locked = user("ipaopen");
    let policy = desk
        .directory
        .password_policy(&desk.operator, &locked)
        .await;
    let policy = policy.expect("read").expect("there is one");
    assert!(policy.source.starts_with("cn=global_policy"), "{policy:?}");
    let labels: Vec<_> = policy
        .rules
        .iter()
        .map(|rule| rule.label.as_str())
        .collect();
    assert_eq!(labels[0], "at least 8 characters (directory)");
    assert_eq!(policy.classes, 3, "kinds of characters");
    let receipt = desk.unlock(&locked).await.expect("unlocked");
    assert_eq!(step(&receipt, Step::Unlocked), &StepOutcome::Done);
    assert_eq!(
        desk.user("ipaopen").await.verdict(Timestamp::now()),
        Verdict::CanSignIn
    );
}

/// Whoever names the whole tree as the base still sees everybody once.
#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn freeipa_leaves_its_shadows_out_of_the_whole_tree_too() {
    let settings = LdapSettings {
        flavour: Choice::FreeIpa,
        login_dn: Some("uid={},cn=users,cn=accounts,dc=lab,dc=test".into()),
        bases: vec!["dc=lab,dc=test".into()],
        ..Server::Ds389.settings()
    };
    let desk = Desk::open(settings, "helper", START).await;
    assert_eq!(desk.find("ipaann").await.rows.len(), 1);
    assert_eq!(desk.find("ipastaged").await.rows, []);
    assert_eq!(
        desk.find("ipagone").await.rows.len(),
        1,
        "deleted, and kept"
    );
    let staged = "uid=ipastaged,cn=staged users,cn=accounts,cn=provisioning,dc=lab,dc=test";
    for identifier in ["ipastaged", staged] {
        let named = desk.directory.named(&desk.operator, identifier).await;
        assert_eq!(named.expect("asked"), Some(Vec::new()), "{identifier}");
    }
}
