//! Searching a bounded list that was read, where the server cannot search.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    ladder::matches_locally,
    learned::{List, Searching},
    rank,
    reads::Reads,
};
use crate::{
    directory::{Found, Query, Total, scim::request_failure::RequestFailure},
    user::User,
};

/// Most users that are read to be searched here.
const LIST_BOUND: usize = 2000;
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
        let why = if self.learned().ignores_filters {
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
        Ok(Found {
            rows,
            total: if list.complete {
                Total::Exact(matching)
            } else {
                Total::MoreThan(matching)
            },
            population: list.total,
            meant: None,
            remark: Some(remark),
        })
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
