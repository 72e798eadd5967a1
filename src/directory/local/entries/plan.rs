//! Which users a filter can be about at all, by the indexes; the predicate then decides.

use rusqlite::{CachedStatement, Connection, OptionalExtension as _};

use super::super::{
    index::{
        Row,
        bits::Bits,
        block_of, change,
        gram::{Gram, LONGEST_ANYWHERE},
        key::fold,
        place_of,
        postings::Places,
    },
    names,
};
use crate::{
    scim::{
        AttributePath, Filter, ScimType,
        filter::{Literal, Operator},
        schema,
    },
    store::StoreError,
};

/// What the indexes know.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plan {
    /// Nothing: every user is to be looked at.
    Everybody,
    /// These users, in ascending order.
    Rows(Vec<Row>),
    /// Users whose text has all of these grams.
    Grams(Vec<Gram>),
    /// Users in all of these.
    All(Vec<Plan>),
    /// Users in any of these.
    Any(Vec<Plan>),
}

impl Plan {
    /// The plan of a filter that has been checked.
    pub(super) fn of(connection: &Connection, filter: &Filter) -> Result<Self, StoreError> {
        Self::under(connection, filter, None)
    }

    fn under(
        connection: &Connection,
        filter: &Filter,
        parent: Option<&AttributePath>,
    ) -> Result<Self, StoreError> {
        Ok(match filter {
            Filter::Compare(path, operator, Literal::Text(text)) => {
                Self::text(connection, path, parent, *operator, text)?
            }
            Filter::Within(path, inner) => Self::under(connection, inner, Some(path))?,
            Filter::And(parts) => {
                let mut plans = Vec::new();
                for part in parts {
                    match Self::under(connection, part, parent)? {
                        Self::Everybody => {}
                        plan @ (Self::Rows(_) | Self::Grams(_) | Self::All(_) | Self::Any(_)) => {
                            plans.push(plan);
                        }
                    }
                }
                if plans.is_empty() {
                    Self::Everybody
                } else {
                    Self::All(plans)
                }
            }
            Filter::Or(parts) => {
                let mut plans: Vec<Self> = Vec::new();
                for part in parts {
                    let several = match Self::under(connection, part, parent)? {
                        Self::Everybody => return Ok(Self::Everybody),
                        Self::Any(several) => several,
                        one @ (Self::Rows(_) | Self::Grams(_) | Self::All(_)) => vec![one],
                    };
                    for plan in several {
                        // The same word in several attributes is looked up once.
                        if !plans.contains(&plan) {
                            plans.push(plan);
                        }
                    }
                }
                Self::Any(plans)
            }
            Filter::Compare(..) | Filter::Present(_) | Filter::Not(_) => Self::Everybody,
        })
    }

    fn text(
        connection: &Connection,
        path: &AttributePath,
        parent: Option<&AttributePath>,
        operator: Operator,
        text: &str,
    ) -> Result<Self, StoreError> {
        let Ok(resolved) = schema::resolve(parent.unwrap_or(path), ScimType::InvalidFilter) else {
            return Ok(Self::Everybody);
        };
        if resolved.schema != schema::UserSchema::Core {
            return Ok(Self::Everybody);
        }
        let key = match parent {
            Some(_) => format!("{}.{}", resolved.attribute.name, path.name),
            None => resolved.key(),
        };
        match (key.as_str(), operator) {
            ("id", Operator::Eq) => Ok(Self::Rows(text.parse().into_iter().collect())),
            ("externalId", Operator::Eq) => rows(
                connection,
                "SELECT row FROM users WHERE external_id = ?1 ORDER BY row",
                text,
            ),
            ("userName" | "emails.value", Operator::Eq) => rows(
                connection,
                "SELECT row FROM sign_in_names WHERE name = ?1",
                &names::sign_in_name(text),
            ),
            (
                "userName" | "emails.value" | "name.familyName" | "name.givenName"
                | "name.formatted",
                Operator::Eq | Operator::Co | Operator::Sw | Operator::Ew,
            ) => Ok(Self::grams(text)),
            ("displayName", Operator::Eq | Operator::Co | Operator::Sw | Operator::Ew) => {
                // The search index knows the name, not what a client wants shown in its place. Code 2
                // is `co`, which every one of these comparisons implies.
                let shown = rows(
                    connection,
                    "SELECT row FROM users WHERE display_name IS NOT NULL
                         AND halligan_text(display_name, 2, ?1, 0)",
                    text,
                )?;
                Ok(match (Self::grams(text), shown) {
                    (Self::Everybody, _) => Self::Everybody,
                    (grams, Self::Rows(shown)) if shown.is_empty() => grams,
                    (grams, shown) => Self::Any(vec![grams, shown]),
                })
            }
            _ => Ok(Self::Everybody),
        }
    }

