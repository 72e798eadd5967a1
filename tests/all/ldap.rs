//! LDAP directories against real servers. `tests/run` starts them; the password that was set is
//! tried with OpenLDAP's own `ldapwhoami`, never with our code.

pub mod commands;
pub mod console;
pub mod crash;
pub mod cutter;
pub mod deadline;
pub mod details;
pub mod ds389;
pub mod examine;
pub mod faults;
pub mod freeipa;
pub mod limits;
pub mod lldap;
pub mod locks;
pub mod named;
pub mod names;
pub mod own_server;
pub mod proves_scim;
mod roles;
pub mod rules;
pub mod samba;
pub mod servers;
pub mod sign_in;
pub mod slapd;
pub mod status;
pub mod stories;
pub mod suite;
pub mod support;
pub mod writers;
