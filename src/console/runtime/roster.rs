//! The roster of the first start: where it is, and how it is read.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::directory::RosterRows;

/// `~/roster.csv` as a shell reads it.
pub(super) fn at_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

/// A roster that was opened.
pub struct OpenedRoster {
    /// Its people.
    pub rows: RosterRows,
    /// Columns that are of no use and are passed over.
    pub ignored: Vec<String>,
    /// What else is to be known of it before it is taken, a sentence each.
    pub remarks: Vec<String>,
}

type Read = dyn Fn(&Path, &str) -> Result<OpenedRoster, String> + Send + Sync;

/// Opens a roster file; given by the command line, which knows the format.
#[derive(Clone)]
pub struct RosterReader(Arc<Read>);

impl RosterReader {
    /// A reader of a file whose columns are what the operator says: `Employee #=id; Team=kind`. The
    /// error is a sentence.
    pub fn new(
        read: impl Fn(&Path, &str) -> Result<OpenedRoster, String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(read))
    }

    /// A file's rows, and what of it is passed over.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn open(&self, file: &Path, columns: &str) -> Result<OpenedRoster, String> {
        (self.0)(file, columns)
    }
}

impl fmt::Debug for RosterReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RosterReader")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_of_whoever_works() {
        let home = std::env::home_dir().unwrap();
        assert_eq!(at_home("~/a.csv".into()), home.join("a.csv"));
        for other in ["/etc/~", "~other/a.csv", "a/~/b"] {
            assert_eq!(at_home(other.into()), PathBuf::from(other));
        }
    }
}
