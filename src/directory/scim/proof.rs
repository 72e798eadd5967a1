//! Was the password seen to change?

use std::sync::atomic::Ordering;

use super::{directory::ScimDirectory, resource::Resource, version};
use crate::{
    receipt::Proof,
    text::{stamp, zone},
};

impl ScimDirectory {
    /// The server's own time of the last password change is the best proof; else that the version
    /// has moved.
    pub(super) fn proof(&self, before: &Resource, after: &Resource) -> Proof {
        let changed = |resource: &Resource| {
            resource
                .user
                .state
                .password
                .known()
                .and_then(|password| password.changed_at)
        };
        if let (was, Some(is)) = (changed(before), changed(after))
            && was.is_none_or(|was| was < is)
        {
            self.versions_move.store(true, Ordering::Relaxed);
            return Proof::ReadBack(format!("passwordChanged moved to {}", stamp(is, zone())));
        }
        if after.user.version.0.is_empty() {
            return Proof::Accepted(
                "this server shows neither a time of the last password change nor a version of a user"
                    .into(),
            );
        }
        if version::differ(&before.user.version, &after.user.version) {
            self.versions_move.store(true, Ordering::Relaxed);
            return Proof::Accepted(
                "the user's version at the server moved, which tells that something was written, \
                 not what"
                    .into(),
            );
        }
        if self.versions_move.load(Ordering::Relaxed) && !before.just_changed {
            return Proof::NotKnown(
                "the user's version at the server has not moved, and with other writes it does"
                    .into(),
            );
        }
        let why = if before.just_changed {
            "the user had been changed a moment before, and the version at the server has not \
             moved since"
        } else {
            "the user's version at the server has not moved"
        };
        Proof::Accepted(why.into())
    }
}
