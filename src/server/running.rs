//! Starting the server, and ending it without losing a write.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::{net::TcpListener, sync::mpsc, sync::watch, task::JoinHandle};

use super::{
    accept::{self, Listening},
    limits::Limits,
    router,
    state::{Shared, SharedState},
    tls::{Certificate, Identity, TlsError},
};
use crate::{
    desk::{Desk, api::Tokens},
    source::Network,
    text::system_error,
};

/// How to serve.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The certificate; `None` is plain HTTP, on loopback only.
    pub identity: Option<Identity>,
    /// Address of the API as clients see it (`https://host/scim/v2`), without a slash at the end.
    pub base: Option<String>,
    /// Proxies whose word about the client's address is taken.
    pub trusted_proxies: Vec<Network>,
    /// Address and port of the metrics, on loopback only; `None` for no metrics.
    pub metrics: Option<SocketAddr>,
    /// Bounds.
    pub limits: Limits,
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Plain HTTP would send passwords in the clear.
    #[error(
        "plain HTTP is served on loopback only, not on {0}: give a certificate and key, or --self-signed"
    )]
    PlainHttp(IpAddr),
    /// Metrics are for the machine's own scraper.
    #[error("metrics are served on loopback only, not on {0}")]
    Metrics(IpAddr),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {}", system_error(source))]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// How often floods that have ended are looked for.
const FLOODS: Duration = Duration::from_mins(1);

/// A running server.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    certificate: Option<Arc<Certificate>>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    state: SharedState,
    writes: mpsc::Receiver<()>,
    patience: Duration,
}

/// Starts to serve.
///
/// # Errors
/// [`ServeError`].
pub async fn start(settings: Settings, desk: Desk, tokens: Tokens) -> Result<Running, ServeError> {
    let listen = settings.listen;
    if settings.identity.is_none() && !listen.ip().to_canonical().is_loopback() {
        return Err(ServeError::PlainHttp(listen.ip()));
    }
    if let Some(metrics) = settings.metrics
        && !metrics.ip().to_canonical().is_loopback()
    {
        return Err(ServeError::Metrics(metrics.ip()));
    }
    let certificate = settings.identity.map(Certificate::load).transpose()?;
    let tls = certificate
        .as_ref()
        .map(Certificate::server_config)
        .transpose()?;
    let (listener, address) = bind(listen).await?;
    let metrics = match settings.metrics {
        Some(address) => Some(bind(address).await?),
        None => None,
    };

    let (stop, stopped) = watch::channel(false);
    let (running, writes) = mpsc::channel(1);
    let scheme = if tls.is_some() { "https" } else { "http" };
    let state = Arc::new(Shared::new(
        desk,
        tokens,
        settings.limits,
        settings.base,
        settings.trusted_proxies,
        scheme,
        running,
    ));
    let mut tasks = vec![tokio::spawn(accept::serve(
        Listening {
            listener,
            tls: tls.map(Into::into),
            router: router::api(&state),
            state: Arc::clone(&state),
        },
        stopped.clone(),
    ))];
    tasks.push(tokio::spawn(record_floods(
        Arc::clone(&state),
        stopped.clone(),
    )));
    let metrics = metrics.map(|(listener, address)| {
        tasks.push(tokio::spawn(accept::serve(
            Listening {
                listener,
                tls: None,
                router: router::metrics(&state),
                state: Arc::clone(&state),
            },
            stopped,
        )));
        address
    });
    Ok(Running {
        address,
        metrics,
        certificate,
        stop,
        tasks,
        state,
        writes,
        patience: settings.limits.stop,
    })
}

/// Records floods that have ended, until the server stops.
async fn record_floods(state: SharedState, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(FLOODS) => state.record_floods().await,
        }
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

impl Running {
    /// The address that is listened on.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the metrics.
    pub const fn metrics(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// The certificate, to show its fingerprint or read it again.
    pub const fn certificate(&self) -> Option<&Arc<Certificate>> {
        self.certificate.as_ref()
    }

    /// Takes no more connections, lets running requests end and waits for every write, those of
    /// clients that have hung up included.
    pub async fn stop(self) {
        let Self {
            stop,
            tasks,
            state,
            mut writes,
            patience,
            ..
        } = self;
        state.stopping.store(true, Ordering::Relaxed);
        // Nobody listening any more means that it has stopped already.
        let _ = stop.send(true);
        let ended = async {
            for task in tasks {
                // A panic in it was logged; there is nothing left to wait for.
                let _ = task.await;
            }
            // The last of its holders is gone when every write has ended.
            drop(state);
            while writes.recv().await.is_some() {}
        };
        if tokio::time::timeout(patience, ended).await.is_err() {
            tracing::warn!("stopped while requests were still running");
        }
    }
}
