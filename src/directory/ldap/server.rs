//! The servers of the configuration: their URLs, and how safely each may be spoken to.

use std::{
    net::{IpAddr, ToSocketAddrs},
    sync::Arc,
};

use super::settings::LdapSettings;

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Safety {
    /// TLS from the first byte.
    Tls,
    /// TLS after `StartTLS` (RFC 4511 section 4.14).
    StartTls,
    /// A socket of this machine.
    Local,
    /// Nothing; loopback only.
    Plain,
}

/// One server.
#[derive(Debug, Clone)]
pub(super) struct Server {
    /// As it is shown and dialled.
    pub(super) url: Arc<str>,
    pub(super) safety: Safety,
}

/// Reads the servers of `settings`.
///
/// # Errors
/// A sentence that names the URL and what is wrong with it.
pub(super) fn servers(settings: &LdapSettings) -> Result<Vec<Server>, String> {
    settings
        .urls
        .iter()
        .map(|url| server(url.trim().trim_end_matches('/'), settings))
        .collect()
}

pub(super) fn server(url: &str, settings: &LdapSettings) -> Result<Server, String> {
    let (scheme, place) = url
        .split_once("://")
        .ok_or_else(|| format!("{url:?} is no LDAP URL: write ldaps://host"))?;
    if place.is_empty() || place.contains(['/', '?', '@']) {
        return Err(format!(
            "{url:?} must name a server and nothing else, as in ldaps://dc1.example.org:636"
        ));
    }
    if place.starts_with('[') {
        return Err(format!(
            "{url:?}: name the server by its host name, which its certificate holds"
        ));
    }
    let safety = match scheme.to_ascii_lowercase().as_str() {
        "ldaps" => Safety::Tls,
        "ldapi" => Safety::Local,
        "ldap" if settings.start_tls => Safety::StartTls,
        "ldap" if settings.plain_on_loopback && is_loopback(place) => Safety::Plain,
        "ldap" if settings.plain_on_loopback => {
            return Err(format!(
                "{url:?} would send passwords in the clear: plain LDAP is for loopback only; \
                 use ldaps:// or start_tls = true"
            ));
        }
        "ldap" => {
            return Err(format!(
                "{url:?} would send passwords in the clear: use ldaps:// or start_tls = true"
            ));
        }
        other => return Err(format!("{other}:// is no scheme for LDAP: use ldaps://")),
    };
    Ok(Server {
        url: url.into(),
        safety,
    })
}

/// The server that a directory's name in a record ends with, in one spelling: the port always told.
pub(super) fn named(name: &str) -> Option<String> {
    let url = name.rsplit(" at ").next().unwrap_or(name);
    let (scheme, place) = url.trim_end_matches('/').split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let port = match scheme.as_str() {
        "ldaps" => ":636",
        "ldap" => ":389",
        "ldapi" => "",
        _ => return None,
    };
    let port = if place.contains(':') { "" } else { port };
    Some(format!("{scheme}://{}{port}", place.to_ascii_lowercase()))
}

/// Is every address of `place` (`host` or `host:port`) on the loopback network?
fn is_loopback(place: &str) -> bool {
    let host = place.rsplit_once(':').map_or(place, |(host, _)| host);
    if let Ok(address) = host.parse::<IpAddr>() {
        return address.is_loopback();
    }
    (host, 389).to_socket_addrs().is_ok_and(|mut addresses| {
        addresses.len() > 0 && addresses.all(|address| address.ip().is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, change: impl FnOnce(&mut LdapSettings)) -> Result<Safety, String> {
        let mut settings = LdapSettings {
            urls: vec![url.into()],
            ..LdapSettings::default()
        };
        change(&mut settings);
        servers(&settings).map(|servers| servers[0].safety)
    }

    #[test]
    fn a_password_never_travels_in_the_clear_unless_it_stays_on_this_machine() {
        assert_eq!(read("ldaps://dc1.example.org", |_| ()), Ok(Safety::Tls));
        assert_eq!(
            read("ldap://dc1.example.org", |s| s.start_tls = true),
            Ok(Safety::StartTls)
        );
        assert_eq!(read("ldapi://%2Frun%2Fldapi", |_| ()), Ok(Safety::Local));
        assert!(read("ldap://127.0.0.1:389", |_| ()).is_err());
        assert_eq!(
            read("ldap://127.0.0.1:389", |s| s.plain_on_loopback = true),
            Ok(Safety::Plain)
        );
        assert!(read("ldap://192.0.2.1", |s| s.plain_on_loopback = true).is_err());
        assert_eq!(
            read("ldap://127.0.0.1", |s| {
                s.start_tls = true;
                s.plain_on_loopback = true;
            }),
            Ok(Safety::StartTls),
            "StartTLS wins where both are set"
        );
    }

    #[test]
    fn a_server_is_the_same_however_it_is_spelt() {
        let of = |name| named(name).unwrap_or_default();
        assert_eq!(
            of("OpenLDAP at ldaps://DC1.lab.test/"),
            "ldaps://dc1.lab.test:636"
        );
        assert_eq!(of("ldaps://dc1.lab.test:636"), "ldaps://dc1.lab.test:636");
        assert_ne!(of("ldaps://dc2.lab.test"), of("ldaps://dc1.lab.test"));
        assert_eq!(named("local store"), None);
        assert_eq!(named("SCIM at https://dc1.lab.test"), None);
    }

    #[test]
    fn a_url_that_is_none_is_refused_by_name() {
        for url in [
            "dc1",
            "https://dc1",
            "ldaps://",
            "ldaps://dc1/dc=lab",
            "ldaps://u@dc1",
        ] {
            assert!(read(url, |_| ()).is_err(), "{url}");
        }
    }
}