    /// The grams that the text of every user has in whom `text` occurs.
    fn grams(text: &str) -> Self {
        let folded = fold(text);
        let mut grams: Vec<Gram> = folded
            .split(' ')
            .filter(|part| !part.is_empty())
            .map(str::as_bytes)
            .flat_map(|part| {
                part.windows(part.len().min(LONGEST_ANYWHERE))
                    .map(Gram::anywhere)
            })
            .collect();
        grams.sort_unstable();
        grams.dedup();
        if grams.is_empty() {
            Self::Everybody
        } else {
            Self::Grams(grams)
        }
    }
}

fn rows(connection: &Connection, sql: &str, text: &str) -> Result<Plan, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows: Vec<Row> = statement
        .query_map([text], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    rows.sort_unstable();
    Ok(Plan::Rows(rows))
}

/// Asks the indexes block by block.
pub(super) struct Candidates<'c> {
    sets: CachedStatement<'c>,
    /// Users whose sets do not count: always candidates.
    unmerged: Vec<Row>,
    /// The highest block that holds a user.
    pub(super) last: i64,
}

impl<'c> Candidates<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, StoreError> {
        let last: Option<Row> = connection
            .prepare_cached("SELECT max(row) FROM users")?
            .query_row([], |row| row.get(0))?;
        let unmerged = change::unmerged(connection)?;
        Ok(Self {
            sets: connection.prepare_cached("SELECT rows FROM grams WHERE key = ?1")?,
            unmerged: unmerged.into_iter().map(|unmerged| unmerged.row).collect(),
            last: last.map_or(-1, block_of),
        })
    }

    /// The candidates of `plan` in `block`; `None` for everybody.
    pub(super) fn of(&mut self, plan: &Plan, block: i64) -> Result<Option<Bits>, StoreError> {
        Ok(match plan {
            Plan::Everybody => None,
            Plan::Rows(rows) => {
                let mut bits = Bits::none();
                for row in rows.iter().filter(|row| block_of(**row) == block) {
                    bits.insert(place_of(*row));
                }
                Some(bits)
            }
            Plan::Grams(grams) => Some(self.with_grams(grams, block)?),
            Plan::All(plans) => {
                let mut common: Option<Bits> = None;
                for plan in plans {
                    if let Some(bits) = self.of(plan, block)? {
                        match &mut common {
                            Some(common) => common.intersect(&bits),
                            None => common = Some(bits),
                        }
                    }
                }
                common
            }
            Plan::Any(plans) => {
                let mut united = Bits::none();
                for plan in plans {
                    match self.of(plan, block)? {
                        Some(bits) => united.unite(&bits),
                        None => return Ok(None),
                    }
                }
                Some(united)
            }
        })
    }

    fn with_grams(&mut self, grams: &[Gram], block: i64) -> Result<Bits, StoreError> {
        let mut places: Option<Places> = None;
        for gram in grams {
            let read = self
                .sets
                .query_row([gram.key(block)], |row| {
                    let packed = row.get_ref(0)?.as_blob()?;
                    match &mut places {
                        Some(places) => places.intersect(packed),
                        None => places = Some(Places::unpack(packed)),
                    }
                    Ok(())
                })
                .optional()?;
            if read.is_none() || places.as_ref().is_some_and(|places| places.is_at_most(0)) {
                places = None;
                break;
            }
        }
        let mut bits = places.as_ref().map_or_else(Bits::none, Bits::of);
        for row in self.unmerged.iter().filter(|row| block_of(**row) == block) {
            bits.insert(place_of(*row));
        }
        Ok(bits)
    }
}
