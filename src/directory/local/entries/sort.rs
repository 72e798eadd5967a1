//! `sortBy` (RFC 7644 section 3.4.2.3).

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::sql::{DISPLAY_NAME, NAME};
use crate::scim::{AttributePath, ScimError, ScimType, schema};

/// An order of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    pub(super) sql: &'static str,
    pub(super) descending: bool,
    lowered: bool,
}

/// A value that is sorted by. Users without one come last, and first in descending order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in super::super) enum Key {
    /// A time, a number, a flag, or nothing to sort by.
    Number(i64),
    /// A text, in lower case unless case counts.
    Text(String),
    /// No value.
    Absent,
}

impl Sort {
    /// The order by the attribute that `path` names.
    ///
    /// # Errors
    /// `invalidPath` for what users do not have or this server does not sort by.
    pub fn by(path: &AttributePath, descending: bool) -> Result<Self, ScimError> {
        let resolved = schema::resolve(path, ScimType::InvalidPath)?;
        let (sql, lowered) = match (resolved.extension, resolved.key().as_str()) {
            (false, "id") => ("u.row", false),
            (false, "externalId") => ("u.external_id", false),
            (false, "userName") => ("u.login", true),
            (false, "name.familyName") => ("u.family", true),
            (false, "name.givenName") => ("u.given", true),
            (false, "name" | "name.formatted") => (NAME, true),
            (false, "displayName") => (DISPLAY_NAME, true),
            (false, "emails.value") => ("u.email", true),
            (false, "active") => ("u.active", false),
            (false, "meta.created") => ("u.created_at", false),
            (false, "meta.lastModified") => ("COALESCE(u.changed_at, u.created_at)", false),
            (true, "kind") => ("u.kind", false),
            (true, "role") => ("u.role", false),
            (true, "lastSignIn") => ("s.last_at", false),
            (true, "passwordChanged") => ("p.changed_at", false),
            (true, "lock.since") => ("s.locked_since", false),
            _ => {
                return Err(ScimError::bad(
                    ScimType::InvalidPath,
                    format!("this server cannot sort by {path}"),
                ));
            }
        };
        Ok(Self {
            sql,
            descending,
            lowered,
        })
    }

    /// The key of a value as it stands in the table.
    pub(super) fn key(&self, value: rusqlite::types::ValueRef<'_>) -> Key {
        use rusqlite::types::ValueRef;
        match value {
            ValueRef::Integer(number) => Key::Number(number),
            ValueRef::Text(text) if !text.is_empty() => {
                let text = String::from_utf8_lossy(text);
                Key::Text(if self.lowered {
                    text.to_lowercase()
                } else {
                    text.into_owned()
                })
            }
            _ => Key::Absent,
        }
    }

    /// The order of two places.
    pub(super) fn order(&self, a: (&Key, i64), b: (&Key, i64)) -> Ordering {
        let order = a.0.cmp(b.0);
        let order = if self.descending {
            order.reverse()
        } else {
            order
        };
        order.then(a.1.cmp(&b.1))
    }
}
