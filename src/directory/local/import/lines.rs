//! In which line a new row stood.

use crate::directory::local::index::Row;

/// Noted only where the distance between row and line changes, so that a million rows cost nothing.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<(Row, u64)>);

impl Lines {
    pub(super) fn note(&mut self, row: Row, line: u64) {
        if self.of(row) != line {
            self.0.push((row, line));
        }
    }

    pub(super) fn of(&self, row: Row) -> u64 {
        let after = self.0.partition_point(|(first, _)| *first <= row);
        match after.checked_sub(1).and_then(|at| self.0.get(at)) {
            Some((first, line)) => line + u64::try_from(row - first).unwrap_or_default(),
            None => 0,
        }
    }
}
