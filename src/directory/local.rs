//! The embedded store as a directory.

use std::sync::Arc;

use crate::{password::profile::Profile, store::Store};

/// Users in the embedded store.
#[derive(Debug, Clone)]
pub struct LocalDirectory {
    store: Store,
    profile: Arc<Profile>,
}

impl LocalDirectory {
    /// The users of `store`, with lockout, history, age and hash of `profile`.
    pub const fn new(store: Store, profile: Arc<Profile>) -> Self {
        Self { store, profile }
    }
}
