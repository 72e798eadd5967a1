//! The roles that the site has made. A change of one is a change of everybody who holds it: their
//! versions move with it, so that each open session ends and each answer of the API is a new one.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::{
    LocalDirectory,
    change::{conclude, receipt, signature},
    operator_now::{ROLE_CHANGED, refuse_if_operator_changed},
    reach,
    read::instant,
    site_definitions,
    stored_role::role,
};
use crate::{
    audit::Intent,
    directory::{DirectoryError, KeptRole},
    operator::Operator,
    permission::{Kinds, Role, SiteRole},
    receipt::{Proof, Receipt, Step, StepOutcome},
    store::StoreError,
    user::Version,
};

/// A name as it is compared.
fn comparable(name: &str) -> String {
    name.trim().to_lowercase()
}

fn stations_text(role: &SiteRole) -> Option<String> {
    let stations = role.reach.stations.as_ref()?;
    // A list of texts can always be written.
    Some(serde_json::to_string(stations).unwrap_or_else(|_| "[]".into()))
}

fn kinds_bits(role: &SiteRole) -> Option<u8> {
    role.reach.kinds.map(Kinds::bits)
}

/// A role that was changed or removed since the desk judged it is not given.
///
/// # Errors
/// [`DirectoryError::Invalid`].
pub(super) fn refuse_unless_as_judged(
    transaction: &Transaction<'_>,
    judged: &Role,
) -> Result<(), DirectoryError> {
    let Role::Site(judged) = judged else {
        return Ok(());
    };
    let now = transaction
        .prepare_cached(
            "SELECT name, permissions, kinds, stations FROM site_roles WHERE number = ?1",
        )?
        .query_row([judged.number], |row| role(judged.number, row, 0))
        .optional()?;
    if now.as_ref() == Some(judged) {
        return Ok(());
    }
    Err(DirectoryError::invalid(format!(
        "the role {} was changed or removed meanwhile",
        judged.name
    )))
}

fn kept(
    connection: &Connection,
    operator: &Operator,
    number: Option<u32>,
) -> Result<Vec<KeptRole>, StoreError> {
    reach::prepare(connection, &operator.reach)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT r.number, r.name, r.permissions, r.kinds, r.stations, r.version, r.changed_at,
             r.changed_by, count(u.row), count(u.row) FILTER (WHERE {})
         FROM site_roles r LEFT JOIN users u ON u.role = r.number AND u.role > 0
         WHERE ?1 IS NULL OR r.number = ?1 GROUP BY r.number ORDER BY r.comparable",
        reach::sql(&operator.reach)
    ))?;
    let roles = statement.query_map([number], |row| {
        Ok(KeptRole {
            role: Arc::new(role(row.get(0)?, row, 1)?),
            version: Version(row.get::<_, i64>(5)?.to_string()),
            changed_at: instant(row.get(6)?).unwrap_or(Timestamp::UNIX_EPOCH),
            changed_by: row.get(7)?,
            holders: row.get(8)?,
            holders_in_reach: row.get(9)?,
        })
    })?;
    Ok(roles.collect::<Result<_, _>>()?)
}

impl LocalDirectory {
    pub(super) async fn site_roles(
        &self,
        operator: &Operator,
    ) -> Result<Vec<KeptRole>, DirectoryError> {
        let asking = operator.clone();
        self.read_for(operator, move |connection| {
            Ok(kept(connection, &asking, None)?)
        })
        .await
    }

