//! Answers: SCIM bodies, and every failure in the RFC's form.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;

use crate::{
    desk::{
        DeskError,
        api::{TokenError, scope_of},
    },
    directory::DirectoryError,
    permission::Permissions,
    scim::{MEDIA_TYPE, ScimError, ScimType},
};

/// What a handler answers.
pub(super) type Answer = Result<Response<Body>, ErrorResponse>;

/// A failed request.
#[derive(Debug)]
pub(super) struct ErrorResponse {
    pub(super) error: ScimError,
    /// Seconds after which it is worth trying again.
    pub(super) retry_after: Option<u64>,
    /// The challenge of a 401 or 403 (RFC 6750 section 3).
    pub(super) challenge: Option<Cow<'static, str>>,
}

impl From<ScimError> for ErrorResponse {
    fn from(error: ScimError) -> Self {
        Self {
            error,
            retry_after: None,
            challenge: None,
        }
    }
}

impl ErrorResponse {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        ScimError::new(status.as_u16(), detail).into()
    }

    /// 429 with `Retry-After`.
    pub(super) fn later(wait: std::time::Duration) -> Self {
        Self {
            retry_after: Some(wait.as_secs().max(1)),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too many requests or failures; try again later",
            )
        }
    }

    /// 401 with a challenge.
    /// RFC 6750 section 3.1: the token is good, but not for this.
    fn insufficient_scope(wanted: Permissions, detail: &str) -> Self {
        let scope = scope_of(wanted);
        Self {
            challenge: Some(Cow::Owned(format!(
                "Bearer realm=\"halligan\", error=\"insufficient_scope\", scope=\"{scope}\""
            ))),
            ..Self::new(StatusCode::FORBIDDEN, detail)
        }
    }

    pub(super) fn unauthorized(challenge: &'static str, detail: &str) -> Self {
        Self {
            challenge: Some(Cow::Borrowed(challenge)),
            ..Self::new(StatusCode::UNAUTHORIZED, detail)
        }
    }
}

impl IntoResponse for ErrorResponse {
    fn into_response(self) -> Response<Body> {
        let status =
            StatusCode::from_u16(self.error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = scim(status, &self.error);
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(challenge) = self.challenge {
            // Realm, error and scopes are words of our own, all of them ASCII.
            if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                response
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, challenge);
            }
        }
        response
    }
}

/// A body of SCIM JSON that nobody keeps a copy of.
pub(super) fn scim(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(body) {
        Ok(bytes) => typed(status, MEDIA_TYPE, bytes.into()),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            empty(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// A body of another type.
pub(super) fn typed(status: StatusCode, media_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// No body.
pub(super) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Sets a header whose value this program has made.
pub(super) fn with_header(
    mut response: Response<Body>,
    name: header::HeaderName,
    value: &str,
) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// `Warning: 299` (RFC 7234 section 5.5): the body of the answer is the resource and nothing else.
pub(super) fn warned(response: Response<Body>, doubt: Option<&str>) -> Response<Body> {
    match doubt {
        Some(doubt) => with_header(
            response,
            header::WARNING,
            &format!("299 halligan \"{doubt}\""),
        ),
        None => response,
    }
}

impl From<DeskError> for ErrorResponse {
    fn from(error: DeskError) -> Self {
        let said = sentence(&error);
        match error {
            DeskError::Lacks(permission) => {
                Self::insufficient_scope([permission].into_iter().collect(), &said)
            }
            DeskError::Outranked(beyond) => Self::insufficient_scope(beyond, &said),
            DeskError::OwnAccount
            | DeskError::BeyondReach(_)
            | DeskError::WiderReach(_)
            | DeskError::OwnRole
            | DeskError::MustChangeFixed
            | DeskError::TypingNotAllowed
            | DeskError::VerifyCaller(_)
            | DeskError::Verification(_)
            | DeskError::UsesGrace(_) => Self::new(StatusCode::FORBIDDEN, said),
            DeskError::OwnChangeFirst => Self::new(
                StatusCode::FORBIDDEN,
                "you must choose a new password of your own first: POST to /Me/.password",
            ),
            DeskError::Policy(_) => ScimError::bad(ScimType::InvalidValue, said).into(),
            DeskError::SessionLocked => Self::unauthorized(EXPIRED, &said),
            // RFC 9470: the token is good, the proof of the password too old for this.
            DeskError::StepUp => Self::unauthorized(
                STEP_UP,
                "your own password is needed once more: POST to /auth/reauthenticate",
            ),
            DeskError::TooManyGuesses { minutes, .. } => Self {
                retry_after: Some(u64::from(minutes) * 60),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, said)
            },
            DeskError::Directory(error) => of_directory(error, said),
            DeskError::Audit(_) => Self {
                retry_after: Some(5),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, said)
            },
            DeskError::OutcomeNotRecorded(_) | DeskError::File(_) => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, said)
            }
        }
    }
}

