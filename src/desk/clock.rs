//! What time it is: on the wall, for records, and on a clock that only runs forward, for what
//! expires. Whoever sets the wall clock back does not make a proof of the password young again.

use std::time::Duration;

use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};

/// A moment on both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instant {
    /// On the wall.
    pub(super) wall: Timestamp,
    /// Since the machine started, the time it was suspended included.
    pub(super) steady: Duration,
}

/// Time since the machine started, the time it was suspended included.
pub fn since_boot() -> Duration {
    let time = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
    Duration::new(seconds, nanos)
}
