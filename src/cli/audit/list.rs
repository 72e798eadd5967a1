//! `halligan audit list`

use clap::Args;
use serde_json::json;

use super::reader::Reader;
use crate::{
    audit::{AuditQuery, Kind, Outcome, Record},
    cli::{
        Exit, Failure,
        table::{Column, Window, table},
        target::TargetOption,
    },
    text,
    user::UserId,
};

/// List records, newest first.
#[derive(Debug, Args)]
pub struct List {
    /// At most so many; 0 for all.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Only records older than this one.
    #[arg(long, value_name = "SEQUENCE")]
    before: Option<u64>,
    /// Only records about this user: ID or email, or any text that matches one user only. With
    /// --at-machine: the DN.
    #[arg(long, value_name = "USER")]
    user: Option<String>,
}

impl List {
    /// Prints the records; the listing is recorded too.
    pub(super) async fn run(self, reader: &Reader<'_>) -> Result<Exit, Failure> {
        let query = |target| AuditQuery {
            limit: self.limit,
            target,
            before: self.before,
        };
        let records = reader
            .read(
                async |signed_in| {
                    let target = match self.user.clone() {
                        Some(user) => Some(TargetOption::of(user).find(signed_in).await?.id),
                        None => None,
                    };
                    let seat = signed_in.at().audit_read(Kind::AuditListed).await?;
                    Ok(seat.audit_list(query(target)).await?)
                },
                // Nobody can look a name up: it is the DN itself.
                async |audit| audit.audit_list(query(self.user.clone().map(UserId))).await,
            )
            .await?;
        let window = Window::of_output();
        let rows: Vec<_> = records.iter().map(|record| row(record, window)).collect();
        reader.context.out.result(
            &json!({ "records": records }),
            table(&COLUMNS, &rows, window),
        )?;
        Ok(Exit::Done)
    }
}

const COLUMNS: [Column<'_>; 8] = [
    Column::whole("No."),
    Column::whole("When"),
    Column::cut("What", 10),
    Column::cut("Outcome", 8),
    Column::cut("Who", 6),
    Column::cut("Whom", 10),
    Column::spare("From", 10),
    Column::cut("Why", 10),
];

/// Least window in which the seconds are told.
const WIDE: usize = 100;

fn row(record: &Record, window: Window) -> Vec<String> {
    let mut cells = cells(record);
    if !window.holds(WIDE)
        && let Some(when) = cells.get_mut(1)
    {
        let at = record.at.to_zoned(text::zone().clone());
        *when = at.strftime("%Y-%m-%d %H:%M %Z").to_string();
    }
    cells
}

/// A record in one line, where there is no table.
pub(in crate::cli) fn sentence(record: &Record) -> String {
    let mut cells = cells(record);
    if let Some(who) = cells.get_mut(4).filter(|who| !who.is_empty()) {
        who.insert_str(0, "by ");
    }
    cells.retain(|cell| !cell.is_empty());
    cells.join(", ")
}

/// A record in a few words each: number, time, act, outcome, who, whom, from where, why.
fn cells(record: &Record) -> Vec<String> {
    let event = &record.event;
    let actor = event.operator.as_ref();
    vec![
        record.sequence.to_string(),
        text::stamp(record.at, text::zone()),
        event.kind.word().to_owned(),
        outcome(&event.outcome),
        actor.map_or_else(String::new, |actor| actor.login.clone()),
        event.target.as_ref().map_or_else(String::new, |target| {
            format!("{} {}", target.login, target.name)
        }),
        event.source.clone(),
        event
            .reason
            .clone()
            .or_else(|| event.detail.clone())
            .unwrap_or_default(),
    ]
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Intent => "intent".into(),
        Outcome::Done => "done".into(),
        Outcome::Partial => "PARTIAL".into(),
        Outcome::Accepted => "ACCEPTED, not confirmed".into(),
        Outcome::CannotSignIn(why) => format!("done, but CANNOT SIGN IN: {why}"),
        Outcome::SignInNotKnown(what) => format!("done; sign-in NOT KNOWN: {what}"),
        Outcome::Refused(why) => format!("refused: {why}"),
        Outcome::SignInRefused(why) => format!("refused: {}", json!(why).as_str().unwrap_or("")),
        Outcome::Failed(why) => format!("failed: {why}"),
        Outcome::Unknown(why) => format!("UNKNOWN: {why}"),
        Outcome::Cancelled => "cancelled".into(),
    }
}