    pub(super) async fn add_site_role(
        &self,
        operator: &Operator,
        new: &SiteRole,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let (new, operator, intent) = (new.clone(), operator.clone(), intent.clone());
        let at = self.now();
        self.store
            .write(move |transaction| {
                refuse_if_operator_changed(transaction, &operator, at)?;
                refuse_taken(transaction, &new, 0)?;
                let number: u32 = transaction.query_row(
                    "UPDATE counters SET value = value + 1 WHERE name = 'highest role'
                     RETURNING value",
                    [],
                    |row| row.get(0),
                )?;
                transaction
                    .prepare_cached(
                        "INSERT INTO site_roles (number, name, comparable, permissions, kinds,
                             stations, version, changed_at, changed_by)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8)",
                    )?
                    .execute(params![
                        number,
                        new.name,
                        comparable(&new.name),
                        new.permissions.bits(),
                        kinds_bits(&new),
                        stations_text(&new),
                        at.as_millisecond(),
                        signature(&operator),
                    ])?;
                done(transaction, Step::RoleAdded, &intent, at)
            })
            .await
    }

    pub(super) async fn change_site_role(
        &self,
        operator: &Operator,
        expected: &Version,
        to: &SiteRole,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let (to, operator, intent) = (to.clone(), operator.clone(), intent.clone());
        let (at, expected) = (self.now(), expected.clone());
        self.store
            .write(move |transaction| {
                refuse_if_operator_changed(transaction, &operator, at)?;
                let before = begin(transaction, &operator, to.number, &expected)?;
                refuse_taken(transaction, &to, to.number)?;
                if before.role.name != to.name {
                    site_definitions::rename_role(transaction, &before.role.name, &to.name)?;
                }
                transaction
                    .prepare_cached(
                        "UPDATE site_roles SET name = ?2, comparable = ?3, permissions = ?4,
                             kinds = ?5, stations = ?6, version = version + 1, changed_at = ?7,
                             changed_by = ?8
                         WHERE number = ?1",
                    )?
                    .execute(params![
                        to.number,
                        to.name,
                        comparable(&to.name),
                        to.permissions.bits(),
                        kinds_bits(&to),
                        stations_text(&to),
                        at.as_millisecond(),
                        signature(&operator),
                    ])?;
                note_holders(
                    transaction,
                    &operator,
                    to.number,
                    to.number,
                    ROLE_CHANGED,
                    at,
                )?;
                done(transaction, Step::RoleChanged, &intent, at)
            })
            .await
    }

    pub(super) async fn remove_site_role(
        &self,
        operator: &Operator,
        role: &KeptRole,
        instead: Option<&Role>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let (role, operator, intent) = (role.clone(), operator.clone(), intent.clone());
        let (at, instead) = (self.now(), instead.cloned());
        self.store
            .write(move |transaction| {
                refuse_if_operator_changed(transaction, &operator, at)?;
                let number = role.role.number;
                let now = begin(transaction, &operator, number, &role.version)?;
                match &instead {
                    Some(instead) => {
                        refuse_unless_as_judged(transaction, instead)?;
                        let to = super::write::number_of_role(instead);
                        note_holders(transaction, &operator, number, to, "role given", at)?;
                    }
                    None if now.holders > 0 => return Err(held_still(&now)),
                    None => {}
                }
                site_definitions::refuse_while_named(transaction, &now.role.name)?;
                transaction
                    .prepare_cached("DELETE FROM site_roles WHERE number = ?1")?
                    .execute([number])?;
                done(transaction, Step::RoleRemoved, &intent, at)
            })
            .await
    }
}

/// The role as it is now, when it is of the version that was seen and nobody beyond the operator's
/// reach has come to hold it.
fn begin(
    transaction: &Transaction<'_>,
    operator: &Operator,
    number: u32,
    expected: &Version,
) -> Result<KeptRole, DirectoryError> {
    let now = kept(transaction, operator, Some(number))?
        .pop()
        .ok_or_else(|| DirectoryError::invalid("there is no such role any more"))?;
    if now.version != *expected {
        return Err(DirectoryError::DefinitionChanged {
            what: format!("role {}", now.role.name),
            by: Some(now.changed_by),
            at: Some(now.changed_at),
        });
    }
    if now.holders_in_reach != now.holders {
        return Err(DirectoryError::Forbidden {
            message: format!(
                "the role {} is held by users whom your role does not reach",
                now.role.name
            ),
            raw: None,
        });
    }
    Ok(now)
}

fn held_still(role: &KeptRole) -> DirectoryError {
    let users = if role.holders == 1 {
        "user holds"
    } else {
        "users hold"
    };
    DirectoryError::invalid(format!(
        "{} {users} the role {}: say which role they are to hold instead",
        role.holders, role.role.name
    ))
}

fn refuse_taken(
    transaction: &Transaction<'_>,
    role: &SiteRole,
    own: u32,
) -> Result<(), DirectoryError> {
    let taken: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM site_roles WHERE comparable = ?1 AND number <> ?2)",
        params![comparable(&role.name), own],
        |row| row.get(0),
    )?;
    if taken {
        return Err(DirectoryError::Taken {
            attribute: None,
            message: format!("there is a role {} already", role.name),
        });
    }
    Ok(())
}

fn note_holders(
    transaction: &Transaction<'_>,
    operator: &Operator,
    number: u32,
    to: u32,
    what: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE users SET role = ?2, version = version + 1, changed_at = ?3, changed_by = ?4,
                 changed_what = ?5
             WHERE role = ?1 AND role > 0",
        )?
        .execute(params![
            number,
            to,
            at.as_millisecond(),
            signature(operator),
            what
        ])?;
    Ok(())
}

fn done(
    transaction: &Transaction<'_>,
    step: Step,
    intent: &Intent,
    at: Timestamp,
) -> Result<Receipt, DirectoryError> {
    let steps = vec![(step, StepOutcome::Done)];
    conclude(transaction, intent, &steps, at)?;
    Ok(receipt(steps, Proof::NotNeeded, None))
}
