//! What an administrator is told after the sign-in.

use crate::{
    audit::Record,
    desk::{Desk, DeskError, Session},
    text::{stamp, zone},
};

/// A line for each recovery that the administrator has not confirmed to have seen.
pub(super) async fn lines(desk: &Desk, session: &Session) -> Result<Vec<String>, DeskError> {
    if session.must_change() {
        return Ok(Vec::new());
    }
    let notices = desk.at(session).own_account().await?.notices().await?;
    Ok(notices.recoveries.iter().map(recovery).collect())
}

/// `RECOVERY 2026-11-27 21:00:00 UTC: A1 (Ada Ortiz), unlocked, password set; asked for at …`
pub(super) fn recovery(record: &Record) -> String {
    format!(
        "RECOVERY {}: {} (record {}; `halligan audit recoveries --seen` confirms it)",
        stamp(record.at, zone()),
        record.event.recovery(),
        record.sequence
    )
}
