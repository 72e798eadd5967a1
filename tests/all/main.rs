//! Every integration test, in one binary: each further binary links the whole program again.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test ends at the first surprise"
)]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test names what it waits for, and everything else is a failure"
)]

mod cli;
mod console;
mod crash;
mod desk;
mod directory;
mod layers;
mod ldap;
mod nothing_forgotten;
mod rights_matrix;
mod scim_client;
mod scim_filter;
mod scim_resource;
mod scim_servers;
mod scim_sql;
mod sequences;
mod server_api;
mod server_conformance;
mod server_gate;
mod server_malice;
mod server_openapi;
mod server_races;
mod server_tls;
mod server_tokens;
mod server_warnings;
mod store;
mod support;
mod terminal;
