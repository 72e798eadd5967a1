//! Fields of the site's own: their definitions, and what users have in them.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::{
    LocalDirectory, change, index::Row, operator_now::refuse_if_operator_changed, read, stored_role,
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    permission::Role,
    receipt::{Proof, Receipt, Step, StepOutcome},
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

    /// Adds a field, or puts another definition in the place of the one of this name; what users have
    /// in it stays.
    pub(super) async fn put_site_field(
        &self,
        operator: &Operator,
        field: &SiteField,
        is_new: bool,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let field = field.checked().map_err(DirectoryError::invalid)?;
        let (operator, intent, at) = (operator.clone(), intent.clone(), self.now());
        let step = if is_new { Step::Created } else { Step::Changed };
        let steps = vec![(step, StepOutcome::Done)];
        let written = steps.clone();
        self.store
            .write(move |transaction| {
                refuse_if_operator_changed(transaction, &operator, at)?;
                refuse_unknown_roles(transaction, &field)?;
                let changed = if is_new {
                    transaction.execute(
                        "INSERT OR IGNORE INTO site_fields (name, place, definition)
                         SELECT ?1, coalesce(max(place), 0) + 1, ?2 FROM site_fields",
                        params![field.name, text_of(&field)?],
                    )?
                } else {
                    write_definition(transaction, &field)?
                };
                if changed == 0 {
                    let there = if is_new { "already" } else { "not" };
                    return Err(DirectoryError::invalid(format!(
                        "a field {} is {there} there",
                        field.name
                    )));
                }
                change::conclude(transaction, &intent, &written, at)?;
                Ok::<_, DirectoryError>(())
            })
            .await?;
        Ok(change::receipt(steps, Proof::NotNeeded, None))
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

/// A role that is not there would keep a field from everybody, or ask nobody to fill it.
///
/// # Errors
/// [`DirectoryError::Invalid`] names it.
fn refuse_unknown_roles(connection: &Connection, field: &SiteField) -> Result<(), DirectoryError> {
    let roles = stored_role::all(connection)?;
    let is_known = |role: &&Role| {
        Role::built_in(role.word()).is_some()
            || roles.iter().any(|known| known.is_called(role.word()))
    };
    let mut named = field
        .seen_by
        .iter()
        .chain(&field.edited_by)
        .chain(&field.filled_by);
    match named.find(|role| !is_known(role)) {
        Some(role) => Err(DirectoryError::invalid(format!("there is no role {role}"))),
        None => Ok(()),
    }
}

/// A role that a field goes by stays: the next of its name would see and edit what it is not given.
///
/// # Errors
/// [`DirectoryError::Invalid`] names the field.
pub(super) fn refuse_while_named(
    transaction: &Transaction<'_>,
    role: &str,
) -> Result<(), DirectoryError> {
    let fields = definitions(transaction)?;
    let goes_by = |field: &&SiteField| {
        let lists = [&field.seen_by, &field.edited_by, &field.filled_by];
        lists.into_iter().flatten().any(|one| one.is_called(role))
    };
    match fields.iter().find(goes_by) {
        Some(field) => Err(DirectoryError::invalid(format!(
            "the field {} goes by the role {role}: change the field first",
            field.title
        ))),
        None => Ok(()),
    }
}

/// Fields know roles by their names: a role with another name is the same role.
pub(super) fn rename_role(
    transaction: &Transaction<'_>,
    old: &str,
    new: &str,
) -> Result<(), StoreError> {
    for mut field in definitions(transaction)? {
        let mut is_named = false;
        for roles in [
            &mut field.seen_by,
            &mut field.edited_by,
            &mut field.filled_by,
        ] {
            for role in roles.iter_mut().filter(|role| role.is_called(old)) {
                *role = Role::of_word(new);
                is_named = true;
            }
        }
        if is_named {
            write_definition(transaction, &field)?;
        }
    }
    Ok(())
}

/// Puts the definition in the place of the one of this name: how many there were.
fn write_definition(transaction: &Transaction<'_>, field: &SiteField) -> Result<usize, StoreError> {
    Ok(transaction
        .prepare_cached("UPDATE site_fields SET definition = ?2 WHERE name = ?1")?
        .execute(params![field.name, text_of(field)?])?)
}

fn text_of(field: &SiteField) -> Result<String, StoreError> {
    serde_json::to_string(field).map_err(|error| StoreError::Other(error.to_string()))
}

/// Adds to users what they have in the fields that the operator sees.
pub(super) fn attach<'a>(
    connection: &Connection,
    operator: &Operator,
    users: impl Iterator<Item = &'a mut User>,
) -> Result<(), StoreError> {
    let fields = definitions(connection)?;
    if fields.is_empty() {
        return Ok(());
    }
    let role = role_of(connection, operator)?;
    let seen: Vec<_> = fields
        .iter()
        .filter(|field| field.is_seen_by(&role))
        .collect();
    for user in users {
        let row = user.id.0.parse::<Row>().unwrap_or_default();
        let mut values = values(connection, row)?;
        if let Fact::Known(details) = &mut user.details {
            details.fields = seen
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
