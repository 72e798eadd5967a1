//! The roster of the first start: where it is, and whether it is sound.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::directory::RosterRows;

/// Faults that are told at once; the rest is counted.
const MOST_FAULTS: usize = 5;

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
}

type Read = dyn Fn(&Path) -> Result<OpenedRoster, String> + Send + Sync;

/// Opens a roster file; given by the command line, which knows the format.
#[derive(Clone)]
pub struct RosterReader(Arc<Read>);

impl RosterReader {
    /// A reader; the error is a sentence.
    pub fn new(
        read: impl Fn(&Path) -> Result<OpenedRoster, String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(read))
    }

    /// A file's rows, and what of it is passed over.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn open(&self, file: &Path) -> Result<OpenedRoster, String> {
        (self.0)(file)
    }

    /// Reads a file through.
    ///
    /// # Errors
    /// Its faults, a line each.
    pub(super) fn is_sound(&self, file: &Path) -> Result<(), String> {
        let (mut told, mut count) = (Vec::new(), 0_usize);
        for fault in self.open(file)?.rows.filter_map(Result::err) {
            count += 1;
            if told.len() < MOST_FAULTS {
                told.push(fault.to_string());
            }
        }
        if count > told.len() {
            told.push(format!("and {} more", count - told.len()));
        }
        if told.is_empty() {
            Ok(())
        } else {
            Err(told.join("\n"))
        }
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
    use crate::directory::RowFault;

    #[test]
    fn every_fault_of_a_roster_is_told_at_once_and_the_rest_is_counted() {
        let faulty = |count: u64| {
            RosterReader::new(move |_| {
                let fault = |line| RowFault {
                    line,
                    why: "the ID is missing".into(),
                    ends_the_file: false,
                };
                let rows = (1..=count).map(move |line| Err(fault(line)));
                Ok(OpenedRoster {
                    rows: Box::new(rows),
                    ignored: Vec::new(),
                })
            })
        };
        assert_eq!(faulty(0).is_sound(Path::new("")), Ok(()));
        let told = faulty(7).is_sound(Path::new("")).unwrap_err();
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[0], "line 1: the ID is missing");
        assert_eq!(lines[5], "and 2 more");
    }

    #[test]
    fn a_tilde_is_the_home_of_whoever_works() {
        let home = std::env::home_dir().unwrap();
        assert_eq!(at_home("~/a.csv".into()), home.join("a.csv"));
        for other in ["/etc/~", "~other/a.csv", "a/~/b"] {
            assert_eq!(at_home(other.into()), PathBuf::from(other));
        }
    }
}
