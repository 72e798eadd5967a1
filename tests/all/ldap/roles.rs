//! Roles at the desk from groups of every kind, and groups that cannot be asked.

use std::collections::BTreeMap;

use halligan::{
    directory::{
        Directory, DirectoryError,
        ldap::{LdapDirectory, settings::LdapSettings},
    },
    permission::{Permissions, Role},
    user::UserId,
};

use super::{
    servers::Server,
    support::{Desk, secret, tool},
};

/// Nobody has a role but the members of `group`, who are auditors.
fn auditors(server: Server, group: &str) -> LdapSettings {
    LdapSettings {
        default_role: Role::None,
        roles: BTreeMap::from([(group.to_owned(), Role::Auditor)]),
        ..server.settings()
    }
}

async fn held(server: Server, group: &str, operator: &str) -> Permissions {
    let password = server.password_of(operator);
    let desk = Desk::open(auditors(server, group), operator, &password).await;
    desk.operator.permissions
}

/// What somebody else holds, as the help desk would see it before a reset.
async fn seen(server: Server, group: &str, user: &UserId) -> Permissions {
    let settings = LdapSettings {
        default_role: Role::HelpDesk,
        ..auditors(server, group)
    };
    let desk = Desk::open(settings, "desk", &server.password_of("desk")).await;
    let user = desk.directory.user(&desk.operator, user).await;
    user.expect("read").permissions
}

fn group(name: &str) -> String {
    format!("cn={name},ou=groups,dc=lab,dc=test")
}

/// Adds a group of this class.
fn adds_group(server: Server, name: &str, class: &str, lines: &str) {
    server.modify(&format!(
        "dn: {}\nchangetype: add\nobjectClass: {class}\ncn: {name}\n{lines}\n",
        group(name)
    ));
}

async fn every_kind_of_group_gives_its_role(server: Server) {
    let desk = "uid=desk,ou=operators,dc=lab,dc=test";
    let auditor = Role::Auditor.permissions();
    adds_group(server, "byname", "groupOfNames", &format!("member: {desk}"));
    adds_group(
        server,
        "unique",
        "groupOfUniqueNames",
        &format!("uniqueMember: {desk}"),
    );
    adds_group(
        server,
        "byid",
        "posixGroup",
        "gidNumber: 7001\nmemberUid: desk",
    );
    adds_group(server, "inner", "groupOfNames", &format!("member: {desk}"));
    adds_group(
        server,
        "middle",
        "groupOfNames",
        &format!("member: {}", group("inner")),
    );
    adds_group(
        server,
        "outer",
        "groupOfUniqueNames",
        &format!("uniqueMember: {}", group("middle")),
    );
    // A circle, which some trees have by mistake.
    server.modify(&format!(
        "dn: {}\nchangetype: modify\nadd: member\nmember: {}\n",
        group("inner"),
        group("outer")
    ));
    for name in ["byname", "unique", "byid", "inner", "middle", "outer"] {
        assert_eq!(held(server, &group(name), "desk").await, auditor, "{name}");
        assert_eq!(
            held(server, &group(name), "blind").await,
            Permissions::default(),
            "{name}"
        );
    }
    // Whom the help desk must not reset.
    let user = server.adds("posixuser");
    server.modify(&format!(
        "dn: {user}\nchangetype: modify\nadd: objectClass\nobjectClass: posixAccount\n-\n\
         add: uidNumber\nuidNumber: 9001\n-\nadd: gidNumber\ngidNumber: 7002\n-\n\
         add: homeDirectory\nhomeDirectory: /nowhere\n"
    ));
    adds_group(server, "primary", "posixGroup", "gidNumber: 7002");
    assert_eq!(seen(server, &group("primary"), &user).await, auditor);
    assert_eq!(
        seen(server, &group("byid"), &user).await,
        Permissions::default()
    );
}

async fn a_group_that_cannot_be_asked_lets_nobody_in(server: Server, missing: &str) {
    let operator = "desk";
    let password = server.password_of(operator);
    let sign_in = async |group: &str| {
        let directory = LdapDirectory::open(auditors(server, group)).await;
        let directory = directory.expect("good settings");
        let answer = directory.sign_in(operator, &secret(&password)).await;
        answer.expect_err("the group cannot be asked")
    };
    let error = sign_in(missing).await;
    assert!(
        matches!(error, DirectoryError::Unavailable { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("has no group"), "{error}");
    assert!(error.cure().contains("[ldap.roles]"), "{}", error.cure());
    if server != Server::Samba {
        let error = sign_in(&group("secret")).await;
        assert!(
            error.to_string().contains("read member of the group"),
            "{error}"
        );
    }
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn openldap_groups_by_name_by_id_and_within_groups_give_their_role() {
    every_kind_of_group_gives_its_role(Server::OpenLdap).await;
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn ds389_groups_by_name_by_id_and_within_groups_give_their_role() {
    every_kind_of_group_gives_its_role(Server::Ds389).await;
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_group_that_openldap_does_not_have_or_hides_is_an_error_at_the_sign_in() {
    a_group_that_cannot_be_asked_lets_nobody_in(Server::OpenLdap, &group("nosuch")).await;
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn a_group_that_ds389_does_not_have_or_hides_is_an_error_at_the_sign_in() {
    a_group_that_cannot_be_asked_lets_nobody_in(Server::Ds389, &group("nosuch")).await;
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_group_that_the_domain_does_not_have_is_an_error_at_the_sign_in() {
    let missing = "CN=nosuch,CN=Users,DC=lab,DC=test";
    a_group_that_cannot_be_asked_lets_nobody_in(Server::Samba, missing).await;
}

/// The primary group of a domain's account has no such member, and may be in other groups itself.
#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_primary_group_gives_its_role_and_those_of_the_groups_that_it_is_in() {
    let server = Server::Samba;
    let user = server.adds("primary1");
    let named = |name: &str| format!("CN={name},CN=Users,DC=lab,DC=test");
    for (name, member) in [("First", user.0.clone()), ("Above", named("First"))] {
        server.modify(&format!(
            "dn: {}\nchangetype: add\nobjectClass: group\nsAMAccountName: {name}\nmember: {member}\n",
            named(name)
        ));
    }
    let url = server.url();
    let search = [
        "-x",
        "-LLL",
        "-H",
        &url,
        "-D",
        "Administrator@lab.test",
        "-w",
        "Adm1n-Plm7xqRd!",
        "-s",
        "base",
        "-b",
        &named("First"),
        "primaryGroupToken",
    ];
    let said = tool("ldapsearch", &server.pki("ca.crt"), &search, "").text;
    let number = said
        .lines()
        .find_map(|line| line.strip_prefix("primaryGroupToken: "));
    server.modify(&format!(
        "dn: {user}\nchangetype: modify\nreplace: primaryGroupID\nprimaryGroupID: {}\n",
        number.unwrap_or_else(|| panic!("{said}"))
    ));
    let auditor = Role::Auditor.permissions();
    assert_eq!(
        seen(server, &named("First"), &user).await,
        auditor,
        "the primary group"
    );
    assert_eq!(
        seen(server, &named("Above"), &user).await,
        auditor,
        "the one above it"
    );
    let other = server.adds("primary2");
    assert_eq!(
        seen(server, &named("First"), &other).await,
        Permissions::default()
    );
}
