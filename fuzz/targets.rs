//! What each target holds: not only that nothing panics, but what must be true of what was read.

mod audit_text;
mod configuration;
mod ldap_answers;
mod roster;
mod scim_filter;
mod scim_patch;
mod terminal_bytes;

use halligan::scim::Object;

/// Every target by name; `fuzz/run` reads the names from this file.
pub const ALL: [(&str, fn(&[u8])); 7] = [
    ("audit_text", audit_text::run),
    ("configuration", configuration::run),
    ("ldap_answers", ldap_answers::run),
    ("roster", roster::run),
    ("scim_filter", scim_filter::run),
    ("scim_patch", scim_patch::run),
    ("terminal_bytes", terminal_bytes::run),
];

/// A user as the API writes one, with every attribute that can be there.
fn user() -> Object {
    serde_json::from_str(include_str!("user.json")).expect("user.json is an object")
}
