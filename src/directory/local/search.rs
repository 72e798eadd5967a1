//! Finding users while somebody types.
//!
//! # The order of what is found
//! A query is folded and split at spaces into words. A user is found when every word occurs in the
//! ID, the email or the name. Those found are ordered by the best of these that holds:
//! 1. the ID is the whole query,
//! 2. the email is the whole query,
//! 3. the ID, the email, the name or the name the other way round begins with the whole query,
//! 4. every word of the query begins a word of the user,
//! 5. every word occurs somewhere;
//! 6. where fewer than twenty are found so: a word is several words of the name written as one;
//!
//! among equals by row number, which is the order in which users were added. The order is the same
//! whichever way an answer was found. Counting stops at [`MOST_COUNTED`].

mod joined;
mod nearly;
mod rank;
mod sets;
mod stream;

use rusqlite::{Connection, params};

use super::{
    LocalDirectory,
    index::{Row, key::fold},
    operator_now::refuse_reading,
    read, state,
};
use crate::{
    directory::{DirectoryError, Found, Query, Total},
    operator::Operator,
    store::{Cancellation, StoreError},
};

use rank::Wanted;
use stream::Search;

/// How far matches are counted, and how far one can page.
pub(super) const MOST_COUNTED: usize = 200;

/// No field is as long as this, so nothing longer can be found.
const LONGEST_QUERY: usize = 1_000;

impl LocalDirectory {
    pub(super) async fn search(
        &self,
        operator: &Operator,
        query: &Query,
    ) -> Result<Found, DirectoryError> {
        let (query, operator, now) = (query.clone(), operator.clone(), self.now());
        let mut found = self
            .store
            .search(move |connection, cancel| {
                cancel.check()?;
                let snapshot = connection.unchecked_transaction()?;
                refuse_reading(&snapshot, &operator, now)?;
                Ok::<_, DirectoryError>(search(&snapshot, &query, cancel)?)
            })
            .await?;
        for user in &mut found.rows {
            state::end_inactive(&self.profile, user);
        }
        Ok(found)
    }
}

/// Answers `query` from the one state of the store that `transaction` sees.
pub(super) fn search(
    transaction: &Connection,
    query: &Query,
    cancel: &Cancellation,
) -> Result<Found, StoreError> {
    cancel.check()?;
    let population = population(transaction)?;
    let text = query.text.trim();
    let folded = if text.len() > LONGEST_QUERY {
        None
    } else {
        Some(fold(text))
    };
    let mut meant = None;
    let (rows, total) = match folded {
        Some(folded) if folded.is_empty() && text.is_empty() => (
            everybody(transaction, query, population)?,
            Total::Exact(population),
        ),
        // Something was typed that folds to nothing, so that no user can match.
        None => (Vec::new(), Total::Exact(0)),
        Some(folded) if folded.is_empty() => (Vec::new(), Total::Exact(0)),
        Some(folded) => {
            let found = matching(transaction, &folded, query, cancel)?;
            if found.1 == Total::Exact(0) {
                meant = nearly::nearly(transaction, &folded, cancel)?;
            }
            found
        }
    };
    let rows = read::users(transaction, &rows)?;
    Ok(Found {
        rows,
        total,
        population: Some(population),
        remark: meant
            .as_ref()
            .map(|meant| format!("Did you mean \"{meant}\"?")),
        meant,
    })
}

fn matching(
    connection: &Connection,
    folded: &str,
    query: &Query,
    cancel: &Cancellation,
) -> Result<(Vec<Row>, Total), StoreError> {
    let wanted = Wanted::new(folded);
    let mut search = Search::new(connection, &wanted, cancel)?;
    search.run(MOST_COUNTED + 1)?;
    let found = search.into_rows();
    let total = if found.len() > MOST_COUNTED {
        Total::MoreThan(MOST_COUNTED as u64)
    } else {
        Total::Exact(found.len() as u64)
    };
    let page = found
        .into_iter()
        .take(MOST_COUNTED)
        .skip(query.offset)
        .take(query.limit)
        .collect();
    Ok((page, total))
}

fn everybody(
    connection: &Connection,
    query: &Query,
    population: u64,
) -> Result<Vec<Row>, StoreError> {
    let highest: u64 = connection
        .prepare_cached("SELECT coalesce(max(row), 0) FROM users")?
        .query_row([], |row| row.get(0))?;
    // Without a gap in the numbers a page can be reached without counting up to it.
    let (after, skipped) = if highest == population {
        (query.offset, 0)
    } else {
        (0, query.offset)
    };
    let mut statement = connection
        .prepare_cached("SELECT row FROM users WHERE row > ?1 ORDER BY row LIMIT ?2 OFFSET ?3")?;
    let rows = statement.query_map(params![after, query.limit, skipped], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn population(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM counters WHERE name = 'users'")?
        .query_row([], |row| row.get(0))?)
}

#[cfg(test)]
mod tests;
