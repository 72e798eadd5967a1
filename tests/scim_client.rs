//! The SCIM directory of the console against servers that do what they should not.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

#[path = "support/fake_scim.rs"]
mod fake_scim;

#[path = "scim_client/search.rs"]
mod search;
#[path = "scim_client/settle.rs"]
mod settle;
#[path = "scim_client/sign_in.rs"]
mod sign_in;
#[path = "scim_client/tls.rs"]
mod tls;
#[path = "scim_client/wire.rs"]
mod wire;
#[path = "scim_client/writes.rs"]
mod writes;
