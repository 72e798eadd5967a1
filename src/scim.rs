//! SCIM 2.0 on the wire (RFC 7643, RFC 7644, RFC 9865), shared by the server and the client.
//!
//! Nothing here does input or output. Resources travel as JSON objects whose meaning is given by
//! the attribute tables in [`schema`]; the [`filter`] grammar, [`patch`] operations and the
//! [`error`] form are the RFC's own.

pub mod bulk;
pub mod error;
pub mod filter;
pub mod ignored;
pub mod list;
pub mod patch;
pub mod path;
pub mod projection;
pub mod schema;
pub mod user;

pub use error::{ScimError, ScimType};
pub use filter::Filter;
pub use ignored::{Ignored, Unknown};
pub use path::AttributePath;

/// Media type of every SCIM body (RFC 7644 section 3.1).
pub const MEDIA_TYPE: &str = "application/scim+json";

/// A JSON object: a resource or a part of one.
pub type Object = serde_json::Map<String, serde_json::Value>;

/// The value of `name` in `object`, whatever the case of its letters (RFC 7643 section 2.1).
pub fn member<'a>(object: &'a Object, name: &str) -> Option<&'a serde_json::Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// Takes the value of `name` out of `object`, whatever the case of its letters.
pub fn take_member(object: &mut Object, name: &str) -> Option<serde_json::Value> {
    let key = object
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))?
        .clone();
    object.remove(&key)
}
