//! A reset at a SCIM server, proved by a bind at the LDAP directory behind it.

use halligan::{
    audit::Kind,
    directory::{
        Directory, DirectoryError,
        ldap::settings::LdapSettings,
        scim::{ScimSettings, Verify},
    },
    receipt::{Ending, PasswordReset, Proof, Receipt},
};

use super::servers::{START, Server};
use crate::support::fake_scim::{Quirks, World, intent, secret};

/// A SCIM server that keeps passwords to itself, before users who sign in at slapd.
async fn world() -> World {
    let mut world = World::new(Quirks::default()).await;
    world.fake.add("more16", "More", "Person16");
    let settings = ScimSettings {
        verify: Verify::Ldap,
        verify_after_reset: true,
        ..world
            .home
            .settings(&format!("{}/scim/v2", world.server.uri()))
    };
    let ldap = LdapSettings {
        login_dn: Some("uid={},ou=people,dc=lab,dc=test".into()),
        ..Server::OpenLdap.settings()
    };
    world.reopen_with(&settings, &ldap).await;
    world
}

async fn reset(world: &World, id: &str, password: &str) -> Receipt {
    let user = world.user(id).await;
    let password = secret(password);
    let order = PasswordReset {
        user: &user.id,
        expected: Some(&user.version),
        password: &password,
        must_change: false,
        unlock: false,
    };
    let intent = intent(Kind::PasswordReset);
    let reset = world
        .directory
        .reset_password(&world.operator, &order, &intent);
    reset.await.unwrap()
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_bind_at_the_directory_behind_a_scim_server_proves_its_reset_or_contradicts_it() {
    let world = world().await;
    // The directory has this password, so it is as if the server had passed it on.
    let receipt = reset(&world, "u-4", START).await;
    assert!(
        matches!(&receipt.proof, Proof::SignedIn(how) if how.contains("more16")),
        "{receipt:?}"
    );
    // This one the server took and did not pass on.
    let receipt = reset(&world, "u-4", "velvet-anchor-tulip-39").await;
    assert_eq!(receipt.ending(), Ending::NotKnown, "{receipt:?}");
    let (_, why) = (receipt.proof.word(), receipt.proof.detail().unwrap());
    assert!(why.contains("wrong password"), "{why}");
    let user = world.user("u-4").await;
    let check = async |password: &str| {
        let password = secret(password);
        world
            .directory
            .check_password(&world.operator, &user.id, &password)
            .await
    };
    assert!(check(START).await.unwrap().signs_in);
    assert!(!check("velvet-anchor-tulip-39").await.unwrap().matches);
    // Nobody of this ID is there: that says nothing of a password.
    let stranger = world.user("u-1").await;
    let password = secret(START);
    let checked = world
        .directory
        .check_password(&world.operator, &stranger.id, &password)
        .await;
    assert!(
        checked.is_ok_and(|it| !it.matches),
        "a bind as nobody is refused as a wrong password is"
    );
}

#[tokio::test]
async fn a_directory_that_cannot_be_reached_leaves_the_proof_unknown() {
    let mut world = World::new(Quirks::default()).await;
    let settings = ScimSettings {
        verify: Verify::Ldap,
        verify_after_reset: true,
        ..world
            .home
            .settings(&format!("{}/scim/v2", world.server.uri()))
    };
    let ldap = LdapSettings {
        urls: vec!["ldap://127.0.0.1:1".into()],
        plain_on_loopback: true,
        login_dn: Some("uid={},ou=people,dc=lab,dc=test".into()),
        ..LdapSettings::default()
    };
    world.reopen_with(&settings, &ldap).await;
    let receipt = reset(&world, "u-1", "velvet-anchor-tulip-39").await;
    assert!(
        matches!(&receipt.proof, Proof::NotKnown(why) if why.contains("could not be tried")),
        "{receipt:?}"
    );
    assert_eq!(
        world.fake.password("u-1").as_deref(),
        Some("velvet-anchor-tulip-39"),
        "never a failed reset"
    );
    let user = world.user("u-1").await;
    let password = secret("velvet-anchor-tulip-39");
    let checked = world
        .directory
        .check_password(&world.operator, &user.id, &password)
        .await;
    assert!(
        matches!(checked, Err(DirectoryError::PasswordNotChecked { .. })),
        "{checked:?}"
    );
}
