//! The embedded store's file: one SQLite database. It knows files, connections, transactions and
//! versions of a schema, but no table: the code that owns a table brings its [`Migration`]s.
//!
//! WAL, `synchronous=FULL`, several consoles at once. The directory is 0700 and the file 0600; a
//! store that others can read is refused, with the command that mends it.
//!
//! A store has three lanes, each a thread with a connection of its own: one writes, one reads, one
//! searches. The last two are opened when they are first used, so that starting stays cheap.
//!
//! Work is given as a closure with an error type of the caller's choice, as long as it can be made
//! of a [`StoreError`].

mod cancel;
mod error;
mod held;
mod identity;
mod lane;
mod open;
mod privacy;
mod schema;
mod watch;

pub use cancel::Cancellation;
pub use error::StoreError;
pub use held::held_for;
pub use privacy::Missing;
pub use schema::{Migration, Schema};
pub use watch::Watch;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::OnceCell;

use identity::Identity;
use lane::Lane;

/// An open store; clones share its threads and connections.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    identity: Identity,
    writer: Lane,
    reader: OnceCell<Lane>,
    searcher: OnceCell<Lane>,
}

impl Store {
    /// Opens the store at `path` (a file), making it and its directory when they are missing, and
    /// brings it up to the newest version of `schema`.
    ///
    /// # Errors
    /// [`StoreError`] as listed there.
    pub async fn open(path: &Path, schema: &Schema) -> Result<Self, StoreError> {
        Self::open_or(path, schema, Missing::Make).await
    }

    /// The same for a store that must be there: a disk that was not mounted must not look like a
    /// new store, whose first administrator is whoever comes.
    ///
    /// # Errors
    /// [`StoreError::Missing`], also for a file that nothing was ever stored in; others as listed
    /// there.
    pub async fn open_existing(path: &Path, schema: &Schema) -> Result<Self, StoreError> {
        Self::open_or(path, schema, Missing::Refuse).await
    }

    /// As [`Store::open`] or [`Store::open_existing`].
    ///
    /// # Errors
    /// As there.
    pub async fn open_or(
        path: &Path,
        schema: &Schema,
        missing: Missing,
    ) -> Result<Self, StoreError> {
        let (asked, schema) = (path.to_owned(), *schema);
        let (path, identity, connection) =
            tokio::task::spawn_blocking(move || open::create_or_open(&asked, schema, missing))
                .await
                .map_err(|_| StoreError::Other("opening the store was interrupted".into()))??;
        Ok(Self {
            shared: Arc::new(Shared {
                path,
                identity,
                writer: Lane::new(connection),
                reader: OnceCell::new(),
                searcher: OnceCell::new(),
            }),
        })
    }

    /// Would the store be opened? Nothing is made or changed.
    ///
    /// # Errors
    /// [`StoreError`] as [`Store::open_existing`] would say it of the file and its directory.
    pub fn look(path: &Path) -> Result<(), StoreError> {
        privacy::make_private(path, Missing::Refuse).map(drop)
    }

    /// The file, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Runs `work` in one IMMEDIATE transaction on the writing thread and commits it durably
    /// (`synchronous=FULL`, one fsync) when it returns `Ok`.
    ///
    /// The work goes on when the future is dropped: a write that has begun ends by itself.
    ///
    /// # Errors
    /// `work`'s own error, or the store's; nothing is changed then, except for
    /// [`StoreError::Uncertain`]. A file that was exchanged since it was opened is found before and
    /// after.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    {
        let identity = self.shared.identity.clone();
        self.shared
            .writer
            .run(move |connection| {
                identity.check()?;
                let transaction = connection
                    .transaction_with_behavior(TransactionBehavior::Immediate)
                    .map_err(StoreError::from)?;
                let answer = work(&transaction)?;
                transaction.commit().map_err(StoreError::of_commit)?;
                identity.check_after_commit()?;
                Ok(answer)
            })
            .await
    }

    /// Runs `work` on the reading thread.
    ///
    /// # Errors
    /// `work`'s own error, or the store's.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let lane = self.lane(&self.shared.reader).await?;
        lane.run(move |connection| work(connection)).await
    }

    /// Runs `work` on the searching thread. Dropping the future ends it, within SQL and wherever
    /// `work` asks its [`Cancellation`]; it must not write.
    ///
    /// # Errors
    /// `work`'s own error, or the store's.
    pub async fn search<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Connection, &Cancellation) -> Result<T, E> + Send + 'static,
    {
        let lane = self.lane(&self.shared.searcher).await?;
        let cancellation = Cancellation::default();
        let _dropped = cancellation.on_drop();
        lane.run(move |connection| {
            cancellation.watch(connection, |connection| work(connection, &cancellation))
        })
        .await
    }

    /// Runs a short `work` on the writing thread, without a transaction: for the first question of
    /// a start, which would have to wait for the reading thread and its connection.
    ///
    /// # Errors
    /// `work`'s own error, or the store's.
    pub async fn glance<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        self.shared
            .writer
            .run(move |connection| work(connection))
            .await
    }

    /// Folds the write-ahead log into the file before the program ends: the next start would have
    /// to read all of it. Nothing is lost when this cannot be done.
    pub async fn fold_log(&self) {
        let folded = self
            .shared
            .writer
            .run(|connection| open::fold_log(connection))
            .await;
        if let Err(error) = folded {
            tracing::debug!(%error, "the write-ahead log was left as it is");
        }
    }

    /// Closes every connection, so that the write-ahead log is folded into the file and removed
    /// when this was the last console on it. A store that is merely dropped loses nothing.
    pub async fn close(self) {
        if let Ok(shared) = Arc::try_unwrap(self.shared) {
            for lane in [shared.searcher.into_inner(), shared.reader.into_inner()]
                .into_iter()
                .flatten()
            {
                lane.close().await;
            }
            shared.writer.close().await;
        }
    }

    async fn lane<'a>(&self, cell: &'a OnceCell<Lane>) -> Result<&'a Lane, StoreError> {
        cell.get_or_try_init(|| async {
            let path = self.shared.path.clone();
            let connection = tokio::task::spawn_blocking(move || open::reader(&path))
                .await
                .map_err(|_| StoreError::Other("opening the store was interrupted".into()))??;
            Ok(Lane::new(connection))
        })
        .await
    }
}
