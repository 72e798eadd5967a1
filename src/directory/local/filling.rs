//! Filling the site's own fields: what an operator's role may write there, and what it must.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, params};

use super::{
    index::Row,
    site_fields::{definitions, role_of, searchable, values},
};
use crate::{
    directory::DirectoryError, operator::Operator, permission::Role, store::StoreError,
    user::SiteField,
};

/// The fields of the site, and the role of whoever fills them.
#[derive(Debug)]
pub(super) struct Filling {
    fields: Vec<SiteField>,
    role: Role,
}

impl Filling {
    /// As they are in this transaction.
    pub(super) fn by(connection: &Connection, operator: &Operator) -> Result<Self, StoreError> {
        Ok(Self {
            fields: definitions(connection)?,
            role: role_of(connection, operator)?,
        })
    }

    /// What of `wanted` is to be written over what is there `now`, which is then as it will be: a value
    /// for each field's name, empty where it is taken away.
    ///
    /// # Errors
    /// [`DirectoryError::Invalid`] for what the field does not hold and what is not there to be filled,
    /// [`DirectoryError::Forbidden`] for what the operator's role does not edit.
    pub(super) fn judged(
        &self,
        now: &mut BTreeMap<String, String>,
        wanted: &BTreeMap<String, String>,
    ) -> Result<Vec<Written>, DirectoryError> {
        let mut written = Vec::new();
        for (name, text) in wanted {
            let is_it = |field: &&SiteField| {
                field.name.eq_ignore_ascii_case(name) && field.is_seen_by(&self.role)
            };
            let field = self
                .fields
                .iter()
                .find(is_it)
                .ok_or_else(|| DirectoryError::invalid(format!("there is no field {name}")))?;
            let key = field.name.to_lowercase();
            // What is there stays, whatever the field holds by now.
            if now.get(&key).is_some_and(|old| old == text) {
                continue;
            }
            if !field.is_edited_by(&self.role) {
                let why = if field.retired {
                    "is retired"
                } else {
                    "is not edited by your role"
                };
                return Err(DirectoryError::Forbidden {
                    message: format!("the field {} {why}", field.title),
                    raw: None,
                });
            }
            let value = field.value(text).map_err(DirectoryError::invalid)?;
            if value.is_empty() {
                now.remove(&key);
            } else {
                now.insert(key, value.clone());
            }
            written.push(Written {
                name: field.name.clone(),
                searchable: searchable(field, &value),
                value,
            });
        }
        Ok(written)
    }

    /// A field that the operator must fill, and that is empty of what is there `now`.
    pub(super) fn left_empty(&self, now: &BTreeMap<String, String>) -> Option<&SiteField> {
        self.fields.iter().find(|field| {
            field.is_filled_by(&self.role) && !now.contains_key(&field.name.to_lowercase())
        })
    }
}

/// What is to stand in a field of the site's own.
#[derive(Debug)]
pub(super) struct Written {
    name: String,
    /// Empty where it is taken away.
    value: String,
    /// By what of it the user is found.
    searchable: Option<String>,
}

/// Writes a value for each field's name; empty takes it away.
pub(super) fn write(
    transaction: &Transaction<'_>,
    row: Row,
    written: &[Written],
) -> Result<(), StoreError> {
    for Written {
        name,
        value,
        searchable,
    } in written
    {
        if value.is_empty() {
            transaction
                .prepare_cached("DELETE FROM site_values WHERE row = ?1 AND name = ?2")?
                .execute(params![row, name])?;
        } else {
            transaction
                .prepare_cached(
                    "INSERT INTO site_values (row, name, value, searchable) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (row, name) DO UPDATE SET value = ?3, searchable = ?4",
                )?
                .execute(params![row, name, value, searchable])?;
        }
    }
    Ok(())
}

/// Writes what of a user's values is to change. Where the operator fills fields, none of those may
/// be empty then.
///
/// # Errors
/// As [`Filling::judged`], and [`DirectoryError::Invalid`] for what has to be filled.
pub(super) fn put_values(
    transaction: &Transaction<'_>,
    row: Row,
    operator: &Operator,
    wanted: &BTreeMap<String, String>,
) -> Result<(), DirectoryError> {
    let filling = Filling::by(transaction, operator)?;
    if filling.fields.is_empty() && wanted.is_empty() {
        return Ok(());
    }
    let mut now = values(transaction, row)?;
    let written = filling.judged(&mut now, wanted)?;
    if let Some(field) = filling.left_empty(&now) {
        return Err(DirectoryError::invalid(format!(
            "the field {} has to be filled: give --field {}=…",
            field.title, field.name
        )));
    }
    Ok(write(transaction, row, &written)?)
}
