//! LDAP directories against real servers. `tests/run` starts them; the password that was set is
//! tried with OpenLDAP's own `ldapwhoami`, never with our code.

mod ldap {
    pub mod slapd;
    pub mod support;
}
