//! Ending a search that nobody waits for any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rusqlite::Connection;

use super::error::StoreError;

/// SQLite asks whether to go on each time it has done about so many steps of its virtual machine:
/// some 50 microseconds.
const STEPS_BETWEEN_LOOKS: i32 = 2_000;

/// Tells a search that its future has been dropped, which is the one way to cancel it. Clones are
/// one and the same.
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Arc<AtomicBool>);

impl Cancellation {
    /// Ends the search as soon as it looks.
    pub(crate) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// For loops outside SQL.
    ///
    /// # Errors
    /// [`StoreError::Interrupted`] when the search has been cancelled.
    pub fn check(&self) -> Result<(), StoreError> {
        if self.is_cancelled() {
            Err(StoreError::Interrupted)
        } else {
            Ok(())
        }
    }

    /// Ends the search when the guard is dropped, that is when its future is.
    pub(super) fn on_drop(&self) -> CancelOnDrop {
        CancelOnDrop(self.clone())
    }

    /// Runs `work` with SQLite looking here.
    ///
    /// A progress handler rather than `sqlite3_interrupt`: an interrupt that comes a moment late
    /// would end whatever runs on the connection next.
    pub(super) fn watch<T, E: From<StoreError>>(
        &self,
        connection: &Connection,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.check()?;
        let seen = self.clone();
        connection
            .progress_handler(STEPS_BETWEEN_LOOKS, Some(move || seen.is_cancelled()))
            .map_err(StoreError::from)?;
        let answer = work(connection);
        connection
            .progress_handler(0, None::<fn() -> bool>)
            .map_err(StoreError::from)?;
        answer
    }
}

pub(super) struct CancelOnDrop(Cancellation);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
