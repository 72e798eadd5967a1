//! Passwords: the secret itself, the rules it must obey, making one, reading one out, hashing it.

pub mod generate;
pub mod hash;
pub mod policy;
pub mod profile;
pub mod read_back;
pub mod strength;

mod secret;

pub use secret::{Secret, UnusableText};
