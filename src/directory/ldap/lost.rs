//! No answer came.

use std::fmt;

use crate::directory::DirectoryError;

/// The connection is gone or the server has not answered in time. What was sent may have been
/// done; after a read that does not matter.
#[derive(Debug, Clone)]
pub(super) struct Lost(pub(super) String);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The error for a read that got no answer.
pub(super) fn unavailable(lost: &Lost) -> DirectoryError {
    DirectoryError::Unavailable {
        message: lost.0.clone(),
        cure: "Try again; look whether the server and the network are up.".into(),
        raw: None,
    }
}
