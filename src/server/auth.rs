//! Who is asking: bearer tokens on every request, and the places where tokens are got.

use std::{sync::Arc, time::Instant};

use axum::{
    body::Body,
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Response, StatusCode, header, request::Parts},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{
    access_log::LoggedCaller,
    attempt::Attempt,
    body,
    connections::ConnectionPlace,
    fair::Place,
    request_address::ClientAddress,
    respond::{Answer, ErrorResponse, NO_TOKEN, empty, typed},
    state::{Shared, SharedState},
    turned_away::BAD_TOKEN,
};
use crate::{
    desk::{
        DeskError, Session,
        api::{Grant, TokenError},
    },
    directory::DirectoryError,
    operator::Operator,
    password::Secret,
    scim::{ScimError, ScimType},
    source::Source,
};

/// A request's caller: the session at the desk, and the place among the caller's own requests.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) session: Arc<Session>,
    bearer: Zeroizing<String>,
    _place: Place,
}

impl Caller {
    /// Under what the caller's requests are counted together.
    pub(super) fn key(&self) -> String {
        self.session.operator().id.0.clone()
    }
}

impl FromRequestParts<SharedState> for Caller {
    type Rejection = ErrorResponse;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &SharedState,
    ) -> Result<Self, Self::Rejection> {
        let address = address(parts.extensions.get())?;
        let bearer = bearer(&parts.headers)
            .ok_or_else(|| ErrorResponse::unauthorized(NO_TOKEN, "a bearer token is needed"))?;
        let session = match state.tokens.session(&bearer, &source(address)).await {
            Ok(session) => session,
            Err(error) => {
                if matches!(error, TokenError::Refused) {
                    // Only bad tokens are slowed down: whoever shares the address with a bad
                    // client goes on working.
                    bad_token(state, address)?;
                    state.turned_away(address.0, BAD_TOKEN).await;
                }
                return Err(error.into());
            }
        };
        if let Some(place) = parts.extensions.get::<ConnectionPlace>() {
            place.proved(&session.operator().id.0);
        }
        if let Some(logged) = parts.extensions.get::<LoggedCaller>() {
            // Set once; a second extraction in the same request would say the same.
            let _ = logged.0.set(session.operator().id.0.clone());
        }
        let Some(place) = state.fair.enter(&session.operator().id.0).await else {
            count_throttled(state);
            return Err(ErrorResponse::later(std::time::Duration::from_secs(1)));
        };
        Ok(Self {
            session,
            bearer,
            _place: place,
        })
    }
}

pub(super) fn address(found: Option<&ClientAddress>) -> Result<ClientAddress, ErrorResponse> {
    found.copied().ok_or_else(|| {
        ErrorResponse::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the client's address is not known",
        )
    })
}

fn source(address: ClientAddress) -> Source {
    Source(format!("api {}", address.0))
}

/// Counts a bad token.
fn bad_token(state: &Shared, address: ClientAddress) -> Result<(), ErrorResponse> {
    let reserved = state.attempts.by_address.reserve(address.0, Instant::now());
    reserved.map_err(|wait| {
        count_throttled(state);
        ErrorResponse::later(wait)
    })?;
    let refused = &state.metrics.refused;
    refused.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    Ok(())
}

fn count_throttled(state: &Shared) {
    let throttled = &state.metrics.throttled;
    throttled.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
}

fn bearer(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
        .then(|| Zeroizing::new(token.to_owned()))
}

/// `POST /auth/sign-in`: `{"login": …, "password": …}`.
pub(super) async fn sign_in(State(state): State<SharedState>, request: Request) -> Answer {
    let address = address(request.extensions().get())?;
    let (parts, body) = request.into_parts();
    let given: SignIn = small(&parts.headers, body).await?;
    let password = secret(given.password)?;
    let attempt = Attempt::begin(&state, &given.login, address.0)?;
    let issuing = {
        let state = Arc::clone(&state);
        let source = source(address);
        async move {
            let issued = state.tokens.sign_in(&given.login, &password, &source).await;
            settle(attempt, &issued, |grant| grant.operator.as_ref());
            issued
        }
    };
    match state.write(issuing).await {
        Some(issued) => Ok(granted(&issued?)),
        None => Err(broken()),
    }
}

/// Tells what came of a try. Only what is known to be wrong stays counted.
fn settle<T>(
    attempt: Attempt,
    outcome: &Result<T, DeskError>,
    operator: impl Fn(&T) -> Option<&Operator>,
) {
    match outcome {
        Ok(done) => attempt.was_right(operator(done)),
        Err(DeskError::Directory(
            DirectoryError::SignIn { .. }
            | DirectoryError::SignInBarred { .. }
            | DirectoryError::OldPasswordWrong,
        )) => attempt.was_wrong(),
        Err(_) => attempt.stays_unknown(),
    }
}

/// A try of a signed-in operator to prove the own password once more.
pub(super) async fn proving<T: Send + 'static>(
    state: &SharedState,
    session: &Session,
    address: ClientAddress,
    act: impl Future<Output = Result<T, DeskError>> + Send + 'static,
) -> Result<T, ErrorResponse> {
    let operator = session.operator();
    let attempt = Attempt::begin(state, &operator.login, address.0)?;
    let act = async move {
        let outcome = act.await;
        settle(attempt, &outcome, |_| None);
        outcome
    };
    match state.write(act).await {
        Some(outcome) => Ok(outcome?),
        None => Err(broken()),
    }
}

