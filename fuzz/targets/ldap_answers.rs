//! Any answer of an LDAP server: bytes as the values of controls (BER), lines `name: value` as an
//! entry, read by every flavour.

pub fn run(bytes: &[u8]) {
    halligan::directory::ldap::fuzz::read(bytes);
}
