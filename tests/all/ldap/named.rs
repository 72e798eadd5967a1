//! Who is meant by an identifier.

use halligan::directory::{Directory, ldap::settings::LdapSettings};

use super::{
    servers::{START, Server},
    support::Desk,
};

async fn logins(desk: &Desk, identifier: &str) -> Vec<String> {
    let named = desk.directory.named(&desk.operator, identifier).await;
    let named = named.expect("asked").expect("an LDAP directory knows");
    named.into_iter().map(|user| user.login).collect()
}

async fn every_identifier_names_its_bearer(server: Server) {
    let dn = "uid=E7711,ou=people,dc=lab,dc=test";
    server.modify(&format!(
        "dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: mvasquez\nuid: E7711\n\
         cn: Maria Vasquez\nsn: Vasquez\ngivenName: Maria\nmail: see the file\n\
         mail: maria.vasquez@lab.test\nmail: m.v@other.test\nuserPassword: {START}\n"
    ));
    let settings = LdapSettings {
        bases: vec!["ou=people,dc=lab,dc=test".into()],
        ..server.settings()
    };
    let desk = Desk::open(settings, "desk", &server.password_of("desk")).await;
    for identifier in [
        "E7711",
        "e7711",
        "mvasquez",
        "maria.vasquez@lab.test",
        "m.v@other.test",
        dn,
        "UID=e7711, OU=People, DC=lab, DC=test",
    ] {
        assert_eq!(logins(&desk, identifier).await, ["E7711"], "{identifier}");
    }
    // A part of one, what is no user, and what stands elsewhere.
    for other in [
        "E771",
        "Vasquez",
        "ou=people,dc=lab,dc=test",
        "uid=nosuch,ou=people,dc=lab,dc=test",
        "uid=desk,ou=operators,dc=lab,dc=test",
    ] {
        assert_eq!(logins(&desk, other).await, [""; 0], "{other}");
    }
    let user = desk.user("E7711").await;
    assert_eq!(
        user.email, "maria.vasquez@lab.test",
        "the one that is an address"
    );
    assert_eq!(
        logins(&desk, &user.id.0).await,
        ["E7711"],
        "what find --json prints"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn openldap_knows_a_user_by_any_id_any_address_and_the_dn() {
    every_identifier_names_its_bearer(Server::OpenLdap).await;
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn ds389_knows_a_user_by_any_id_any_address_and_the_dn() {
    every_identifier_names_its_bearer(Server::Ds389).await;
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn the_domain_knows_a_user_by_the_principal_name_too() {
    let server = Server::Samba;
    let dn = server.adds("named1");
    server.modify(&format!(
        "dn: {dn}\nchangetype: modify\nreplace: userPrincipalName\n\
         userPrincipalName: maria@lab.test\n-\nadd: mail\nmail: m.v@lab.test\n"
    ));
    let desk = server.desk().await;
    for identifier in ["named1", "maria@lab.test", "M.V@lab.test", &dn.0] {
        assert_eq!(logins(&desk, identifier).await, ["named1"], "{identifier}");
    }
}
