//! Searches and their answers.

mod criterion;
mod language;
mod order;

pub use criterion::{Criterion, FieldAsked, Property, Standing, in_a_week, is_of_station};
pub use language::{QueryError, completions};
pub use order::Order;
pub(in crate::directory) use order::name_key;

use std::fmt;

use serde::Serialize;

use super::DirectoryError;
use crate::user::{SiteField, User};

/// What to search for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// As typed, without the criteria. Empty lists everybody in the directory's order.
    pub text: String,
    /// What must hold of everybody who is found.
    pub criteria: Vec<Criterion>,
    /// In which order.
    pub order: Order,
    /// Rows wanted.
    pub limit: usize,
    /// Rows to pass over.
    pub offset: usize,
}

/// The answer to a [`Query`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The page, best first.
    pub rows: Vec<User>,
    /// How many match.
    pub total: Total,
    /// How many users there are, where the directory can tell cheaply.
    pub population: Option<u64>,
    /// What may have been meant, where nobody matches.
    pub meant: Option<String>,
    /// Said on the screen when the search was less than a substring search over all fields, or
    /// when the directory cut it short.
    pub remark: Option<String>,
}

/// How many users match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// Exactly so many.
    Exact(u64),
    /// More than this; counting stopped there.
    MoreThan(u64),
}

impl Query {
    /// The query of a line as it is typed: text and criteria, `vas kind:staff -is:locked`.
    ///
    /// # Errors
    /// A value that no criterion has, with those that there are.
    pub fn typed(line: &str) -> Result<Self, QueryError> {
        let (text, criteria) = language::parse(line)?;
        Ok(Self {
            text,
            criteria,
            ..Self::default()
        })
    }

    /// The same, where `name:value` of one of these fields that is searched is a criterion too. What
    /// somebody does not see is text to them, as if it were not there.
    #[must_use]
    pub(in crate::directory) fn with_fields(self, fields: &[SiteField]) -> Self {
        let (text, asked) = language::parse_fields(&self.text, fields);
        if asked.is_empty() {
            return self;
        }
        let mut criteria = self.criteria;
        criteria.extend(asked);
        Self {
            text,
            criteria,
            ..self
        }
    }

    /// Is everybody asked for?
    pub fn is_everybody(&self) -> bool {
        self.text.trim().is_empty() && self.criteria.is_empty()
    }

    /// The text as other programs write it: where nobody is found as it was typed, each of these is
    /// tried. `Vasquez, Maria` and `"Vasquez"` without the marks, the name and the address of
    /// `Maria Vasquez <m@x>`, what stands behind `mailto:` and `FIRE\\`.
    pub fn other_readings(&self) -> Vec<String> {
        let typed = self.text.trim();
        let mut readings = Vec::new();
        let mut add = |text: &str| {
            let text = without_marks(text);
            if !text.is_empty() && text != typed && !readings.contains(&text) {
                readings.push(text);
            }
        };
        if let Some((name, rest)) = typed.split_once('<') {
            let address = rest.split('>').next().unwrap_or_default();
            let address = without_scheme(address);
            // The name with the address tells most; either may be an old one.
            add(&format!("{name} {address}"));
            add(name);
            add(address);
        } else {
            let address = without_scheme(typed);
            let account = address.rsplit('\\').next().unwrap_or_default();
            add(account);
        }
        readings
    }
}

/// `mailto:m@x?subject=…` as `m@x`.
fn without_scheme(text: &str) -> &str {
    let scheme = "mailto:";
    match text.trim_start().split_at_checked(scheme.len()) {
        Some((begin, address)) if begin.eq_ignore_ascii_case(scheme) => {
            address.split('?').next().unwrap_or_default()
        }
        _ => text,
    }
}

/// The words without the marks at their ends.
fn without_marks(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The server cannot be asked for this.
pub(in crate::directory) fn cannot_tell(criterion: &Criterion) -> DirectoryError {
    DirectoryError::NotOffered(format!(
        "This server cannot tell {}: leave {criterion} out.",
        criterion.property.told()
    ))
}

impl Found {
    /// Puts the rows into another order where all who match are on this page; else says that they
    /// are not sorted.
    pub(in crate::directory) fn ordered(&mut self, query: &Query) {
        let all = self.total == Total::Exact(self.rows.len() as u64) && query.offset == 0;
        if query.order == Order::Best || (all && query.order.sort(&mut self.rows)) {
            return;
        }
        let why = format!(
            "not sorted by {}: {}",
            query.order.word().replace('-', " "),
            if all {
                "this server does not tell it"
            } else {
                "more match than this page shows; narrow the list"
            }
        );
        self.remark = Some(match self.remark.take() {
            Some(remark) => format!("{remark}; {why}"),
            None => why,
        });
    }
}

/// The line that [`Query::typed`] reads again.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for criterion in &self.criteria {
            write!(f, "{criterion} ")?;
        }
        f.write_str(&self.text)
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(n) => write!(f, "{n}"),
            Self::MoreThan(n) => write!(f, "more than {n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_programs_write_is_read_as_the_person_that_is_meant() {
        for (typed, readings) in [
            ("Vasquez, Maria", &["Vasquez Maria"][..]),
            ("Vasquez,Maria", &["Vasquez Maria"]),
            ("  \"Vasquez\" ", &["Vasquez"]),
            ("vasquez.", &["vasquez"]),
            ("(E1042)", &["E1042"]),
            (
                "Maria Vasquez <m.vasquez@x.org>",
                &[
                    "Maria Vasquez m.vasquez@x.org",
                    "Maria Vasquez",
                    "m.vasquez@x.org",
                ],
            ),
            ("<m@x.org>", &["m@x.org"]),
            ("mailto:m@x.org", &["m@x.org"]),
            ("MAILTO:m@x.org?subject=Hello%20you", &["m@x.org"]),
            ("FIRE\\mvasquez", &["mvasquez"]),
            ("vasquez", &[]),
            ("maria vasquez", &[]),
            ("m.vasquez@x.org", &[]),
            ("", &[]),
            ("...", &[]),
        ] {
            let query = Query {
                text: typed.into(),
                ..Query::default()
            };
            assert_eq!(query.other_readings(), readings, "{typed}");
        }
    }
}
