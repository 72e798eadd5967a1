//! Listings for provisioning clients: a filter, an order, and pages by index or by place.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use crate::scim::{AttributePath, Filter};

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
    /// How long the directory may look.
    pub time: Duration,
}

/// An order of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The attribute that is sorted by.
    pub by: AttributePath,
    /// The greatest first.
    pub descending: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageStart {
    /// Behind so many rows; everything that matches is counted.
    Index(u64),
    /// Behind this place, or at the beginning; nothing is counted, so that a page costs the same
    /// however many users match.
    After(Option<RowPlace>),
}

/// A place in a listing: the value that is sorted by, and the row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowPlace {
    pub(super) key: SortKey,
    pub(super) row: i64,
}

/// A value that is sorted by. Users without one come last, and first in descending order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum SortKey {
    /// A time, a number, a flag, or nothing to sort by.
    Number(i64),
    /// A text, in lower case unless case counts.
    Text(String),
    /// No value.
    Absent,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPage {
    /// The users.
    pub entries: Vec<Entry>,
    /// How many match; not counted for pages by place.
    pub total: Option<u64>,
    /// The place of the last row, when more follow.
    pub next: Option<RowPlace>,
}
