//! Versions of a resource: an `ETag`, or the time of the last change.

use jiff::Timestamp;
use serde_json::Value;

use super::values::{text, time};
use crate::{
    scim::{Object, member},
    user::Version,
};

/// Marks a [`Version`] that is a time of last change, not an `ETag`.
const MODIFIED: &str = "modified ";

/// `meta.version`, else the `ETag` header, else the time of the last change, else nothing.
pub(super) fn version(resource: &Object, etag: Option<&str>) -> Version {
    let meta = member(resource, "meta").and_then(Value::as_object);
    let version = meta
        .and_then(|meta| text(meta, "version"))
        .filter(|version| !version.is_empty())
        .or_else(|| etag.map(ToOwned::to_owned));
    let modified = || {
        meta.and_then(|meta| text(meta, "lastModified"))
            .map(|at| format!("{MODIFIED}{at}"))
    };
    Version(version.or_else(modified).unwrap_or_default())
}

/// When the resource was last changed, as the server says.
pub(super) fn modified(resource: &Object) -> Option<Timestamp> {
    let meta = member(resource, "meta")?.as_object()?;
    time(meta, "lastModified")
}

/// The version as an `If-Match` header; `None` for one that is no `ETag`.
pub(super) fn etag(version: &Version) -> Option<&str> {
    let text = version.0.as_str();
    (!text.is_empty() && !text.starts_with(MODIFIED)).then_some(text)
}

/// Do the two versions contradict each other? Versions of different kinds do not: a list may show
/// a time where a single read shows an `ETag`.
pub(super) fn differ(one: &Version, other: &Version) -> bool {
    !one.0.is_empty()
        && !other.0.is_empty()
        && etag(one).is_some() == etag(other).is_some()
        && one != other
}
