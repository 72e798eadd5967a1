//! Reading the audit through the desk.

use std::path::PathBuf;

use super::{DeskError, Seat, seat::AuditRead};
use crate::audit::{Anchor, AuditQuery, Event, Format, Outcome, Record, Verified};

impl Seat<'_, AuditRead> {
    /// Lists audit records, newest first; the listing is recorded itself.
    ///
    /// # Errors
    /// [`DeskError::Audit`].
    pub async fn audit_list(&self, query: AuditQuery) -> Result<Vec<Record>, DeskError> {
        // Paging on is part of the listing that has been recorded.
        if query.before.is_none() {
            self.record(self.event(Outcome::Done)).await?;
        }
        self.desk()
            .audit
            .list(query)
            .await
            .map_err(DeskError::Audit)
    }

    /// Verifies the chain, and that it still holds `anchor`.
    ///
    /// # Errors
    /// [`DeskError::Audit`]; a broken chain is reported, not an error.
    pub async fn audit_verify(&self, anchor: Option<Anchor>) -> Result<Verified, DeskError> {
        let verified = self
            .desk()
            .audit
            .verify(anchor)
            .await
            .map_err(DeskError::Audit)?;
        let detail = match &verified.first_bad {
            None => format!("{} records, all fit", verified.records),
            Some((sequence, why)) => format!("record {sequence} does not fit: {why}"),
        };
        self.record(Event {
            detail: Some(detail),
            ..self.event(Outcome::Done)
        })
        .await?;
        Ok(verified)
    }

    /// Writes the whole audit to the new file `to` (0600).
    ///
    /// # Errors
    /// [`DeskError::Audit`], [`DeskError::File`].
    pub async fn audit_export(&self, to: PathBuf, format: Format) -> Result<u64, DeskError> {
        self.record(Event {
            detail: Some(format!("to {}", to.display())),
            ..self.event(Outcome::Done)
        })
        .await?;
        self.desk()
            .audit
            .export(to, format)
            .await
            .map_err(|error| DeskError::File(error.to_string()))
    }
}
