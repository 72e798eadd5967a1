//! LDAP directories against real servers. `tests/run` starts them; the password that was set is
//! tried with OpenLDAP's own `ldapwhoami`, never with our code.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test ends at the first surprise"
)]

#[path = "support/directory_suite.rs"]
mod directory_suite;

#[path = "terminal/pty.rs"]
mod pty;

mod ldap {
    pub mod commands;
    pub mod console;
    pub mod crash;
    pub mod cutter;
    pub mod ds389;
    pub mod faults;
    pub mod limits;
    pub mod lldap;
    pub mod own_server;
    pub mod samba;
    pub mod slapd;
    pub mod suite;
    pub mod support;
}
