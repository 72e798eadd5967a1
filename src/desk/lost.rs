//! A write whose answer was lost: looked after until it is known what became of it.
//!
//! A server was seen to carry a change out eight seconds after it had dropped the line. So what is
//! not there yet counts as not done only at the last look, and until then nobody is told that
//! nothing was changed.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{
    Desk,
    lost_watch::{LostAnswer, LostWatch},
};
use crate::{
    audit::{Event, Intent, Outcome},
    directory::DirectoryError,
    receipt::Receipt,
};

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

    /// The answer to a write, looked after where it was lost ([`Desk::look_after`]).
    pub(super) async fn settled<F, Fut>(
        &self,
        answer: Result<Receipt, DirectoryError>,
        intent: &Intent,
        look: F,
    ) -> Result<Receipt, DirectoryError>
    where
        F: Fn(bool) -> Fut,
        Fut: Future<Output = Look>,
    {
        match answer {
            Err(DirectoryError::OutcomeUnknown(what)) => self.look_after(what, intent, look).await,
            known => known,
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
