//! The SCIM directory of the console against servers that do what they should not.

mod lies;
mod search;
mod settle;
mod sign_in;
mod tls;
mod wire;
mod writes;
