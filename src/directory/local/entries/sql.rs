//! A filter as SQL: every text of the client is a bound parameter, every piece of SQL is ours.

use std::sync::Arc;

use rusqlite::{
    Connection,
    functions::{Context, FunctionFlags},
    types::Value,
};

use super::super::reach;
use crate::{
    password::profile::Profiles,
    permission::{Reach, Role, SiteRole},
    scim::{
        AttributePath, Filter, ScimError, ScimType,
        filter::{Literal, Operator, leaf, text_compares},
        schema::{self, ENTERPRISE_URN, EXTENSION_URN, USER_URN},
    },
    user::AccountKind,
};

/// The tables that a predicate speaks of.
pub(super) const FROM: &str = "users u LEFT JOIN passwords p ON p.row = u.row \
     LEFT JOIN sign_ins s ON s.row = u.row";

/// Given and family name, or whichever of the two there is.
pub(super) const NAME: &str = "(CASE WHEN u.given = '' THEN u.family WHEN u.family = '' THEN \
     u.given ELSE u.given || ' ' || u.family END)";
/// The name to show.
pub(super) const DISPLAY_NAME: &str = "COALESCE(u.display_name, CASE WHEN u.given = '' THEN \
     u.family WHEN u.family = '' THEN u.given ELSE u.given || ' ' || u.family END)";

/// `halligan_text(value, operator, wanted, exact)`: the comparison of filters, the same code as in
/// memory.
const TEXT: &str = "halligan_text";

/// What holds for the users of a filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Predicate {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
    /// What of it the indexes can tell.
    pub(super) filter: Option<Filter>,
}

/// What a filter may speak of that is not in its tables.
pub(super) struct Known<'a> {
    /// The profiles in force.
    pub(super) profiles: &'a Profiles,
    /// The roles of the site.
    pub(super) roles: &'a [Arc<SiteRole>],
}

