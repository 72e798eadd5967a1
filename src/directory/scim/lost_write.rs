//! A write whose answer was lost, kept until it is settled.

use std::time::Instant;

use super::resource::Resource;
use crate::user::Version;

/// A write whose answer was lost.
#[derive(Debug, Clone)]
pub(super) struct LostWrite {
    /// The version before it.
    pub(super) before: Version,
    /// The user had just been changed, so the version may be the same after the write.
    pub(super) just_changed: bool,
    pub(super) at: Instant,
    /// The server had not ended its work when we stopped listening.
    pub(super) may_still_run: bool,
}

impl LostWrite {
    pub(super) fn new(before: &Resource, may_still_run: bool) -> Self {
        Self {
            before: before.user.version.clone(),
            just_changed: before.just_changed,
            at: Instant::now(),
            may_still_run,
        }
    }
}
