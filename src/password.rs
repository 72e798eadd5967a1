//! Passwords: the secret itself, the rules it must obey, making one, reading one out, hashing it.

pub mod generate;
pub mod hash;
pub mod phone_script;
pub mod policy;
pub mod profile;
pub mod read_back;
pub mod strength;

#[cfg(test)]
mod residue;
mod secret;
mod word_list;

pub use secret::{Secret, UnusableText};
pub use word_list::{blocklist_age, blocklist_date, blocklist_entries};
