//! The store as the API lists it: filters in SQL, pages by index or cursor.

mod block;
mod change;
mod plan;
mod read;
mod sort;
mod sql;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::LocalDirectory;
use crate::{
    directory::DirectoryError,
    scim::{Filter, ScimError, user::Entry},
    store::StoreError,
    user::UserId,
};

pub use change::EntryChange;
pub use sort::Sort;

/// What to list.
#[derive(Debug, Clone)]
pub struct EntryQuery {
    /// Which users; all without one.
    pub filter: Option<Filter>,
    /// In which order; that of being added without one.
    pub sort: Option<Sort>,
    /// Where the page begins.
    pub start: PageStart,
    /// Rows wanted.
    pub count: u32,
    /// How long the store may look.
    pub time: Duration,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageStart {
    /// Behind so many rows; everything that matches is counted.
    Index(u64),
    /// Behind this place, or at the beginning; nothing is counted, so that a page costs the same
    /// however many users match.
    After(Option<Place>),
}

/// A place in a listing: the value that is sorted by, and the row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub(super) key: sort::Key,
    pub(super) row: i64,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPage {
    /// The users.
    pub entries: Vec<Entry>,
    /// How many match; not counted for pages by place.
    pub total: Option<u64>,
    /// The place of the last row, when more follow.
    pub next: Option<Place>,
}

/// Why a listing failed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The filter or the order asks for what cannot be done.
    #[error(transparent)]
    Scim(#[from] ScimError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LocalDirectory {
    /// A page of users.
    ///
    /// # Errors
    /// [`ListError::Scim`] for a filter that cannot be translated, or for `tooMany`;
    /// [`StoreError::Interrupted`] when the time is over.
    pub async fn entries(&self, query: EntryQuery) -> Result<EntryPage, ListError> {
        let predicate = query
            .filter
            .as_ref()
            .map(|filter| sql::Predicate::of(filter, &self.profile.name))
            .transpose()?;
        let time = query.time;
        let search = self.store.search(move |connection, cancel| {
            read::page(connection, cancel, &query, predicate.as_ref())
        });
        // Dropping the search ends it.
        tokio::time::timeout(time, search)
            .await
            .unwrap_or(Err(ListError::Store(StoreError::Interrupted)))
    }

    /// One user.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`] and the store's.
    pub async fn entry(&self, id: &UserId) -> Result<Entry, DirectoryError> {
        let row = super::read::row_of(id)?;
        let found = self
            .store
            .read(move |connection| read::entries(connection, &[row]))
            .await?;
        found.into_iter().next().ok_or(DirectoryError::NotFound)
    }
}
