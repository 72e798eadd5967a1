//! Reading the audit at the machine, while the directory that operators sign in to is down.

use std::path::PathBuf;

use super::{Desk, DeskError, history::nobody_to_look_at};
use crate::{
    audit::{Anchor, AuditQuery, Event, Format, Kind, Outcome, Record, Verified},
    source::Source,
};

/// The audit, before whoever can open the store's file: root or its owner, who could read it anyway.
/// Nobody has signed in for it, so no request of the API leads here; who asked is recorded.
#[derive(Debug, Clone, Copy)]
pub struct MachineAudit<'a> {
    desk: &'a Desk,
    by: &'a str,
    source: &'a Source,
}

impl Desk {
    /// The audit for `by`, who asks at this machine from `source`.
    pub const fn audit_at_machine<'a>(
        &'a self,
        by: &'a str,
        source: &'a Source,
    ) -> MachineAudit<'a> {
        MachineAudit {
            desk: self,
            by,
            source,
        }
    }
}

impl MachineAudit<'_> {
    fn event(self, kind: Kind) -> Event {
        Event {
            detail: Some(format!("asked for at this machine by {}", self.by)),
            ..self.desk.anonymous(self.source, kind, Outcome::Done)
        }
    }

    /// Lists audit records, newest first; the listing is recorded itself.
    ///
    /// # Errors
    /// [`DeskError::Audit`].
    pub async fn audit_list(self, query: AuditQuery) -> Result<Vec<Record>, DeskError> {
        self.desk
            .listed(self.event(Kind::AuditListed), query, nobody_to_look_at)
            .await
    }

    /// Verifies the chain, and that it still holds `anchor`.
    ///
    /// # Errors
    /// [`DeskError::Audit`]; a broken chain is reported, not an error.
    pub async fn audit_verify(self, anchor: Option<Anchor>) -> Result<Verified, DeskError> {
        let event = self.event(Kind::AuditVerified);
        self.desk.verified(event, anchor, nobody_to_look_at).await
    }

    /// Writes the whole audit to the new file `to` (0600).
    ///
    /// # Errors
    /// [`DeskError::Audit`], [`DeskError::File`].
    pub async fn audit_export(self, to: PathBuf, format: Format) -> Result<u64, DeskError> {
        let event = self.event(Kind::AuditExported);
        self.desk
            .exported(event, to, format, nobody_to_look_at)
            .await
    }
}
