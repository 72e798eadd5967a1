//! The log as the desk uses it: appended to, listed, verified and exported off the async thread.

use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{
    chain::{self, Anchor, COLUMNS, Stored, Verified},
    event::{Event, Outcome, Record},
    export::{self, Format},
    intent::Intent,
};
use crate::{
    store::{Store, StoreError},
    user::UserId,
};

/// Which records to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// At most so many; 0 means all.
    pub limit: usize,
    /// Only records about this user.
    pub target: Option<UserId>,
    /// Only records older than this sequence number (paging).
    pub before: Option<u64>,
}

/// Appends to and reads from the audit of a store.
#[derive(Debug, Clone)]
pub struct AuditLog {
    store: Store,
}

impl AuditLog {
    /// The audit kept in `store`.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// The store beneath.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Appends one event durably.
    ///
    /// # Errors
    /// The store's; nothing was appended then.
    pub async fn append(&self, event: Event, now: Timestamp) -> Result<Record, StoreError> {
        self.store
            .write(move |transaction| Ok(chain::append(transaction, &event, now)?))
            .await
    }

    /// Commits the statement of what is about to be written.
    ///
    /// # Errors
    /// The store's; the act must not be begun then.
    pub async fn intend(&self, mut event: Event, now: Timestamp) -> Result<Intent, StoreError> {
        event.outcome = Outcome::Intent;
        let record = self.append(event, now).await?;
        Ok(Intent {
            sequence: record.sequence,
            event: record.event,
        })
    }

    /// Lists records, newest first.
    ///
    /// # Errors
    /// The store's; a record that cannot be read any more is marked.
    pub async fn list(&self, query: AuditQuery) -> Result<Vec<Record>, StoreError> {
        self.list_for(query, |_| Ok(())).await
    }

    /// The same once `look` has found nothing against it, on one state of the store.
    ///
    /// # Errors
    /// `look`'s, and those of [`AuditLog::list`].
    pub async fn list_for<E, L>(&self, query: AuditQuery, look: L) -> Result<Vec<Record>, E>
    where
        E: From<StoreError> + Send + 'static,
        L: FnOnce(&Connection) -> Result<(), E> + Send + 'static,
    {
        self.read_for(look, move |connection| {
            let limit = match query.limit {
                0 => -1,
                n => i64::try_from(n).unwrap_or(i64::MAX),
            };
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM audit \
                 WHERE (?1 IS NULL OR target = ?1) AND (?2 IS NULL OR seq < ?2) \
                 ORDER BY seq DESC LIMIT ?3"
            ))?;
            let rows = statement.query_map(
                params![query.target.map(|id| id.0), query.before, limit],
                Stored::read,
            )?;
            rows.map(|row| Ok(row?.record())).collect()
        })
        .await
    }

    /// Verifies the whole chain, and that it still holds `anchor`.
    ///
    /// # Errors
    /// The store's; a broken chain is reported, not an error.
    pub async fn verify(&self, anchor: Option<Anchor>) -> Result<Verified, StoreError> {
        self.verify_for(anchor, |_| Ok(())).await
    }

    /// The same once `look` has found nothing against it.
    ///
    /// # Errors
    /// `look`'s and the store's; a broken chain is reported, not an error.
    pub async fn verify_for<E, L>(&self, anchor: Option<Anchor>, look: L) -> Result<Verified, E>
    where
        E: From<StoreError> + Send + 'static,
        L: FnOnce(&Connection) -> Result<(), E> + Send + 'static,
    {
        self.read_for(look, move |connection| {
            Ok(chain::verify(connection, anchor.as_ref())?)
        })
        .await
    }

    /// Writes every record, oldest first, to the new file `to`, once `look` has found nothing
    /// against it.
    ///
    /// # Errors
    /// `look`'s and the store's, or [`StoreError::Other`] when the file is there already or cannot
    /// be written.
    pub async fn export_for<E, L>(&self, to: PathBuf, format: Format, look: L) -> Result<u64, E>
    where
        E: From<StoreError> + Send + 'static,
        L: FnOnce(&Connection) -> Result<(), E> + Send + 'static,
    {
        self.read_for(look, move |connection| {
            export::write(connection, &to, format)
        })
        .await
    }

    /// `look` and then `work`, on one state of the store.
    async fn read_for<T, E, L, F>(&self, look: L, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        L: FnOnce(&Connection) -> Result<(), E> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.store
            .read(move |connection| {
                let state = connection.unchecked_transaction();
                let state = state.map_err(StoreError::from)?;
                look(&state)?;
                Ok(work(&state)?)
            })
            .await
    }

    /// The intents that no outcome closes, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn open_intents(&self) -> Result<Vec<Record>, StoreError> {
        self.store
            .read(|connection| {
                let mut statement = connection
                    .prepare_cached(&format!("SELECT {COLUMNS} FROM audit WHERE seq = ?1"))?;
                chain::open_intents(connection)?
                    .into_iter()
                    .map(|sequence| Ok(statement.query_row([sequence], Stored::read)?.record()))
                    .collect()
            })
            .await
    }
}
