//! Searches and their answers.

use std::fmt;

use serde::Serialize;

use crate::user::User;

/// What to search for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// As typed. Empty lists everybody in the directory's order.
    pub text: String,
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

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(n) => write!(f, "{n}"),
            Self::MoreThan(n) => write!(f, "more than {n}"),
        }
    }
}
