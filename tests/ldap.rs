//! LDAP directories against real servers. `tests/run` starts them; the password that was set is
//! tried with OpenLDAP's own `ldapwhoami`, never with our code.
#![allow(clippy::expect_used, reason = "a test ends at the first surprise")]

mod ldap {
    pub mod slapd;
    pub mod support;
}
