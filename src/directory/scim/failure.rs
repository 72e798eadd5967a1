//! Everything that can go wrong between us and a SCIM server, each with its own words and cure.

mod transport;

use jiff::Timestamp;

use super::connection::Place;
use crate::{
    directory::DirectoryError,
    password::{Secret, policy::Refusal},
    scim::{ScimError, ScimType},
    text,
};

/// Longest text of a server that is kept.
const LONGEST_RAW: usize = 500;

/// Why there is no usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nobody listens at the port.
    Refused,
    /// The name has no address.
    Unresolved,
    /// No way to the host.
    Unreachable(String),
    /// The connection did not come about in time.
    ConnectTimedOut,
    /// The certificate's authority is not trusted.
    UnknownIssuer,
    /// The certificate is made out to another name.
    WrongName,
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not begun.
    NotYetValid,
    /// The server does not accept our own certificate, or wants one.
    ClientCertificate,
    /// Another failure of TLS.
    Tls(String),
    /// The connection ended before the answer began.
    Closed,
    /// There was no answer in time.
    TimedOut,
    /// The answer broke off.
    Truncated,
    /// The answer was longer than anything that makes sense.
    Endless(usize),
    /// A web page instead of SCIM.
    Html(u16),
    /// An answer that is neither SCIM nor a web page.
    NotScim(u16, String),
    /// The server wants us to go elsewhere.
    Redirect(u16, String),
    /// The server answered with an error.
    Answered(Answered),
    /// The token cannot be had, so nothing was sent.
    Token(String, String),
}

/// An error status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) scim_type: Option<ScimType>,
    /// The server's own sentence.
    pub(super) detail: String,
    /// Seconds that the server wants us to wait.
    pub(super) retry_after: Option<u64>,
    /// The server wants the operator's password once more (RFC 9470).
    pub(super) step_up: bool,
}

impl Failure {
    /// A failure for which a read is worth a second try.
    pub(super) const fn passes(&self) -> bool {
        matches!(
            self,
            Self::Closed
                | Self::Truncated
                | Self::Refused
                | Self::Html(502..=504)
                | Self::Answered(Answered {
                    status: 502..=504,
                    retry_after: None,
                    ..
                })
        )
    }

    /// The status of an error answer.
    pub(super) const fn status(&self) -> Option<u16> {
        match self {
            Self::Answered(Answered { status, .. }) | Self::Html(status) => Some(*status),
            _ => None,
        }
    }

    /// The write may have happened although this is all that came back. Connection failures and
    /// answers that refuse are not among them; a 5xx is (a server was seen to answer 500 to what
    /// it had done), and so is everything that is not SCIM.
    pub(super) const fn leaves_open(&self) -> bool {
        match self {
            Self::Closed
            | Self::TimedOut
            | Self::Truncated
            | Self::Endless(_)
            | Self::Html(_)
            | Self::NotScim(..)
            | Self::Redirect(303, _) => true,
            Self::Answered(Answered { status, .. }) => matches!(status, 408 | 500..=599),
            _ => false,
        }
    }

    /// The server was still at work when we stopped listening: what has not happened yet may
    /// still happen.
    pub(super) const fn may_still_run(&self) -> bool {
        matches!(
            self,
            Self::TimedOut
                | Self::Html(502 | 504)
                | Self::Answered(Answered {
                    status: 502 | 504,
                    ..
                })
        )
    }

    /// The server refused this way of changing a password; another way may do.
    pub(super) const fn refuses_the_way(&self) -> bool {
        let Self::Answered(answer) = self else {
            return false;
        };
        matches!(
            (answer.status, answer.scim_type),
            (405 | 501, _)
                | (
                    400,
                    Some(ScimType::Mutability | ScimType::InvalidPath | ScimType::NoTarget)
                )
        )
    }

    /// Takes `secret` out of the server's own words: some echo what they were sent.
    #[must_use]
    pub(super) fn without(mut self, secret: &Secret) -> Self {
        if let Self::Answered(Answered { detail, .. }) | Self::NotScim(_, detail) = &mut self {
            *detail = scrubbed(detail, secret);
        }
        self
    }

    /// The server's own words, cut to a sensible length.
    fn raw(&self) -> Option<String> {
        let (Self::Answered(Answered { detail, .. }) | Self::NotScim(_, detail)) = self else {
            return None;
        };
        (!detail.is_empty()).then(|| detail.chars().take(LONGEST_RAW).collect())
    }

