//! Recoveries at the machine, and which of them an administrator has seen.

use jiff::Timestamp;
use rusqlite::params;

use super::{
    chain::{self, COLUMNS, Stored},
    event::{Event, Record},
    log::AuditLog,
};
use crate::{store::StoreError, user::UserId};

impl AuditLog {
    /// The recoveries that `operator` has not confirmed to have seen, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn unseen_recoveries(&self, operator: &UserId) -> Result<Vec<Record>, StoreError> {
        let operator = operator.0.clone();
        self.store()
            .read(move |connection| {
                let mut statement = connection.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM audit WHERE seq IN (SELECT seq FROM recoveries
                         WHERE seq > coalesce(
                             (SELECT up_to FROM recoveries_seen WHERE operator = ?1), 0))
                     ORDER BY seq"
                ))?;
                let rows = statement.query_map([operator], Stored::read)?;
                rows.map(|row| Ok(row?.record())).collect()
            })
            .await
    }

    /// Records with `event` that `operator` has seen every recovery up to `sequence`.
    ///
    /// # Errors
    /// The store's; nothing is recorded then.
    pub async fn recoveries_seen(
        &self,
        operator: &UserId,
        sequence: u64,
        event: Event,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let operator = operator.0.clone();
        self.store()
            .write(move |transaction| {
                transaction.execute(
                    "INSERT INTO recoveries_seen (operator, up_to) VALUES (?1, ?2)
                     ON CONFLICT (operator) DO UPDATE SET up_to = max(up_to, ?2)",
                    params![operator, sequence],
                )?;
                chain::append(transaction, &event, now)?;
                Ok(())
            })
            .await
    }
}
