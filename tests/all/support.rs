//! What several modules of tests share.

pub mod acts;
pub mod api;
pub mod directory_suite;
pub mod fake_scim;
pub mod pilot;
pub mod pty;
pub mod rounds;
pub mod station;
pub mod world;
