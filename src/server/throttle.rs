//! Slowing down whoever fails too often, by address and by account.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Beyond so many keys the full buckets are forgotten.
const KEPT: usize = 10_000;

/// A bucket of failures for each key: `burst` of them are free, then one per `refill`.
#[derive(Debug)]
pub struct Throttle<K> {
    burst: u32,
    refill: Duration,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Failures that have not been worn off yet.
    level: f64,
    at: Instant,
}

impl<K: Eq + Hash> Throttle<K> {
    /// A throttle that forgives one failure per `refill`.
    pub fn new(burst: u32, refill: Duration) -> Self {
        Self {
            burst,
            refill,
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// May `key` try now?
    ///
    /// # Errors
    /// How long to wait.
    pub fn admit(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let buckets = self.lock();
        let Some(bucket) = buckets.get(key) else {
            return Ok(());
        };
        let over = self.level(*bucket, now) - f64::from(self.burst) + 1.0;
        if over <= 0.0 {
            Ok(())
        } else {
            Err(self.refill.mul_f64(over))
        }
    }

    /// Counts a failure of `key`.
    pub fn failed(&self, key: K, now: Instant) {
        let mut buckets = self.lock();
        if buckets.len() >= KEPT {
            buckets.retain(|_, bucket| self.level(*bucket, now) > 0.0);
        }
        let level = buckets.get(&key).map_or(0.0, |b| self.level(*b, now)) + 1.0;
        // However long somebody hammers, the wait stays within a burst.
        let level = level.min(f64::from(self.burst) * 2.0);
        buckets.insert(key, Bucket { level, at: now });
    }

    /// Forgets the failures of `key`, after a success.
    pub fn succeeded(&self, key: &K) {
        self.lock().remove(key);
    }

    fn level(&self, bucket: Bucket, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(bucket.at);
        (bucket.level - passed.as_secs_f64() / self.refill.as_secs_f64()).max(0.0)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
