//! What an import says of its rows.

use std::path::Path;

use serde_json::{Value, json};

use crate::{
    cli::{Exit, Failure},
    directory::{Imported, RosterAct, RosterLine},
    permission::Role,
    roster::Roster,
};

/// Of people who are simply new or unchanged only so many are named, or a plan would be as long as
/// the roster; everything else is.
const NAMED: usize = 1_000;

/// What becomes of each row.
#[derive(Debug, Default)]
pub(super) struct Told {
    lines: Vec<RosterLine>,
    plain: usize,
    faults: usize,
    pub(super) counts: Imported,
}

impl Told {
    pub(super) fn note(&mut self, line: RosterLine) {
        let is_plain = match &line.act {
            RosterAct::Added { role, active } => *role == Role::None && *active,
            RosterAct::Unchanged => true,
            RosterAct::Refused(_) => {
                self.faults += 1;
                false
            }
            RosterAct::Changed(_)
            | RosterAct::Differs(_)
            | RosterAct::Missing(_)
            | RosterAct::MissingDisabled => false,
        };
        self.plain += usize::from(is_plain);
        if !is_plain || self.plain <= NAMED {
            self.lines.push(line);
        }
    }

    /// Rows that cannot be taken.
    pub(super) const fn faults(&self) -> usize {
        self.faults
    }

    /// A line each.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.lines.iter().map(sentence).collect();
        if let Some(more) = self.plain.checked_sub(NAMED).filter(|more| *more > 0) {
            lines.push(format!("and {more} more who are new or unchanged"));
        }
        lines
    }

    /// The refusal of the whole file, with every row that is the reason.
    pub(super) fn refusal(&self, file: &Path) -> Failure {
        let faulty: Vec<_> = self.faulty().map(sentence).collect();
        let many = if faulty.len() == 1 { "line" } else { "lines" };
        let mut text = format!("{}: {} faulty {many}", file.display(), faulty.len());
        for line in &faulty {
            text.push('\n');
            text.push_str(line);
        }
        Failure::new(
            Exit::Failed,
            &text,
            "Nobody was added or changed.",
            "Correct them and import again, or give --skip-faulty to leave them out.",
        )
        .with("faulty_lines", json!(faulty))
        .with("faulty", json!(faulty.len()))
    }

    fn faulty(&self) -> impl Iterator<Item = &RosterLine> {
        (self.lines.iter()).filter(|line| matches!(line.act, RosterAct::Refused(_)))
    }

    /// For machines.
    pub(super) fn document(&self, file: &Path, roster: &Roster, dry_run: bool) -> Value {
        let lines: Vec<_> = self
            .lines
            .iter()
            .map(|line| {
                let role = match &line.act {
                    RosterAct::Added { role, .. } => Some(role),
                    RosterAct::Changed(_)
                    | RosterAct::Unchanged
                    | RosterAct::Differs(_)
                    | RosterAct::Missing(_)
                    | RosterAct::MissingDisabled
                    | RosterAct::Refused(_) => None,
                };
                let why = match &line.act {
                    RosterAct::Refused(why) => Some(why),
                    RosterAct::Missing(why) => why.as_ref(),
                    RosterAct::Added { .. }
                    | RosterAct::Changed(_)
                    | RosterAct::Unchanged
                    | RosterAct::Differs(_)
                    | RosterAct::MissingDisabled => None,
                };
                json!({
                    "line": line.line,
                    "who": line.who,
                    "act": line.act.word(),
                    "role": role,
                    "changes": line.act.changes(),
                    "reason": why,
                })
            })
            .collect();
        let faulty: Vec<_> = self.faulty().map(sentence).collect();
        let counts = self.counts;
        json!({
            "file": file,
            "dry_run": dry_run,
            "rows": roster.count(),
            "encoding": roster.encoding().word(),
            "added": counts.added,
            "changed": counts.changed,
            "disabled": counts.disabled,
            "enabled": counts.enabled,
            "roles": counts.roles,
            "unchanged": counts.unchanged,
            "differing": counts.differing,
            "missing": counts.missing,
            "faulty": counts.refused,
            "faulty_lines": faulty,
            "ignored_columns": roster.ignored(),
            "remarks": roster.remarks(),
            "lines": lines,
        })
    }
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
            let role = match role {
                Role::None => String::new(),
                Role::Viewer
                | Role::HelpDesk
                | Role::Auditor
                | Role::Administrator
                | Role::Site(_)
                | Role::Named(_) => format!(", role {role}"),
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
