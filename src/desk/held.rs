//! It was made sure who is calling: what a session remembers of it.

use jiff::SignedDuration;

use super::clock::Instant;
use crate::{
    audit::Caller,
    permission::{Permissions, Reach},
};

/// A verification that a session holds.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) caller: Caller,
    pub(super) at: Instant,
    /// What the user might do when it was made.
    pub(super) permissions: Permissions,
    pub(super) reach: Reach,
}

impl Held {
    pub(super) fn is_strong(&self) -> bool {
        self.caller.methods.iter().any(|method| method.is_strong())
    }

    /// The longer of both ages: no clock that was set makes it younger.
    pub(super) fn age(&self, now: Instant) -> SignedDuration {
        let steady = now.steady.saturating_sub(self.at.steady);
        let steady = SignedDuration::try_from(steady).unwrap_or(SignedDuration::MAX);
        now.wall.duration_since(self.at.wall).max(steady)
    }
}