    /// What happened, in words.
    pub(super) fn sentence(&self, at: &Place) -> String {
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

    /// What to do now.
    pub(super) fn cure(&self, at: &Place) -> String {
        match self {
            Self::Refused => "See whether the server runs, and whether scim.url names the right port.".into(),
            Self::Unresolved => "Check the name in scim.url and the name service of this machine.".into(),
            Self::Unreachable(_) => "Check the network of this machine.".into(),
            Self::ConnectTimedOut => "See whether the server and the network are up; a firewall may drop what is sent.".into(),
            Self::UnknownIssuer => "Name a file with the authority's certificate in scim.ca_file; get it from the server's people, not from the connection.".into(),
            Self::WrongName => "Use the name that the certificate bears in scim.url, or have the certificate made anew.".into(),
            Self::Expired => "Have the certificate renewed; check the clock of this machine too.".into(),
            Self::NotYetValid => "Check the clock of this machine, then the certificate.".into(),
            Self::ClientCertificate => "Set scim.client_certificate and scim.client_key to what the server's people gave you.".into(),
            Self::Closed | Self::TimedOut | Self::Truncated => "Try again in a moment; if it stays, show this to whoever runs the server.".into(),
            Self::Tls(_) | Self::Endless(_) => "Show this to whoever runs the server.".into(),
            Self::Html(_) | Self::NotScim(..) => "Check the path in scim.url; a proxy or a sign-in page may stand between.".into(),
            Self::Redirect(..) => "Set scim.url to the address where the SCIM API is; redirects are not followed.".into(),
            Self::Answered(answer) => answer.cure(at),
            Self::Token(_, cure) => cure.clone(),
        }
    }

    /// The error of a read, or of a write that certainly did not happen.
    pub(super) fn into_error(self, at: &Place) -> DirectoryError {
        if let Self::Answered(Answered { status: 403, .. }) = &self {
            return DirectoryError::Forbidden {
                message: self.sentence(at),
                raw: self.raw(),
            };
        }
        DirectoryError::Unavailable {
            message: self.sentence(at),
            cure: self.cure(at),
            raw: self.raw(),
        }
    }

    /// The error of one user's read.
    pub(super) fn into_user_error(self, at: &Place) -> DirectoryError {
        if let Self::Answered(Answered {
            status: 404 | 410, ..
        }) = &self
        {
            DirectoryError::NotFound
        } else {
            self.into_error(at)
        }
    }

    /// The error of a write to one user; `changed_at` is when somebody else changed the user,
    /// where that is known.
    pub(super) fn into_write_error(
        self,
        at: &Place,
        changed_at: Option<Timestamp>,
    ) -> DirectoryError {
        if self.leaves_open() {
            return DirectoryError::OutcomeUnknown(self.sentence(at));
        }
        match &self {
            Self::Answered(Answered {
                status: 412 | 409, ..
            }) => DirectoryError::Conflict {
                by: None,
                at: changed_at,
                what: "the version that you saw is no longer there".into(),
            },
            _ => self.into_user_error(at),
        }
    }

    /// The error of a write that carries a password, which the server's rules may refuse.
    pub(super) fn into_password_error(
        self,
        at: &Place,
        changed_at: Option<Timestamp>,
    ) -> DirectoryError {
        match &self {
            Self::Answered(answer) if answer.refuses_the_password() => {
                let said = text::clean(&answer.detail).into_owned();
                DirectoryError::PasswordRefused {
                    refusal: Refusal {
                        rule: "directory".into(),
                        message: if said.is_empty() {
                            format!("{} refused this password and does not say why", at.host)
                        } else {
                            format!("{} refused this password: {said}", at.host)
                        },
                        cure: "Choose another password; the directory's own rules hold.".into(),
                    },
                    raw: None,
                }
            }
            Self::Answered(Answered {
                status: 400 | 422,
                detail,
                ..
            }) => DirectoryError::Invalid(format!(
                "{} does not take the request: {}",
                at.host,
                text::clean(detail)
            )),
            _ => self.into_write_error(at, changed_at),
        }
    }
}

impl Answered {
    /// RFC 7644 table 9: `invalidValue` on a password usually means that its policy refused.
    fn refuses_the_password(&self) -> bool {
        self.status == 400 && self.scim_type == Some(ScimType::InvalidValue)
    }

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

    fn cure(&self, at: &Place) -> String {
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

impl From<ScimError> for Answered {
    fn from(error: ScimError) -> Self {
        Self {
            status: error.status,
            scim_type: error.scim_type,
            detail: error.detail,
            retry_after: None,
            step_up: false,
        }
    }
}

/// `text` without `secret`, however the server wrote it down.
fn scrubbed(text: &str, secret: &Secret) -> String {
    let plain = secret.expose();
    if plain.is_empty() {
        return text.to_owned();
    }
    let json = zeroize::Zeroizing::new(serde_json::Value::from(plain).to_string());
    let inner = json.trim_matches('"');
    text.replace(plain, "[password]")
        .replace(inner, "[password]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_echoes_the_password_does_not_get_it_into_an_error() {
        let secret = Secret::from_typed("cabin\"otter-lime").unwrap();
        let failure = Failure::Answered(Answered {
            status: 400,
            scim_type: Some(ScimType::InvalidValue),
            detail: r#"cabin"otter-lime is weak; got "cabin\"otter-lime""#.into(),
            retry_after: None,
            step_up: false,
        });
        let error = failure
            .without(&secret)
            .into_password_error(&Place::for_test(), None);
        assert!(matches!(error, DirectoryError::PasswordRefused { .. }));
        assert!(!format!("{error:?}").contains("otter"), "{error:?}");
    }

    #[test]
    fn what_was_not_sent_is_never_told_as_unknown_and_what_was_is_never_told_as_failed() {
        let at = Place::for_test();
        let answered = |status| {
            Failure::Answered(Answered {
                status,
                scim_type: None,
                detail: String::new(),
                retry_after: None,
                step_up: false,
            })
        };
        for (failure, open) in [
            (Failure::Refused, false),
            (Failure::Unresolved, false),
            (Failure::ConnectTimedOut, false),
            (Failure::UnknownIssuer, false),
            (answered(401), false),
            (answered(403), false),
            (answered(404), false),
            (answered(412), false),
            (answered(429), false),
            (Failure::Redirect(307, String::new()), false),
            (Failure::Closed, true),
            (Failure::TimedOut, true),
            (Failure::Truncated, true),
            (Failure::Endless(1), true),
            (Failure::Html(200), true),
            (Failure::Html(500), true),
            (Failure::NotScim(200, String::new()), true),
            (answered(500), true),
            (answered(503), true),
        ] {
            let error = failure.clone().into_password_error(&at, None);
            let unknown = matches!(error, DirectoryError::OutcomeUnknown(_));
            assert_eq!(unknown, open, "{failure:?}: {error:?}");
        }
    }
}
