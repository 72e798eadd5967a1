//! Reading the audit through the desk.

use std::path::PathBuf;

use super::{Desk, DeskError, Session};
use crate::{
    audit::{Anchor, AuditQuery, Event, Format, Kind, Outcome, Record, Verified},
    permission::Permission,
};

impl Desk {
    /// Lists audit records, newest first. Audit - Read; the listing is recorded itself.
    ///
    /// # Errors
    /// [`DeskError::Lacks`] and [`DeskError::Audit`].
    pub async fn audit_list(
        &self,
        session: &Session,
        query: AuditQuery,
    ) -> Result<Vec<Record>, DeskError> {
        let kind = Kind::AuditListed;
        self.require(session, kind, Permission::AuditRead).await?;
        // Paging on is part of the listing that has been recorded.
        if query.before.is_none() {
            self.record(self.event(session, kind, Outcome::Done))
                .await?;
        }
        self.audit.list(query).await.map_err(DeskError::Audit)
    }

    /// Verifies the chain, and that it still holds `anchor`. Audit - Read.
    ///
    /// # Errors
    /// [`DeskError::Lacks`] and [`DeskError::Audit`]; a broken chain is reported, not an error.
    pub async fn audit_verify(
        &self,
        session: &Session,
        anchor: Option<Anchor>,
    ) -> Result<Verified, DeskError> {
        let kind = Kind::AuditVerified;
        self.require(session, kind, Permission::AuditRead).await?;
        let verified = self.audit.verify(anchor).await.map_err(DeskError::Audit)?;
        let detail = match &verified.first_bad {
            None => format!("{} records, all fit", verified.records),
            Some((sequence, why)) => format!("record {sequence} does not fit: {why}"),
        };
        self.record(Event {
            detail: Some(detail),
            ..self.event(session, kind, Outcome::Done)
        })
        .await?;
        Ok(verified)
    }

    /// Writes the whole audit to the new file `to` (0600). Audit - Read.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::Audit`], [`DeskError::File`].
    pub async fn audit_export(
        &self,
        session: &Session,
        to: PathBuf,
        format: Format,
    ) -> Result<u64, DeskError> {
        let kind = Kind::AuditExported;
        self.require(session, kind, Permission::AuditRead).await?;
        self.record(Event {
            detail: Some(format!("to {}", to.display())),
            ..self.event(session, kind, Outcome::Done)
        })
        .await?;
        self.audit
            .export(to, format)
            .await
            .map_err(|error| DeskError::File(error.to_string()))
    }
}
