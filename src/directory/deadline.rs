//! One deadline over a whole act, however many questions to a server it is made of.
//!
//! It travels with the task: whoever begins an act runs it [`within`](Deadline::within), and a
//! directory asks how much time is [`left`](Deadline::left) before it waits for anything.

use std::time::Duration;

use tokio::{task_local, time::Instant};

task_local! {
    static CURRENT: Deadline;
}

/// The end of the time that one act may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// Runs `act` under this deadline, or under that of an act around it where that ends earlier.
    pub async fn within<T>(self, act: impl Future<Output = T>) -> T {
        let earliest = match Self::current() {
            Some(outer) if outer.0 < self.0 => outer,
            Some(_) | None => self,
        };
        CURRENT.scope(earliest, act).await
    }

    /// The time until then; zero when it is over.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// The deadline of the act that this task is in.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|deadline| *deadline).ok()
    }

    /// What is left of the act's time; `None` outside any act.
    pub fn left() -> Option<Duration> {
        Self::current().map(Self::remaining)
    }

    /// `limit`, or what is left of the act's time where that is less.
    pub fn cap(limit: Duration) -> Duration {
        Self::left().map_or(limit, |left| left.min(limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);
    const HOUR: Duration = Duration::from_hours(1);

    fn is_at_most(limit: Duration) -> bool {
        Deadline::cap(HOUR) <= limit && Deadline::left().is_some_and(|left| left <= limit)
    }

    #[tokio::test]
    async fn what_an_act_is_made_of_shares_the_time_of_the_act() {
        assert_eq!(Deadline::left(), None);
        assert_eq!(Deadline::cap(HOUR), HOUR);
        let act = async {
            assert!(is_at_most(MINUTE));
            // A part of it gets no time of its own beyond that.
            let longer = Deadline::after(HOUR).within(async { is_at_most(MINUTE) });
            assert!(longer.await);
            let shorter = Deadline::after(MINUTE / 60).within(async { is_at_most(MINUTE / 60) });
            assert!(shorter.await);
            let over = Deadline::after(Duration::ZERO).within(async { Deadline::left() });
            assert_eq!(over.await, Some(Duration::ZERO));
        };
        Deadline::after(MINUTE).within(act).await;
    }
}
