//! Taking connections: bounded in number, time and size, and ended gracefully.

use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::TlsAcceptor;
use tower::{ServiceExt as _, service_fn};

use super::{
    connections::{ConnectionPlace, Connections},
    paced::Paced,
    request_address::ClientAddress,
    state::SharedState,
};
use crate::source;

/// Bytes of a request's head, at most.
const MAX_HEAD: usize = 32 * 1024;
/// Header lines of a request, at most.
const MAX_HEADERS: usize = 64;
/// Rest after an accept that failed for want of file descriptors.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// One listener and what it serves.
pub(super) struct Listening {
    pub(super) listener: TcpListener,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) router: Router,
    pub(super) state: SharedState,
}

/// Serves until `stopped` turns true, then waits for the requests that are running.
pub(super) async fn serve(listening: Listening, mut stopped: watch::Receiver<bool>) {
    let listening = Arc::new(listening);
    let graceful = Arc::new(GracefulShutdown::new());
    let connections = Arc::new(Connections::default());
    loop {
        let accepted = tokio::select! {
            accepted = listening.listener.accept() => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_REST).await;
                continue;
            }
        };
        let peer = address.ip().to_canonical();
        let is_proxy = source::is_trusted(peer, &listening.state.trusted_proxies);
        let Some(place) = connections.enter(peer, is_proxy, &listening.state) else {
            continue;
        };
        let listening = Arc::clone(&listening);
        let graceful = Arc::clone(&graceful);
        tokio::spawn(async move {
            let peer = Peer {
                address: peer,
                place: place.clone(),
            };
            tokio::select! {
                () = connection(stream, peer, &listening, &graceful) => {}
                () = place.has_to_go() => {}
            }
        });
    }
    if let Some(graceful) = Arc::into_inner(graceful) {
        graceful.shutdown().await;
    }
}

/// Who is at the other end of a connection.
struct Peer {
    address: IpAddr,
    place: ConnectionPlace,
}

async fn connection(
    stream: TcpStream,
    peer: Peer,
    listening: &Listening,
    graceful: &GracefulShutdown,
) {
    // Small answers are not to wait for each other (Nagle); a socket that refuses works all the same.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &listening.tls else {
        http(stream, peer, listening, graceful).await;
        return;
    };
    let limit = listening.state.limits.head;
    if let Ok(Ok(stream)) = tokio::time::timeout(limit, tls.accept(stream)).await {
        http(stream, peer, listening, graceful).await;
    } else {
        let failed = &listening.state.metrics.handshakes_failed;
        failed.fetch_add(1, Ordering::Relaxed);
    }
}

async fn http<S>(stream: S, peer: Peer, listening: &Listening, graceful: &GracefulShutdown)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let router = listening.router.clone();
    let state = Arc::clone(&listening.state);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let client = source::client(peer.address, &state.trusted_proxies, request.headers());
        let extensions = request.extensions_mut();
        extensions.insert(ClientAddress::of(client));
        extensions.insert(peer.place.clone());
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(listening.state.limits.head)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(
            TokioIo::new(Paced::new(stream, listening.state.limits.answer)),
            TowerToHyperService::new(service),
        );
    let connection = graceful.watch(connection);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended badly");
    }
}
