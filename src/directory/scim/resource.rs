//! A user as a resource: where it is, and what was read there.

use jiff::Timestamp;

use super::{
    answer::Answer,
    discovery::Discovered,
    mapping,
    request_failure::{Answered, RequestFailure},
    version,
};
use crate::{
    scim::Object,
    user::{User, UserId},
};

/// What is asked for where our extension is offered: its state comes on request only
/// (`docs/scim-extension.md`), and naming it leaves out whatever else is not named.
pub(super) const WITH_EXTENSION: &str = "userName,name,displayName,emails,active,meta,\
    urn:halligan:params:scim:schemas:extension:1.0:User";

/// A user as read, and the resource that it was read from.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) user: User,
    pub(super) modified: Option<Timestamp>,
    /// Changed in the very second in which it was read, or the one before: a version that counts
    /// in seconds (canaille's) does not tell the next change from that one.
    pub(super) just_changed: bool,
    pub(super) object: Object,
}

/// The user in an answer that holds one.
pub(super) fn resource_of(answer: Answer, discovered: &Discovered) -> Option<Resource> {
    // Web frameworks put an ETag on everything; it counts where the server says that it does.
    let etag = answer.etag.as_deref().filter(|_| discovered.etag);
    let serde_json::Value::Object(object) = answer.body else {
        return None;
    };
    let modified = version::modified(&object);
    Some(Resource {
        user: mapping::user_of(&object, etag, discovered.extension)?,
        modified,
        just_changed: matches!(
            (modified, answer.date),
            (Some(at), Some(now)) if now.as_second() - at.as_second() < 2
        ),
        object,
    })
}

/// `Users/{id}`. An id that is no part of a path would lead to another resource.
pub(super) fn user_path(id: &UserId) -> Result<[&str; 2], RequestFailure> {
    match id.0.as_str() {
        "" | "." | ".." => Err(RequestFailure::Answered(Answered {
            status: 404,
            scim_type: None,
            detail: String::new(),
            retry_after: None,
            step_up: false,
        })),
        id => Ok(["Users", id]),
    }
}
