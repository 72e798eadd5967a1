//! The check of the embedded store through the desk.

use super::{
    DeskError, Seat,
    seat::{Right, UsersCreate, UsersRead},
};
use crate::{
    audit::{Event, Outcome},
    directory::local::{IndexCheck, LocalDirectory},
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

impl Seat<'_, UsersRead> {
    /// Checks the store's file and proves the search index against a full scan. `progress` is told
    /// the number of users read.
    ///
    /// # Errors
    /// [`DeskError::Audit`] and the store's.
    pub async fn check_store(
        self,
        progress: impl FnMut(u64) + Send + 'static,
    ) -> Result<StoreCheck, DeskError> {
        self.look_through(false, progress).await
    }
}

impl Seat<'_, UsersCreate> {
    /// Checks as [`Seat::check_store`] does, and builds a wrong index anew.
    ///
    /// # Errors
    /// As [`Seat::check_store`].
    pub async fn mend_store(
        self,
        progress: impl FnMut(u64) + Send + 'static,
    ) -> Result<StoreCheck, DeskError> {
        self.look_through(true, progress).await
    }
}

impl<R: Right> Seat<'_, R> {
    async fn look_through(
        &self,
        mend: bool,
        progress: impl FnMut(u64) + Send + 'static,
    ) -> Result<StoreCheck, DeskError> {
        let store = self.desk().audit.store();
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
        let index = LocalDirectory::new(store.clone(), self.desk().profiles.clone())
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
            ..self.event(Outcome::Done)
        })
        .await?;
        Ok(check)
    }
}
