//! What an import says at the end, for people and for machines.

use std::path::Path;

use serde_json::{Value, json};

use crate::{
    cli::{Exit, Failure},
    directory::RosterAct,
    roster::{ImportReport, Roster},
};

/// The refusal of the whole file, with every row that is the reason.
pub(super) fn refusal(report: &ImportReport, file: &Path) -> Failure {
    let faulty: Vec<_> = report.faulty().collect();
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

/// For machines.
pub(super) fn document(
    report: &ImportReport,
    file: &Path,
    roster: &Roster,
    dry_run: bool,
) -> Value {
    let lines: Vec<_> = report
        .lines()
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
    let faulty: Vec<_> = report.faulty().collect();
    let counts = report.counts;
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
