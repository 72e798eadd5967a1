//! A failure as the error that the desk is told.

use jiff::Timestamp;

use super::{Answered, RequestFailure};
use crate::{
    directory::{DirectoryError, scim::endpoint::Endpoint},
    password::policy::Refusal,
    scim::ScimType,
    text,
};

impl RequestFailure {
    /// The error of a read, or of a write that certainly did not happen.
    pub(in crate::directory::scim) fn into_error(self, at: &Endpoint) -> DirectoryError {
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
    pub(in crate::directory::scim) fn into_user_error(self, at: &Endpoint) -> DirectoryError {
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
    pub(in crate::directory::scim) fn into_write_error(
        self,
        at: &Endpoint,
        changed_at: Option<Timestamp>,
    ) -> DirectoryError {
        if self.leaves_open() {
            return DirectoryError::OutcomeUnknown(self.sentence(at));
        }
        if let Self::Answered(Answered {
            status: 400 | 409,
            scim_type: Some(ScimType::Uniqueness),
            detail,
            ..
        }) = &self
        {
            return DirectoryError::Taken {
                attribute: None,
                message: format!(
                    "{} says that a value is taken: {}",
                    at.host,
                    text::clean(detail)
                ),
            };
        }
        if matches!(self.status(), Some(409 | 412)) {
            return DirectoryError::Conflict {
                by: None,
                at: changed_at,
                what: "the version that you saw is no longer there".into(),
            };
        }
        self.into_user_error(at)
    }

    /// The error of a write that carries a password, which the server's rules may refuse.
    pub(in crate::directory::scim) fn into_password_error(
        self,
        at: &Endpoint,
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
                scim_type,
                detail,
                ..
            }) if *scim_type != Some(ScimType::Uniqueness) => DirectoryError::invalid(format!(
                "{} does not take the request: {}",
                at.host,
                text::clean(detail)
            )),
            other @ (Self::Refused
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
            | Self::Html(_)
            | Self::NotScim(..)
            | Self::Redirect(..)
            | Self::Answered(_)
            | Self::Token(..)) => other.clone().into_write_error(at, changed_at),
        }
    }
}

impl Answered {
    /// RFC 7644 table 9: `invalidValue` on a password usually means that its policy refused.
    fn refuses_the_password(&self) -> bool {
        self.status == 400 && self.scim_type == Some(ScimType::InvalidValue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_sent_is_never_told_as_unknown_and_what_was_is_never_told_as_failed() {
        let at = Endpoint::for_test();
        let answered = |status| {
            RequestFailure::Answered(Answered {
                status,
                scim_type: None,
                detail: String::new(),
                retry_after: None,
                step_up: false,
            })
        };
        for (failure, open) in [
            (RequestFailure::Refused, false),
            (RequestFailure::Unresolved, false),
            (RequestFailure::ConnectTimedOut, false),
            (RequestFailure::UnknownIssuer, false),
            (answered(401), false),
            (answered(403), false),
            (answered(404), false),
            (answered(412), false),
            (answered(429), false),
            (RequestFailure::Redirect(307, String::new()), false),
            (RequestFailure::Closed, true),
            (RequestFailure::TimedOut, true),
            (RequestFailure::Truncated, true),
            (RequestFailure::Endless(1), true),
            (RequestFailure::Html(200), true),
            (RequestFailure::Html(500), true),
            (RequestFailure::NotScim(200, String::new()), true),
            (answered(500), true),
            (answered(503), true),
        ] {
            let error = failure.clone().into_password_error(&at, None);
            let unknown = matches!(error, DirectoryError::OutcomeUnknown(_));
            assert_eq!(unknown, open, "{failure:?}: {error:?}");
        }
    }
}
