//! Which address leads where.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::{self, Next},
    response::IntoResponse,
    routing::{get, post},
};

use super::{
    access_log, auth, bulk, discovery, listing,
    request_address::ClientAddress,
    respond::{ErrorResponse, typed},
    state::SharedState,
    turned_away::THROTTLED,
    users,
};

/// The API.
pub(super) fn api(state: &SharedState) -> Router {
    let scim = Router::new()
        .route("/ServiceProviderConfig", get(discovery::service_provider))
        .route("/Schemas", get(discovery::schemas))
        .route("/Schemas/{id}", get(discovery::schema))
        .route("/ResourceTypes", get(discovery::resource_types))
        .route("/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/Users", get(listing::get).post(users::create))
        .route("/Users/.search", post(listing::search))
        .route("/.search", post(listing::search))
        .route(
            "/Users/{id}",
            get(users::read)
                .put(users::replace)
                .patch(users::patch)
                .delete(users::delete),
        )
        .route("/Users/{id}/.unlock", post(users::unlock))
        .route("/Users/{id}/.sign-out", post(users::sign_out))
        .route("/Users/{id}/.check", post(users::check))
        .route("/Me", get(users::me))
        .route("/Me/.password", post(users::change_own_password))
        .route("/Bulk", post(bulk::post))
        .route("/.policy", get(discovery::policy));
    Router::new()
        .nest("/scim/v2", scim)
        .route("/oauth2/token", post(auth::token))
        .route("/auth/sign-in", post(auth::sign_in))
        .route("/auth/sign-out", post(auth::sign_out))
        .route("/auth/reauthenticate", post(auth::reauthenticate))
        .route("/openapi.json", get(discovery::openapi))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(
            Arc::clone(state),
            note_throttled,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(state),
            access_log::observe,
        ))
        .layer(middleware::map_request(with_host))
        .with_state(Arc::clone(state))
}

/// Counts every 429, whatever it was given for.
async fn note_throttled(
    State(state): State<SharedState>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let address = request.extensions().get::<ClientAddress>().copied();
    let response = next.run(request).await;
    if let (StatusCode::TOO_MANY_REQUESTS, Some(address)) = (response.status(), address) {
        state.turned_away(address.0, THROTTLED).await;
    }
    response
}

/// The metrics.
pub(super) fn metrics(state: &SharedState) -> Router {
    Router::new()
        .route("/metrics", get(scrape))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .fallback(nothing_here)
        .with_state(Arc::clone(state))
}

async fn scrape(State(state): State<SharedState>) -> Response<Body> {
    typed(
        StatusCode::OK,
        "text/plain; version=0.0.4",
        state.metrics.text().into(),
    )
}

/// A client of HTTP/1.0 may name the host in the target alone (absolute form, RFC 9112 section 3.2.2).
async fn with_host(mut request: Request) -> Request {
    if !request.headers().contains_key(header::HOST)
        && let Some(authority) = request.uri().authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        request.headers_mut().insert(header::HOST, host);
    }
    request
}

/// The process is alive.
async fn healthz() -> Response<Body> {
    typed(StatusCode::OK, "text/plain", "ok\n".into())
}

/// The store answers.
async fn readyz(State(state): State<SharedState>) -> Response<Body> {
    match state.desk.is_ready().await {
        Ok(()) => typed(StatusCode::OK, "text/plain", "ready\n".into()),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            typed(
                StatusCode::SERVICE_UNAVAILABLE,
                "text/plain",
                "the store does not answer\n".into(),
            )
        }
    }
}

async fn nothing_here() -> Response<Body> {
    ErrorResponse::new(StatusCode::NOT_FOUND, "there is nothing at this address").into_response()
}

async fn wrong_method() -> Response<Body> {
    ErrorResponse::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "this address does not take that method",
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_of_the_answers_have_the_host_and_port_that_the_target_or_the_header_names() {
        let request = |address: &str| Request::builder().uri(address).body(Body::empty());
        let asked = request("https://halligan.example.org:8443/scim/v2/Users").unwrap();
        assert_eq!(
            with_host(asked).await.headers()[header::HOST],
            "halligan.example.org:8443"
        );
        let mut asked = request("/scim/v2/Users").unwrap();
        asked
            .headers_mut()
            .insert(header::HOST, HeaderValue::from_static("127.0.0.1:8443"));
        assert_eq!(
            with_host(asked).await.headers()[header::HOST],
            "127.0.0.1:8443"
        );
    }
}
