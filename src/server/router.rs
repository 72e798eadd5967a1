//! Which address leads where.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Response, StatusCode, Version, header, uri::Authority},
    middleware::{self, Next},
    response::IntoResponse,
    routing::{get, post},
};

use super::{
    access_log, actions, auth, bulk, discovery, listing,
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
        .route("/Users/{id}/.unlock", post(actions::unlock))
        .route("/Users/{id}/.sign-out", post(actions::sign_out))
        .route("/Users/{id}/.check", post(actions::check))
        .route("/Me", get(users::me))
        .route("/Me/.password", post(actions::change_own_password))
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
        .layer(middleware::map_request(of_one_host))
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
        .layer(middleware::map_request(of_one_host))
        .with_state(Arc::clone(state))
}

async fn scrape(State(state): State<SharedState>) -> Response<Body> {
    typed(
        StatusCode::OK,
        "text/plain; version=0.0.4",
        state.metrics.text().into(),
    )
}

/// A request names one host (RFC 9112 section 3.2): with two, this server and a proxy before it may
/// each believe another. A client of HTTP/1.0 may leave it out, or name it in the target alone.
async fn of_one_host(mut request: Request) -> Result<Request, ErrorResponse> {
    let refused = |detail| Err(ErrorResponse::new(StatusCode::BAD_REQUEST, detail));
    let mut named = request.headers().get_all(header::HOST).iter();
    match (named.next(), named.next()) {
        (Some(_), Some(_)) => return refused("the request has more than one Host header"),
        (Some(host), None) if !is_host(host) => return refused("the Host header names no host"),
        (None, _) if request.version() > Version::HTTP_10 => {
            return refused("the request has no Host header");
        }
        (Some(_) | None, None) | (None, Some(_)) => {}
    }
    if !request.headers().contains_key(header::HOST)
        && let Some(authority) = request.uri().authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        request.headers_mut().insert(header::HOST, host);
    }
    Ok(request)
}

/// A host with or without a port, or nothing, as a client may send for a target without authority.
fn is_host(value: &HeaderValue) -> bool {
    value.is_empty()
        || Authority::try_from(value.as_bytes()).is_ok_and(|host| !host.as_str().contains('@'))
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

    fn request(version: Version, address: &str, hosts: &[&str]) -> Request {
        let mut request = Request::builder().version(version).uri(address);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        request.body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn addresses_of_the_answers_have_the_host_and_port_that_the_target_or_the_header_names() {
        for (address, hosts) in [
            ("https://halligan.example.org:8443/scim/v2/Users", &[][..]),
            ("/scim/v2/Users", &["halligan.example.org:8443"]),
        ] {
            let asked = of_one_host(request(Version::HTTP_10, address, hosts)).await;
            let named = asked.unwrap().headers()[header::HOST].clone();
            assert_eq!(named, "halligan.example.org:8443");
        }
    }

    #[tokio::test]
    async fn a_request_names_one_host_and_only_http_1_0_may_leave_it_out() {
        let (new, old) = (Version::HTTP_11, Version::HTTP_10);
        for (version, address, hosts, status) in [
            (new, "/readyz", &["h"][..], None),
            (new, "/readyz", &["[2001:db8::1]:8443"], None),
            (new, "/readyz", &[""], None),
            (new, "/readyz", &["h", "h"], Some(400)),
            (old, "/readyz", &["h", "other"], Some(400)),
            (new, "/readyz", &[], Some(400)),
            (new, "http://h/readyz", &[], Some(400)),
            (old, "/readyz", &[], None),
            (old, "http://h/readyz", &[], None),
            (new, "/readyz", &["h/path"], Some(400)),
            (new, "/readyz", &["user@h"], Some(400)),
            (new, "/readyz", &["a b"], Some(400)),
        ] {
            let answer = of_one_host(request(version, address, hosts)).await;
            let refused = answer.err().map(|error| error.error.status);
            assert_eq!(refused, status, "{version:?} {address} {hosts:?}");
        }
    }
}
