//! The record of everything that was done, refused or tried, chained by hashes and only appended.
//!
//! A write is recorded twice: its [`Intent`] is committed before the directory is asked, and its
//! outcome afterwards (CJIS AU-2, AU-3). If the log cannot be written, the desk refuses (OWASP ASVS
//! 5.0, 16.5.3).

pub mod chain;
pub mod event;
pub mod export;
pub mod log;

pub use chain::{Anchor, Verified};
pub use event::{Actor, Event, Kind, Outcome, Record, Target};
pub use export::Format;
pub use log::{AuditLog, AuditQuery};

/// A committed statement of what is about to be written; its outcome refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Sequence number of the intent's record.
    pub sequence: u64,
    /// The event as it was recorded; the outcome repeats operator, source, target and reason.
    pub event: Event,
}
