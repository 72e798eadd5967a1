//! What the audit screen holds: the records that were read, and which of them are shown.

use std::collections::HashSet;

use crate::{
    audit::{AuditQuery, Outcome, Record, Target, Verified},
    console::{
        effect::{Remote, Request, Ticket},
        screens::Cx,
    },
    desk::DeskError,
};

/// Records asked for at a time.
pub const PAGE: usize = 100;

/// Which records are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// All of them.
    #[default]
    All,
    /// What changed something, or was to.
    Changes,
    /// What was refused, failed, or is not known.
    NotDone,
}

impl Shown {
    /// The next one.
    pub const fn next(self) -> Self {
        match self {
            Self::All => Self::Changes,
            Self::Changes => Self::NotDone,
            Self::NotDone => Self::All,
        }
    }

    /// In words, for the line above the list.
    pub const fn words(self) -> &'static str {
        match self {
            Self::All => "everything",
            Self::Changes => "changes only",
            Self::NotDone => "only what was not done",
        }
    }

    const fn takes(self, record: &Record) -> bool {
        let outcome = &record.event.outcome;
        match self {
            Self::All => true,
            Self::Changes => record.event.intent.is_some() || matches!(outcome, Outcome::Intent),
            Self::NotDone => !matches!(outcome, Outcome::Done),
        }
    }
}

/// One record for each act, since what was begun and what came of it are two.
pub fn acts(records: &[Record]) -> Vec<&Record> {
    let ended: HashSet<u64> = records
        .iter()
        .filter_map(|record| record.event.intent)
        .collect();
    records
        .iter()
        .filter(|record| !ended.contains(&record.sequence))
        .collect()
}

/// The list of records.
#[derive(Debug, Default)]
pub struct AuditViewer {
    pub(super) records: Vec<Record>,
    pub(super) loading: Option<Ticket>,
    pub(super) at_end: bool,
    pub(super) failed: Option<DeskError>,
    /// A row of what is shown.
    pub(super) selected: usize,
    pub(super) details: bool,
    pub(super) verified: Remote<Box<Verified>>,
    pub(super) shown: Shown,
    /// Only what was done to this user.
    pub(super) about: Option<Target>,
}

impl AuditViewer {
    /// Reads the next records.
    pub(super) fn load(&mut self, cx: &mut Cx<'_>) {
        let query = AuditQuery {
            limit: PAGE,
            target: self.about.as_ref().map(|target| target.id.clone()),
            before: self.records.last().map(|record| record.sequence),
        };
        self.loading = Some(cx.ask(Request::AuditList(query)));
    }

    /// The records that are shown, newest first, one for each act.
    pub(super) fn rows(&self) -> Vec<&Record> {
        let mut acts = acts(&self.records);
        acts.retain(|record| self.shown.takes(record));
        acts
    }

    /// The record in which an act was begun, where it was read.
    pub(super) fn begun(&self, record: &Record) -> Option<&Record> {
        let intent = record.event.intent?;
        self.records.iter().find(|begun| begun.sequence == intent)
    }

    /// Selects a row, and reads more where the rows run out.
    pub(super) fn move_to(&mut self, index: usize, cx: &mut Cx<'_>) {
        let rows = self.rows().len();
        self.selected = index.min(rows.saturating_sub(1));
        if self.selected + 20 >= rows && !self.at_end && self.loading.is_none() {
            self.load(cx);
        }
    }

    /// Shows the next selection of records.
    pub(super) fn show_next(&mut self, cx: &mut Cx<'_>) {
        self.shown = self.shown.next();
        self.move_to(0, cx);
    }

    /// Shows only what was done to the user of the selected record, or everything again.
    pub(super) fn only_this_user(&mut self, cx: &mut Cx<'_>) {
        let target = self
            .rows()
            .get(self.selected)
            .map(|record| &record.event.target);
        let about = match (&self.about, target) {
            (Some(_), _) => None,
            (None, Some(Some(target))) => Some(target.clone()),
            (None, _) => return,
        };
        self.about = about;
        self.records.clear();
        self.at_end = false;
        self.failed = None;
        self.selected = 0;
        self.load(cx);
    }
}