/// How an attribute stands in the tables.
enum Column {
    /// A text; empty or NULL is no value.
    Text(&'static str, bool),
    /// 0, 1 or NULL.
    Flag(&'static str),
    /// A whole number or NULL.
    Number(&'static str),
    /// Milliseconds or NULL.
    Time(&'static str),
    /// One of a few texts by number: column, texts, whether case counts.
    Choice(&'static str, Vec<(u32, Vec<String>)>, bool),
    /// The same for every user.
    Constant(Vec<String>, bool),
    /// Nobody has it.
    Nothing,
    /// Everybody has it, and it is computed when an answer is written.
    Computed,
}

impl Predicate {
    /// The filter, and nobody but whom `reach` covers; `None` where that is everybody.
    pub(super) fn within(
        reach: &Reach,
        filter: Option<&Filter>,
        known: &Known<'_>,
    ) -> Result<Option<Self>, ScimError> {
        let predicate = filter.map(|filter| Self::of(filter, known)).transpose()?;
        if reach.is_everywhere() {
            return Ok(predicate);
        }
        let reached = reach::sql(reach);
        Ok(Some(match predicate {
            Some(predicate) => Self {
                sql: format!("({reached}) AND ({})", predicate.sql),
                ..predicate
            },
            None => Self {
                sql: reached,
                values: Vec::new(),
                filter: None,
            },
        }))
    }

    pub(super) fn of(filter: &Filter, known: &Known<'_>) -> Result<Self, ScimError> {
        filter.typed()?;
        let mut translation = Translation {
            known,
            values: Vec::new(),
        };
        let sql = translation.filter(filter, None)?;
        Ok(Self {
            sql,
            values: translation.values,
            filter: Some(filter.clone()),
        })
    }
}

struct Translation<'a> {
    known: &'a Known<'a>,
    values: Vec<Value>,
}

impl Translation<'_> {
    fn filter(
        &mut self,
        filter: &Filter,
        parent: Option<&AttributePath>,
    ) -> Result<String, ScimError> {
        Ok(match filter {
            Filter::Compare(path, operator, literal) => {
                self.compare(path, parent, *operator, literal)?
            }
            Filter::Present(path) => self.present(path, parent)?,
            Filter::Within(path, inner) => {
                let inner = self.filter(inner, Some(path))?;
                // The only attributes of several values; who has no address has no value.
                match schema::resolve(path, ScimType::InvalidFilter)?
                    .attribute
                    .name
                {
                    "emails" => format!("(u.email <> '' AND {inner})"),
                    "phoneNumbers" => format!("(u.phone <> '' AND {inner})"),
                    _ => {
                        let present = self.present(path, None)?;
                        format!("({present} AND {inner})")
                    }
                }
            }
            Filter::And(parts) => self.joined(parts, parent, " AND ")?,
            Filter::Or(parts) => self.joined(parts, parent, " OR ")?,
            Filter::Not(inner) => format!("(NOT {})", self.filter(inner, parent)?),
        })
    }

    fn joined(
        &mut self,
        parts: &[Filter],
        parent: Option<&AttributePath>,
        word: &str,
    ) -> Result<String, ScimError> {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| self.filter(part, parent))
            .collect::<Result<_, _>>()?;
        Ok(format!("({})", parts.join(word)))
    }

    fn compare(
        &mut self,
        path: &AttributePath,
        parent: Option<&AttributePath>,
        operator: Operator,
        literal: &Literal,
    ) -> Result<String, ScimError> {
        if operator == Operator::Ne {
            return Ok(format!(
                "(NOT {})",
                self.compare(path, parent, Operator::Eq, literal)?
            ));
        }
        if *literal == Literal::Null {
            return Ok(format!("(NOT {})", self.present(path, parent)?));
        }
        let column = column(path, parent, self.known)?;
        Ok(match (column, literal) {
            (Column::Text(sql, exact), Literal::Text(text)) => {
                let code = code(operator);
                let wanted = self.bind(Value::Text(text.clone()));
                format!("{TEXT}({sql}, {code}, {wanted}, {})", i32::from(exact))
            }
            (Column::Flag(sql), literal) => match literal.as_flag() {
                Some(flag) => format!("COALESCE({sql} = {}, 0)", i32::from(flag)),
                None => "0".into(),
            },
            (Column::Number(sql), Literal::Number(number)) => {
                let wanted = self.bind(Value::Real(number.as_f64().unwrap_or(f64::NAN)));
                format!("COALESCE({sql} {} {wanted}, 0)", sign(operator))
            }
            (Column::Time(sql), Literal::Text(text)) => {
                let Ok(at) = text.parse::<jiff::Timestamp>() else {
                    return Err(refuse(format!("{text:?} is no time")));
                };
                let (millis, operator) = in_millis(at, operator);
                match operator {
                    Some(operator) => {
                        let wanted = self.bind(Value::Integer(millis));
                        format!("COALESCE({sql} {} {wanted}, 0)", sign(operator))
                    }
                    None => "0".into(),
                }
            }
            (Column::Choice(sql, choices, exact), Literal::Text(text)) => {
                let fitting: Vec<_> = choices
                    .iter()
                    .filter(|(_, words)| {
                        words
                            .iter()
                            .any(|word| text_compares(word, text, operator, exact))
                    })
                    .map(|(number, _)| number.to_string())
                    .collect();
                format!("{sql} IN ({})", fitting.join(", "))
            }
            (Column::Constant(words, exact), Literal::Text(text)) => {
                let holds = words
                    .iter()
                    .any(|word| text_compares(word, text, operator, exact));
                i32::from(holds).to_string()
            }
            (Column::Computed, _) => {
                return Err(refuse(format!(
                    "this server cannot filter by {path}, which it computes when it answers"
                )));
            }
            _ => "0".into(),
        })
    }

    fn present(
        &mut self,
        path: &AttributePath,
        parent: Option<&AttributePath>,
    ) -> Result<String, ScimError> {
        if parent.is_none() && path.sub.is_none() {
            let resolved = schema::resolve(path, ScimType::InvalidFilter)?;
            // A complex value is there when a part of it is.
            if std::ptr::eq(resolved.leaf(), resolved.attribute)
                && !resolved.attribute.sub.is_empty()
            {
                let parts: Vec<_> = resolved
                    .attribute
                    .sub
                    .iter()
                    .map(|sub| {
                        let part = AttributePath {
                            sub: Some(sub.name.to_owned()),
                            ..path.clone()
                        };
                        self.present(&part, None)
                    })
                    .collect::<Result<_, _>>()?;
                return Ok(format!("({})", parts.join(" OR ")));
            }
        }
        leaf(path, parent)?;
        Ok(match column(path, parent, self.known)? {
            Column::Text(sql, _) => format!("(COALESCE({sql}, '') <> '')"),
            Column::Flag(sql) | Column::Number(sql) | Column::Time(sql) => {
                format!("({sql} IS NOT NULL)")
            }
            Column::Choice(sql, choices, _) => {
                let with: Vec<_> = choices
                    .iter()
                    .filter(|(_, words)| !words.is_empty())
                    .map(|(number, _)| number.to_string())
                    .collect();
                format!("{sql} IN ({})", with.join(", "))
            }
            Column::Constant(..) | Column::Computed => "1".into(),
            Column::Nothing => "0".into(),
        })
    }

    /// The placeholder of a value; those of the query itself come before.
    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!(":f{}", self.values.len())
    }
}

/// Where an attribute stands.
fn column(
    path: &AttributePath,
    parent: Option<&AttributePath>,
    known: &Known<'_>,
) -> Result<Column, ScimError> {
    use schema::UserSchema::{Core, Desk, Enterprise};
    let resolved = schema::resolve(parent.unwrap_or(path), ScimType::InvalidFilter)?;
    let key = match parent {
        Some(_) => format!("{}.{}", resolved.attribute.name, leaf(path, parent)?.name),
        None => resolved.key(),
    };
    let text = |sql| Column::Text(sql, false);
    let exact = |sql| Column::Text(sql, true);
    Ok(match (resolved.schema, key.as_str()) {
        (Core, "schemas") => Column::Choice(
            "(u.station <> '')",
            vec![
                (0, [USER_URN, EXTENSION_URN].map(String::from).to_vec()),
                (
                    1,
                    [USER_URN, EXTENSION_URN, ENTERPRISE_URN]
                        .map(String::from)
                        .to_vec(),
                ),
            ],
            true,
        ),
        (Core, "id") => exact("CAST(u.row AS TEXT)"),
        (Core, "externalId") => exact("u.external_id"),
        (Core, "meta.resourceType") => Column::Constant(vec!["User".into()], true),
        (Core, "meta.created") => Column::Time("u.created_at"),
        (Core, "meta.lastModified") => Column::Time("COALESCE(u.changed_at, u.created_at)"),
        (Core, "meta.version") => exact("('W/\"' || u.version || '\"')"),
        (Core, "userName") => text("u.login"),
        (Core, "name.familyName") => text("u.family"),
        (Core, "name.givenName") => text("u.given"),
        (Core, "name.formatted") => text(NAME),
        (Core, "displayName") => text(DISPLAY_NAME),
        (Core, "emails.value") => text("u.email"),
        (Core, "emails.type") => text("(CASE WHEN u.email <> '' THEN 'work' END)"),
        (Core, "emails.primary") => {
            Column::Flag("(CASE WHEN u.email <> '' THEN COALESCE(u.email_primary, 1) END)")
        }
        (Core, "title") => text("u.job_title"),
        (Core, "phoneNumbers.value") => text("u.phone"),
        (Core, "phoneNumbers.type") => text("(CASE WHEN u.phone <> '' THEN 'work' END)"),
        (Enterprise, "division") => text("u.station"),
        (Desk, "validFrom") => Column::Time("u.valid_from"),
        (Desk, "validUntil") => Column::Time("u.valid_until"),
        (Core, "active") => Column::Flag("u.active"),
        (Desk, "kind") => Column::Choice(
            "u.kind",
            (0..)
                .zip(AccountKind::ALL)
                .map(|(number, kind)| (number, vec![kind.word().to_owned()]))
                .collect(),
            false,
        ),
        (Desk, "role") => Column::Choice(
            "u.role",
            roles(known)
                .map(|(number, role)| (number, vec![role.word().to_owned()]))
                .collect(),
            false,
        ),
        (Desk, "permissions") => Column::Choice(
            "u.role",
            roles(known)
                .map(|(number, role)| {
                    let permissions = role.permissions();
                    let titles = permissions.iter().map(|one| one.title().to_owned());
                    (number, titles.collect())
                })
                .collect(),
            true,
        ),
        (Desk, "lock.locked") => Column::Flag("(s.locked_since IS NOT NULL)"),
        (Desk, "lock.since") => Column::Time("s.locked_since"),
        (Desk, "lock.failures") => {
            Column::Number("(CASE WHEN s.locked_since IS NOT NULL THEN s.failures END)")
        }
        (Desk, "lock.until") => Column::Nothing,
        (Desk, "mustChange") => Column::Flag("COALESCE(p.must_change, 0)"),
        (Desk, "lastSignIn") => Column::Time("s.last_at"),
        (Desk, "passwordSet") => Column::Flag("(p.row IS NOT NULL)"),
        (Desk, "passwordChanged") => Column::Time("p.changed_at"),
        (Desk, "passwordExpires") => Column::Time("p.expires_at"),
        (Desk, "policy") => Column::Choice(
            "u.kind",
            (0..)
                .zip(AccountKind::ALL)
                .map(|(number, kind)| (number, vec![known.profiles.of(Some(kind)).name.clone()]))
                .collect(),
            false,
        ),
        (Core, "meta.location") | (Desk, "verdict") => Column::Computed,
        _ => return Err(refuse(format!("this server cannot filter by {path}"))),
    })
}

/// Every role with its number.
fn roles<'a>(known: &Known<'a>) -> impl Iterator<Item = (u32, Role)> + use<'a> {
    let of_the_site = known.roles.iter().map(Arc::clone).map(Role::Site);
    let all = Role::BUILT_IN.into_iter().chain(of_the_site);
    all.filter_map(|role| Some((role.number()?, role)))
}

