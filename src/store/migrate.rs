//! The schema and its versions (`PRAGMA user_version`).

use std::sync::LazyLock;

use rusqlite::Connection;
use rusqlite_migration::{HookError, M, Migrations};

use super::StoreError;
use crate::directory::local;

static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| {
    Migrations::new(vec![
        M::up(include_str!("../../assets/migrations/001-store.sql")),
        M::up(include_str!("../../assets/migrations/002-api.sql")),
        // The grams of before are no longer asked for.
        M::up_with_hook("", |transaction| {
            local::rebuild_index(transaction).map_err(|error| HookError::Hook(error.to_string()))
        }),
    ])
});
/// Number of the newest schema: how many steps there are.
const LATEST: i64 = 3;

/// Two consoles that make a store at once: the later one finds the work done when it looks again.
const ATTEMPTS: u32 = 5;

/// A file that a newer Halligan has written is left alone.
pub(super) fn refuse_newer(connection: &Connection) -> Result<(), StoreError> {
    let found = version(connection)?;
    if found > LATEST {
        return Err(StoreError::Newer {
            found,
            known: LATEST,
        });
    }
    Ok(())
}

/// Brings the schema up to date, each step in a transaction of its own.
pub(crate) fn to_latest(connection: &mut Connection) -> Result<(), StoreError> {
    let mut attempt = 1;
    loop {
        if version(connection)? == LATEST {
            return Ok(());
        }
        match MIGRATIONS.to_latest(connection) {
            Ok(()) => return Ok(()),
            Err(_) if attempt < ATTEMPTS => attempt += 1,
            Err(rusqlite_migration::Error::RusqliteError { err, .. }) => return Err(err.into()),
            Err(error) => return Err(StoreError::Other(error.to_string())),
        }
    }
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_the_schema_is_valid_sql() {
        MIGRATIONS.validate().unwrap();
        let mut connection = Connection::open_in_memory().unwrap();
        to_latest(&mut connection).unwrap();
        assert_eq!(version(&connection).unwrap(), LATEST);
    }
}
