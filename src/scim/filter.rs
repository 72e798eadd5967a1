//! The filter grammar of RFC 7644 section 3.4.2.2: read, printed and evaluated in memory. The
//! embedded store puts filters into SQL (`directory/local/entries/sql.rs`).

mod evaluate;
mod parse;

use std::fmt;

use super::AttributePath;

pub(crate) use evaluate::{leaf, text_compares};
pub use parse::{MAX_DEPTH, MAX_LENGTH, MAX_TERMS, PatchPath};

/// A comparison of the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal: exactly when `eq` does not hold, so also where there is no value.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less than.
    Lt,
    /// Less or equal.
    Le,
}

impl Operator {
    /// Every operator with its word.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Eq, "eq"),
        (Self::Ne, "ne"),
        (Self::Co, "co"),
        (Self::Sw, "sw"),
        (Self::Ew, "ew"),
        (Self::Gt, "gt"),
        (Self::Ge, "ge"),
        (Self::Lt, "lt"),
        (Self::Le, "le"),
    ];

    /// `eq`, `ne` and so on.
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(operator, _)| *operator == self)
            .map_or("", |(_, word)| word)
    }

    /// Is it `co`, `sw` or `ew`?
    pub const fn is_substring(self) -> bool {
        matches!(self, Self::Co | Self::Sw | Self::Ew)
    }
}

/// A value to compare with: JSON without arrays and objects.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A JSON number.
    Number(serde_json::Number),
    /// A JSON string, unescaped.
    Text(String),
}

impl Literal {
    /// True or false, also as the texts `"True"` and `"False"` that Entra sends.
    pub(crate) fn as_flag(&self) -> Option<bool> {
        match self {
            Self::Boolean(flag) => Some(*flag),
            Self::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Self::Text(_) | Self::Number(_) | Self::Null => None,
        }
    }
}

/// A filter expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// `path op value`
    Compare(AttributePath, Operator, Literal),
    /// `path pr`
    Present(AttributePath),
    /// `path[filter]`
    Within(AttributePath, Box<Filter>),
    /// All of two or more.
    And(Vec<Filter>),
    /// Any of two or more.
    Or(Vec<Filter>),
    /// `not (filter)`
    Not(Box<Filter>),
}

impl Filter {
    /// `path op "text"`.
    pub fn compare(path: &str, operator: Operator, text: &str) -> Self {
        let path = AttributePath::parse(path).unwrap_or_else(|| AttributePath::plain(path));
        Self::Compare(path, operator, Literal::Text(text.to_owned()))
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{}", serde_json::Value::String(text.clone())),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(path, operator, value) => {
                write!(f, "{path} {} {value}", operator.word())
            }
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Within(path, inner) => write!(f, "{path}[{inner}]"),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::And(parts) => joined(f, parts, " and ", |part| {
                matches!(part, Self::Or(_) | Self::And(_))
            }),
            Self::Or(parts) => joined(f, parts, " or ", |part| matches!(part, Self::Or(_))),
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Filter],
    word: &str,
    wants_parentheses: impl Fn(&Filter) -> bool,
) -> fmt::Result {
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            f.write_str(word)?;
        }
        if wants_parentheses(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}
