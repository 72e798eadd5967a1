//! What is remembered of tries to prove who one is.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::throttle::Throttle;

/// Beyond so many pairs the oldest is forgotten.
const KEPT: usize = 10_000;

/// An account as typed, in lower case, and the address that it is tried from.
pub(super) type Pair = (String, IpAddr);

/// What is remembered of tries.
#[derive(Debug)]
pub(super) struct Attempts {
    /// By address.
    pub(super) by_address: Throttle<IpAddr>,
    /// By account.
    pub(super) by_account: Throttle<String>,
    /// Accounts that have signed in from an address before have a place of their own there: neither
    /// strangers at the same address nor guesses from elsewhere shut them out.
    pub(super) by_pair: Throttle<Pair>,
    proved: Mutex<HashMap<Pair, Instant>>,
}

impl Attempts {
    pub(super) fn new() -> Self {
        Self {
            by_address: Throttle::new(20, Duration::from_secs(3)),
            by_account: Throttle::new(5, Duration::from_secs(10)),
            by_pair: Throttle::new(5, Duration::from_secs(10)),
            proved: Mutex::default(),
        }
    }

    pub(super) fn remember(&self, pair: Pair) {
        let mut proved = self.proved();
        if proved.len() >= KEPT
            && !proved.contains_key(&pair)
            && let Some(oldest) = proved
                .iter()
                .min_by_key(|(_, at)| **at)
                .map(|(pair, _)| pair.clone())
        {
            proved.remove(&oldest);
        }
        proved.insert(pair, Instant::now());
    }

    pub(super) fn proved(&self) -> MutexGuard<'_, HashMap<Pair, Instant>> {
        self.proved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
