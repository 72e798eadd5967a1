//! What reqwest, hyper and rustls say, as a [`RequestFailure`].

use std::{error::Error, io};

use rustls::{AlertDescription, CertificateError};

use super::RequestFailure;

impl RequestFailure {
    /// The failure of sending a request or of waiting for the head of its answer.
    pub(in crate::directory::scim) fn of_request(error: &reqwest::Error) -> Self {
        if let Some(tls) = cause::<rustls::Error>(error) {
            let failure = of_tls(tls);
            // With TLS 1.3 a server refuses our certificate after the handshake, but before it
            // has read anything. Any other failure of TLS at that time leaves open what was read.
            return if error.is_connect() || failure == Self::ClientCertificate {
                failure
            } else {
                Self::Closed
            };
        }
        if error.is_dns() {
            return Self::Unresolved;
        }
        if error.is_connect() {
            if error.is_timeout() {
                return Self::ConnectTimedOut;
            }
            return match cause::<io::Error>(error) {
                Some(io) if io.kind() == io::ErrorKind::ConnectionRefused => Self::Refused,
                Some(io) if io.kind() == io::ErrorKind::TimedOut => Self::ConnectTimedOut,
                Some(io) => Self::Unreachable(io.to_string()),
                None => Self::Unreachable(last(error)),
            };
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        if error.is_builder() {
            return Self::Token(
                "the request cannot be put together".into(),
                "Check scim.url and the token.".into(),
            );
        }
        Self::Closed
    }

    /// The failure of reading the body of an answer.
    pub(in crate::directory::scim) fn of_body(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Truncated
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
fn of_tls(error: &rustls::Error) -> RequestFailure {
    match error {
        rustls::Error::InvalidCertificate(why) => match why {
            // A bad signature: the name of a trusted authority, but not its key.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                RequestFailure::UnknownIssuer
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                RequestFailure::WrongName
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => RequestFailure::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                RequestFailure::NotYetValid
            }
            other => RequestFailure::Tls(other.to_string()),
        },
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            // A check of the handshake failed (RFC 8446 section 6.2): our certificate's signature.
            | AlertDescription::DecryptError,
        ) => RequestFailure::ClientCertificate,
        rustls::Error::InvalidMessage(_) => {
            RequestFailure::Tls("what answers there does not speak TLS".into())
        }
        other => RequestFailure::Tls(other.to_string()),
    }
}

/// The first error of type `T` in the chain. An `io::Error` hides the error that it carries from
/// `source()`, so it is looked into.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        if let Some(inner) = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            && let Some(found) = cause::<T>(inner)
        {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The innermost words.
fn last(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
