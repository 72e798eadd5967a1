//! Searching a bounded list that was read, where the server cannot search.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    ladder::{LADDER, matches_locally},
    learned::{List, Searching},
    rank,
    reads::Reads,
};
use crate::{
    directory::{Found, Query, Total, scim::request_failure::RequestFailure},
    user::User,
};

/// Most users that are read to be searched here.
pub(super) const LIST_BOUND: usize = 2000;
/// How long a list that was read serves the next keystrokes.
const LIST_LIFE: Duration = Duration::from_secs(10);

impl Searching {
    /// Reads a bounded list and searches it here, with the same filter as the first rung.
    pub(super) async fn in_list(
        &self,
        reads: &dyn Reads,
        typed: &str,
        query: &Query,
    ) -> Result<Found, RequestFailure> {
        let list = self.list(reads).await?;
        Ok(self.found_in(reads, &list, typed, query))
    }

    /// The same in place of a search that finds too little; `None` where there are too many users, or
    /// the server does not show them all.
    pub(super) async fn in_small_list(
        &self,
        reads: &dyn Reads,
        typed: &str,
        query: &Query,
    ) -> Result<Option<Found>, RequestFailure> {
        let known = self.learned().population;
        let total = match known {
            Some(total) => Some(total),
            None => self
                .paged(reads, None, 0, 1)
                .await
                .ok()
                .and_then(|page| page.total),
        };
        let is_small = total.is_some_and(|total| total <= LIST_BOUND as u64);
        self.with(|learned| {
            learned.population = total;
            learned.too_many = total.filter(|_| !is_small);
        });
        if !is_small {
            return Ok(None);
        }
        let Ok(list) = self.list(reads).await else {
            return Ok(None);
        };
        Ok(list
            .complete
            .then(|| self.found_in(reads, &list, typed, query)))
    }

    fn found_in(&self, reads: &dyn Reads, list: &List, typed: &str, query: &Query) -> Found {
        let mut rows: Vec<User> = list
            .rows
            .iter()
            .filter(|row| matches_locally(row, typed))
            .filter_map(|row| reads.user(row))
            .collect();
        rank::best_first(&mut rows, typed);
        let matching = rows.len() as u64;
        let rows = rows
            .into_iter()
            .skip(query.offset)
            .take(query.limit)
            .collect();
        let learned = self.learned();
        let poor = learned.poor.and_then(|at| LADDER.get(at)?.remark);
        let why = if let Some(poor) = poor {
            poor
        } else if learned.ignores_filters {
            "this server ignores what is searched for"
        } else {
            "this server cannot search"
        };
        let read = list.rows.len();
        let remark = match (list.complete, list.total) {
            (true, _) => format!("{why}: all {read} users were read and searched here"),
            (false, Some(total)) => {
                format!("{why}: only the first {read} of {total} users were read and searched here")
            }
            (false, None) => {
                format!("{why}: only the first {read} users were read and searched here")
            }
        };
        Found {
            rows,
            total: if list.complete {
                Total::Exact(matching)
            } else {
                Total::MoreThan(matching)
            },
            population: list.total,
            meant: None,
            remark: Some(remark),
        }
    }

    async fn list(&self, reads: &dyn Reads) -> Result<Arc<List>, RequestFailure> {
        if let Some((at, list)) = self.learned().list
            && at.elapsed() < LIST_LIFE
        {
            return Ok(list);
        }
        let page = self.paged(reads, None, 0, LIST_BOUND).await?;
        let list = Arc::new(List {
            complete: page.complete,
            total: page
                .total
                .or_else(|| page.complete.then_some(page.rows.len() as u64)),
            rows: page.rows,
        });
        self.with(|learned| {
            learned.population = list.total;
            learned.list = Some((Instant::now(), Arc::clone(&list)));
        });
        Ok(list)
    }
}
