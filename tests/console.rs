//! Key scripts in, screen text and questions to the desk out: the console's pure core.

#[path = "support/pilot.rs"]
mod pilot;
#[path = "support/world.rs"]
mod world;

#[path = "console/editing.rs"]
mod editing;
#[path = "console/keys.rs"]
mod keys;
#[path = "console/looks.rs"]
mod looks;
#[path = "console/searching.rs"]
mod searching;
#[path = "console/session.rs"]
mod session;
