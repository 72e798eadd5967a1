//! What is wrong with the settings themselves, without asking any server.

use ldap3::parse_filter;

use super::{
    rdn, server,
    settings::{Authentication, LdapSettings},
    tls,
};
use crate::directory::Finding;

/// What is wrong with the settings, as far as that can be told without asking a server.
pub fn mistakes(settings: &LdapSettings) -> Vec<Finding> {
    let mut found = fatal(settings);
    found.extend(others(settings));
    found
}

/// The mistakes with which nothing would work as it was meant; a directory does not open with them.
///
/// Each names its key. The first is the one to mend first.
pub(super) fn fatal(settings: &LdapSettings) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut wrong = |what: String, cure: &str| found.push(Finding::wrong(what, cure));
    if settings.urls.is_empty() {
        wrong(
            "[ldap] urls is empty: name at least one server".into(),
            "urls = [\"ldaps://dc1.example.org\"]",
        );
    }
    for url in &settings.urls {
        if let Err(why) = server::server(url.trim().trim_end_matches('/'), settings) {
            wrong(format!("[ldap] urls: {why}"), "");
        }
    }
    if let Some(pattern) = &settings.login_dn
        && let Err((what, cure)) = login_dn(pattern)
    {
        wrong(format!("[ldap] login_dn {what}"), cure);
    }
    let named = settings
        .bases
        .iter()
        .map(|dn| ("bases", dn))
        .chain(
            settings
                .default_policy
                .iter()
                .map(|dn| ("default_policy", dn)),
        )
        .chain(settings.roles.keys().map(|dn| ("roles", dn)));
    for (key, dn) in named {
        if !rdn::is_name(dn) {
            wrong(
                format!("[ldap] {key}: {dn:?} is no DN"),
                "Write it as the directory does: ou=people,dc=example,dc=org",
            );
        }
    }
    let filter = settings.user_filter.trim();
    if !filter.is_empty() && parse_filter(filter.as_bytes()).is_err() {
        wrong(
            format!("[ldap] user_filter {filter:?} is no filter (RFC 4515)"),
            "user_filter = \"(objectClass=inetOrgPerson)\"",
        );
    }
    for (key, name) in attributes(settings) {
        if !is_attribute(name) {
            wrong(
                format!("[ldap.attributes] {key}: {name:?} is no name of an attribute"),
                "Names have letters, digits and hyphens.",
            );
        }
    }
    for (key, number) in [
        ("connect_timeout_ms", settings.connect_timeout_ms),
        ("read_timeout_ms", settings.read_timeout_ms),
        ("write_timeout_ms", settings.write_timeout_ms),
        ("act_timeout_ms", settings.act_timeout_ms),
    ] {
        if number == 0 {
            wrong(
                format!("[ldap] {key} is 0: no server answers in no time"),
                "Take the line out for the default.",
            );
        }
    }
    if settings.authentication == Authentication::External
        && settings.client_certificate.is_none()
        && !settings.urls.iter().any(|url| url.starts_with("ldapi:"))
    {
        wrong(
            "[ldap] authentication = \"external\" has nothing to prove who somebody is by".into(),
            "Name client_certificate and client_key, or an ldapi:// server.",
        );
    }
    if let Some(account) = &settings.search_account
        && account.password_file.is_some() != account.password_command.is_empty()
    {
        wrong(
            "[ldap.search_account] wants either password_file or password_command".into(),
            "password_file = \"/etc/halligan/search.secret\"",
        );
    }
    found
}

/// What a start survives and yet deserves a word: files that are read only when they are needed.
fn others(settings: &LdapSettings) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Err(why) = tls::client(settings) {
        found.push(Finding::wrong(format!("[ldap] {why}"), ""));
    }
    if let Some(account) = &settings.search_account {
        if !rdn::is_name(&account.dn) && !account.dn.contains(['@', '\\']) {
            found.push(Finding::wrong(
                format!("[ldap.search_account] dn: {:?} is no DN", account.dn),
                "Write it as the directory does: cn=search,ou=services,dc=example,dc=org",
            ));
        }
        if let Some(file) = &account.password_file
            && let Err(why) = tls::only_ours(file)
        {
            let what = format!("[ldap.search_account] password_file: {why}");
            found.push(Finding::wrong(what, ""));
        }
        if let [program, ..] = account.password_command.as_slice()
            && program.contains('/')
            && !std::path::Path::new(program).exists()
        {
            found.push(Finding::wrong(
                format!("[ldap.search_account] password_command: there is no {program}"),
                "",
            ));
        }
    }
    found
}

