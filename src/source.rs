//! From where an operator works.

mod forwarded;

pub use forwarded::{Network, client, is_trusted};

use std::fmt;

/// From where the operator works: `ssh 192.0.2.7 50122`, `tty /dev/pts/1`, `api 192.0.2.9`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(pub String);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
