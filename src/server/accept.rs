//! Taking connections: bounded in number, time and size, and ended gracefully.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
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

use super::{request_address::ClientAddress, state::SharedState};

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

/// Connections by address.
#[derive(Debug, Default)]
struct Census(Mutex<HashMap<IpAddr, usize>>);

struct Counted {
    census: Arc<Census>,
    address: IpAddr,
    state: SharedState,
}

impl Census {
    fn enter(self: &Arc<Self>, address: IpAddr, state: &SharedState) -> Option<Counted> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = map.values().sum();
        let own = map.entry(address).or_default();
        if all >= state.limits.connections || *own >= state.limits.connections_per_address {
            if *own == 0 {
                map.remove(&address);
            }
            return None;
        }
        *own += 1;
        state.metrics.connections.fetch_add(1, Ordering::Relaxed);
        Some(Counted {
            census: Arc::clone(self),
            address,
            state: Arc::clone(state),
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let connections = &self.state.metrics.connections;
        connections.fetch_sub(1, Ordering::Relaxed);
        let mut map = self.census.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = map.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                map.remove(&self.address);
            }
        }
    }
}

/// Serves until `stopped` turns true, then waits for the requests that are running.
pub(super) async fn serve(listening: Listening, mut stopped: watch::Receiver<bool>) {
    let listening = Arc::new(listening);
    let graceful = Arc::new(GracefulShutdown::new());
    let census = Arc::new(Census::default());
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
        let address = ClientAddress::of(address.ip());
        let Some(counted) = census.enter(address.0, &listening.state) else {
            let refused = &listening.state.metrics.connections_refused;
            refused.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        let listening = Arc::clone(&listening);
        let graceful = Arc::clone(&graceful);
        tokio::spawn(async move {
            connection(stream, address, &listening, &graceful).await;
            drop(counted);
        });
    }
    if let Some(graceful) = Arc::into_inner(graceful) {
        graceful.shutdown().await;
    }
}

async fn connection(
    stream: TcpStream,
    address: ClientAddress,
    listening: &Listening,
    graceful: &GracefulShutdown,
) {
    // Small answers are not to wait for each other (Nagle); a socket that refuses works all the same.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &listening.tls else {
        http(stream, address, listening, graceful).await;
        return;
    };
    let limit = listening.state.limits.head;
    if let Ok(Ok(stream)) = tokio::time::timeout(limit, tls.accept(stream)).await {
        http(stream, address, listening, graceful).await;
    } else {
        let failed = &listening.state.metrics.handshakes_failed;
        failed.fetch_add(1, Ordering::Relaxed);
    }
}

async fn http<S>(
    stream: S,
    address: ClientAddress,
    listening: &Listening,
    graceful: &GracefulShutdown,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let router = listening.router.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(address);
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(listening.state.limits.head)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let connection = graceful.watch(connection);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended badly");
    }
}
