//! The desk's rules over the real embedded store: who may, what the policy says, what is recorded.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "desk/audit.rs"]
mod audit;
#[path = "desk/permissions.rs"]
mod permissions;
#[path = "desk/reset.rs"]
mod reset;
#[path = "desk/sign_in.rs"]
mod sign_in;
#[path = "support/station.rs"]
mod station;
