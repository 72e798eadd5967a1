//! What has been learned about a server's searching, and reading by it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use super::{
    pages::{Page, Pages},
    reads::Reads,
};
use crate::{
    directory::scim::request_failure::{Answered, RequestFailure},
    scim::Object,
};

/// What has been learned about a server's searching.
#[derive(Debug, Default)]
pub(in crate::directory::scim) struct Searching {
    learned: Mutex<Learned>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Learned {
    /// The rung that worked; `LADDER`'s length means reading a list.
    pub(super) rung: Option<usize>,
    /// The server accepts filters and ignores them.
    pub(super) ignores_filters: bool,
    /// The server fails when it is told how many rows to send.
    pub(super) no_count: bool,
    /// The server tells capital letters from small ones; unknown until it was tried.
    pub(super) tells_case: Option<bool>,
    /// How many users there are, when that was last seen.
    pub(super) population: Option<u64>,
    /// The rung that a small list is read in place of, since it finds too little.
    pub(super) poor: Option<usize>,
    /// How many users there are, where they were too many to be read in its place.
    pub(super) too_many: Option<u64>,
    /// The list that was read last.
    pub(super) list: Option<(Instant, Arc<List>)>,
}

#[derive(Debug)]
pub(super) struct List {
    pub(super) rows: Vec<Object>,
    /// Nobody is missing.
    pub(super) complete: bool,
    pub(super) total: Option<u64>,
}

impl Searching {
    /// Reads pages; when the server fails over the number of rows, once more without it.
    pub(super) async fn paged(
        &self,
        reads: &dyn Reads,
        filter: Option<&str>,
        offset: usize,
        limit: usize,
    ) -> Result<Page, RequestFailure> {
        let mut pages = Pages {
            reads,
            filter,
            counted: !self.learned().no_count,
        };
        match pages.collect(offset, limit).await {
            Err(failure) if pages.counted && is_about_the_request(&failure) => {
                pages.counted = false;
                // Failing again, it was not the number of rows that it failed over.
                let Ok(page) = pages.collect(offset, limit).await else {
                    return Err(failure);
                };
                self.with(|learned| learned.no_count = true);
                Ok(page)
            }
            outcome => outcome,
        }
    }

    pub(super) fn learned(&self) -> Learned {
        self.learned
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn with(&self, change: impl FnOnce(&mut Learned)) {
        change(&mut self.learned.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A failure that may come from a filter that the server does not understand.
pub(super) const fn is_about_the_filter(failure: &RequestFailure) -> bool {
    is_about_the_request(failure)
        || matches!(
            failure,
            RequestFailure::Answered(Answered {
                status: 403 | 413 | 414,
                scim_type: Some(_),
                ..
            })
        )
}

/// A failure over what was asked, not over who asked or whether the server is there.
pub(super) const fn is_about_the_request(failure: &RequestFailure) -> bool {
    matches!(failure.status(), Some(400 | 500 | 501))
}
