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
//! whichever way an answer was found. Counting stops at [`MOST_COUNTED`]; who matches criteria
//! without a text is counted exactly. Another order is made of up to [`MOST_SORTED`] users.

mod chosen;
mod field_rows;
mod joined;
mod nearly;
mod rank;
mod sets;
mod sorted;
mod stream;

use rusqlite::{Connection, params};

use super::{
    LocalDirectory,
    index::{Row, key::fold},
    operator_now::refuse_reading,
    read, site_fields, state,
};
use crate::{
    directory::{Criterion, DirectoryError, Found, Order, Query, Total},
    kind::AccountKind,
    operator::Operator,
    permission::Reach,
    store::{Cancellation, StoreError},
};

pub(super) use chosen::When;

use chosen::Chosen;
use rank::Wanted;
use stream::Search;

/// How far matches are counted, and how far one can page.
pub(super) const MOST_COUNTED: usize = 200;

/// So many users are put into another order than that of the search, which takes a few milliseconds.
const MOST_SORTED: usize = 2_000;

/// No field is as long as this, so nothing longer can be found.
const LONGEST_QUERY: usize = 1_000;

impl LocalDirectory {
    pub(super) async fn search(
        &self,
        operator: &Operator,
        query: &Query,
    ) -> Result<Found, DirectoryError> {
        let (query, operator, now) = (query.clone(), operator.clone(), self.now());
        let when = When {
            now,
            inactive_days: AccountKind::ALL
                .map(|kind| self.profiles.of(Some(kind)).disable_inactive_days),
        };
        let mut found = self
            .store
            .search(move |connection, cancel| {
                cancel.check()?;
                let snapshot = connection.unchecked_transaction()?;
                refuse_reading(&snapshot, &operator, now)?;
                let mut fields = site_fields::seen(&snapshot, &operator)?;
                let query = query.with_fields(&fields);
                let mut found = search(&snapshot, &query, when, &operator.reach, cancel)?;
                fields.retain(|field| field.shown);
                site_fields::attach_those(&snapshot, &fields, found.rows.iter_mut())?;
                Ok::<_, DirectoryError>(found)
            })
            .await?;
        for user in &mut found.rows {
            state::end_inactive(&self.profiles, user);
        }
        Ok(found)
    }
}

/// Answers `query` from the one state of the store that `transaction` sees.
pub(super) fn search(
    transaction: &Connection,
    query: &Query,
    when: When,
    reach: &Reach,
    cancel: &Cancellation,
) -> Result<Found, StoreError> {
    cancel.check()?;
    let text = query.text.trim();
    let choose = |criteria: &[Criterion]| {
        if criteria.is_empty() && reach.is_everywhere() {
            return Ok(None);
        }
        let last = sets::last_block(transaction)?;
        let asked = (criteria, reach);
        Chosen::of(transaction, asked, when, last, cancel).map(Some)
    };
    let reached = choose(&[])?;
    let population = match &reached {
        Some(reached) => reached.count(),
        None => population(transaction)?,
    };
    let chosen = if query.criteria.is_empty() {
        reached
    } else {
        choose(&query.criteria)?
    };
    let asked = Asked {
        query,
        chosen: chosen.as_ref(),
        population,
    };
    let mut answer = if text.is_empty() {
        asked.without_text(transaction)?
    } else {
        // What is too long, or folds to nothing, matches no user.
        let folded = Some(text)
            .filter(|text| text.len() <= LONGEST_QUERY)
            .map(fold);
        match folded.filter(|folded| !folded.is_empty()) {
            Some(folded) => asked.matching(transaction, &folded, cancel)?,
            None => Answer::nobody(),
        }
    };
    if let Some(meant) = answer.meant.as_mut() {
        let other = Query {
            text: std::mem::take(meant),
            ..query.clone()
        };
        *meant = other.to_string();
    }
    let remark = match (&answer.meant, answer.unsorted) {
        (Some(meant), _) => Some(format!("Did you mean \"{meant}\"?")),
        (None, true) => Some(format!(
            "Not sorted: more than {MOST_SORTED} match. Narrow the list to sort it."
        )),
        (None, false) => None,
    };
    Ok(Found {
        rows: read::users(transaction, &answer.rows)?,
        total: answer.total,
        population: Some(population),
        remark,
        meant: answer.meant,
    })
}

