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

    /// Lets `key` try now, and counts the try as a failure in the same step: of a hundred that come
    /// at once no more than the burst are let through. What the try came to is told afterwards.
    ///
    /// # Errors
    /// How long to wait; the try is not counted then.
    pub fn reserve(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.lock();
        if buckets.len() >= KEPT {
            buckets.retain(|_, bucket| self.level(*bucket, now) > 0.0);
        }
        let before = buckets.get(&key).copied();
        let level = before.map_or(0.0, |bucket| self.level(bucket, now)) + 1.0;
        let over = level - f64::from(self.burst);
        if over > 0.0 {
            return Err(self.refill.mul_f64(over));
        }
        let at = before.map_or(now, |bucket| bucket.at.max(now));
        buckets.insert(key, Bucket { level, at });
        Ok(())
    }

    /// The try was no failure after all.
    pub fn give_back(&self, key: &K) {
        if let Some(bucket) = self.lock().get_mut(key) {
            bucket.level = (bucket.level - 1.0).max(0.0);
        }
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
