//! Opening the file and setting a connection up.

use std::{
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::{
    error::StoreError,
    held,
    identity::Identity,
    privacy::{self, Missing},
    schema::Schema,
};

/// Page cache of a connection in KiB, at most; it grows as pages are read.
const CACHE_KIB: i64 = 8_000;

/// So many bytes of the write-ahead log's file are kept for reuse after a checkpoint.
const LOG_KEPT: i64 = 16 << 20;

/// After so many short sleeps the store is reported as busy: 0.2 s in steps of half a millisecond, then
/// 12 s in steps of three.
const PATIENCE: i32 = 400 + 4_000;

/// Opens the store for writing; makes it, or brings it up to date, when that is needed.
pub(super) fn create_or_open(
    path: &Path,
    schema: Schema,
    missing: Missing,
) -> Result<(PathBuf, Identity, Connection), StoreError> {
    let path = privacy::make_private(path, missing)?;
    let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Before anything is written: a file of a newer Halligan is left alone.
    let pending = schema.pending(&connection)?;
    if missing == Missing::Refuse && pending.is_some_and(|(next, _)| next == 1) {
        return Err(StoreError::Missing(path.display().to_string()));
    }
    use_write_ahead_log(&connection)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
    connection.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
    // What is deleted is overwritten: hashes and addresses are not to outlive their user.
    connection.execute_batch("PRAGMA secure_delete = ON;")?;
    schema.bring_up_to_date(&mut connection)?;
    let identity = Identity::of(&path)?;
    Ok((path, identity, connection))
}

/// Another connection, which cannot write.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    // Opened for writing all the same: a read-only connection could neither make the index of the
    // log when it is missing nor recover after a crash.
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute_batch("PRAGMA query_only = ON;")?;
    Ok(connection)
}

/// Folds the write-ahead log into the file and empties it. It does not wait: while another console
/// reads, the log stays, which only makes the next start slower.
pub(super) fn fold_log(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_handler(None)?;
    let folded = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    connection.busy_handler(Some(wait_a_little))?;
    Ok(folded?)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_handler(Some(wait_a_little))?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// SQLite's own time-out sleeps ever longer and so loses against others again and again; short
/// sleeps of random length share the lock fairly.
fn wait_a_little(times: i32) -> bool {
    held::note(times == 0);
    let micros = match times {
        0..400 => rand::random_range(300..700),
        400..PATIENCE => rand::random_range(2_000..4_000),
        _ => return false,
    };
    thread::sleep(Duration::from_micros(micros));
    true
}

/// The change of mode does not ask the busy handler, and two consoles may make a store at once.
fn use_write_ahead_log(connection: &Connection) -> Result<(), StoreError> {
    let mut times = 0;
    loop {
        let mode: Result<String, rusqlite::Error> =
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
        match mode.map_err(StoreError::from) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => {
                return Err(StoreError::ReadOnly(
                    "its file system has no shared memory for a write-ahead log".into(),
                ));
            }
            Err(StoreError::Busy) if wait_a_little(times) => times += 1,
            Err(error) => return Err(error),
        }
    }
}
