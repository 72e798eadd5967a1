//! Finding out, by reading only, what became of a write whose answer was lost.

use std::{sync::atomic::Ordering, time::Duration};

use super::{directory::ScimDirectory, request_failure::RequestFailure, version};
use crate::{
    directory::DirectoryError,
    operator::Operator,
    receipt::Settlement,
    text::{stamp, zone},
    user::{UserId, Version},
};

/// After so long a server that has closed the connection is not at work on the write any more.
const GRACE: Duration = Duration::from_secs(3);

impl ScimDirectory {
    pub(super) async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        let lost = self.lost_writes().get(user).cloned();
        let now = match self.resource(operator, user).await {
            Ok(now) => now,
            Err(RequestFailure::Answered(answer)) if answer.status == 404 => {
                return Ok(Settlement::StillUnknown(
                    "the user is no longer in the directory".into(),
                ));
            }
            Err(failure) => return Err(failure.into_error(self.connection.endpoint())),
        };
        let changed = now
            .modified
            .map(|at| format!(", last changed {}", stamp(at, zone())))
            .unwrap_or_default();
        let Some(before) = before.or(lost.as_ref().map(|lost| &lost.before)) else {
            return Ok(Settlement::StillUnknown(format!(
                "the version before it is not known any more; the user is at version {}{changed}",
                shown(&now.user.version)
            )));
        };
        if version::differ(before, &now.user.version) {
            self.versions_move.store(true, Ordering::Relaxed);
            self.lost_writes().remove(user);
            return Ok(Settlement::Happened(format!(
                "the user's version at the server has moved from {} to {}",
                shown(before),
                shown(&now.user.version)
            )));
        }
        let means_something = !now.user.version.0.is_empty()
            && version::etag(&now.user.version).is_some() == version::etag(before).is_some()
            && (self.versions_move.load(Ordering::Relaxed)
                || self.discovered.get().is_some_and(|found| found.etag));
        if !means_something {
            return Ok(Settlement::StillUnknown(
                "this server shows nothing by which a change of password could be told".into(),
            ));
        }
        if lost.as_ref().is_some_and(|lost| lost.just_changed) {
            return Ok(Settlement::StillUnknown(
                "the user had been changed a moment before, and the server's version may count in \
                 seconds: that it has not moved proves nothing"
                    .into(),
            ));
        }
        let still_running = lost.as_ref().is_some_and(|lost| {
            let patience = if lost.may_still_run {
                self.connection.endpoint().timeout
            } else {
                GRACE
            };
            lost.at.elapsed() < patience
        });
        if still_running {
            return Ok(Settlement::StillUnknown(
                "the change is not there yet, but the server may still be at work on it".into(),
            ));
        }
        self.lost_writes().remove(user);
        Ok(Settlement::DidNotHappen(format!(
            "the user is still at version {}{changed}",
            shown(&now.user.version)
        )))
    }
}

fn shown(version: &Version) -> String {
    if version.0.is_empty() {
        "(none)".into()
    } else {
        crate::text::clean(&version.0).chars().take(60).collect()
    }
}
