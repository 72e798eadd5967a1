//! What every request shares.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::{Duration, Instant},
};

use tokio::sync::{MutexGuard, Semaphore, mpsc};

use super::{attempts::Attempts, fair::Fair, limits::Limits, metrics::Metrics, turned_away::Tally};
use crate::{
    desk::{
        Desk,
        api::{Tokens, TurnedAway},
    },
    source::{Network, Source},
    user::UserId,
};

pub(super) type SharedState = Arc<Shared>;

/// After so long a view of the same user by the same caller is recorded again.
const VIEW_AGAIN: Duration = Duration::from_mins(5);
/// Changes of so many users go on side by side.
const TURNS: usize = 64;
/// Beyond so many remembered views the old ones are forgotten.
const VIEWS: usize = 50_000;

/// What every request shares.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) desk: Desk,
    pub(super) tokens: Tokens,
    pub(super) metrics: Metrics,
    pub(super) fair: Arc<Fair>,
    pub(super) limits: Limits,
    /// Address of the API as clients see it, where it is configured.
    pub(super) base: Option<String>,
    /// Whose word about the client's address is taken.
    pub(super) trusted_proxies: Vec<Network>,
    /// `https` or `http`.
    pub(super) scheme: &'static str,
    /// Tries to prove who one is.
    pub(super) attempts: Attempts,
    /// So many bulk operations may be under way.
    pub(super) bulk: Arc<Semaphore>,
    /// The server is ending: what has not begun does not begin any more.
    pub(super) stopping: AtomicBool,
    /// Key of the cursors; they end with the process.
    pub(super) cursor_key: [u8; 32],
    /// Held by running writes: the server waits for them before it ends.
    pub(super) writes: mpsc::Sender<()>,
    /// Requests turned away, until they are recorded.
    turned_away: Tally,
    views: Mutex<HashMap<(String, String), Instant>>,
    /// Held while a user is read, changed and written.
    turns: [tokio::sync::Mutex<()>; TURNS],
}

impl Shared {
    pub(super) fn new(
        desk: Desk,
        tokens: Tokens,
        limits: Limits,
        base: Option<String>,
        trusted_proxies: Vec<Network>,
        scheme: &'static str,
        writes: mpsc::Sender<()>,
    ) -> Self {
        Self {
            desk,
            tokens,
            metrics: Metrics::new(),
            fair: Fair::new(limits.at_once, limits.waiting),
            limits,
            base,
            trusted_proxies,
            scheme,
            attempts: Attempts::new(),
            bulk: Arc::new(Semaphore::new(limits.bulk_operations)),
            stopping: AtomicBool::new(false),
            cursor_key: rand::random(),
            writes,
            turned_away: Tally::default(),
            views: Mutex::default(),
            turns: std::array::from_fn(|_| tokio::sync::Mutex::default()),
        }
    }

    /// Counts a request that was turned away, and records it when its turn has come.
    pub(super) async fn turned_away(&self, address: IpAddr, one: TurnedAway) {
        if let Some((address, count)) = self.turned_away.count(address, one, Instant::now()) {
            self.record_turned_away(address, count).await;
        }
    }

    /// Records what is left of floods that have ended.
    pub(super) async fn record_floods(&self) {
        for (address, count) in self.turned_away.due(Instant::now()) {
            self.record_turned_away(address, count).await;
        }
    }

    async fn record_turned_away(&self, address: IpAddr, count: TurnedAway) {
        let source = Source(format!("api {address}"));
        if let Err(error) = self.tokens.record_turned_away(&source, count).await {
            tracing::warn!(%error, "requests that were turned away could not be recorded");
        }
    }

    /// The turn to change a user: two clients of this server never write from the same version, so
    /// that neither is refused for the other's sake.
    pub(super) async fn turn_of(&self, id: &UserId) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        id.0.hash(&mut hasher);
        let at = usize::try_from(hasher.finish() % TURNS as u64).unwrap_or_default();
        self.turns[at].lock().await
    }

    /// Runs a write to its end, whatever becomes of the connection that asked for it: an intent
    /// without an outcome is for crashes, not for clients that hang up.
    pub(super) async fn write<T, F>(&self, work: F) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let running = self.writes.clone();
        tokio::spawn(async move {
            let answer = work.await;
            drop(running);
            answer
        })
        .await
        .ok()
    }

    /// Is this look of `caller` at `what` one to be recorded? Repeated looks within five minutes
    /// are one.
    pub(super) fn is_new_view(&self, caller: &str, what: &str) -> bool {
        let now = Instant::now();
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        if views.len() >= VIEWS {
            views.retain(|_, at| now.saturating_duration_since(*at) < VIEW_AGAIN);
            if views.len() >= VIEWS {
                views.clear();
            }
        }
        let seen = views.insert((caller.to_owned(), what.to_owned()), now);
        seen.is_none_or(|at| now.saturating_duration_since(at) >= VIEW_AGAIN)
    }
}