/// Challenge without a token.
pub(super) const NO_TOKEN: &str = "Bearer realm=\"halligan\"";
/// Challenge with a token that is not good (any more).
pub(super) const EXPIRED: &str = "Bearer realm=\"halligan\", error=\"invalid_token\"";
const STEP_UP: &str = "Bearer realm=\"halligan\", error=\"insufficient_user_authentication\"";

impl From<TokenError> for ErrorResponse {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Refused => Self::unauthorized(
                EXPIRED,
                "the token is unknown, has expired or was revoked: sign in again",
            ),
            TokenError::Store(error) => DeskError::Audit(error).into(),
            TokenError::Directory(error) => DeskError::Directory(error).into(),
        }
    }
}

fn of_directory(error: DirectoryError, said: String) -> ErrorResponse {
    match error {
        DirectoryError::SignIn { .. } | DirectoryError::SignInBarred { .. } => {
            ErrorResponse::unauthorized(NO_TOKEN, &error.to_string())
        }
        // The same answer as for any account that was tried too often.
        DirectoryError::TryLater { seconds, .. } => {
            ErrorResponse::later(std::time::Duration::from_secs(seconds))
        }
        DirectoryError::OperatorChanged(_) => ErrorResponse::unauthorized(EXPIRED, &said),
        DirectoryError::NotFound => {
            ErrorResponse::new(StatusCode::NOT_FOUND, "there is no user of this id")
        }
        DirectoryError::Conflict { .. } | DirectoryError::DefinitionChanged { .. } => {
            ErrorResponse::new(StatusCode::PRECONDITION_FAILED, said)
        }
        DirectoryError::Taken { .. } => ScimError {
            status: 409,
            scim_type: Some(ScimType::Uniqueness),
            detail: said,
        }
        .into(),
        DirectoryError::Query(error) => error.into(),
        DirectoryError::Invalid { .. } | DirectoryError::PasswordRefused { .. } => {
            ScimError::bad(ScimType::InvalidValue, said).into()
        }
        DirectoryError::Forbidden { .. } | DirectoryError::OldPasswordWrong => {
            ErrorResponse::new(StatusCode::FORBIDDEN, said)
        }
        DirectoryError::NotOffered(_) => ErrorResponse::new(StatusCode::NOT_IMPLEMENTED, said),
        DirectoryError::PasswordNotChecked { .. }
        | DirectoryError::Unavailable { .. }
        | DirectoryError::Cancelled => ErrorResponse {
            retry_after: Some(5),
            ..ErrorResponse::new(StatusCode::SERVICE_UNAVAILABLE, said)
        },
        DirectoryError::OutcomeUnknown(_) => {
            ErrorResponse::new(StatusCode::INTERNAL_SERVER_ERROR, said)
        }
    }
}

/// What happened and what to do, where the cure is not about the console's keys.
fn sentence(error: &DeskError) -> String {
    match error {
        DeskError::Policy(refusals) => refusals
            .iter()
            .map(|refusal| format!("{}. {}", refusal.message, refusal.cure))
            .collect::<Vec<_>>()
            .join(" "),
        DeskError::Directory(DirectoryError::PasswordRefused { refusal, .. }) => {
            format!("{}. {}", refusal.message, refusal.cure)
        }
        DeskError::Directory(DirectoryError::OutcomeUnknown(_))
        | DeskError::OutcomeNotRecorded(_) => format!("{error}. {}", error.changed()),
        other @ (DeskError::Lacks(_)
        | DeskError::Outranked(_)
        | DeskError::BeyondReach(_)
        | DeskError::WiderReach(_)
        | DeskError::OwnRole
        | DeskError::OwnAccount
        | DeskError::MustChangeFixed
        | DeskError::TypingNotAllowed
        | DeskError::SessionLocked
        | DeskError::OwnChangeFirst
        | DeskError::StepUp
        | DeskError::VerifyCaller(_)
        | DeskError::Verification(_)
        | DeskError::TooManyGuesses { .. }
        | DeskError::UsesGrace(_)
        | DeskError::Directory(_)
        | DeskError::Audit(_)
        | DeskError::File(_)) => other.to_string(),
    }
}
