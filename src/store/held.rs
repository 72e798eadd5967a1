//! How long another program has kept us waiting for the store's file.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Longer than the longest sleep between two attempts.
const FRESH: u64 = 200;

static BEGAN: AtomicU64 = AtomicU64::new(0);
static LAST: AtomicU64 = AtomicU64::new(0);

/// Milliseconds since the first question, never 0.
fn now() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    u64::try_from(start.elapsed().as_millis())
        .unwrap_or(u64::MAX)
        .saturating_add(1)
}

/// The file was found locked once more, for the first time of this attempt or again.
pub(super) fn note(first: bool) {
    let now = now();
    if first {
        BEGAN.store(now, Ordering::Relaxed);
    }
    LAST.store(now, Ordering::Relaxed);
}

/// How long this program has been waiting for another that holds the store; `None` when it does
/// not wait.
pub fn held_for() -> Option<Duration> {
    let last = LAST.load(Ordering::Relaxed);
    let waits = last > 0 && now().saturating_sub(last) < FRESH;
    waits.then(|| Duration::from_millis(now().saturating_sub(BEGAN.load(Ordering::Relaxed))))
}
