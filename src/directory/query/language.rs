//! The line in which somebody is searched for: free text and criteria, `vas kind:staff -is:locked`.
//!
//! A word with a colon is a criterion only where what stands before the colon is one of the
//! [`KEYS`]; any other (`mailto:a@b`, `FIRE:x`) is text, and so is what stands in quotation marks.

use std::convert::Infallible;

use super::criterion::{Criterion, FieldAsked, Property, Standing};
use crate::{
    permission::Role,
    user::{AccountKind, SiteField},
};

/// What can stand before a colon.
struct Key {
    word: &'static str,
    /// Every value there is; empty where any text is one.
    values: fn() -> Vec<&'static str>,
    read: fn(&str) -> Option<Property>,
}

const KEYS: &[Key] = &[
    Key {
        word: "is",
        values: || Standing::ALL.map(Standing::word).to_vec(),
        read: |value| {
            Standing::ALL
                .into_iter()
                .find(|standing| standing.word().eq_ignore_ascii_case(value))
                .map(Property::Is)
        },
    },
    Key {
        word: "kind",
        values: || AccountKind::ALL.map(AccountKind::word).to_vec(),
        read: |value| AccountKind::from_word(value).map(Property::Kind),
    },
    Key {
        word: "role",
        values: || Role::WORDS.to_vec(),
        // The site may have made a role of any name.
        read: |value| (!value.is_empty()).then(|| Property::Role(Role::of_word(value))),
    },
    Key {
        word: "station",
        values: Vec::new,
        read: |value| (!value.is_empty()).then(|| Property::Station(value.to_owned())),
    },
];

/// Why a line is not understood: one sentence, with what is possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct QueryError(String);

impl Key {
    fn property(&self, value: &str) -> Result<Property, QueryError> {
        let value = value.trim();
        (self.read)(value).ok_or_else(|| {
            let word = self.word;
            let possible = (self.values)().join(", ");
            QueryError(match (value.is_empty(), possible.is_empty()) {
                (true, true) => format!("{word}: wants a value, as in {word}:\"two words\""),
                (true, false) => format!("{word}: wants one of {possible}"),
                (false, true) => format!("{word}:{value} is not understood"),
                (false, false) => {
                    format!("{word}:{value} is not understood: {word}: takes {possible}")
                }
            })
        })
    }
}

/// A key at the beginning of `text`, and what follows its colon.
fn key(text: &str) -> Option<(&'static Key, &str)> {
    let (word, rest) = text.split_once(':')?;
    let key = KEYS
        .iter()
        .find(|key| key.word.eq_ignore_ascii_case(word))?;
    Some((key, rest))
}

/// The value at the beginning of `text`, and what follows it. A mark that is never closed goes to the
/// end, since it is still being typed.
fn value(text: &str) -> (&str, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

/// A word of the text, which may be in quotation marks, and what follows it.
fn word(text: &str) -> (&str, &str) {
    let behind = match text.strip_prefix('"') {
        Some(quoted) => quoted.find('"').map_or(text.len(), |at| at + 2),
        None => 0,
    };
    let end = text[behind..].find(char::is_whitespace);
    text.split_at(end.map_or(text.len(), |at| behind + at))
}

/// Text and criteria of a line. Without criteria the text is the line as it is.
pub(super) fn parse(line: &str) -> Result<(String, Vec<Criterion>), QueryError> {
    split(line, key, Key::property)
}

/// The same for fields of the site's own: `locker:12`.
pub(super) fn parse_fields(line: &str, fields: &[SiteField]) -> (String, Vec<Criterion>) {
    let key = |text| {
        let (word, rest) = str::split_once(text, ':')?;
        let field = fields
            .iter()
            .find(|field| field.searched && field.name.eq_ignore_ascii_case(word))?;
        Some((field, rest))
    };
    let split: Result<_, Infallible> = split(line, key, |field, value| {
        let value = value.trim();
        Ok(Property::Field(FieldAsked {
            name: field.name.clone(),
            value: value.to_owned(),
            // While nothing stands behind the colon yet: whoever has a value.
            by_beginning: value.is_empty() || field.is_found_by_beginning(),
        }))
    });
    let Ok(split) = split;
    split
}

fn split<'l, K, E>(
    line: &'l str,
    key: impl Fn(&'l str) -> Option<(K, &'l str)>,
    property: impl Fn(K, &str) -> Result<Property, E>,
) -> Result<(String, Vec<Criterion>), E> {
    let mut words = Vec::new();
    let mut criteria = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let not = rest
            .split_once(char::is_whitespace)
            .and_then(|(not, rest)| {
                let follows = rest.trim_start();
                (not.eq_ignore_ascii_case("not") && key(follows).is_some()).then_some(follows)
            });
        let (negated, follows) = match (rest.strip_prefix('-'), not) {
            (Some(follows), _) | (None, Some(follows)) => (true, follows),
            (None, None) => (false, rest),
        };
        if let Some((key, behind)) = key(follows) {
            let (value, behind) = value(behind);
            let property = property(key, value)?;
            criteria.push(Criterion { negated, property });
            rest = behind.trim_start();
        } else {
            let (word, behind) = word(rest);
            words.push(word);
            rest = behind.trim_start();
        }
    }
    let text = if criteria.is_empty() {
        line.to_owned()
    } else {
        words.join(" ")
    };
    Ok((text, criteria))
}

/// What can still be typed behind the key at the end of a line: the values that begin so, while
/// there are several or the one is not yet whole.
pub fn completions(line: &str) -> Vec<String> {
    let last = line.rsplit(char::is_whitespace).next().unwrap_or_default();
    let Some((key, typed)) = key(last.trim_start_matches('-')) else {
        return Vec::new();
    };
    let typed = typed.to_ascii_lowercase();
    (key.values)()
        .into_iter()
        .filter(|value| value.starts_with(&typed) && *value != typed)
        .map(|value| format!("{}:{value}", key.word))
        .collect()
}

#[cfg(test)]
mod tests;
