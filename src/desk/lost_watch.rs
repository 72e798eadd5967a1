//! Telling whoever waits for a write that its answer was lost.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

/// When a lost answer is looked after, counted from the loss; once more at once, where only what is
/// there already counts.
pub(super) const LOOKS: [Duration; 3] = [
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_mins(2),
];

/// Where a lost answer stands while it is looked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostAnswer {
    /// What happened to the answer.
    pub what: String,
    /// The time from now to the next look.
    pub next: Duration,
    /// Looks to come, that one included.
    pub left: usize,
}

/// Tells whoever waits for a write that its answer was lost, and lets them leave.
#[derive(Debug, Clone)]
pub struct LostWatch {
    pub(super) told: Arc<watch::Sender<Option<LostAnswer>>>,
    pub(super) left: Arc<watch::Sender<bool>>,
}

impl Default for LostWatch {
    fn default() -> Self {
        Self {
            told: Arc::new(watch::Sender::new(None)),
            left: Arc::new(watch::Sender::new(false)),
        }
    }
}

impl LostWatch {
    /// What is told: `None` while no answer is being looked after.
    pub fn told(&self) -> watch::Receiver<Option<LostAnswer>> {
        self.told.subscribe()
    }

    /// Ends the looking, not the write: the act answers at once that its outcome is not known, and
    /// its intent stays open.
    pub fn leave(&self) {
        self.left.send_replace(true);
    }
}
