//! What each target holds: not only that nothing panics, but what must be true of what was read.

mod audit_text;
mod configuration;
mod forwarded;
mod ldap_answers;
mod roster;
mod scim_filter;
mod scim_patch;
mod terminal_bytes;

use halligan::scim::Object;

/// A name, and what is done with the bytes.
type Target = (&'static str, fn(&[u8]));

/// Every target by name; `fuzz/run` reads the names from this file.
pub const ALL: [Target; 8] = [
    ("audit_text", audit_text::run),
    ("configuration", configuration::run),
    ("forwarded", forwarded::run),
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
