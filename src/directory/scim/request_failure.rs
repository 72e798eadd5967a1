//! Everything that can go wrong between us and a SCIM server, each with its own words and cure.

mod into_error;
mod transport;
mod wording;

use crate::scim::{ScimError, ScimType};

/// Why there is no usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RequestFailure {
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

impl RequestFailure {
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
            Self::Refused
            | Self::Unresolved
            | Self::Unreachable(_)
            | Self::ConnectTimedOut
            | Self::UnknownIssuer
            | Self::WrongName
            | Self::Expired
            | Self::NotYetValid
            | Self::ClientCertificate
            | Self::Tls(_)
            | Self::Closed
            | Self::TimedOut
            | Self::Truncated
            | Self::Endless(_)
            | Self::NotScim(..)
            | Self::Redirect(..)
            | Self::Token(..) => None,
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
            Self::Refused
            | Self::Unresolved
            | Self::Unreachable(_)
            | Self::ConnectTimedOut
            | Self::UnknownIssuer
            | Self::WrongName
            | Self::Expired
            | Self::NotYetValid
            | Self::ClientCertificate
            | Self::Tls(_)
            | Self::Redirect(..)
            | Self::Token(..) => false,
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