fn login_dn(pattern: &str) -> Result<(), (String, &'static str)> {
    let example = "login_dn = \"uid={},ou=people,dc=example,dc=org\"";
    if !pattern.contains("{}") {
        // The place holder of OpenLDAP's own tools, of nslcd and of many web applications.
        let other = [
            "%s",
            "%u",
            "%{user}",
            "{0}",
            "{login}",
            "{username}",
            "$login",
        ];
        let meant = other.into_iter().find(|other| pattern.contains(other));
        return Err((
            match meant {
                Some(other) => format!("has {other} where {{}} stands for the ID: {pattern:?}"),
                None => format!("has no {{}} for the ID: {pattern:?}"),
            },
            example,
        ));
    }
    if !rdn::is_name(&pattern.replace("{}", "x")) {
        return Err((format!("makes no DN: {pattern:?}"), example));
    }
    Ok(())
}

fn attributes(settings: &LdapSettings) -> Vec<(&'static str, &String)> {
    let names = &settings.attributes;
    let mut all = vec![
        ("login", &names.login),
        ("email", &names.email),
        ("given_name", &names.given_name),
        ("family_name", &names.family_name),
        ("kind", &names.kind),
    ];
    all.retain(|(_, name)| !name.is_empty());
    all.extend(names.searched.iter().map(|name| ("searched", name)));
    all
}

/// An attribute description (RFC 4512 section 2.5).
fn is_attribute(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-.;".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{directory::ldap::settings::SearchAccount, permission::Role};

    fn good() -> LdapSettings {
        LdapSettings {
            urls: vec!["ldaps://dc1.example.org".into()],
            ..LdapSettings::default()
        }
    }

    fn told(change: impl FnOnce(&mut LdapSettings)) -> String {
        let mut settings = good();
        change(&mut settings);
        let found = fatal(&settings);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].what.clone()
    }

    #[test]
    fn every_mistake_is_named_by_its_key() {
        assert_eq!(fatal(&good()), []);
        assert!(told(|s| s.urls.clear()).contains("urls is empty"));
        assert!(told(|s| s.urls = vec![String::new()]).contains("urls"));
        assert!(told(|s| s.login_dn = Some("uid=%s,dc=lab".into())).contains("%s where {}"));
        assert!(told(|s| s.login_dn = Some("uid=ann,dc=lab".into())).contains("has no {}"));
        assert!(told(|s| s.login_dn = Some("{}".into())).contains("makes no DN"));
        assert!(told(|s| s.bases = vec!["people".into()]).contains("bases: \"people\""));
        assert!(told(|s| s.default_policy = Some("default".into())).contains("default_policy"));
        assert!(told(|s| s.roles = [("desk".to_owned(), Role::Auditor)].into()).contains("roles"));
        assert!(told(|s| s.user_filter = "(uid=*".into()).contains("user_filter"));
        assert!(told(|s| s.attributes.login = "user id".into()).contains("login"));
        assert!(told(|s| s.attributes.searched = vec!["(cn".into()]).contains("searched"));
        assert!(told(|s| s.act_timeout_ms = 0).contains("act_timeout_ms"));
        assert!(told(|s| s.authentication = Authentication::External).contains("external"));
        let account = SearchAccount {
            dn: "cn=search,dc=lab".into(),
            password_file: None,
            password_command: Vec::new(),
        };
        assert!(told(|s| s.search_account = Some(account)).contains("search_account"));
    }

    #[test]
    fn what_is_right_is_not_called_wrong() {
        let settings = LdapSettings {
            login_dn: Some("uid={}, ou=people,dc=example,dc=org".into()),
            bases: vec!["dc=example,dc=org".into(), "o=agency".into()],
            user_filter: " (&(objectClass=person)(!(uid=x))) ".into(),
            search_account: Some(SearchAccount {
                dn: "search@example.org".into(),
                password_file: Some("/etc/halligan/search.secret".into()),
                password_command: Vec::new(),
            }),
            ..good()
        };
        assert_eq!(fatal(&settings), []);
    }

    #[test]
    fn files_that_are_missing_or_open_to_others_are_found_before_they_are_needed() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        std::fs::set_permissions(file.path(), open).expect("opened");
        let with = |password_file: &std::path::Path, ca: Option<&str>| LdapSettings {
            ca_file: ca.map(Into::into),
            search_account: Some(SearchAccount {
                dn: "cn=search,dc=lab".into(),
                password_file: Some(password_file.to_owned()),
                password_command: Vec::new(),
            }),
            ..good()
        };
        let found = others(&with(file.path(), Some("/nowhere/ca.pem")));
        let said: Vec<_> = found.iter().map(|finding| &*finding.what).collect();
        assert!(said[0].contains("/nowhere/ca.pem"), "{said:?}");
        assert!(said[1].contains("can be read by others"), "{said:?}");
        let closed = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(file.path(), closed).expect("closed");
        assert_eq!(others(&with(file.path(), None)), []);
    }
}
