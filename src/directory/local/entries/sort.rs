//! `sortBy` (RFC 7644 section 3.4.2.3).

use std::cmp::Ordering;

use super::sql::{DISPLAY_NAME, NAME};
use crate::{
    directory::{
        Sort,
        listing::SortKey::{self, Absent, Number, Text},
    },
    scim::{ScimError, ScimType, schema},
};

/// An order of users, as it stands in the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) sql: &'static str,
    descending: bool,
    lowered: bool,
}

impl Order {
    /// `invalidPath` for what users do not have or the store does not sort by.
    pub(super) fn of(sort: &Sort) -> Result<Self, ScimError> {
        use schema::UserSchema::{Core, Desk, Enterprise};
        let path = &sort.by;
        let resolved = schema::resolve(path, ScimType::InvalidPath)?;
        let (sql, lowered) = match (resolved.schema, resolved.key().as_str()) {
            (Core, "id") => ("u.row", false),
            (Core, "externalId") => ("u.external_id", false),
            (Core, "userName") => ("u.login", true),
            (Core, "name.familyName") => ("u.family", true),
            (Core, "name.givenName") => ("u.given", true),
            (Core, "name" | "name.formatted") => (NAME, true),
            (Core, "displayName") => (DISPLAY_NAME, true),
            (Core, "emails.value") => ("u.email", true),
            (Core, "title") => ("u.job_title", true),
            (Enterprise, "division") => ("u.station", true),
            (Desk, "validFrom") => ("u.valid_from", false),
            (Desk, "validUntil") => ("u.valid_until", false),
            (Core, "active") => ("u.active", false),
            (Core, "meta.created") => ("u.created_at", false),
            (Core, "meta.lastModified") => ("COALESCE(u.changed_at, u.created_at)", false),
            (Desk, "kind") => ("u.kind", false),
            (Desk, "role") => ("u.role", false),
            (Desk, "lastSignIn") => ("s.last_at", false),
            (Desk, "passwordChanged") => ("p.changed_at", false),
            (Desk, "lock.since") => ("s.locked_since", false),
            _ => {
                return Err(ScimError::bad(
                    ScimType::InvalidPath,
                    format!("this server cannot sort by {path}"),
                ));
            }
        };
        Ok(Self {
            sql,
            descending: sort.descending,
            lowered,
        })
    }

    /// The key of a value as it stands in the table.
    pub(super) fn key(&self, value: rusqlite::types::ValueRef<'_>) -> SortKey {
        use rusqlite::types::ValueRef;
        match value {
            ValueRef::Integer(number) => Number(number),
            ValueRef::Text(text) if !text.is_empty() => {
                let text = String::from_utf8_lossy(text);
                Text(if self.lowered {
                    text.to_lowercase()
                } else {
                    text.into_owned()
                })
            }
            ValueRef::Text(_) | ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Absent,
        }
    }

    /// The order of two places.
    pub(super) fn order(&self, a: (&SortKey, i64), b: (&SortKey, i64)) -> Ordering {
        let order = a.0.cmp(b.0);
        let order = if self.descending {
            order.reverse()
        } else {
            order
        };
        order.then(a.1.cmp(&b.1))
    }
}