/// A time in whole milliseconds, with the operator that means the same there.
fn in_millis(at: jiff::Timestamp, operator: Operator) -> (i64, Option<Operator>) {
    let nanos = at.as_nanosecond();
    let whole = nanos.rem_euclid(1_000_000) == 0;
    let millis = i64::try_from(nanos.div_euclid(1_000_000)).unwrap_or(i64::MAX);
    if whole {
        return (millis, Some(operator));
    }
    let operator = match operator {
        Operator::Gt | Operator::Ge => Some(Operator::Gt),
        Operator::Lt | Operator::Le => Some(Operator::Le),
        Operator::Eq | Operator::Ne | Operator::Co | Operator::Sw | Operator::Ew => None,
    };
    (millis, operator)
}

const fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Gt => ">",
        Operator::Ge => ">=",
        Operator::Lt => "<",
        Operator::Le => "<=",
        Operator::Eq | Operator::Ne | Operator::Co | Operator::Sw | Operator::Ew => "=",
    }
}

fn code(operator: Operator) -> usize {
    Operator::ALL
        .iter()
        .position(|(known, _)| *known == operator)
        .unwrap_or_default()
}

fn refuse(detail: String) -> ScimError {
    ScimError::bad(ScimType::InvalidFilter, detail)
}

/// Makes the comparison known to a connection that does not have it yet.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    let known = format!("SELECT {TEXT}('', 0, '', 0)");
    if connection.prepare_cached(&known).is_ok() {
        return Ok(());
    }
    connection.create_scalar_function(
        TEXT,
        4,
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC,
        compares,
    )
}

fn compares(context: &Context<'_>) -> rusqlite::Result<bool> {
    let Some(value) = context.get_raw(0).as_str_or_null()? else {
        return Ok(false);
    };
    let operator = Operator::ALL[context.get::<usize>(1)?.min(Operator::ALL.len() - 1)].0;
    let wanted = context.get_raw(2).as_str()?;
    Ok(text_compares(value, wanted, operator, context.get(3)?))
}
