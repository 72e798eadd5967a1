//! The definitions of the site's own fields: adding, changing and moving one, and the roles that they
//! go by.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::{
    LocalDirectory, change,
    index::Row,
    operator_now::refuse_if_operator_changed,
    site_fields::{definitions, searchable},
    stored_role,
};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    permission::Role,
    receipt::{Proof, Receipt, Step, StepOutcome},
    store::StoreError,
    user::SiteField,
};

impl LocalDirectory {
    /// Adds a field, or puts another definition in the place of the one of this name that was `seen`;
    /// what users have in it stays.
    pub(super) async fn put_site_field(
        &self,
        operator: &Operator,
        field: &SiteField,
        seen: Option<&SiteField>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let field = field.checked().map_err(DirectoryError::invalid)?;
        let (operator, intent, at) = (operator.clone(), intent.clone(), self.now());
        let seen = seen.cloned();
        let step = if seen.is_none() {
            Step::Created
        } else {
            Step::Changed
        };
        let steps = vec![(step, StepOutcome::Done)];
        let written = steps.clone();
        self.store
            .write(move |transaction| {
                refuse_if_operator_changed(transaction, &operator, at)?;
                refuse_unknown_roles(transaction, &field)?;
                let before = definition(transaction, &field.name)?;
                match (&seen, &before) {
                    (None, None) => {
                        transaction.execute(
                            "INSERT INTO site_fields (name, place, definition)
                             SELECT ?1, coalesce(max(place), 0) + 1, ?2 FROM site_fields",
                            params![field.name, text_of(&field)?],
                        )?;
                    }
                    (Some(seen), Some(before)) if seen == before => {
                        write_definition(transaction, &field)?;
                        if before.searched != field.searched {
                            mark_values(transaction, &field)?;
                        }
                    }
                    (Some(_), Some(before)) => return Err(changed(before)),
                    (None, Some(_)) => {
                        return Err(DirectoryError::invalid(format!(
                            "a field {} is already there",
                            field.name
                        )));
                    }
                    (Some(_), None) => return Err(no_such_field(&field.name)),
                }
                change::conclude(transaction, &intent, &written, at)?;
                Ok::<_, DirectoryError>(())
            })
            .await?;
        Ok(change::receipt(steps, Proof::NotNeeded, None))
    }

    /// Moves a field to another place in their order, counted from 1.
    pub(super) async fn move_site_field(
        &self,
        operator: &Operator,
        name: &str,
        place: usize,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let (operator, intent, at) = (operator.clone(), intent.clone(), self.now());
        let name = name.to_owned();
        let steps = vec![(Step::Changed, StepOutcome::Done)];
        let written = steps.clone();
        self.store
            .write(move |transaction| {
                refuse_if_operator_changed(transaction, &operator, at)?;
                let mut fields = definitions(transaction)?;
                let from = fields
                    .iter()
                    .position(|field| field.name.eq_ignore_ascii_case(&name))
                    .ok_or_else(|| no_such_field(&name))?;
                if !(1..=fields.len()).contains(&place) {
                    return Err(DirectoryError::invalid(format!(
                        "there are places from 1 to {}",
                        fields.len()
                    )));
                }
                let field = fields.remove(from);
                fields.insert(place - 1, field);
                let mut statement = transaction
                    .prepare_cached("UPDATE site_fields SET place = ?2 WHERE name = ?1")?;
                for (place, field) in (1_i64..).zip(&fields) {
                    statement.execute(params![field.name, place])?;
                }
                change::conclude(transaction, &intent, &written, at)?;
                Ok::<_, DirectoryError>(())
            })
            .await?;
        Ok(change::receipt(steps, Proof::NotNeeded, None))
    }
}

fn definition(connection: &Connection, name: &str) -> Result<Option<SiteField>, StoreError> {
    let text: Option<String> = connection
        .prepare_cached("SELECT definition FROM site_fields WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    let field = text.map(|text| serde_json::from_str(&text)).transpose();
    field.map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn no_such_field(name: &str) -> DirectoryError {
    DirectoryError::invalid(format!("a field {name} is not there"))
}

fn changed(field: &SiteField) -> DirectoryError {
    DirectoryError::DefinitionChanged {
        what: format!("field {}", field.title),
        by: None,
        at: None,
    }
}

/// Users are found by what they have in the field from now on, or no more.
fn mark_values(transaction: &Transaction<'_>, field: &SiteField) -> Result<(), StoreError> {
    if !field.searched {
        transaction.execute(
            "UPDATE site_values SET searchable = NULL WHERE name = ?1",
            [&field.name],
        )?;
        return Ok(());
    }
    let mut values = transaction.prepare(
        "SELECT row, value FROM site_values WHERE name = ?1 AND row > ?2 ORDER BY row LIMIT 10000",
    )?;
    let mut mark = transaction
        .prepare("UPDATE site_values SET searchable = ?3 WHERE row = ?1 AND name = ?2")?;
    let mut after: Row = Row::MIN;
    loop {
        // A page at a time: what is being changed is not read.
        let page = values
            .query_map(params![field.name, after], |row| {
                Ok((row.get::<_, Row>(0)?, row.get::<_, String>(1)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = *last;
        for (row, value) in &page {
            mark.execute(params![row, field.name, searchable(field, value)])?;
        }
    }
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
