//! The record of everything that was done, refused or tried, chained by hashes and only appended.
//!
//! A write is recorded twice: its [`Intent`] is committed before the directory is asked, and its
//! outcome afterwards (CJIS AU-2, AU-3). If the log cannot be written, the desk refuses (OWASP ASVS
//! 5.0, 16.5.3).

mod calls;
pub mod chain;
pub mod event;
pub mod export;
mod guesses;
mod history;
mod intent;
pub mod log;
mod recoveries;
pub mod schema;

pub use calls::Calls;
pub use chain::{Anchor, Verified};
pub use event::{Actor, Caller, Event, Kind, Outcome, Record, Target};
pub use export::Format;
pub use guesses::{Allowance, TooMany};
pub use history::SignInDays;
pub use intent::Intent;
pub use log::{AuditLog, AuditQuery};
