//! The filter that tells who is a member.

use super::posix::Posix;
use crate::directory::ldap::{filter::escape, flavour::Flavour};

/// The filter that every group with one of `names`, or with the ID, as a member fulfils.
pub(super) fn membership(flavour: Flavour, names: &[String], posix: &Posix) -> String {
    let by_name = names.iter().map(|name| {
        let name = escape(name);
        match flavour {
            // LDAP_MATCHING_RULE_TRANSITIVE_EVAL (MS-ADTS 3.1.1.3.4.4.3).
            Flavour::ActiveDirectory => format!("(member:1.2.840.113556.1.4.1941:={name})"),
            Flavour::OpenLdap
            | Flavour::Ds389
            | Flavour::FreeIpa
            | Flavour::Lldap
            | Flavour::Other => format!("(member={name})(uniqueMember={name})"),
        }
    });
    let mut tests: String = by_name.collect();
    if flavour != Flavour::ActiveDirectory && flavour != Flavour::Lldap {
        tests.push_str(&posix.test());
    }
    format!("(|{tests})")
}
