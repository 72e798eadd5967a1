//! A write whose answer was lost: how long until somebody looks again.

use std::time::Duration;

use crate::{
    console::{effect::Ticket, screens::Cx},
    desk::LostAnswer,
};

/// A lost answer, and how long until somebody looks again.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) answer: LostAnswer,
    /// Whole seconds left of `answer.next`.
    pub(super) seconds: u64,
    pub(super) tick: Ticket,
}

/// The countdown moves so often.
const TICK: Duration = Duration::from_secs(1);

impl Waiting {
    /// Begins to count.
    pub(super) fn begin(answer: &LostAnswer, cx: &mut Cx<'_>) -> Self {
        Self {
            answer: answer.clone(),
            seconds: answer
                .next
                .as_millis()
                .div_ceil(1000)
                .try_into()
                .unwrap_or(u64::MAX),
            tick: cx.after(TICK),
        }
    }

    /// A second of the countdown is over.
    pub(super) fn pass(&mut self, cx: &mut Cx<'_>) {
        self.seconds = self.seconds.saturating_sub(1);
        if self.seconds > 0 {
            self.tick = cx.after(TICK);
        }
    }
}
