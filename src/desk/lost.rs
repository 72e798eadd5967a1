//! A write whose answer was lost: looked after until it is known what became of it.
//!
//! A server was seen to carry a change out eight seconds after it had dropped the line. So what is
//! not there yet counts as not done only at the last look, and until then nobody is told that
//! nothing was changed.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::Desk;
use crate::{
    audit::{Event, Intent, Outcome},
    directory::DirectoryError,
    receipt::Receipt,
};

/// When a lost answer is looked after, counted from the loss; once more at once, where only what is
/// there already counts.
pub(super) const LOOKS: [Duration; 3] = [
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_secs(120),
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
    told: Arc<watch::Sender<Option<LostAnswer>>>,
    left: Arc<watch::Sender<bool>>,
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

/// What a look showed.
#[derive(Debug)]
pub(super) enum Look {
    /// The change is there.
    InForce(Receipt),
    /// It is not there so far; the sentence says how that is known.
    NotInForce(String),
    /// It cannot be told.
    Unknown(String),
}

impl Desk {
    /// The same desk with other times for looking after a lost answer; with none it looks once, and
    /// only what is there already counts.
    #[must_use]
    pub fn with_looks(self, looks: &[Duration]) -> Self {
        Self {
            looks: looks.into(),
            ..self
        }
    }

    /// The same desk, telling `watch` of answers that are lost.
    #[must_use]
    pub fn watched_by(self, watch: LostWatch) -> Self {
        Self {
            lost: watch,
            ..self
        }
    }

    /// Records at once that the answer was lost, and looks until it is known or the looks are over.
    /// `look` is told whether it is the last.
    pub(super) async fn look_after<F, Fut>(
        &self,
        what: String,
        intent: &Intent,
        look: F,
    ) -> Result<Receipt, DirectoryError>
    where
        F: Fn(bool) -> Fut,
        Fut: Future<Output = Look>,
    {
        let lost = Event {
            outcome: Outcome::Unknown(what.clone()),
            intent: Some(intent.sequence),
            ..intent.event.clone()
        };
        self.conclude_failure(lost).await;
        let found = self.look_until_known(&what, look).await;
        self.lost.told.send_replace(None);
        found
    }

    async fn look_until_known<F, Fut>(&self, what: &str, look: F) -> Result<Receipt, DirectoryError>
    where
        F: Fn(bool) -> Fut,
        Fut: Future<Output = Look>,
    {
        let begun = Instant::now();
        // Where a change is committed together with its outcome, what is not there never will be.
        let decided = self.directory.capabilities().records_outcome;
        let mut left = self.lost.left.subscribe();
        let mut shown = match look(false).await {
            Look::InForce(receipt) => return Ok(receipt),
            Look::NotInForce(how) if decided => return Err(not_done(what, &how)),
            Look::NotInForce(how) | Look::Unknown(how) => how,
        };
        for (nth, due) in self.looks.iter().enumerate() {
            self.lost.told.send_replace(Some(LostAnswer {
                what: what.to_owned(),
                next: due.saturating_sub(begun.elapsed()),
                left: self.looks.len() - nth,
            }));
            tokio::select! {
                () = sleep_until(begun + *due) => {}
                _ = left.wait_for(|left| *left) => break,
            }
            let last = nth + 1 == self.looks.len();
            match look(last).await {
                Look::InForce(receipt) => return Ok(receipt),
                Look::NotInForce(how) if last || decided => return Err(not_done(what, &how)),
                Look::NotInForce(how) | Look::Unknown(how) => shown = how,
            }
        }
        Err(DirectoryError::OutcomeUnknown(format!("{what}; {shown}")))
    }
}

fn not_done(what: &str, how: &str) -> DirectoryError {
    DirectoryError::Unavailable {
        message: format!("{what}; {how}"),
        cure: "Do it again when the directory answers.".into(),
        raw: None,
    }
}
