//! What an import, or its plan, says of the rows.

use crate::{
    directory::{Imported, RosterAct, RosterLine},
    permission::Role,
};

/// Of people who are simply new or unchanged only so many are named, or a plan would be as long as
/// the roster; everything else is.
const NAMED: usize = 1_000;

/// What becomes of each row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    lines: Vec<RosterLine>,
    plain: usize,
    faults: usize,
    /// How many of each.
    pub counts: Imported,
}

impl ImportReport {
    /// Takes what is told of a row.
    pub fn note(&mut self, line: RosterLine) {
        let is_plain = line.act.is_plain();
        self.faults += usize::from(is_refused(&line));
        self.plain += usize::from(is_plain);
        if !is_plain || self.plain <= NAMED {
            self.lines.push(line);
        }
    }

    /// What is told of rows: all but of those many who are simply new or unchanged.
    pub fn lines(&self) -> &[RosterLine] {
        &self.lines
    }

    /// Rows that cannot be taken.
    pub const fn faults(&self) -> usize {
        self.faults
    }

    /// The rows that cannot be taken, a sentence each.
    pub fn faulty(&self) -> impl Iterator<Item = String> {
        self.lines
            .iter()
            .filter(|line| is_refused(line))
            .map(sentence)
    }

    /// What becomes of rows that are neither faulty nor simply new or unchanged: changes, roles,
    /// people who are missing. A sentence each.
    pub fn notable(&self) -> impl Iterator<Item = String> {
        let notable = |line: &&RosterLine| !line.act.is_plain() && !is_refused(line);
        self.lines.iter().filter(notable).map(sentence)
    }

    /// All that is told, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.lines.iter().map(sentence).collect();
        if let Some(more) = self.plain.checked_sub(NAMED).filter(|more| *more > 0) {
            lines.push(format!("and {more} more who are new or unchanged"));
        }
        lines
    }
}

const fn is_refused(line: &RosterLine) -> bool {
    matches!(line.act, RosterAct::Refused(_))
}

/// "line 4: E3 Cyd Cole: state active -> disabled", of a plan and of an import alike.
fn sentence(line: &RosterLine) -> String {
    let place = match line.line {
        Some(line) => format!("line {line}"),
        None => "not in the file".to_owned(),
    };
    let who = &line.who;
    match &line.act {
        RosterAct::Added { role, active } => {
            let role = if *role == Role::None {
                String::new()
            } else {
                format!(", role {role}")
            };
            let state = if *active { "" } else { ", disabled" };
            format!("{place}: {who}: new{role}{state}")
        }
        RosterAct::Changed(_) => format!("{place}: {who}: {}", listed(line)),
        RosterAct::Unchanged => format!("{place}: {who}: unchanged"),
        RosterAct::Differs(_) => format!(
            "{place}: {who} is there already and stays as it is; with --update: {}",
            listed(line)
        ),
        RosterAct::Missing(None) => format!("{place}: {who} stays as it is"),
        RosterAct::Missing(Some(why)) => format!("{place}: {who} stays as it is: {why}"),
        RosterAct::MissingDisabled => format!("{place}: {who}: disabled"),
        RosterAct::Refused(why) => format!("{place}: {why}"),
    }
}

fn listed(line: &RosterLine) -> String {
    let changes: Vec<_> = line.act.changes().iter().map(ToString::to_string).collect();
    changes.join(", ")
}
