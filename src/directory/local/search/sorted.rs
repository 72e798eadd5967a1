//! Rows in another order than that of the search; among equals the order in which they came.

use std::cmp::Reverse;

use rusqlite::{Connection, OptionalExtension, Row as SqlRow};

use crate::{
    directory::{Order, local::index::Row, name_key},
    store::StoreError,
    text,
};

/// The rows in `order`.
pub(super) fn by(
    connection: &Connection,
    order: Order,
    rows: Vec<Row>,
) -> Result<Vec<Row>, StoreError> {
    match order {
        Order::Best => Ok(rows),
        Order::Name => keyed(
            connection,
            "SELECT family, given FROM users WHERE row = ?1",
            rows,
            |row| {
                Ok(name_key(
                    row.get_ref(0)?.as_str()?,
                    row.get_ref(1)?.as_str()?,
                ))
            },
        ),
        Order::Id => keyed(
            connection,
            "SELECT login FROM users WHERE row = ?1",
            rows,
            |row| Ok(text::fold(row.get_ref(0)?.as_str()?)),
        ),
        Order::LastSignIn => keyed(
            connection,
            "SELECT last_at FROM sign_ins WHERE row = ?1",
            rows,
            latest_first,
        ),
        Order::Changed => keyed(
            connection,
            "SELECT coalesce(changed_at, created_at) FROM users WHERE row = ?1",
            rows,
            latest_first,
        ),
    }
}

fn latest_first(row: &SqlRow<'_>) -> rusqlite::Result<Reverse<Option<i64>>> {
    Ok(Reverse(row.get(0)?))
}

/// Who has no key comes last.
fn keyed<K: Ord + Default>(
    connection: &Connection,
    sql: &str,
    rows: Vec<Row>,
    key: impl Fn(&SqlRow<'_>) -> rusqlite::Result<K>,
) -> Result<Vec<Row>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut keyed = Vec::with_capacity(rows.len());
    for row in rows {
        let key = statement.query_row([row], &key).optional()?;
        keyed.push((key.unwrap_or_default(), row));
    }
    keyed.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}
