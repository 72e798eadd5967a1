//! The SCIM directory of the console against servers that do what they should not.

mod commands;
mod lies;
mod search;
mod settle;
mod sign_in;
mod tls;
mod verify;
mod wire;
mod writes;
