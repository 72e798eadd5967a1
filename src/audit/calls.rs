//! What the audit knows of callers for one user: who was refused, and whether the way to reach the
//! person was changed lately. It is read from the records themselves, so that every console, command
//! and server at the store sees the same.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::params;

use super::{
    chain::{COLUMNS, Stored},
    event::{Kind, Outcome},
    log::AuditLog,
};
use crate::{store::StoreError, user::UserId};

/// Callers for one user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calls {
    /// When callers were refused, newest first.
    pub refused: Vec<Timestamp>,
    /// When address or phone were changed last.
    pub contact_changed: Option<Timestamp>,
}

impl AuditLog {
    /// What happened to callers for `user` since `since`.
    ///
    /// # Errors
    /// The store's.
    pub async fn calls(&self, user: &UserId, since: Timestamp) -> Result<Calls, StoreError> {
        let user = user.0.clone();
        self.store()
            .read(move |connection| {
                let mut statement = connection.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM audit WHERE target = ?1 AND at >= ?2 ORDER BY seq DESC"
                ))?;
                let mut rows = statement.query(params![user, since.as_millisecond()])?;
                let mut calls = Calls::default();
                let mut undone = HashSet::new();
                while let Some(row) = rows.next()? {
                    let record = Stored::read(row)?.record();
                    let event = &record.event;
                    if event.kind == Kind::CallerRefused {
                        calls.refused.push(record.at);
                    }
                    let failed = matches!(
                        event.outcome,
                        Outcome::Refused(_) | Outcome::Failed(_) | Outcome::Cancelled
                    );
                    // Newest first: how an act ended is read before that it was begun.
                    if let Some(intent) = event.intent.filter(|_| failed) {
                        undone.insert(intent);
                    }
                    let happened = !failed && !undone.contains(&record.sequence);
                    if event.contact_changed && happened && calls.contact_changed.is_none() {
                        calls.contact_changed = Some(record.at);
                    }
                }
                Ok(calls)
            })
            .await
    }
}