/// `POST /auth/sign-out`: the token is worth nothing from now on.
pub(super) async fn sign_out(State(state): State<SharedState>, caller: Caller) -> Answer {
    state
        .tokens
        .sign_out(&caller.bearer, &caller.session)
        .await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// `POST /auth/reauthenticate`: `{"password": …}` renews the proof that privileged acts want.
pub(super) async fn reauthenticate(
    State(state): State<SharedState>,
    caller: Caller,
    request: Request,
) -> Answer {
    let address = address(request.extensions().get())?;
    let (parts, body) = request.into_parts();
    let given: Password = small(&parts.headers, body).await?;
    let password = secret(given.password)?;
    let tokens = state.tokens.clone();
    let (bearer, session) = (caller.bearer.clone(), Arc::clone(&caller.session));
    proving(&state, &caller.session, address, async move {
        tokens.reauthenticate(&bearer, &session, &password).await
    })
    .await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// `POST /oauth2/token`: client credentials (RFC 6749 section 4.4), errors as in section 5.2.
pub(super) async fn token(State(state): State<SharedState>, request: Request) -> Answer {
    let address = address(request.extensions().get())?;
    let (parts, body) = request.into_parts();
    let form = body::form(&parts.headers, body).await?;
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    if field("grant_type").as_deref() != Some("client_credentials") {
        return Ok(oauth_error(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
        ));
    }
    let credentials = basic(&parts.headers)
        .or_else(|| Some((field("client_id")?, Zeroizing::new(field("client_secret")?))));
    let Some((client, secret)) = credentials else {
        bad_token(&state, address)?;
        return Ok(oauth_error(StatusCode::UNAUTHORIZED, "invalid_client"));
    };
    let account = format!("client {client}");
    let attempt = Attempt::begin(&state, &account, address.0)?;
    let scope = field("scope").unwrap_or_default();
    let source = source(address);
    match state
        .tokens
        .client_credentials(&client, &secret, &scope, &source)
        .await
    {
        Ok(Some(grant)) => {
            attempt.was_right(None);
            Ok(granted(&grant))
        }
        Ok(None) => {
            attempt.stays_unknown();
            Ok(oauth_error(StatusCode::BAD_REQUEST, "invalid_scope"))
        }
        Err(TokenError::Refused) => {
            attempt.was_wrong();
            Ok(oauth_error(StatusCode::UNAUTHORIZED, "invalid_client"))
        }
        Err(error) => {
            attempt.stays_unknown();
            Err(error.into())
        }
    }
}

#[derive(Deserialize)]
struct SignIn {
    login: String,
    password: String,
}

#[derive(Deserialize)]
struct Password {
    password: String,
}

/// A body of our own, not one of SCIM's.
async fn small<T: serde::de::DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
) -> Result<T, ErrorResponse> {
    let value = body::json(headers, body).await?;
    serde_json::from_value(value).map_err(|_| {
        ScimError::bad(
            ScimType::InvalidSyntax,
            "the body does not have the members that are wanted",
        )
        .into()
    })
}

pub(super) fn secret(text: String) -> Result<Secret, ErrorResponse> {
    let text = Zeroizing::new(text);
    Secret::from_typed(&text)
        .map_err(|error| ScimError::bad(ScimType::InvalidValue, error.to_string()).into())
}

fn basic(headers: &HeaderMap) -> Option<(String, Zeroizing<String>)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, text) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
    let (client, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    // RFC 6749 section 2.3.1: both are form-encoded before they are put together.
    Some((form_decoded(client), Zeroizing::new(form_decoded(secret))))
}

fn form_decoded(text: &str) -> String {
    body::pairs(format!("v={text}").as_bytes())
        .into_iter()
        .next()
        .map(|(_, value)| value)
        .unwrap_or_default()
}

fn granted(grant: &Grant) -> Response<Body> {
    let mut body = json!({
        "access_token": grant.token.as_str(),
        "token_type": "Bearer",
        "expires_in": grant.expires_in,
        "scope": grant.scope,
    });
    if let (Some(idle), Some(body)) = (grant.idle_limit, body.as_object_mut()) {
        body.insert("idle_limit".into(), idle.into());
    }
    if let (Some(operator), Some(body)) = (&grant.operator, body.as_object_mut()) {
        body.insert(
            "operator".into(),
            json!({
                "id": operator.id,
                "userName": operator.login,
                "email": operator.email,
                "name": operator.name,
                "permissions": operator.permissions,
                "mustChange": operator.must_change,
            }),
        );
    }
    json_answer(StatusCode::OK, &body)
}

fn oauth_error(status: StatusCode, error: &str) -> Response<Body> {
    json_answer(status, &json!({ "error": error }))
}

pub(super) fn json_answer(status: StatusCode, body: &Value) -> Response<Body> {
    typed(status, "application/json", body.to_string().into())
}

pub(super) fn broken() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "the request broke off; look before you repeat it",
    )
}
