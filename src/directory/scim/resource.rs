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
    user::{Details, Fact, User, UserId},
};

/// What is asked for where our extension is offered: its state comes on request only
/// (`docs/scim-extension.md`), and naming it leaves out whatever else is not named.
pub(super) const WITH_EXTENSION: &str = "userName,name,displayName,emails,active,meta,\
    title,phoneNumbers,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division,\
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
    let mut user = mapping::user_of(&object, etag, discovered.extension)?;
    // What the server has and does not show of this user is none.
    if user.details == Fact::NotOffered && !discovered.details.is_empty() {
        user.details = Fact::Known(Details::default());
    }
    if discovered.validity {
        for bound in [&mut user.state.valid_from, &mut user.state.account_expires] {
            if *bound == Fact::NotOffered {
                *bound = Fact::Known(None);
            }
        }
    }
    Some(Resource {
        user,
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
