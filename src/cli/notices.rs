//! What an administrator is told after the sign-in.

use super::{Failure, SignedIn};
use crate::audit::Record;

/// A line for each recovery that the administrator has not confirmed to have seen.
pub(super) async fn lines(signed_in: &SignedIn) -> Result<Vec<String>, Failure> {
    if signed_in.session.must_change() {
        return Ok(Vec::new());
    }
    let notices = signed_in.at().own_account().await?.notices().await?;
    Ok(notices.recoveries.iter().map(recovery).collect())
}

/// `RECOVERY 2026-11-27 21:00Z: A1 (Ada Ortiz), unlocked, password set; asked for at …`
pub(super) fn recovery(record: &Record) -> String {
    format!(
        "RECOVERY {}: {} (record {}; `halligan audit recoveries --seen` confirms it)",
        record.at.strftime("%Y-%m-%d %H:%M:%SZ"),
        record.event.recovery(),
        record.sequence
    )
}
