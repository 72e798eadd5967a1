//! A thread with a connection of its own.

use rusqlite::Connection;

use super::error::StoreError;

#[derive(Debug)]
pub(super) struct Lane(tokio_rusqlite::Connection);

impl Lane {
    pub(super) fn new(connection: Connection) -> Self {
        Self(tokio_rusqlite::Connection::from(connection))
    }

    /// Runs `work` after whatever was asked for before it.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is another crate's, and what is not named is handled alike"
    )]
    pub(super) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    {
        use tokio_rusqlite::Error;
        self.0.call(work).await.map_err(|error| match error {
            Error::Error(error) => error,
            Error::Close((_, error)) => StoreError::from(error).into(),
            _ => StoreError::Other("the store has been closed".into()).into(),
        })
    }

    pub(super) async fn close(self) {
        // A connection that cannot be closed now is closed by the end of the process; nothing
        // committed depends on it.
        let _ = self.0.close().await;
    }
}
