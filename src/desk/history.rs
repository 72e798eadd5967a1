//! Reading the audit through the desk.

use std::path::PathBuf;

use rusqlite::Connection;

use super::{Desk, DeskError, Seat, seat::AuditRead};
use crate::{
    audit::{Anchor, AuditQuery, Event, Format, Outcome, Record, Verified},
    directory::DirectoryError,
    store::StoreError,
};

/// Why the audit was not read.
pub(super) enum NotRead {
    Store(StoreError),
    OperatorChanged(DirectoryError),
}

impl From<StoreError> for NotRead {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// For whoever is at this machine: the rights are those of the system's user.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands where the look at an operator may refuse"
)]
pub(super) fn nobody_to_look_at(_: &Connection) -> Result<(), NotRead> {
    Ok(())
}

impl Seat<'_, AuditRead> {
    /// Lists audit records, newest first; the listing is recorded itself.
    ///
    /// # Errors
    /// [`DeskError::Audit`].
    pub async fn audit_list(&self, query: AuditQuery) -> Result<Vec<Record>, DeskError> {
        let listed = self
            .desk()
            .listed(self.event(Outcome::Done), query, self.look());
        self.noted(listed.await)
    }

    /// Verifies the chain, and that it still holds `anchor`.
    ///
    /// # Errors
    /// [`DeskError::Audit`]; a broken chain is reported, not an error.
    pub async fn audit_verify(&self, anchor: Option<Anchor>) -> Result<Verified, DeskError> {
        let event = self.event(Outcome::Done);
        let verified = self.desk().verified(event, anchor, self.look());
        self.noted(verified.await)
    }

    /// Writes the whole audit to the new file `to` (0600).
    ///
    /// # Errors
    /// [`DeskError::Audit`], [`DeskError::File`].
    pub async fn audit_export(&self, to: PathBuf, format: Format) -> Result<u64, DeskError> {
        let event = self.event(Outcome::Done);
        let exported = self.desk().exported(event, to, format, self.look());
        self.noted(exported.await)
    }

    fn look(&self) -> impl FnOnce(&Connection) -> Result<(), NotRead> + Send + use<> {
        let look = self.look_within();
        move |connection| look(connection).map_err(NotRead::OperatorChanged)
    }

    fn noted<T>(&self, answer: Result<T, DeskError>) -> Result<T, DeskError> {
        if let Err(error) = &answer {
            self.note(error);
        }
        answer
    }
}

impl Desk {
    /// The records, the listing recorded as `event`.
    pub(super) async fn listed(
        &self,
        event: Event,
        query: AuditQuery,
        look: impl FnOnce(&Connection) -> Result<(), NotRead> + Send + 'static,
    ) -> Result<Vec<Record>, DeskError> {
        // Paging on is part of the listing that has been recorded.
        if query.before.is_none() {
            self.record(event).await?;
        }
        let listed = self.audit.list_for(query, look).await;
        listed.map_err(|error| not_read(error, DeskError::Audit))
    }

    /// What a verification finds, recorded as `event` together with that.
    pub(super) async fn verified(
        &self,
        event: Event,
        anchor: Option<Anchor>,
        look: impl FnOnce(&Connection) -> Result<(), NotRead> + Send + 'static,
    ) -> Result<Verified, DeskError> {
        let verified = self.audit.verify_for(anchor, look).await;
        let verified = verified.map_err(|error| not_read(error, DeskError::Audit))?;
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
        look: impl FnOnce(&Connection) -> Result<(), NotRead> + Send + 'static,
    ) -> Result<u64, DeskError> {
        self.record(with(event, format!("to {}", to.display())))
            .await?;
        let exported = self.audit.export_for(to, format, look).await;
        exported.map_err(|error| not_read(error, |error| DeskError::File(error.to_string())))
    }
}

fn not_read(error: NotRead, of_store: fn(StoreError) -> DeskError) -> DeskError {
    match error {
        NotRead::Store(error) => of_store(error),
        NotRead::OperatorChanged(error) => error.into(),
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
