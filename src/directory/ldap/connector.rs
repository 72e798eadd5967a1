//! Finding a server that answers: the URLs in order, those that failed lately last.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rustls::ClientConfig;

use super::{
    connection::Link,
    mistakes::fatal,
    root_dse::RootDse,
    server::{Server, servers},
    settings::LdapSettings,
    tls,
    unreachable::{Unreachable, no_time},
};
use crate::directory::{Deadline, DirectoryError};

/// How long a server that failed is asked last.
const REST: Duration = Duration::from_secs(30);

/// How long a connection that nobody uses is kept after the start.
const SPARE: Duration = Duration::from_secs(10);

/// Opens connections to whichever server answers.
#[derive(Debug)]
pub(super) struct Connector {
    pub(super) settings: LdapSettings,
    servers: Vec<Server>,
    tls: Arc<ClientConfig>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// When each server failed last.
    failed: Vec<Option<Instant>>,
    /// The server that answered last, and what it said of itself.
    answered: Option<(Arc<str>, Arc<RootDse>)>,
    /// Said once to the operator: who did not answer, and who did instead.
    notice: Option<String>,
    /// A connection that nobody has bound yet, for the sign-in that follows the start.
    spare: Option<Link>,
}

impl Connector {
    /// Checks the settings; connects to no server yet.
    ///
    /// # Errors
    /// A sentence about the setting that is wrong.
    pub(super) fn new(settings: LdapSettings) -> Result<Self, String> {
        if let Some(first) = fatal(&settings).into_iter().next() {
            return Err(match first.cure.as_str() {
                "" => first.what,
                cure => format!("{}; for example {cure}", first.what),
            });
        }
        let servers = servers(&settings)?;
        Ok(Self {
            tls: tls::client(&settings)?,
            known: Mutex::new(Known {
                failed: vec![None; servers.len()],
                ..Known::default()
            }),
            servers,
            settings,
        })
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server that answered last, and what it said of itself.
    pub(super) fn answered(&self) -> Option<(Arc<str>, Arc<RootDse>)> {
        self.known().answered.clone()
    }

    /// The first URL of the configuration.
    pub(super) fn first(&self) -> Arc<str> {
        self.servers[0].url.clone()
    }

    /// Is there a server beside `server` that has not failed lately?
    pub(super) fn has_another(&self, server: &str) -> bool {
        let order = self.order();
        let resting = |at: usize| self.known().failed[at].is_some_and(|at| at.elapsed() < REST);
        order
            .into_iter()
            .any(|at| &*self.servers[at].url != server && !resting(at))
    }

    /// What the operator has to be told about a change of server; handed out once.
    pub(super) fn notice(&self) -> Option<String> {
        self.known().notice.take()
    }

    /// Every server of the configuration.
    pub(super) fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// Connects to this server alone.
    pub(super) async fn open(&self, server: &Server) -> Result<Link, Unreachable> {
        Box::pin(Link::open(server, self.tls.clone(), &self.settings)).await
    }

    /// Remembers that `server` has failed: for a while it is asked last.
    pub(super) fn failed(&self, server: &str) {
        if let Some(at) = self.servers.iter().position(|s| &*s.url == server) {
            self.known().failed[at] = Some(Instant::now());
        }
    }

    /// Remembers what was read about the server after a bind.
    pub(super) fn learned(&self, link: &Link) {
        self.known().answered = Some((link.server.clone(), link.root.clone()));
    }

    fn order(&self) -> Vec<usize> {
        let known = self.known();
        let resting = |at: &usize| known.failed[*at].is_some_and(|failed| failed.elapsed() < REST);
        let mut order: Vec<_> = (0..self.servers.len()).collect();
        order.sort_by_key(resting);
        order
    }

    /// Keeps a connection for whoever needs the next one, for a while: the start has asked what
    /// the server is, and a command signs in at once.
    pub(super) fn keep(self: &Arc<Self>, link: Link) {
        self.known().spare = Some(link);
        let connector = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(SPARE).await;
            if let Some(connector) = connector.upgrade() {
                connector.known().spare = None;
            }
        });
    }

    /// A connection that is not bound: the spare one, or a new one to the first server that
    /// answers.
    ///
    /// # Errors
    /// [`DirectoryError::Unavailable`] that names every server and what was wrong with it.
    pub(super) async fn connect(&self) -> Result<Link, DirectoryError> {
        let spare = self.known().spare.take();
        if let Some(mut spare) = spare
            && !spare.is_closed()
        {
            return Ok(spare);
        }
        let mut failures: Vec<Unreachable> = Vec::new();
        for at in self.order() {
            let server = &self.servers[at];
            if Deadline::left().is_some_and(|left| left.is_zero()) {
                failures.push(no_time(&server.url));
                break;
            }
            match self.open(server).await {
                Ok(link) => {
                    self.answering(at, &link, &failures);
                    return Ok(link);
                }
                Err(failure) => {
                    tracing::warn!(server = %server.url, reason = failure.message, "no connection");
                    self.failed(&server.url);
                    failures.push(failure);
                }
            }
        }
        Err(nobody(&failures))
    }

    fn answering(&self, at: usize, link: &Link, failures: &[Unreachable]) {
        let mut known = self.known();
        known.failed[at] = None;
        let before = known.answered.as_ref().map(|(server, _)| server.clone());
        if !failures.is_empty() {
            known.notice = Some(format!("{}; {} answers", messages(failures), link.server));
        } else if let Some(before) = before.filter(|before| *before != link.server) {
            known.notice = Some(format!("{} answers now, no longer {before}", link.server));
        }
        known.answered = Some((link.server.clone(), link.root.clone()));
    }
}

fn messages(failures: &[Unreachable]) -> String {
    let all: Vec<_> = failures.iter().map(|f| f.message.as_str()).collect();
    all.join("; ")
}

fn nobody(failures: &[Unreachable]) -> DirectoryError {
    let raw: Vec<_> = failures.iter().map(|f| f.raw.as_str()).collect();
    let mut cures: Vec<&str> = Vec::new();
    for failure in failures {
        if !cures.contains(&failure.cure.as_str()) {
            cures.push(&failure.cure);
        }
    }
    DirectoryError::Unavailable {
        message: messages(failures),
        cure: cures.join(" "),
        raw: Some(raw.join("; ")).filter(|raw| !raw.is_empty()),
    }
}
