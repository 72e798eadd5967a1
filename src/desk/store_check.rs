//! The check of the embedded store through the desk.

use std::sync::Arc;

use super::{Desk, DeskError, Session};
use crate::{
    audit::{Event, Kind, Outcome},
    directory::local::{IndexCheck, LocalDirectory},
    permission::Permission,
};

/// Damages of the file that are told; one is enough to know.
const TOLD: u32 = 10;

/// What a check of the store found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StoreCheck {
    /// What SQLite says is wrong with the file itself; nothing when it is sound.
    pub file_faults: Vec<String>,
    /// What a full scan of the users says of the search index.
    pub index: IndexCheck,
}

impl StoreCheck {
    /// Is everything right, or was it mended?
    pub fn is_good(&self) -> bool {
        self.file_faults.is_empty() && (self.index.faults.is_empty() || self.index.mended)
    }
}

impl Desk {
    /// Checks the store's file and proves the search index against a full scan; with `mend` builds
    /// a wrong index anew. Users - Read, and Users - Create to mend. `progress` is told the number
    /// of users read.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::Audit`] and the store's.
    pub async fn check_store(
        &self,
        session: &Session,
        mend: bool,
        progress: impl FnMut(u64) + Send + 'static,
    ) -> Result<StoreCheck, DeskError> {
        let kind = Kind::StoreChecked;
        let permission = if mend {
            Permission::UsersCreate
        } else {
            Permission::UsersRead
        };
        self.require(session, kind, permission).await?;
        let store = self.audit.store();
        let file_faults = store
            .read(|connection| {
                let mut statement =
                    connection.prepare(&format!("PRAGMA integrity_check({TOLD})"))?;
                let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
                let mut faults = lines.collect::<rusqlite::Result<Vec<_>>>()?;
                faults.retain(|line| line != "ok");
                Ok(faults)
            })
            .await
            .map_err(DeskError::Audit)?;
        let index = LocalDirectory::new(store.clone(), Arc::clone(&self.profile))
            .check_index(mend, progress)
            .await
            .map_err(DeskError::Audit)?;
        let check = StoreCheck { file_faults, index };
        self.record(Event {
            detail: Some(format!(
                "{} users; faults of the file: {}, of the index: {}{}",
                check.index.users,
                check.file_faults.len(),
                check.index.faults.len(),
                if check.index.mended { ", mended" } else { "" }
            )),
            ..self.event(session, kind, Outcome::Done)
        })
        .await?;
        Ok(check)
    }
}
