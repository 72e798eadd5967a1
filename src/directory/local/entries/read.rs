//! Reading pages of users.

use rusqlite::{Connection, Row as SqlRow, ToSql, types::Value};

use super::{
    super::{
        index::{Row, block_of, row_at},
        read, site_roles,
    },
    plan::{Candidates, Plan},
    sort::Order,
    sql::{self, FROM, Predicate},
};
use crate::{
    directory::{
        DirectoryError, Entry, EntryPage, EntryQuery, PageStart, Provisioned, RowPlace,
        listing::SortKey,
    },
    permission::Role,
    scim::{ScimError, ScimType},
    store::{Cancellation, StoreError},
};

/// Candidates that are judged by one statement.
const BATCH: usize = 512;
/// The same at the beginning: a page is often full after a few.
const FIRST_BATCH: usize = 64;
/// Most users that are sorted by an attribute.
const MOST_SORTED: usize = 100_000;

/// A query with its filter and order as they stand in the tables.
pub(super) struct Asked<'a> {
    pub(super) query: &'a EntryQuery,
    pub(super) predicate: Option<&'a Predicate>,
    pub(super) order: Option<&'a Order>,
}

/// A page of what is asked for, within the caller's transaction.
pub(super) fn page(
    connection: &Connection,
    cancel: &Cancellation,
    asked: &Asked<'_>,
) -> Result<EntryPage, DirectoryError> {
    let (query, predicate) = (asked.query, asked.predicate);
    sql::prepare(connection).map_err(StoreError::from)?;
    let mut search = Search {
        connection,
        cancel,
        predicate,
        plan: match predicate {
            Some(Predicate {
                filter: Some(filter),
                ..
            }) => Plan::of(connection, filter)?,
            Some(Predicate { filter: None, .. }) | None => Plan::Everybody,
        },
    };
    let page = match asked.order {
        Some(order) => search.sorted(query, order)?,
        None => search.in_order(query)?,
    };
    Ok(page)
}

struct Search<'a> {
    connection: &'a Connection,
    cancel: &'a Cancellation,
    predicate: Option<&'a Predicate>,
    plan: Plan,
}

