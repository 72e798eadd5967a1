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
    writing: Arc<watch::Sender<bool>>,
    interrupted: Arc<watch::Sender<bool>>,
}

/// A write is under way, until this is dropped.
#[derive(Debug)]
pub(super) struct Writing(Arc<watch::Sender<bool>>);

impl Drop for Writing {
    fn drop(&mut self) {
        self.0.send_replace(false);
    }
}

impl Default for LostWatch {
    fn default() -> Self {
        Self {
            told: Arc::new(watch::Sender::new(None)),
            left: Arc::new(watch::Sender::new(false)),
            writing: Arc::new(watch::Sender::new(false)),
            interrupted: Arc::new(watch::Sender::new(false)),
        }
    }
}

impl LostWatch {
    /// What is told: `None` while no answer is being looked after.
    pub fn told(&self) -> watch::Receiver<Option<LostAnswer>> {
        self.told.subscribe()
    }

    /// Is a write under way: its intent recorded, its answer not there?
    pub fn writing(&self) -> watch::Receiver<bool> {
        self.writing.subscribe()
    }

    /// Ends the waiting for an answer, not the write, where the directory is asked over a network: the
    /// act answers at once that its outcome is not known, and its intent stays open. What the embedded
    /// store writes is awaited all the same.
    pub fn interrupt(&self) {
        self.interrupted.send_replace(true);
    }

    /// A write begins.
    pub(super) fn begin(&self) -> Writing {
        self.writing.send_replace(true);
        Writing(Arc::clone(&self.writing))
    }

    /// Waits for [`LostWatch::interrupt`].
    pub(super) async fn until_interrupted(&self) {
        let mut interrupted = self.interrupted.subscribe();
        // The sender is here, so this does not fail.
        let _ = interrupted.wait_for(|interrupted| *interrupted).await;
    }

    /// Ends the looking, not the write: the act answers at once that its outcome is not known, and
    /// its intent stays open.
    pub fn leave(&self) {
        self.left.send_replace(true);
    }
}
