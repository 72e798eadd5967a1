//! Why a server cannot be used: the network, TLS, its certificate, or no directory at all.

use std::time::Duration;

use ldap3::LdapError;

/// Why a server could not be used, before anything was asked of it.
#[derive(Debug, Clone)]
pub(super) struct Unreachable {
    pub(super) message: String,
    pub(super) cure: String,
    pub(super) raw: String,
}

pub(super) fn silent(url: &str, limit: Duration) -> Unreachable {
    Unreachable {
        message: format!("{url} did not answer within {} s", limit.as_secs_f32()),
        cure: "Look whether the server and the network are up.".into(),
        raw: String::new(),
    }
}

/// The time of the act was over before the server was asked.
pub(super) fn no_time(url: &str) -> Unreachable {
    Unreachable {
        message: format!("{url} was not asked any more: the time of the act was over"),
        cure: "Put the server that answers first in [ldap] urls, or raise act_timeout_ms.".into(),
        raw: String::new(),
    }
}

pub(super) fn no_ldap(url: &str, raw: &str) -> Unreachable {
    Unreachable {
        message: format!("{url} did not answer as a directory"),
        cure: "Look whether the URL names an LDAP server, and the right port.".into(),
        raw: raw.into(),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
pub(super) fn unreachable(url: &str, error: &LdapError, limit: Duration) -> Unreachable {
    let raw = error.to_string();
    let said = |message: String, cure: &str| Unreachable {
        message,
        cure: cure.into(),
        raw: raw.clone(),
    };
    let tls = match error {
        LdapError::Timeout { .. } => return silent(url, limit),
        LdapError::Rustls { source } => Some(source),
        LdapError::Io { source } => source.get_ref().and_then(|inner| inner.downcast_ref()),
        LdapError::LdapResult { result } => {
            return said(
                format!("{url} refused StartTLS (result {})", result.rc),
                "Ask the directory's administrator for TLS, or use ldaps://.",
            );
        }
        _ => None,
    };
    match (tls, error) {
        (Some(rustls::Error::InvalidCertificate(why)), _) => certificate(url, why, raw),
        (Some(_), _) => said(
            format!("no TLS with {url}"),
            "Look whether the port speaks TLS: 636 for ldaps://, 389 with start_tls.",
        ),
        (None, LdapError::Io { source }) => match source.kind() {
            std::io::ErrorKind::ConnectionRefused => said(
                format!("{url} refused the connection"),
                "Look whether the server is up, and whether the port is right.",
            ),
            _ => said(
                format!("{url} cannot be reached"),
                "Look whether the name is right and the network is up.",
            ),
        },
        _ => no_ldap(url, &raw),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
fn certificate(url: &str, why: &rustls::CertificateError, raw: String) -> Unreachable {
    use rustls::CertificateError as Why;
    let (message, cure) = match why {
        Why::UnknownIssuer => (
            format!("the certificate of {url} is not from an authority that is trusted here"),
            "Set [ldap] ca_file to the agency's own authority; do not go on if it should be known.",
        ),
        Why::NotValidForName | Why::NotValidForNameContext { .. } => (
            format!("the certificate of {url} is for another host name"),
            "Use the host name that the certificate holds; another server may be answering.",
        ),
        Why::Expired | Why::ExpiredContext { .. } => (
            format!("the certificate of {url} has expired"),
            "Have the server's certificate renewed.",
        ),
        Why::NotValidYet | Why::NotValidYetContext { .. } => (
            format!("the certificate of {url} is not valid yet"),
            "Look whether this machine's clock is right.",
        ),
        Why::Revoked => (
            format!("the certificate of {url} has been revoked"),
            "Do not go on; ask the directory's administrator.",
        ),
        _ => (
            format!("the certificate of {url} cannot be trusted"),
            "Ask the directory's administrator.",
        ),
    };
    Unreachable {
        message,
        cure: cure.into(),
        raw,
    }
}
