//! From where an operator works.

use std::fmt;

/// From where the operator works: `tty /dev/pts/1 uid 1000`, `api 192.0.2.9`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(pub String);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
