//! When to look at the operator of a session that lies open, although nobody does anything.

use std::time::Duration;

use super::Desk;
use crate::store;

/// Writes that come together are one reason to look.
const TOGETHER: Duration = Duration::from_millis(150);
/// A directory elsewhere tells nobody of a change, and is asked so often.
pub(super) const ELSEWHERE: Duration = Duration::from_mins(1);

/// Tells when a session's operator may have changed.
#[derive(Debug)]
pub struct OperatorWatch {
    store: Option<store::Watch>,
    /// Is it time by the clock, too?
    pub(super) asks: bool,
}

impl Desk {
    /// A watch over everything that operators of this desk are known by.
    pub fn watch_operators(&self) -> OperatorWatch {
        let store = self.audit.store().watch();
        if let Err(error) = &store {
            tracing::warn!(%error, "the store cannot be watched: it is looked at once a minute");
        }
        OperatorWatch {
            asks: store.is_err() || !self.directory.capabilities().records_outcome,
            store: store.ok(),
        }
    }
}

impl OperatorWatch {
    /// Returns when it is time for a look.
    pub async fn due(&mut self) {
        let asks = self.asks;
        let written = async {
            let Some(watch) = &mut self.store else {
                return std::future::pending().await;
            };
            let told = watch.written().await;
            tokio::time::sleep(TOGETHER).await;
            told
        };
        let told = tokio::select! {
            told = written => told,
            () = tokio::time::sleep(ELSEWHERE), if asks => return,
        };
        if let Err(error) = told {
            tracing::warn!(%error, "the store is watched no more: it is looked at once a minute");
            self.store = None;
            self.asks = true;
        }
    }
}
