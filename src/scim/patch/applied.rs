//! What a PATCH did.

use crate::scim::{Ignored, Unknown};

/// What the operations did beside changing the resource.
#[derive(Debug, PartialEq, Eq)]
pub struct Applied {
    /// Core attributes that were taken away and not given again.
    pub removed: Vec<&'static str>,
    /// What was given and is not kept.
    pub ignored: Ignored,
}

impl Applied {
    /// Nothing was done yet.
    pub(super) const fn nothing() -> Self {
        Self {
            removed: Vec::new(),
            ignored: Ignored::new(Unknown::Refused),
        }
    }

    /// Was the core attribute `name` taken away?
    pub fn removed(&self, name: &str) -> bool {
        self.removed.contains(&name)
    }
}
