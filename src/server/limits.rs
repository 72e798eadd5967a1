//! Bounds: what a client can take, and what a request can ask for.

use std::time::Duration;

/// Rows of a page when the client does not say.
pub(super) const PAGE: u32 = 100;
/// Most rows of a page.
pub(super) const MAX_PAGE: u32 = 500;
/// Life of a cursor in seconds.
pub(super) const CURSOR_SECONDS: i64 = 600;
/// Most operations in a bulk request.
pub(super) const MAX_OPERATIONS: usize = 200;
/// Longest body that is read, in bytes; announced as `bulk.maxPayloadSize`.
pub(super) const MAX_BODY: usize = 1 << 20;

/// Bounds on what a client can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address.
    pub connections_per_address: usize,
    /// Connections on which nobody has proved who they are yet; the others are kept for those who
    /// have.
    pub unproved: usize,
    /// Such connections from one address.
    pub unproved_per_address: usize,
    /// Connections of one caller who has.
    pub connections_per_caller: usize,
    /// Operations of bulk requests under way at once.
    pub bulk_operations: usize,
    /// Requests of one caller at once.
    pub at_once: usize,
    /// Further requests of one caller that may wait.
    pub waiting: usize,
    /// Time for the head of a request, and for a TLS handshake.
    pub head: Duration,
    /// Time for a whole request; a bulk request that was let in is finished all the same.
    pub request: Duration,
    /// Time for the client to read an answer.
    pub answer: Duration,
    /// Time for a search in the store.
    pub search: Duration,
    /// Time for running requests to end after a stop.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            connections_per_address: 256,
            unproved: 768,
            unproved_per_address: 64,
            connections_per_caller: 128,
            bulk_operations: 2 * MAX_OPERATIONS,
            at_once: 16,
            waiting: 64,
            head: Duration::from_secs(10),
            request: Duration::from_secs(30),
            answer: Duration::from_secs(20),
            search: Duration::from_secs(10),
            stop: Duration::from_secs(30),
        }
    }
}
