//! Fields of the site's own: who sees which, and what users have in them.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _};

use super::{LocalDirectory, index::Row, read, stored_role};
use crate::{
    directory::DirectoryError,
    operator::Operator,
    permission::Role,
    store::StoreError,
    user::{Fact, SeenField, SiteField, SiteValue, User, UserId},
};

impl LocalDirectory {
    /// A user with what stands in the fields that the operator sees.
    pub(super) async fn with_site_fields(
        &self,
        operator: &Operator,
        id: &UserId,
    ) -> Result<User, DirectoryError> {
        let (row, reader) = (read::row_of(id)?, operator.clone());
        self.read_for(operator, move |connection| {
            let mut user = read::user(connection, row)?;
            attach(connection, &reader, std::iter::once(&mut user))?;
            Ok(user)
        })
        .await
    }

    /// The fields that the operator sees, in their order.
    pub(super) async fn seen_fields(
        &self,
        operator: &Operator,
    ) -> Result<Vec<SeenField>, DirectoryError> {
        let reader = operator.clone();
        self.read_for(operator, move |connection| {
            let role = role_of(connection, &reader)?;
            let fields = definitions(connection)?.into_iter();
            Ok(fields
                .filter_map(|field| SeenField::of(field, &role))
                .collect())
        })
        .await
    }

    /// Every field, for whoever manages them.
    pub(super) async fn all_site_fields(
        &self,
        operator: &Operator,
    ) -> Result<Vec<SiteField>, DirectoryError> {
        self.read_for(operator, |connection| Ok(definitions(connection)?))
            .await
    }
}

/// Every field in its order.
pub(super) fn definitions(connection: &Connection) -> Result<Vec<SiteField>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT definition FROM site_fields ORDER BY place, name")?;
    let texts = statement
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    texts
        .iter()
        .map(|text| {
            serde_json::from_str(text).map_err(|error| StoreError::Corrupt(error.to_string()))
        })
        .collect()
}

/// The fields that the operator sees, in their order.
pub(super) fn seen(
    connection: &Connection,
    operator: &Operator,
) -> Result<Vec<SiteField>, StoreError> {
    let mut fields = definitions(connection)?;
    if !fields.is_empty() {
        let role = role_of(connection, operator)?;
        fields.retain(|field| field.is_seen_by(&role));
    }
    Ok(fields)
}

/// The role of the operator, or of whoever made the machine client; none of somebody elsewhere.
pub(super) fn role_of(connection: &Connection, operator: &Operator) -> Result<Role, StoreError> {
    let id = operator.made_by.as_ref().unwrap_or(&operator.id);
    let Ok(row) = read::row_of(id) else {
        return Ok(Role::None);
    };
    let role = connection
        .prepare_cached(
            "SELECT u.role, r.name, r.permissions, r.kinds, r.stations
             FROM users u LEFT JOIN site_roles r ON r.number = u.role WHERE u.row = ?1",
        )?
        .query_row([row], |row| stored_role::held(row.get(0)?, row, 1))
        .optional()?;
    Ok(role.unwrap_or_default())
}

/// Adds to users what they have in the fields that the operator sees.
pub(super) fn attach<'a>(
    connection: &Connection,
    operator: &Operator,
    users: impl Iterator<Item = &'a mut User>,
) -> Result<(), StoreError> {
    attach_those(connection, &seen(connection, operator)?, users)
}

/// Adds to users what they have in these fields.
pub(super) fn attach_those<'a>(
    connection: &Connection,
    fields: &[SiteField],
    users: impl Iterator<Item = &'a mut User>,
) -> Result<(), StoreError> {
    if fields.is_empty() {
        return Ok(());
    }
    for user in users {
        let row = user.id.0.parse::<Row>().unwrap_or_default();
        let mut values = values(connection, row)?;
        if let Fact::Known(details) = &mut user.details {
            details.fields = fields
                .iter()
                .filter_map(|field| {
                    let value = values.remove(&field.name.to_lowercase())?;
                    Some(SiteValue {
                        name: field.name.clone(),
                        title: field.title.clone(),
                        fits: field.fits(&value),
                        value,
                    })
                })
                .collect();
        }
    }
    Ok(())
}

/// What a user has, by the field's name in small letters.
pub(super) fn values(
    connection: &Connection,
    row: Row,
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT name, value FROM site_values WHERE row = ?1")?;
    let found = statement.query_map([row], |row| {
        Ok((row.get::<_, String>(0)?.to_lowercase(), row.get(1)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// By what of the value a user is found; nothing where the field is not searched.
pub(super) fn searchable(field: &SiteField, value: &str) -> Option<String> {
    field.searched.then(|| SiteField::searchable(value))
}
