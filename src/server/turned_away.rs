//! Requests that were turned away, recorded in the audit as one record a minute and source: a flood
//! is seen there, and does not fill it.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::desk::api::TurnedAway;

/// A token that is not good.
pub(super) const BAD_TOKEN: TurnedAway = TurnedAway {
    bad_tokens: 1,
    throttled: 0,
};
/// A request that came too fast.
pub(super) const THROTTLED: TurnedAway = TurnedAway {
    bad_tokens: 0,
    throttled: 1,
};

/// At most one record in this time for a source.
const WINDOW: Duration = Duration::from_mins(1);
/// So many sources are told apart; the requests of others are counted under the unspecified
/// address.
const SOURCES: usize = 1024;

/// What has been turned away and not been recorded yet.
#[derive(Debug, Default)]
pub(super) struct Tally {
    sources: Mutex<HashMap<IpAddr, Counted>>,
}

#[derive(Debug)]
struct Counted {
    since: Option<Instant>,
    count: TurnedAway,
}

impl Tally {
    /// Counts one request; gives what is to be recorded of its source now, and under which address.
    pub(super) fn count(
        &self,
        address: IpAddr,
        one: TurnedAway,
        now: Instant,
    ) -> Option<(IpAddr, TurnedAway)> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let address = if sources.len() < SOURCES || sources.contains_key(&address) {
            address
        } else {
            IpAddr::from([0, 0, 0, 0])
        };
        let counted = sources.entry(address).or_insert(Counted {
            since: None,
            count: TurnedAway::default(),
        });
        counted.count.bad_tokens += one.bad_tokens;
        counted.count.throttled += one.throttled;
        counted.is_due(now).then(|| (address, counted.take(now)))
    }

    /// What is to be recorded of sources that have fallen silent; those without news are forgotten.
    pub(super) fn due(&self, now: Instant) -> Vec<(IpAddr, TurnedAway)> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        sources.retain(|_, counted| counted.count != TurnedAway::default() || !counted.is_due(now));
        let due = sources
            .iter_mut()
            .filter(|(_, counted)| counted.is_due(now));
        due.map(|(address, counted)| (*address, counted.take(now)))
            .collect()
    }
}

impl Counted {
    fn is_due(&self, now: Instant) -> bool {
        self.since
            .is_none_or(|since| now.saturating_duration_since(since) >= WINDOW)
    }

    fn take(&mut self, now: Instant) -> TurnedAway {
        self.since = Some(now);
        std::mem::take(&mut self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_one_record_a_minute_with_its_number() {
        let (tally, begin) = (Tally::default(), Instant::now());
        let address = IpAddr::from([192, 0, 2, 9]);
        let bad = TurnedAway {
            bad_tokens: 1,
            throttled: 0,
        };
        let first = tally.count(address, bad, begin);
        assert_eq!(first, Some((address, bad)));
        for _ in 0..500 {
            assert_eq!(tally.count(address, bad, begin), None);
        }
        assert_eq!(tally.due(begin), []);
        let later = begin + WINDOW;
        let rest = TurnedAway {
            bad_tokens: 500,
            throttled: 0,
        };
        assert_eq!(tally.due(later), [(address, rest)]);
        assert_eq!(tally.due(later + WINDOW), []);
        assert_eq!(
            tally.count(address, bad, later + WINDOW),
            Some((address, bad))
        );
    }

    #[test]
    fn more_sources_than_can_be_told_apart_are_counted_together() {
        let (tally, now) = (Tally::default(), Instant::now());
        let bad = TurnedAway {
            bad_tokens: 1,
            throttled: 0,
        };
        for n in 0..4096_u32 {
            tally.count(IpAddr::from(n.saturating_add(1).to_be_bytes()), bad, now);
        }
        let kept = tally.sources.lock().unwrap().len();
        assert_eq!(kept, SOURCES + 1);
    }
}
