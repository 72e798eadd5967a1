//! Ten thousand entries, limits that a directory sets, and servers that point elsewhere.

use std::{collections::HashSet, path::Path};

use halligan::directory::{
    Directory, DirectoryError, Query, Total,
    ldap::settings::{LdapSettings, SearchAccount},
};

use super::{
    faults::{Slapd, user},
    own_server::OwnServer,
    support::{Desk, exported, tool},
};

impl Slapd {
    /// Runs `ldapmodify` with this LDIF as `administrator`.
    fn modify(&self, administrator: &str, password: &str, ldif: &str) {
        let url = self.url();
        let arguments = ["-x", "-H", &url, "-D", administrator, "-w", password];
        let said = tool("ldapmodify", &self.ca(), &arguments, ldif);
        assert_eq!(said.code, 0, "{}", said.text);
    }
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn ten_thousand_people_are_searched_page_by_page_and_never_taken_whole() {
    let slapd = Slapd::with("10000");
    let desk = Desk::open(slapd.settings(), "desk", "desk-Plm7xqRd").await;
    let everybody = desk.find_some("", 50).await;
    assert_eq!(everybody.rows.len(), 50);
    assert!(matches!(everybody.total, Total::MoreThan(n) if n >= 50));

    let data = std::fs::read_to_string(slapd.0.directory.join("data.ldif")).expect("the data");
    let logins: Vec<&str> = data
        .lines()
        .filter_map(|line| line.strip_prefix("dn: uid=p"))
        .filter_map(|line| line.split_once(",ou=people"))
        .map(|(login, _)| login)
        .collect();
    assert_eq!(logins.len(), 10_000);
    for number in [0, 4_711, 9_999] {
        let login = format!("p{}", logins[number]);
        let found = desk.find(&login).await;
        assert_eq!(found.rows[0].login, login, "the exact ID comes first");
        let inside = desk.find(&format!("{}@lab", 100 + number)).await;
        assert!(inside.rows.len() <= 50);
    }

    // Page by page: no row twice, best first, and never more than is asked for.
    let mut seen = HashSet::new();
    for page in 0..4 {
        let query = Query {
            text: "smith".into(),
            limit: 50,
            offset: page * 50,
            ..Query::default()
        };
        let found = desk.directory.search(&desk.operator, &query).await;
        let found = found.expect("a page");
        assert_eq!(found.rows.len(), 50, "page {page}");
        for row in found.rows {
            assert!(row.name().contains("Smith"), "{row:?}");
            assert!(seen.insert(row.id.clone()), "{row:?} twice");
        }
    }
    let short = desk.find("zo").await;
    assert!(short.rows[0].given_name.starts_with("Zo"), "{short:?}");
}

/// The server's own log is the witness.
#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_session_binds_once_and_searches_over_one_connection() {
    let slapd = Slapd(OwnServer::start("slapd", &["50", "stats"]));
    let log = slapd.0.directory.join("log");
    let count = |what: &str| {
        let log = std::fs::read_to_string(&log).expect("the log");
        log.matches(what).count()
    };
    let desk = Desk::open(slapd.settings(), "desk", "desk-Plm7xqRd").await;
    desk.find("c").await;
    let before = [count(" BIND dn="), count(" ACCEPT from ")];
    assert!(before[0] > 0 && before[1] > 0, "the log was read");
    let searches = count(" SRCH base=");
    for text in ["ca", "cas", "case", "case1", "case17"] {
        desk.find(text).await;
    }
    super::support::eventually("the searches to be logged", async || {
        count(" SRCH base=") >= searches + 5
    })
    .await;
    assert_eq!(before, [count(" BIND dn="), count(" ACCEPT from ")]);
    // Where nothing fills the list, a key press is one search.
    let searches = count(" SRCH base=");
    desk.find("case18").await;
    super::support::eventually("the search to be logged", async || {
        count(" SRCH base=") > searches
    })
    .await;
    assert_eq!(count(" SRCH base="), searches + 1);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn rows_that_came_before_the_directorys_own_limit_are_kept_and_said_to_be_partial() {
    let slapd = Slapd::with("1000");
    // An ordinary user gets 500 entries, whatever is asked for (olcSizeLimit).
    let ordinary = Desk::open(slapd.settings(), &user("case0").0, "Start-Plm7xqRd-1").await;
    let found = ordinary.find_some("", 1000).await;
    assert_eq!(found.rows.len(), 500);
    assert_eq!(found.total, Total::MoreThan(500));
    let remark = found.remark.expect("said");
    assert!(remark.contains("sends no more than 500 rows"), "{remark}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_exact_id_is_found_though_its_beginning_fills_the_list() {
    let slapd = Slapd::with("300");
    // Hundreds begin with these letters, and the server comes upon them first.
    slapd.modify(
        "cn=admin,dc=lab,dc=test",
        "adminpw",
        "dn: uid=p,ou=people,dc=lab,dc=test\nchangetype: add\nobjectClass: inetOrgPerson\n\
         uid: p\ncn: Short Id\nsn: Id\ngivenName: Short\n",
    );
    let desk = Desk::open(slapd.settings(), "desk", "desk-Plm7xqRd").await;
    let found = desk.find("p").await;
    assert_eq!(found.rows[0].login, "p");
    assert!(matches!(found.total, Total::MoreThan(_)));
    let remark = found.remark.expect("said");
    assert!(remark.contains("only what begins with"), "{remark}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_part_of_the_tree_that_is_elsewhere_is_named_and_not_followed() {
    let slapd = Slapd::start();
    slapd.modify(
        "cn=admin,dc=lab,dc=test",
        "adminpw",
        "dn: ou=elsewhere,dc=lab,dc=test\nchangetype: add\nobjectClass: referral\n\
         objectClass: extensibleObject\nou: elsewhere\n\
         ref: ldaps://other.example.org/ou=elsewhere,dc=lab,dc=test\n",
    );
    let desk = Desk::open(slapd.settings(), "desk", "desk-Plm7xqRd").await;
    let found = desk.find("case0").await;
    assert_eq!(found.rows.len(), 1, "what is here is found");
    let remark = found.remark.expect("said");
    assert!(
        remark.contains("not searched: ldaps://other.example.org"),
        "{remark}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_copy_that_cannot_be_written_says_which_server_can() {
    let slapd = Slapd::start();
    let database = "olcDatabase={1}mdb,cn=config";
    slapd.modify(
        "cn=admin,cn=config",
        "configpw",
        &format!(
            "dn: {database}\nchangetype: modify\nadd: olcSyncrepl\n\
             olcSyncrepl: rid=001 provider=ldap://127.0.0.1:1 type=refreshOnly retry=\"60 +\" \
             interval=01:00:00:00 searchbase=\"dc=lab,dc=test\" bindmethod=simple\n-\n\
             add: olcUpdateRef\nolcUpdateRef: ldaps://provider.example.org\n"
        ),
    );
    let desk = Desk::open(slapd.settings(), "desk", "desk-Plm7xqRd").await;
    let id = user("case1");
    let errors = [
        desk.reset(&id, "Temp-Plm7xqRd-1").await.expect_err("reset"),
        {
            slapd.locks("case1");
            desk.unlock(&id).await.expect_err("unlock")
        },
    ];
    for error in errors {
        assert!(
            matches!(error, DirectoryError::Unavailable { raw: Some(_), .. }),
            "{error:?}"
        );
        let said = error.to_string();
        assert!(said.contains("cannot be written"), "{said}");
        assert!(said.contains("ldaps://provider.example.org"), "{said}");
        assert_eq!(error.changed(), "Nothing was changed.");
    }
    assert!(!slapd.signs_in("case1", "Temp-Plm7xqRd-1"));
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn attributes_with_other_names_are_mapped() {
    let base = Path::new(&exported("HALLIGAN_SLAPD_DIR")).join("pki/ca.crt");
    let mut settings = LdapSettings {
        urls: vec![exported("HALLIGAN_SLAPD")],
        ca_file: Some(base),
        bases: vec!["ou=people,dc=lab,dc=test".into()],
        user_filter: "(&(objectClass=inetOrgPerson)(employeeNumber=*))".into(),
        default_policy: Some("cn=default,ou=policies,dc=lab,dc=test".into()),
        ..LdapSettings::default()
    };
    settings.attributes.login = "employeeNumber".into();
    settings.attributes.email = "cn".into();
    settings.attributes.given_name = "sn".into();
    settings.attributes.family_name = "givenName".into();
    settings.attributes.searched = vec!["employeeNumber".into()];
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "reader-Plm7xqRd\n").expect("written");
    settings.search_account = Some(SearchAccount {
        dn: "uid=reader,ou=operators,dc=lab,dc=test".into(),
        password_file: Some(file.path().to_owned()),
        password_command: Vec::new(),
    });
    // Signed in by the other attribute, too.
    let desk = Desk::open(settings, "100003", "Start-Plm7xqRd-1").await;
    assert!(
        desk.operator.id.0.starts_with("uid=p"),
        "{:?}",
        desk.operator
    );
    assert_eq!(desk.operator.login, "100003");
    let found = desk.find("100007").await;
    assert_eq!(found.rows.len(), 1);
    let row = &found.rows[0];
    assert_eq!(row.login, "100007");
    assert_eq!(
        row.email,
        format!("{} {} 7", row.family_name, row.given_name)
    );
    assert!(desk.find(&row.email).await.rows.is_empty(), "not searched");
}
