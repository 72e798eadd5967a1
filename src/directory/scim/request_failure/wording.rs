//! What happened and what to do now, in words.

use super::{Answered, RequestFailure};
use crate::directory::scim::endpoint::Endpoint;

/// Longest text of a server that is kept.
const LONGEST_RAW: usize = 500;

impl RequestFailure {
    /// The server's own words, cut to a sensible length.
    pub(super) fn raw(&self) -> Option<String> {
        let (Self::Answered(Answered { detail, .. }) | Self::NotScim(_, detail)) = self else {
            return None;
        };
        (!detail.is_empty()).then(|| detail.chars().take(LONGEST_RAW).collect())
    }

    /// What happened, in words.
    pub(in crate::directory::scim) fn sentence(&self, at: &Endpoint) -> String {
        let host = &at.host;
        match self {
            Self::Refused => format!("{host} refuses connections: nobody listens there"),
            Self::Unresolved => format!("the name {host} has no address (DNS)"),
            Self::Unreachable(why) => format!("there is no way to {host}: {why}"),
            Self::ConnectTimedOut => format!(
                "{host} did not take the connection within {} s",
                at.connect_timeout.as_secs()
            ),
            Self::UnknownIssuer => {
                format!(
                    "the certificate of {host} comes from an authority that is not trusted here"
                )
            }
            Self::WrongName => format!("the certificate of {host} is made out to another name"),
            Self::Expired => format!("the certificate of {host} has expired"),
            Self::NotYetValid => format!("the certificate of {host} is not valid yet"),
            Self::ClientCertificate => {
                format!(
                    "{host} wants a client certificate, or does not accept the one it was shown"
                )
            }
            Self::Tls(why) => format!("no encrypted connection to {host}: {why}"),
            Self::Closed => format!("{host} closed the connection before it answered"),
            Self::TimedOut => {
                format!("{host} did not answer within {} s", at.timeout.as_secs())
            }
            Self::Truncated => format!("the answer of {host} broke off half-way"),
            Self::Endless(limit) => format!(
                "the answer of {host} did not end: {} MB were read and then no more",
                limit / 1_000_000
            ),
            Self::Html(status) => {
                format!("{host} answered with a web page (status {status}), not with SCIM")
            }
            Self::NotScim(202, _) => {
                format!("{host} took the request to do it later, or not at all (202)")
            }
            Self::NotScim(status @ (206 | 207), _) => {
                format!("{host} answered of a part only ({status})")
            }
            Self::NotScim(status, _) => {
                format!("{host} answered with something that is not SCIM (status {status})")
            }
            Self::Redirect(status, to) => {
                format!("{host} sends us elsewhere (status {status}): {to}")
            }
            Self::Answered(answer) => answer.sentence(host),
            Self::Token(what, _) => what.clone(),
        }
    }

    /// The same of another address than the server's.
    pub(in crate::directory::scim) fn at(&self, at: &Endpoint, address: &reqwest::Url) -> String {
        let host = address.host_str().unwrap_or_default().to_owned();
        self.sentence(&Endpoint { host, ..at.clone() })
    }

    /// What to do now.
    pub(in crate::directory::scim) fn cure(&self, at: &Endpoint) -> String {
        match self {
            Self::Refused => "See whether the server runs, and whether scim.url names the right port.".into(),
            Self::Unresolved => "Check the name in scim.url and the name service of this machine.".into(),
            Self::Unreachable(_) => "Check the network of this machine.".into(),
            Self::ConnectTimedOut => "See whether the server and the network are up; a firewall may drop what is sent.".into(),
            Self::UnknownIssuer => "Name a file with the authority's certificate in scim.ca_file; get it from the server's administrators, not from the connection.".into(),
            Self::WrongName => "Use the name in the certificate in scim.url, or have the certificate reissued.".into(),
            Self::Expired => "Have the certificate renewed; check the clock of this machine too.".into(),
            Self::NotYetValid => "Check the clock of this machine, then the certificate.".into(),
            Self::ClientCertificate => "Set scim.client_certificate and scim.client_key to the files that the server's administrators gave you.".into(),
            Self::Closed | Self::TimedOut | Self::Truncated => "Try again in a moment; if it stays, show this to whoever runs the server.".into(),
            Self::Tls(_) | Self::Endless(_) => "Show this to whoever runs the server.".into(),
            Self::Html(_) | Self::NotScim(..) => "Check the path in scim.url; a proxy or a sign-in page may stand between.".into(),
            Self::Redirect(..) => "Set scim.url to the address where the SCIM API is; redirects are not followed.".into(),
            Self::Answered(answer) => answer.cure(at),
            Self::Token(_, cure) => cure.clone(),
        }
    }
}

impl Answered {
    fn sentence(&self, host: &str) -> String {
        match self.status {
            401 if self.step_up => format!("{host} wants your password once more"),
            401 => format!("{host} does not accept our token (401)"),
            403 => format!("{host} does not let this token do that (403)"),
            404 => format!("{host} has nothing at this address (404)"),
            409 => format!("{host} says that this is in conflict with what it has (409)"),
            412 => format!("{host} says that the user was changed meanwhile (412)"),
            413 => format!("{host} says that the request is too large (413)"),
            429 => match self.retry_after {
                Some(seconds) => {
                    format!(
                        "{host} has had too many requests and wants a pause of {seconds} s (429)"
                    )
                }
                None => format!("{host} has had too many requests (429)"),
            },
            501 => format!("{host} does not offer this (501)"),
            503 => match self.retry_after {
                Some(seconds) => {
                    format!("{host} is out of service and asks for {seconds} s (503)")
                }
                None => format!("{host} is out of service (503)"),
            },
            500..=599 => format!("{host} failed while it worked on this ({})", self.status),
            status => format!("{host} does not take the request ({status})"),
        }
    }

    fn cure(&self, at: &Endpoint) -> String {
        match (self.status, self.retry_after) {
            (401, _) if self.step_up => "Give your password again, then repeat it.".into(),
            (401, _) => at.token_cure.clone(),
            (404, _) => "Check the path in scim.url.".into(),
            (429 | 503, Some(seconds)) => format!("Try again in {seconds} seconds."),
            (429 | 503, None) => "Try again in a minute.".into(),
            _ => "Show this to whoever runs the server.".into(),
        }
    }
}