impl Search<'_> {
    /// Users in the order of rows.
    fn in_order(&mut self, query: &EntryQuery) -> Result<EntryPage, DirectoryError> {
        let wanted = usize::try_from(query.count).unwrap_or(usize::MAX);
        match &query.start {
            PageStart::Index(skip) => {
                if self.predicate.is_none() {
                    return self.everybody(*skip, query.count);
                }
                let mut rows = Vec::new();
                let mut total: u64 = 0;
                self.each(0, |row| {
                    total += 1;
                    if total > *skip && rows.len() < wanted {
                        rows.push(row);
                    }
                    true
                })?;
                Ok(EntryPage {
                    entries: entries(self.connection, &rows)?,
                    total: Some(total),
                    next: None,
                })
            }
            PageStart::After(place) => {
                let from = place.as_ref().map_or(0, |place| place.row + 1);
                let mut rows = Vec::new();
                self.each(from, |row| {
                    rows.push(row);
                    rows.len() <= wanted
                })?;
                let more = rows.len() > wanted;
                rows.truncate(wanted);
                let next = rows.last().filter(|_| more).map(|row| RowPlace {
                    key: SortKey::Absent,
                    row: *row,
                });
                Ok(EntryPage {
                    entries: entries(self.connection, &rows)?,
                    total: None,
                    next,
                })
            }
        }
    }

    /// Without a filter nobody has to be judged.
    fn everybody(&self, skip: u64, count: u32) -> Result<EntryPage, DirectoryError> {
        let total: u64 = self
            .connection
            .prepare_cached("SELECT count(*) FROM users")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(StoreError::from)?;
        let skip = i64::try_from(skip).unwrap_or(i64::MAX);
        let rows = self
            .connection
            .prepare_cached("SELECT row FROM users ORDER BY row LIMIT ?1 OFFSET ?2")
            .and_then(|mut statement| {
                statement
                    .query_map([i64::from(count), skip], |row| row.get(0))?
                    .collect::<Result<Vec<Row>, _>>()
            })
            .map_err(StoreError::from)?;
        Ok(EntryPage {
            entries: entries(self.connection, &rows)?,
            total: Some(total),
            next: None,
        })
    }

    /// Users in the order of an attribute: all are found first.
    fn sorted(&mut self, query: &EntryQuery, order: &Order) -> Result<EntryPage, DirectoryError> {
        let mut rows = Vec::new();
        self.each(0, |row| {
            rows.push(row);
            rows.len() <= MOST_SORTED
        })?;
        if rows.len() > MOST_SORTED {
            return Err(ScimError::bad(
                ScimType::TooMany,
                format!("more than {MOST_SORTED} users match: narrow the filter to sort them"),
            )
            .into());
        }
        let mut keyed = self.keys(&rows, order)?;
        keyed.sort_unstable_by(|a, b| order.order((&a.0, a.1), (&b.0, b.1)));
        let skip = match &query.start {
            PageStart::Index(skip) => usize::try_from(*skip).unwrap_or(usize::MAX),
            PageStart::After(None) => 0,
            PageStart::After(Some(place)) => keyed.partition_point(|(key, row)| {
                order.order((key, *row), (&place.key, place.row)).is_le()
            }),
        };
        let wanted = usize::try_from(query.count).unwrap_or(usize::MAX);
        let total = u64::try_from(keyed.len()).ok();
        let rest = keyed.get(skip..).unwrap_or_default();
        let page = &rest[..rest.len().min(wanted)];
        let rows: Vec<Row> = page.iter().map(|(_, row)| *row).collect();
        let next = page
            .last()
            .filter(|_| rest.len() > page.len())
            .map(|(key, row)| RowPlace {
                key: key.clone(),
                row: *row,
            });
        let by_index = matches!(query.start, PageStart::Index(_));
        Ok(EntryPage {
            entries: entries(self.connection, &rows)?,
            total: total.filter(|_| by_index),
            next,
        })
    }

    fn keys(&self, rows: &[Row], order: &Order) -> Result<Vec<(SortKey, Row)>, StoreError> {
        let sql = format!(
            "SELECT u.row, {} FROM json_each(?1) c CROSS JOIN {FROM} WHERE u.row = c.value",
            order.sql
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut keyed = Vec::with_capacity(rows.len());
        for batch in rows.chunks(BATCH) {
            let found = statement.query_map([list(batch)], |row| {
                Ok((order.key(row.get_ref(1)?), row.get(0)?))
            })?;
            for pair in found {
                keyed.push(pair?);
            }
        }
        Ok(keyed)
    }

    /// Tells `take` of every user that matches, from row `from` on, until it says that it has
    /// enough.
    fn each(&mut self, from: Row, mut take: impl FnMut(Row) -> bool) -> Result<(), StoreError> {
        let connection = self.connection;
        let mut candidates = Candidates::new(connection)?;
        let mut judge = Judge::new(connection, self.predicate);
        let mut size = FIRST_BATCH;
        for block in block_of(from)..=candidates.last {
            self.cancel.check()?;
            let Some(bits) = candidates.of(&self.plan, block)? else {
                return judge.scan(from.max(row_at(block, 0)), &mut take);
            };
            let mut batch = Vec::with_capacity(BATCH);
            let rows = bits.iter().map(|place| row_at(block, place));
            for row in rows.filter(|row| *row >= from) {
                batch.push(row);
                if batch.len() == size {
                    self.cancel.check()?;
                    if !judge.batch(&batch, &mut take)? {
                        return Ok(());
                    }
                    batch.clear();
                    size = (size * 2).min(BATCH);
                }
            }
            if !judge.batch(&batch, &mut take)? {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Decides by the predicate who of the candidates matches.
struct Judge<'c> {
    connection: &'c Connection,
    predicate: String,
    values: Vec<(String, Value)>,
}

impl<'c> Judge<'c> {
    fn new(connection: &'c Connection, predicate: Option<&Predicate>) -> Self {
        Self {
            connection,
            predicate: predicate.map_or_else(|| "1".into(), |predicate| predicate.sql.clone()),
            values: predicate.map_or_else(Vec::new, |predicate| {
                (1..)
                    .map(|n| format!(":f{n}"))
                    .zip(predicate.values.iter().cloned())
                    .collect()
            }),
        }
    }

    /// Judges a list of candidates; false when `take` has enough.
    fn batch(
        &mut self,
        rows: &[Row],
        take: &mut impl FnMut(Row) -> bool,
    ) -> Result<bool, StoreError> {
        if rows.is_empty() {
            return Ok(true);
        }
        let sql = format!(
            "SELECT u.row FROM json_each(:rows) c CROSS JOIN {FROM} \
             WHERE u.row = c.value AND ({})",
            self.predicate
        );
        let rows = Value::Text(list(rows));
        let mut found = Vec::new();
        self.run(&sql, (":rows", &rows), &mut |row| {
            found.push(row);
            true
        })?;
        // SQLite would put every one of them through a sorter, not only those that match.
        found.sort_unstable();
        Ok(found.into_iter().all(take))
    }

    /// Judges every user from `from` on.
    fn scan(&mut self, from: Row, take: &mut impl FnMut(Row) -> bool) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT u.row FROM {FROM} WHERE u.row >= :from AND ({}) ORDER BY u.row",
            self.predicate
        );
        let from = Value::Integer(from);
        self.run(&sql, (":from", &from), take).map(|_| ())
    }

    fn run(
        &mut self,
        sql: &str,
        first: (&str, &Value),
        take: &mut impl FnMut(Row) -> bool,
    ) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut values: Vec<(&str, &dyn ToSql)> = vec![(first.0, first.1)];
        values.extend(
            self.values
                .iter()
                .map(|(name, value)| (name.as_str(), value as &dyn ToSql)),
        );
        let mut rows = statement.query(values.as_slice())?;
        while let Some(row) = rows.next()? {
            if !take(row.get(0)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Row numbers as a JSON list, to be bound as one parameter.
fn list(rows: &[Row]) -> String {
    serde_json::to_string(rows).unwrap_or_else(|_| "[]".into())
}

/// Users in the order of `rows`; who is no longer there is left out.
pub(super) fn entries(connection: &Connection, rows: &[Row]) -> Result<Vec<Entry>, StoreError> {
    let users = read::users(connection, rows)?;
    let mut more_of = connection.prepare_cached(
        "SELECT u.role, u.external_id, u.created_at, u.changed_at, u.display_name,
             u.email_primary, r.name, r.permissions, r.kinds, r.stations
         FROM users u LEFT JOIN site_roles r ON r.number = u.role WHERE u.row = ?1",
    )?;
    users
        .into_iter()
        .map(|user| {
            let row = user.id.0.parse::<Row>().unwrap_or_default();
            let more = more_of.query_row([row], More::read)?;
            let created = instant(more.created.or(more.changed));
            Ok(Entry {
                user,
                role: more.role,
                provisioned: more.provisioned,
                created,
                modified: more.changed.map_or(created, |at| instant(Some(at))),
            })
        })
        .collect()
}

struct More {
    role: Role,
    provisioned: Provisioned,
    created: Option<i64>,
    changed: Option<i64>,
}

impl More {
    fn read(row: &SqlRow<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            role: site_roles::held(row.get(0)?, row, 6)?,
            provisioned: Provisioned {
                external_id: row.get(1)?,
                shows_no_name: row.get::<_, Option<String>>(4)?.as_deref() == Some(""),
                email_is_not_primary: row.get::<_, Option<bool>>(5)? == Some(false),
            },
            created: row.get(2)?,
            changed: row.get(3)?,
        })
    }
}

fn instant(millis: Option<i64>) -> jiff::Timestamp {
    millis
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}
