//! The statement of what is about to be done.

use super::event::Event;

/// A committed statement of what is about to be written; its outcome refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Sequence number of the intent's record.
    pub sequence: u64,
    /// The event as it was recorded; the outcome repeats operator, source, target and reason.
    pub event: Event,
}
