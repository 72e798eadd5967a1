//! Key scripts in, screen text and questions to the desk out: the console's pure core.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[path = "support/pilot.rs"]
mod pilot;
#[path = "support/station.rs"]
#[allow(dead_code, reason = "each test binary uses its part")]
mod station;
#[path = "support/world.rs"]
mod world;

#[path = "console/bytes.rs"]
mod bytes;
#[path = "console/editing.rs"]
mod editing;
#[path = "console/keys.rs"]
mod keys;
#[path = "console/looks.rs"]
mod looks;
#[path = "console/remains.rs"]
mod remains;
#[path = "console/running.rs"]
mod running;
#[path = "console/searching.rs"]
mod searching;
#[path = "console/session.rs"]
mod session;
