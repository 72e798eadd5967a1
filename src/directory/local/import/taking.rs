//! What is kept while a roster is taken, and what is told and recorded of each row.

use jiff::Timestamp;
use rusqlite::Transaction;

use super::lines::Lines;
use crate::{
    audit::{Event, Intent, Kind, Outcome, Target, chain},
    directory::{
        DirectoryError, Import, Imported, RosterAct, RosterLine, UserChange,
        local::{filling::Filling, index::Row, write},
    },
    operator::Operator,
    receipt::{Step, StepOutcome},
    user::{AccountKind, User},
};

/// So many faults are in the error itself; all of them are in the report.
const MOST_FAULTS: usize = 20;

/// A roster being taken within a transaction.
pub(super) struct Taking<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) import: Import,
    pub(super) operator: &'a Operator,
    pub(super) intent: &'a Intent,
    pub(super) at: Timestamp,
    pub(super) by: String,
    pub(super) first: Row,
    pub(super) next: Row,
    pub(super) lines: Lines,
    pub(super) counts: Imported,
    pub(super) faults: Vec<String>,
    /// Kinds that the roster holds: of others nobody is missing.
    pub(super) kinds: [bool; 4],
    pub(super) pending: Vec<Pending>,
    /// What of the site's own fields the operator may write and must fill.
    pub(super) filling: Filling,
}

/// A change that waits until the new people are in the index, which takes them at its end only.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) row: Row,
    pub(super) line: u64,
    pub(super) wanted: UserChange,
}

impl Taking<'_> {
    pub(super) fn tell(&mut self, line: Option<u64>, who: String, act: RosterAct) {
        self.counts.count(&act);
        (self.import.report)(RosterLine { line, who, act });
    }

    /// A sentence where the operator's role does not reach `user`.
    pub(super) fn beyond_reach(&self, user: &User) -> Option<String> {
        let reach = &self.operator.reach;
        (!user.is_reached_by(reach)).then(|| format!("your role reaches {reach} only"))
    }

    pub(super) fn refuse(&mut self, line: u64, who: String, why: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(format!("line {line}: {why}"));
        }
        self.tell(Some(line), who, RosterAct::Refused(why));
    }

    pub(super) fn note_kind_of(&mut self, kind: AccountKind) {
        if let Some(seen) = self.kinds.get_mut(write::number_of_kind(kind)) {
            *seen = true;
        }
    }

    pub(super) const fn keeps_records(&self) -> bool {
        !self.import.order.only_plan && !self.import.order.one_record
    }

    /// One record for each person, so that the history of each tells it.
    pub(super) fn record(
        &self,
        kind: Kind,
        target: Target,
        detail: String,
        step: (Step, StepOutcome),
        contact_changed: bool,
    ) -> Result<(), DirectoryError> {
        let event = Event {
            kind,
            outcome: Outcome::Done,
            target: Some(target),
            steps: vec![step],
            detail: Some(detail),
            contact_changed,
            ..self.intent.event.clone()
        };
        chain::append(self.transaction, &event, self.at)?;
        Ok(())
    }
}
