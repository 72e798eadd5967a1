//! A write whose answer was lost: how long until somebody looks again.

use std::time::Duration;

use super::model::Edit;
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

impl Edit {
    /// The answer was lost: what was typed stays, since it may be in force.
    pub(super) fn wait_for(&mut self, answer: &LostAnswer, cx: &mut Cx<'_>) {
        self.lost = Some(Waiting {
            answer: answer.clone(),
            seconds: answer
                .next
                .as_millis()
                .div_ceil(1000)
                .try_into()
                .unwrap_or(u64::MAX),
            tick: cx.after(TICK),
        });
    }

    /// A second of the countdown is over.
    pub(super) fn tick(&mut self, ticket: Ticket, cx: &mut Cx<'_>) -> bool {
        let Some(waiting) = self.lost.as_mut().filter(|lost| lost.tick == ticket) else {
            return false;
        };
        waiting.seconds = waiting.seconds.saturating_sub(1);
        if waiting.seconds > 0 {
            waiting.tick = cx.after(TICK);
        }
        true
    }
}
