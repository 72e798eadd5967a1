//! One line for each answer, without query strings, bodies, names or tokens; and the counters.

use std::{sync::Arc, time::Instant};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{Response, StatusCode},
    middleware::Next,
    response::IntoResponse,
};

use super::{
    request_address::ClientAddress,
    respond::ErrorResponse,
    state::{Shared, SharedState},
};

/// Who asked, as the line shows it; set by the authentication.
#[derive(Debug, Clone)]
pub(super) struct LoggedCaller(pub(super) Arc<std::sync::OnceLock<String>>);

/// A bulk request that was let in is finished, however long it takes: it bounds by itself the time
/// that its body may take.
const BULK: &str = "/scim/v2/Bulk";

/// Wraps every request: time limit, counters, line.
pub(super) async fn observe(
    State(state): State<SharedState>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let began = Instant::now();
    let method = request.method().clone();
    // The pattern, not the path: an id is personal enough to stay in the audit alone.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let address = request
        .extensions()
        .get::<ClientAddress>()
        .map(|address| address.0.to_string());
    let caller = LoggedCaller(Arc::default());
    request.extensions_mut().insert(caller.clone());
    let response = if route == BULK {
        next.run(request).await
    } else {
        within_time(&state, next.run(request)).await
    };
    let took = began.elapsed();
    let status = response.status().as_u16();
    state.metrics.answered(kind_of(&route), status, took);
    tracing::info!(
        target: "halligan::access",
        %method,
        route,
        status,
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        address = address.as_deref().unwrap_or("-"),
        caller = caller.0.get().map_or("-", String::as_str),
        "answered"
    );
    response
}

async fn within_time(
    state: &Shared,
    answer: impl Future<Output = Response<Body>>,
) -> Response<Body> {
    match tokio::time::timeout(state.limits.request, answer).await {
        Ok(response) => response,
        // A write goes on by itself and is recorded; only its answer is lost.
        Err(_) => ErrorResponse {
            retry_after: Some(5),
            ..ErrorResponse::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the request took too long; if it was a write, look before you repeat it",
            )
        }
        .into_response(),
    }
}

/// The name under which a route is counted.
fn kind_of(route: &str) -> &'static str {
    match route.strip_prefix("/scim/v2").unwrap_or(route) {
        "/Users" => "users",
        "/Users/{id}" => "user",
        "/.search" | "/Users/.search" => "search",
        "/Me" | "/Me/.password" => "me",
        "/Bulk" => "bulk",
        "/Users/{id}/.unlock" | "/Users/{id}/.check" => "actions",
        "/oauth2/token" | "/auth/sign-in" | "/auth/sign-out" | "/auth/reauthenticate" => "auth",
        "/healthz" | "/readyz" => "health",
        "/openapi.json" => "openapi",
        path if [
            "/ServiceProviderConfig",
            "/Schemas",
            "/ResourceTypes",
            "/.policy",
        ]
        .iter()
        .any(|start| path.starts_with(start)) =>
        {
            "discovery"
        }
        _ => "other",
    }
}