/// A query with the users of whom its criteria hold.
struct Asked<'a> {
    query: &'a Query,
    chosen: Option<&'a Chosen>,
    population: u64,
}

/// A page of rows, before the users are read.
struct Answer {
    rows: Vec<Row>,
    total: Total,
    /// Too many match for the order that was asked for.
    unsorted: bool,
    meant: Option<String>,
}

impl Answer {
    const fn nobody() -> Self {
        Self {
            rows: Vec::new(),
            total: Total::Exact(0),
            unsorted: false,
            meant: None,
        }
    }
}

impl Asked<'_> {
    fn without_text(&self, connection: &Connection) -> Result<Answer, StoreError> {
        let query = self.query;
        let count = self.chosen.map_or(self.population, Chosen::count);
        let sorts = query.order != Order::Best;
        let unsorted = sorts && count > MOST_SORTED as u64;
        let page = |offset, limit| match self.chosen {
            Some(chosen) => Ok(chosen.page(offset, limit)),
            None => everybody(connection, offset, limit, self.population),
        };
        let rows = if sorts && !unsorted {
            let all = page(0, MOST_SORTED)?;
            let all = sorted::by(connection, query.order, all)?;
            all.into_iter()
                .skip(query.offset)
                .take(query.limit)
                .collect()
        } else {
            page(query.offset, query.limit)?
        };
        Ok(Answer {
            rows,
            total: Total::Exact(count),
            unsorted,
            meant: None,
        })
    }

    fn matching(
        &self,
        connection: &Connection,
        folded: &str,
        cancel: &Cancellation,
    ) -> Result<Answer, StoreError> {
        let query = self.query;
        let sorts = query.order != Order::Best;
        let most = if sorts { MOST_SORTED } else { MOST_COUNTED };
        let wanted = Wanted::new(folded);
        let mut search = Search::new(connection, &wanted, self.chosen, cancel)?;
        search.run(most + 1)?;
        let mut found = search.into_rows();
        let unsorted = sorts && found.len() > most;
        if unsorted {
            found.truncate(MOST_COUNTED + 1);
        } else if sorts {
            found = sorted::by(connection, query.order, found)?;
        }
        let most = if unsorted { MOST_COUNTED } else { most };
        let meant = if found.is_empty() {
            nearly::nearly(connection, folded, self.chosen, cancel)?
        } else {
            None
        };
        Ok(Answer {
            total: if found.len() > most {
                Total::MoreThan(most as u64)
            } else {
                Total::Exact(found.len() as u64)
            },
            rows: found
                .into_iter()
                .take(most)
                .skip(query.offset)
                .take(query.limit)
                .collect(),
            unsorted,
            meant,
        })
    }
}

fn everybody(
    connection: &Connection,
    offset: usize,
    limit: usize,
    population: u64,
) -> Result<Vec<Row>, StoreError> {
    let highest: u64 = connection
        .prepare_cached("SELECT coalesce(max(row), 0) FROM users")?
        .query_row([], |row| row.get(0))?;
    // Without a gap in the numbers a page can be reached without counting up to it.
    let (after, skipped) = if highest == population {
        (offset, 0)
    } else {
        (0, offset)
    };
    let mut statement = connection
        .prepare_cached("SELECT row FROM users WHERE row > ?1 ORDER BY row LIMIT ?2 OFFSET ?3")?;
    let rows = statement.query_map(params![after, limit, skipped], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn population(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM counters WHERE name = 'users'")?
        .query_row([], |row| row.get(0))?)
}

#[cfg(test)]
mod tests;
