//! `halligan serve`

use std::{fs, net::SocketAddr, path::PathBuf, sync::Arc};

use clap::Args;
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Context, Exit, Failure, diagnostics};
use crate::{
    config::{DirectoryKind, open_desk},
    desk::api::Tokens,
    server::{
        Limits, Running, ServeError, Settings, start,
        tls::{Identity, names_for},
    },
    store::Missing,
};

/// Ended tokens are forgotten so often.
const TIDY: std::time::Duration = std::time::Duration::from_mins(10);

/// Serve the embedded store as a SCIM 2.0 API.
///
/// HTTPS needs a certificate and a key (`[server]` in the configuration, or the options), or
/// --self-signed for a first try; plain HTTP is served on loopback only. SIGHUP reads the
/// certificate again; SIGTERM and SIGINT stop when running writes have ended.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// PEM file with the certificate chain.
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// PEM file with the private key.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// Make a certificate for this run, print its fingerprint and put it beside the store.
    #[arg(long, conflicts_with = "certificate")]
    self_signed: bool,
    /// Address and port of the Prometheus metrics, on loopback.
    #[arg(long, value_name = "ADDRESS:PORT")]
    metrics: Option<SocketAddr>,
}

impl Serve {
    /// Serves until it is told to stop.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let config = &context.loaded.config;
        if config.directory != DirectoryKind::Local {
            return Err(Failure::new(
                Exit::Configuration,
                "halligan serve serves the embedded store, and the configuration names another directory",
                "Nothing was changed.",
                "Set directory = \"local\".",
            ));
        }
        if config.log_file.is_none() {
            diagnostics::write_to_stderr();
        }
        let settings = self.settings(context)?;
        let desk = open_desk(config, Missing::Refuse).await?;
        if desk.needs_first_administrator().await? {
            return Err(Failure::new(
                Exit::Configuration,
                "the store has no administrator yet",
                "Nothing is served.",
                "Run `halligan init` first.",
            ));
        }
        // Signals are caught before anybody is told that the server is there.
        let mut signals = Signals::new()?;
        let tokens = Tokens::new(desk.clone());
        let running = start(settings, desk, tokens.clone()).await?;
        self.announce(context, &running)?;
        let tidying = tokio::spawn(async move {
            loop {
                if let Err(error) = tokens.tidy().await {
                    tracing::warn!(%error, "ended tokens could not be forgotten");
                }
                tokio::time::sleep(TIDY).await;
            }
        });
        signals.until_stop(&running).await;
        tidying.abort();
        running.stop().await;
        Ok(Exit::Done)
    }

    fn settings(&self, context: &Context) -> Result<Settings, Failure> {
        let server = &context.loaded.config.server;
        let listen = self.listen.unwrap_or(server.listen);
        let certificate = self.certificate.clone().or(server.certificate.clone());
        let key = self.key.clone().or(server.key.clone());
        let identity = match (self.self_signed, certificate, key) {
            (true, ..) => Some(Identity::SelfSigned(names_for(listen.ip()))),
            (false, Some(certificate), Some(key)) => Some(Identity::Files { certificate, key }),
            (false, None, None) => None,
            (false, ..) => {
                return Err(Failure::new(
                    Exit::Configuration,
                    "a certificate needs its key, and a key its certificate",
                    "Nothing is served.",
                    "Set both server.certificate and server.key.",
                ));
            }
        };
        Ok(Settings {
            listen,
            identity,
            base: server
                .base_url
                .as_ref()
                .map(|base| base.trim_end_matches('/').to_owned()),
            trusted_proxies: server.trusted_proxies.clone(),
            metrics: self.metrics.or(server.metrics),
            limits: Limits::default(),
        })
    }

    fn announce(&self, context: &Context, running: &Running) -> Result<(), Failure> {
        let scheme = if running.certificate().is_some() {
            "https"
        } else {
            "http"
        };
        let url = format!("{scheme}://{}/scim/v2", running.address());
        let mut document = json!({ "url": url, "pid": std::process::id() });
        let mut lines = vec![format!("serving {url}")];
        if let Some(metrics) = running.metrics() {
            document["metrics"] = json!(format!("http://{metrics}/metrics"));
            lines.push(format!("metrics http://{metrics}/metrics"));
        }
        if let Some(certificate) = running.certificate() {
            let fingerprint = certificate.fingerprint();
            document["fingerprint"] = json!(fingerprint);
            lines.push(format!("certificate SHA-256 {fingerprint}"));
            if self.self_signed {
                let file = context
                    .loaded
                    .config
                    .store
                    .with_file_name("self-signed.crt");
                fs::write(&file, certificate.pem())?;
                document["certificate"] = json!(file);
                lines.push(format!("certificate written to {}", file.display()));
            }
        }
        context.out.result(&document, lines)?;
        Ok(())
    }
}

struct Signals {
    hang_up: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            hang_up: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn until_stop(&mut self, running: &Running) {
        loop {
            tokio::select! {
                _ = self.hang_up.recv() => reload(running),
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
            }
        }
    }
}

fn reload(running: &Running) {
    let Some(certificate) = running.certificate().map(Arc::clone) else {
        return;
    };
    match certificate.reload() {
        Ok(()) => tracing::info!(
            fingerprint = certificate.fingerprint(),
            "the certificate was read again"
        ),
        Err(error) => tracing::error!(%error, "the certificate stays as it was"),
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        let exit = match error {
            ServeError::Listen { .. } => Exit::Failed,
            ServeError::PlainHttp(_) | ServeError::Metrics(_) | ServeError::Tls(_) => {
                Exit::Configuration
            }
        };
        Self::new(
            exit,
            &error.to_string(),
            "Nothing is served.",
            "See `halligan serve --help`.",
        )
    }
}
