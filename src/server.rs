//! `halligan serve`: the embedded store as a SCIM 2.0 API (RFC 7643, RFC 7644, RFC 9865).
//!
//! One of three front ends: every request is an operator's or a machine client's request at the
//! [desk](crate::desk), with permission, policy and audit as for the console. Nothing here touches
//! the store.

pub mod throttle;
pub mod tls;
mod turned_away;

mod accept;
mod access_log;
mod actions;
mod attempt;
mod attempts;
mod auth;
mod body;
mod bulk;
mod condition;
mod connections;
mod discovery;
mod fair;
mod limits;
mod listing;
mod metrics;
#[cfg(test)]
mod openapi;
mod paced;
mod request_address;
pub mod resource;
mod respond;
mod router;
mod running;
mod state;
mod users;

pub use limits::Limits;
pub use running::{Running, ServeError, Settings, start};

#[cfg(test)]
mod tests;
