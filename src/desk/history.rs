//! Reading the audit through the desk.

use std::path::PathBuf;

use super::{Desk, DeskError, Seat, seat::AuditRead};
use crate::audit::{Anchor, AuditQuery, Event, Format, Outcome, Record, Verified};

impl Seat<'_, AuditRead> {
    /// Lists audit records, newest first; the listing is recorded itself.
    ///
    /// # Errors
    /// [`DeskError::Audit`].
    pub async fn audit_list(&self, query: AuditQuery) -> Result<Vec<Record>, DeskError> {
        self.desk().listed(self.event(Outcome::Done), query).await
    }

    /// Verifies the chain, and that it still holds `anchor`.
    ///
    /// # Errors
    /// [`DeskError::Audit`]; a broken chain is reported, not an error.
    pub async fn audit_verify(&self, anchor: Option<Anchor>) -> Result<Verified, DeskError> {
        let event = self.event(Outcome::Done);
        self.desk().verified(event, anchor).await
    }

    /// Writes the whole audit to the new file `to` (0600).
    ///
    /// # Errors
    /// [`DeskError::Audit`], [`DeskError::File`].
    pub async fn audit_export(&self, to: PathBuf, format: Format) -> Result<u64, DeskError> {
        let event = self.event(Outcome::Done);
        self.desk().exported(event, to, format).await
    }
}

impl Desk {
    /// The records, the listing recorded as `event`.
    pub(super) async fn listed(
        &self,
        event: Event,
        query: AuditQuery,
    ) -> Result<Vec<Record>, DeskError> {
        // Paging on is part of the listing that has been recorded.
        if query.before.is_none() {
            self.record(event).await?;
        }
        self.audit.list(query).await.map_err(DeskError::Audit)
    }

    /// What a verification finds, recorded as `event` together with that.
    pub(super) async fn verified(
        &self,
        event: Event,
        anchor: Option<Anchor>,
    ) -> Result<Verified, DeskError> {
        let verified = self.audit.verify(anchor).await.map_err(DeskError::Audit)?;
        let found = match &verified.first_bad {
            None => format!("{} records, all fit", verified.records),
            Some((sequence, why)) => format!("record {sequence} does not fit: {why}"),
        };
        self.record(with(event, found)).await?;
        Ok(verified)
    }

    /// Writes every record to the new file `to`, recorded as `event`.
    pub(super) async fn exported(
        &self,
        event: Event,
        to: PathBuf,
        format: Format,
    ) -> Result<u64, DeskError> {
        self.record(with(event, format!("to {}", to.display())))
            .await?;
        self.audit
            .export(to, format)
            .await
            .map_err(|error| DeskError::File(error.to_string()))
    }
}

/// The event with more of what it was about.
fn with(event: Event, detail: String) -> Event {
    let detail = match &event.detail {
        Some(before) => format!("{detail}; {before}"),
        None => detail,
    };
    Event {
        detail: Some(detail),
        ..event
    }
}
