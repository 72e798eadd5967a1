//! LDAP directories against real servers. `tests/run` starts them; the password that was set is
//! tried with OpenLDAP's own `ldapwhoami`, never with our code.

pub mod commands;
pub mod console;
pub mod crash;
pub mod cutter;
pub mod ds389;
pub mod faults;
pub mod limits;
pub mod lldap;
pub mod locks;
pub mod names;
pub mod own_server;
pub mod rules;
pub mod samba;
pub mod servers;
pub mod slapd;
pub mod stories;
pub mod suite;
pub mod support;
pub mod writers;
