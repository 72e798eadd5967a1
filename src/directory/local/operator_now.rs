//! The operator as the store knows the account at this moment, for every act and once more within
//! its transaction: a role that is taken away in between refuses the act.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{LocalDirectory, index::Row, read, role, state};
use crate::{
    directory::DirectoryError,
    operator::{Changed, Operator, OperatorChange},
    user::{Fact, User},
};

/// What is noted with each user who holds a role that is changed.
pub(super) const ROLE_CHANGED: &str = "role changed";

impl LocalDirectory {
    pub(super) async fn operator_now(
        &self,
        operator: &Operator,
    ) -> Result<Operator, DirectoryError> {
        let (before, now) = (operator.clone(), self.now());
        let found = self
            .store
            .read(move |connection| {
                let found = unchanged(connection, &before, now)?;
                match &found {
                    // More than before is a change too: the screens show what was held before.
                    Some((user, _))
                        if user.permissions != before.permissions || user.reach != before.reach =>
                    {
                        told(connection, read::row_of(&user.id)?, Changed::Role)
                    }
                    Some(_) | None => Ok(found),
                }
            })
            .await?;
        let Some((mut user, sessions_ended)) = found else {
            return Ok(operator.clone());
        };
        state::end_inactive(&self.profiles, &mut user);
        Ok(Operator {
            binding: operator.binding,
            sessions_ended: Some(sessions_ended),
            ..Operator::of(&user)
        })
    }
}

impl LocalDirectory {
    /// Runs `work` on one state of the store, in which `operator` is still who the act began with.
    pub(super) async fn read_for<T, F>(
        &self,
        operator: &Operator,
        work: F,
    ) -> Result<T, DirectoryError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, DirectoryError> + Send + 'static,
    {
        let (operator, now) = (operator.clone(), self.now());
        self.store
            .read(move |connection| {
                let snapshot = connection.unchecked_transaction()?;
                refuse_reading(&snapshot, &operator, now)?;
                work(&snapshot)
            })
            .await
    }
}

/// The same as [`refuse_if_operator_changed`] for what only reads. Somebody who is no user of this
/// store has no rights in it that could change: whose token it is, for one, is looked up before
/// anybody is at the desk.
pub(super) fn refuse_reading(
    connection: &Connection,
    operator: &Operator,
    now: Timestamp,
) -> Result<(), DirectoryError> {
    if read::row_of(operator.made_by.as_ref().unwrap_or(&operator.id)).is_err() {
        return Ok(());
    }
    refuse_if_operator_changed(connection, operator, now)
}

/// Refuses an act within its transaction when the operator, or the maker of the machine client
/// that acts, is no longer who began it.
///
/// # Errors
/// [`DirectoryError::OperatorChanged`], and the store's.
pub fn refuse_if_operator_changed(
    connection: &Connection,
    operator: &Operator,
    now: Timestamp,
) -> Result<(), DirectoryError> {
    unchanged(connection, operator, now).map(drop)
}

/// How often others have ended this user's sessions.
pub(super) fn sessions_ended(connection: &Connection, row: Row) -> Result<i64, DirectoryError> {
    Ok(connection
        .prepare_cached("SELECT sessions_ended FROM users WHERE row = ?1")?
        .query_row([row], |row| row.get(0))
        .optional()?
        .unwrap_or_default())
}

/// The operator's account; none for a machine client whose maker's rights still cover its own.
fn unchanged(
    connection: &Connection,
    operator: &Operator,
    now: Timestamp,
) -> Result<Option<(User, i64)>, DirectoryError> {
    let id = operator.made_by.as_ref().unwrap_or(&operator.id);
    let row = read::row_of(id)?;
    let mut user = match read::user(connection, row) {
        Ok(user) => user,
        Err(DirectoryError::NotFound) => {
            return Err(DirectoryError::OperatorChanged(Changed::Removed.into()));
        }
        Err(error) => return Err(error),
    };
    let end = user.state.account_expires.value();
    // Who is let in after the end, since nobody else could be, is not thrown out by it.
    if end.is_some_and(|end| end <= now) && role::is_last_administrator(connection, row, now)? {
        user.state.account_expires = Fact::Known(None);
    }
    if operator.made_by.is_some() {
        let covered = operator.permissions.beyond(user.permissions).is_empty()
            && operator.reach.is_within(&user.reach);
        let is_active =
            user.state.active.known() == Some(&true) && !user.state.is_outside_validity(now);
        return match (is_active, covered) {
            (true, true) => Ok(None),
            (false, _) => told(connection, row, Changed::Disabled),
            (true, false) => told(connection, row, Changed::Role),
        };
    }
    let ended = sessions_ended(connection, row)?;
    match operator.change_to(&user, now) {
        Some(changed) => told(connection, row, changed),
        None if operator.sessions_ended.is_some_and(|seen| seen != ended) => {
            told(connection, row, Changed::SignedOut)
        }
        None => Ok(Some((user, ended))),
    }
}

/// The change with who made it and when, where the last change of the account is that one.
fn told<T>(connection: &Connection, row: Row, what: Changed) -> Result<T, DirectoryError> {
    let named: &[&str] = match what {
        Changed::Role => &["role given", "changed", ROLE_CHANGED],
        Changed::Password => &["password reset", "changed", "own password changed"],
        Changed::Disabled => &["changed"],
        Changed::SignedOut => &["signed out"],
        Changed::Removed | Changed::Locked | Changed::Expired => &[],
    };
    let last: Option<(Option<String>, Option<i64>, Option<String>)> = connection
        .prepare_cached("SELECT changed_by, changed_at, changed_what FROM users WHERE row = ?1")?
        .query_row(params![row], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let last =
        last.filter(|(_, _, last)| last.as_deref().is_some_and(|last| named.contains(&last)));
    let (by, at) = match last {
        Some((by, at, _)) => (by, at.and_then(|at| read::instant(at).ok())),
        None => (None, None),
    };
    Err(DirectoryError::OperatorChanged(OperatorChange {
        what,
        by,
        at,
    }))
}
