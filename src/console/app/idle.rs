//! How long nobody has pressed a key. One sleep is outstanding at a time; a key only notes when it
//! came, and the sleep that ends too early asks for the rest.

use std::time::Duration;

use super::clock::Millis;
use crate::{console::effect::Ticket, password::profile::Profile};

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Not yet: sleep for this long.
    Sleep(Duration),
    /// Now.
    Now,
}

/// When the last key came, and what the outstanding sleeps are for.
#[derive(Debug, Default)]
pub struct Idle {
    last_key: Millis,
    /// The sleep that ends in a lock.
    pub lock: Option<Ticket>,
    /// The sleep that ends the program.
    pub end: Option<Ticket>,
}

impl Idle {
    /// A key came.
    pub const fn touched(&mut self, at: Millis) {
        self.last_key = at;
    }

    /// Is it time, after `limit` without a key?
    pub fn due(&self, at: Millis, limit: Duration) -> Due {
        let idle = Duration::from_millis(at.saturating_sub(self.last_key));
        match limit.checked_sub(idle) {
            Some(rest) if !rest.is_zero() => Due::Sleep(rest),
            _ => Due::Now,
        }
    }
}

/// After how long without a key the session locks.
pub fn lock_after(profile: &Profile) -> Duration {
    minutes(profile.idle_lock_min)
}

/// After how long without a key the program ends; always some time after the lock.
pub fn end_after(profile: &Profile) -> Duration {
    minutes(
        profile
            .disconnect_idle_min
            .max(profile.idle_lock_min.saturating_add(15)),
    )
}

fn minutes(count: u32) -> Duration {
    Duration::from_secs(u64::from(count.max(1)) * 60)
}
