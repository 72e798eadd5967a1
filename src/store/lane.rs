//! A thread with a connection of its own.

use rusqlite::Connection;

use super::StoreError;

#[derive(Debug)]
pub(super) struct Lane(tokio_rusqlite::Connection);

impl Lane {
    pub(super) fn new(connection: Connection) -> Self {
        Self(tokio_rusqlite::Connection::from(connection))
    }

    /// Runs `work` after whatever was asked for before it.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        use tokio_rusqlite::Error;
        self.0.call(work).await.map_err(|error| match error {
            Error::Error(error) => error,
            Error::Close((_, error)) => error.into(),
            _ => StoreError::Other("the store has been closed".into()),
        })
    }

    pub(super) async fn close(self) {
        // A connection that cannot be closed now is closed by the end of the process; nothing
        // committed depends on it.
        let _ = self.0.close().await;
    }
}
