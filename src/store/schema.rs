//! The schema and its versions (`PRAGMA user_version`).

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::StoreError;

/// One change of the schema, kept in the module that owns the tables.
#[derive(Debug, Clone, Copy)]
pub enum Migration {
    /// SQL statements.
    Sql(&'static str),
    /// What SQL alone cannot do.
    Work(fn(&Transaction<'_>) -> Result<(), StoreError>),
}

impl Migration {
    fn run(self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        match self {
            Self::Sql(statements) => Ok(transaction.execute_batch(statements)?),
            Self::Work(work) => work(transaction),
        }
    }
}

/// The versions of a store, oldest first: for each, the migrations that lead to it from the one
/// before, which may concern tables of several owners. A store remembers how many versions it has gone through, so
/// versions are only ever added at the end.
#[derive(Debug, Clone, Copy)]
pub struct Schema(pub &'static [&'static [Migration]]);

/// How often the lock is waited for: another console may be busy with a long migration.
const ATTEMPTS: u32 = 5;

impl Schema {
    /// Brings a store up to date, each version in a transaction of its own.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for a store with more versions than are known here, which is left
    /// alone; otherwise what SQLite says.
    pub fn bring_up_to_date(self, connection: &mut Connection) -> Result<(), StoreError> {
        let mut attempt = 1;
        while self.pending(connection)?.is_some() {
            match self.advance(connection) {
                Err(StoreError::Busy) if attempt < ATTEMPTS => attempt += 1,
                done => done?,
            }
        }
        Ok(())
    }

    fn advance(self, connection: &mut Connection) -> Result<(), StoreError> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another console may have done it while this one waited for the lock.
        if let Some((next, migrations)) = self.pending(&transaction)? {
            for migration in migrations {
                migration.run(&transaction)?;
            }
            transaction.pragma_update(None, "user_version", next)?;
        }
        transaction.commit().map_err(StoreError::of_commit)
    }

    /// The next version and the migrations that lead to it; none for a store that is up to date.
    ///
    /// # Errors
    /// [`StoreError::Newer`].
    pub(super) fn pending(
        self,
        connection: &Connection,
    ) -> Result<Option<(i64, &'static [Migration])>, StoreError> {
        let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let Self(versions) = self;
        let place = usize::try_from(found).unwrap_or(usize::MAX);
        if place > versions.len() {
            return Err(StoreError::Newer {
                found,
                known: i64::try_from(versions.len()).unwrap_or(i64::MAX),
            });
        }
        Ok(versions
            .get(place)
            .map(|migrations| (found + 1, *migrations)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: &[Migration] = &[
        Migration::Sql("CREATE TABLE one (text TEXT)"),
        Migration::Sql("CREATE TABLE other (text TEXT)"),
    ];
    const FILLED: &[Migration] = &[Migration::Work(|transaction| {
        transaction.execute_batch("INSERT INTO other VALUES ('filled')")?;
        Ok(())
    })];
    const BROKEN: &[Migration] = &[
        Migration::Sql("INSERT INTO other VALUES ('half')"),
        Migration::Sql("INSERT INTO missing VALUES (1)"),
    ];

    fn version(connection: &Connection) -> i64 {
        connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap()
    }

    fn texts(connection: &Connection) -> Vec<String> {
        let mut statement = connection.prepare("SELECT text FROM other").unwrap();
        let texts = statement.query_map([], |row| row.get(0)).unwrap();
        texts.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn a_store_goes_through_the_versions_that_it_lacks_and_through_no_other() {
        let mut connection = Connection::open_in_memory().unwrap();
        Schema(&[MADE]).bring_up_to_date(&mut connection).unwrap();
        assert_eq!((version(&connection), texts(&connection).len()), (1, 0));
        for _ in 0..2 {
            Schema(&[MADE, FILLED])
                .bring_up_to_date(&mut connection)
                .unwrap();
            assert_eq!(version(&connection), 2);
            assert_eq!(texts(&connection), ["filled"]);
        }
    }

    #[test]
    fn a_version_that_fails_leaves_the_one_before() {
        let mut connection = Connection::open_in_memory().unwrap();
        let schema = Schema(&[MADE, FILLED, BROKEN]);
        let error = schema.bring_up_to_date(&mut connection).unwrap_err();
        assert!(matches!(error, StoreError::Other(_)), "{error:?}");
        assert_eq!(version(&connection), 2);
        assert_eq!(texts(&connection), ["filled"]);
    }

    #[test]
    fn a_store_of_more_versions_than_are_known_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        Schema(&[MADE, FILLED])
            .bring_up_to_date(&mut connection)
            .unwrap();
        let refused = Schema(&[MADE]).bring_up_to_date(&mut connection);
        assert_eq!(refused, Err(StoreError::Newer { found: 2, known: 1 }));
        connection
            .execute_batch("PRAGMA user_version = -1")
            .unwrap();
        let refused = Schema(&[MADE]).bring_up_to_date(&mut connection);
        assert_eq!(
            refused,
            Err(StoreError::Newer {
                found: -1,
                known: 1
            })
        );
    }
}
