//! `config check --connect`: what it finds is true, and the lines that it prints mend what is missing.

use std::{net::TcpListener, process::Command};

use halligan::{
    directory::{
        Directory, DirectoryError, Finding, FindingVerdict,
        ldap::{LdapDirectory, settings::LdapSettings},
    },
    permission::Role,
    user::UserId,
};

use super::{
    faults::{Slapd, user},
    servers::{START, Server},
    support::{Desk, tool},
};

const NEW: &str = "Mended-Plm7xqRd-1";

async fn findings(settings: LdapSettings, login: &str, password: &str) -> Vec<Finding> {
    let desk = Desk::open(settings, login, password).await;
    let mut found = desk.directory.examine_servers().await;
    let examined = desk.directory.examine(&desk.operator).await;
    found.extend(examined.expect("examined"));
    found
}

fn wrong(found: &[Finding]) -> Vec<&Finding> {
    found
        .iter()
        .filter(|finding| finding.verdict == FindingVerdict::Wrong)
        .collect()
}

#[track_caller]
fn says(found: &[Finding], verdict: FindingVerdict, words: &[&str]) {
    let is_it = |finding: &Finding| {
        finding.verdict == verdict && words.iter().all(|word| finding.what.contains(word))
    };
    assert!(found.iter().any(is_it), "{words:?} in {found:#?}");
}

