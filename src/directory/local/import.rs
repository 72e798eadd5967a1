//! Adding many users at once, all or none.
//!
//! One transaction: other consoles go on reading the state before it, and see everybody at once
//! when it commits. Nothing is kept in memory but the index sets of one block of 65,536 rows.

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use super::{
    LocalDirectory, change, fields,
    index::{
        Row,
        bulk::Builder,
        change::{merge, note_folded_names},
        key::Key,
    },
    names,
    operator_now::refuse_if_operator_changed,
    read, write,
};
use crate::{
    audit::{Event, Intent, Outcome, chain},
    directory::{DirectoryError, ImportWatch, Imported, NewUser, RosterRows},
    operator::Operator,
    receipt::{Step, StepOutcome},
    user::Fact,
};

/// Page cache while importing, in KiB: the names are looked up in no order at all.
const CACHE_KIB: i64 = 64_000;

/// So many faults are reported at once.
const MOST_FAULTS: usize = 20;

impl LocalDirectory {
    pub(super) async fn import(
        &self,
        operator: &Operator,
        rows: RosterRows,
        watch: ImportWatch,
        intent: &Intent,
    ) -> Result<Imported, DirectoryError> {
        let (by, at, intent) = (change::signature(operator), self.now(), intent.clone());
        let operator = operator.clone();
        self.store
            .write(move |transaction| {
                refuse_if_operator_changed(transaction, &operator, at)?;
                let cache: i64 =
                    transaction.query_row("PRAGMA cache_size", [], |row| row.get(0))?;
                transaction.pragma_update(None, "cache_size", -CACHE_KIB)?;
                let imported = take(transaction, rows, &watch, &by, at);
                transaction.pragma_update(None, "cache_size", cache)?;
                let imported = imported?;
                let event = Event {
                    outcome: Outcome::Done,
                    intent: Some(intent.sequence),
                    steps: vec![(Step::Created, StepOutcome::Done)],
                    detail: Some(format!(
                        "{} users added, {} unchanged",
                        imported.added, imported.unchanged
                    )),
                    ..intent.event
                };
                chain::append(transaction, &event, at)?;
                Ok(imported)
            })
            .await
    }
}

fn take(
    transaction: &Transaction<'_>,
    rows: RosterRows,
    watch: &ImportWatch,
    by: &str,
    at: Timestamp,
) -> Result<Imported, DirectoryError> {
    // The sets take new rows at the end only, so no earlier change may still be waiting.
    merge(transaction)?;
    let first = write::next_row(transaction)?;
    let mut builder = Builder::new(first);
    let mut lines = Lines::default();
    let mut next = first;
    let mut unchanged = 0;
    let mut faults = Vec::new();
    for item in rows {
        if watch.stop.load(Ordering::Relaxed) {
            return Err(DirectoryError::Cancelled);
        }
        watch.rows.fetch_add(1, Ordering::Relaxed);
        if faults.len() >= MOST_FAULTS {
            faults.push("and perhaps more".into());
            break;
        }
        let (line, new) = match checked(item) {
            Ok(row) => row,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        match add(transaction, next, &new, (line, first, &lines), by, at)? {
            Ok(true) => builder.push(transaction, next, &Key::of(&new))?,
            Ok(false) => {
                unchanged += 1;
                continue;
            }
            // The row number is used up: one of the two names may have been claimed for it.
            Err(fault) => faults.push(fault),
        }
        lines.note(next, line);
        next += 1;
    }
    if !faults.is_empty() {
        return Err(DirectoryError::invalid(faults.join("\n")));
    }
    if watch.only_try {
        watch.fits.store(true, Ordering::Relaxed);
        return Err(DirectoryError::invalid(
            "only tried, as asked for: every row could be taken",
        ));
    }
    builder.finish(transaction)?;
    let added = u64::try_from(next - first).unwrap_or_default();
    write::count_added(transaction, added)?;
    Ok(Imported { added, unchanged })
}

fn checked(item: Result<(u64, NewUser), String>) -> Result<(u64, NewUser), String> {
    let (line, new) = item?;
    let new = fields::checked(&new).map_err(|error| format!("line {line}: {error}"))?;
    Ok((line, new))
}

/// Adds a user; false when the very same one is there already, a sentence when that cannot be.
fn add(
    transaction: &Transaction<'_>,
    row: Row,
    new: &NewUser,
    (line, first, lines): (u64, Row, &Lines),
    by: &str,
    at: Timestamp,
) -> Result<Result<bool, String>, DirectoryError> {
    let Some(taken) = names::claim_names(transaction, row, new)? else {
        write::insert(transaction, row, new, by, at)?;
        note_folded_names(transaction, row, new)?;
        return Ok(Ok(true));
    };
    if taken.owner < first && is_same(transaction, taken.owner, new)? {
        return Ok(Ok(false));
    }
    let whose = if taken.owner < first {
        taken.error(transaction)?.to_string()
    } else {
        format!(
            "{} {} stands in line {} already",
            taken.attribute.word(),
            taken.name,
            lines.of(taken.owner)
        )
    };
    Ok(Err(format!("line {line}: {whose}")))
}

fn is_same(connection: &Connection, row: Row, new: &NewUser) -> Result<bool, DirectoryError> {
    let there = read::user(connection, row)?;
    Ok(
        names::sign_in_name(&there.login) == names::sign_in_name(&new.login)
            && names::sign_in_name(&there.email) == names::sign_in_name(&new.email)
            && there.given_name == new.given_name
            && there.family_name == new.family_name
            && there.kind == Fact::Known(new.kind),
    )
}

/// In which line a new row stood: noted only where the distance between the two changes, so that
/// a million rows cost nothing.
#[derive(Debug, Default)]
struct Lines(Vec<(Row, u64)>);

impl Lines {
    fn note(&mut self, row: Row, line: u64) {
        if self.of(row) != line {
            self.0.push((row, line));
        }
    }

    fn of(&self, row: Row) -> u64 {
        let after = self.0.partition_point(|(first, _)| *first <= row);
        match after.checked_sub(1).and_then(|at| self.0.get(at)) {
            Some((first, line)) => line + u64::try_from(row - first).unwrap_or_default(),
            None => 0,
        }
    }
}