/// An operator without rights; each printed line is applied, and then everything works.
async fn the_printed_lines_mend(
    settings: LdapSettings,
    (login, password): (&str, &str),
    user: &UserId,
    apply: impl Fn(&str),
) {
    let refused = Desk::open(settings.clone(), login, password).await;
    let refused = refused.reset(user, NEW).await;
    assert!(
        matches!(refused, Err(DirectoryError::Forbidden { .. })),
        "{refused:?}"
    );

    let found = findings(settings.clone(), login, password).await;
    says(&found, FindingVerdict::Wrong, &["may not set passwords"]);
    says(&found, FindingVerdict::Wrong, &["may not unlock"]);
    for finding in found.iter().filter(|finding| !finding.cure.is_empty()) {
        apply(&finding.cure);
    }
    let found = findings(settings.clone(), login, password).await;
    assert_eq!(wrong(&found), [] as [&Finding; 0]);
    says(&found, FindingVerdict::Good, &["may set passwords"]);
    says(&found, FindingVerdict::Good, &["may unlock"]);
    says(&found, FindingVerdict::Good, &["password policy: "]);
    let mended = Desk::open(settings, login, password).await;
    let receipt = mended.reset(user, NEW).await.expect("it works now");
    assert!(receipt.is_success(), "{receipt:?}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn the_lines_for_openldap_give_what_is_missing() {
    let slapd = Slapd::start();
    let settings = LdapSettings {
        bases: vec!["ou=people,dc=lab,dc=test".into()],
        ..slapd.settings()
    };
    let (url, ca) = (slapd.url(), slapd.ca());
    let apply = |line: &str| {
        let ldif = format!(
            "dn: olcDatabase={{1}}mdb,cn=config\nchangetype: modify\nadd: olcAccess\n{line}\n"
        );
        let arguments = [
            "-x",
            "-H",
            &url,
            "-D",
            "cn=admin,cn=config",
            "-w",
            "configpw",
        ];
        let said = tool("ldapmodify", &ca, &arguments, &ldif);
        assert_eq!(said.code, 0, "{ldif}\n{}", said.text);
    };
    let reader = ("reader", "reader-Plm7xqRd");
    the_printed_lines_mend(settings, reader, &user("case7"), apply).await;
    assert!(slapd.signs_in("case7", NEW));
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn the_lines_for_389_give_what_is_missing() {
    let server = Server::Ds389;
    let settings = LdapSettings {
        bases: vec!["ou=people,dc=lab,dc=test".into()],
        ..server.settings()
    };
    let apply = |line: &str| {
        let place = if line.contains("(target=") {
            "dc=lab,dc=test"
        } else {
            "cn=config"
        };
        server.modify(&format!(
            "dn: {place}\nchangetype: modify\nadd: aci\n{line}\n"
        ));
    };
    let case = server.adds("mended");
    let fresh = server.password_of("fresh");
    the_printed_lines_mend(settings, ("fresh", &fresh), &case, apply).await;
    server.must_change(&case.0, NEW);
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn the_lines_for_samba_give_what_is_missing() {
    let server = Server::Samba;
    server.adds("fresh");
    let settings = LdapSettings {
        bases: vec!["OU=People,DC=lab,DC=test".into()],
        ..server.settings()
    };
    let case = server.adds("mended");
    let apply = |line: &str| {
        let more = format!(
            "{line} -H {} --simple-bind-dn=Administrator@lab.test --password='Adm1n-Plm7xqRd!' \
             --option='tls cafile={}'",
            server.url(),
            server.pki("ca.crt").display()
        );
        let more = more.replace(
            "-H ldaps://127",
            "--option='tls verify peer=ca_only' -H ldaps://127",
        );
        let done = Command::new("sh")
            .args(["-c", &more])
            .output()
            .expect("run");
        assert!(done.status.success(), "{more}: {done:?}");
    };
    the_printed_lines_mend(settings, ("fresh", START), &case, apply).await;
    server.must_change("mended@lab.test", NEW);
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn a_right_that_the_domain_refuses_for_one_step_is_told_apart_from_the_others() {
    let server = Server::Samba;
    let settings = LdapSettings {
        bases: vec!["OU=People,DC=lab,DC=test".into()],
        ..server.settings()
    };
    let found = findings(settings, "halfdesk", &server.password_of("halfdesk")).await;
    says(&found, FindingVerdict::Good, &["may set passwords"]);
    says(&found, FindingVerdict::Good, &["may demand a change"]);
    says(
        &found,
        FindingVerdict::Wrong,
        &["may not unlock", "lockoutTime"],
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn servers_bases_groups_and_policies_are_named_as_they_are() {
    let server = Server::OpenLdap;
    let settings = LdapSettings {
        urls: vec![server.url(), server.url().replace("127.0.0.1", "127.0.0.3")],
        bases: vec![
            "ou=people,dc=lab,dc=test".into(),
            "ou=nowhere,dc=lab,dc=test".into(),
        ],
        roles: [(
            "cn=auditors,ou=groups,dc=lab,dc=test".to_owned(),
            Role::Auditor,
        )]
        .into(),
        ..server.settings()
    };
    let found = findings(settings, "desk", "desk-Plm7xqRd").await;
    let url = server.url();
    says(
        &found,
        FindingVerdict::Good,
        &[&url, "OpenLDAP, dc=lab,dc=test", "TLS"],
    );
    says(&found, FindingVerdict::Wrong, &["127.0.0.3"]);
    says(&found, FindingVerdict::Good, &["beneath ou=people"]);
    says(&found, FindingVerdict::Wrong, &["no ou=nowhere"]);
    says(&found, FindingVerdict::Good, &["cn=auditors", "auditor"]);
    says(&found, FindingVerdict::Good, &["password policy: cn="]);
    says(
        &found,
        FindingVerdict::Good,
        &["may set passwords", "ou=people"],
    );
    assert_eq!(wrong(&found).len(), 2, "{found:#?}");
    let hidden = LdapSettings {
        bases: vec!["ou=people,dc=lab,dc=test".into()],
        ..server.settings()
    };
    let found = findings(hidden, "blind", "blind-Plm7xqRd").await;
    says(&found, FindingVerdict::Unclear, &["policy may not be read"]);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_what_to_look_at() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("ldap://{}", free.local_addr().expect("bound"));
    drop(free);
    let settings = LdapSettings {
        urls: vec![url.clone()],
        plain_on_loopback: true,
        ..LdapSettings::default()
    };
    let directory = LdapDirectory::open(settings).await.expect("good settings");
    let found = directory.examine_servers().await;
    says(
        &found,
        FindingVerdict::Wrong,
        &[&url, "refused the connection"],
    );
    assert!(found[0].cure.contains("port"), "{found:?}");
}
