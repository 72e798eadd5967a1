//! The store as provisioning clients list it: filters in SQL, pages by index or place.

mod plan;
mod read;
mod sort;
mod sql;

use std::sync::Arc;

use rusqlite::Connection;

use super::{
    LocalDirectory,
    index::{Row, key::Key},
    operator_now::refuse_reading,
    site_fields, site_roles,
};
use crate::{
    directory::{DirectoryError, Entry, EntryPage, EntryQuery},
    operator::Operator,
    scim::{ScimError, ScimType},
    user::UserId,
};

impl LocalDirectory {
    /// A page of users, `tooMany` when the time is over.
    pub(super) async fn page(
        &self,
        operator: &Operator,
        query: EntryQuery,
    ) -> Result<EntryPage, DirectoryError> {
        let profiles = Arc::clone(&self.profiles);
        let order = query.sort.as_ref().map(sort::Order::of).transpose()?;
        let time = query.time;
        let (operator, now) = (operator.clone(), self.now());
        let search = self.store.search(move |connection, cancel| {
            // One snapshot for the operator, candidates, judgement and rows.
            let snapshot = connection.unchecked_transaction()?;
            refuse_reading(&snapshot, &operator, now)?;
            super::reach::prepare(&snapshot, &operator.reach)?;
            let known = sql::Known {
                profiles: &profiles,
                roles: &site_roles::all(&snapshot)?,
            };
            let predicate = sql::Predicate::within(&operator.reach, query.filter.as_ref(), &known)?;
            let asked = read::Asked {
                query: &query,
                predicate: predicate.as_ref(),
                order: order.as_ref(),
            };
            let mut page = read::page(&snapshot, cancel, &asked)?;
            let users = page.entries.iter_mut().map(|entry| &mut entry.user);
            site_fields::attach(&snapshot, &operator, users)?;
            Ok(page)
        });
        // Dropping the search ends it.
        match tokio::time::timeout(time, search).await {
            Ok(answer) => answer,
            Err(_) => Err(ScimError::bad(
                ScimType::TooMany,
                "the search took too long: narrow the filter, or ask by cursor",
            )
            .into()),
        }
    }

    /// One user.
    pub(super) async fn one_entry(
        &self,
        operator: &Operator,
        id: &UserId,
    ) -> Result<Entry, DirectoryError> {
        let row = super::read::row_of(id)?;
        let reader = operator.clone();
        self.read_for(operator, move |connection| {
            let mut entry = one(connection, row)?;
            site_fields::attach(connection, &reader, std::iter::once(&mut entry.user))?;
            Ok(entry)
        })
        .await
    }
}

pub(super) fn one(connection: &Connection, row: Row) -> Result<Entry, DirectoryError> {
    read::entries(connection, &[row])?
        .into_iter()
        .next()
        .ok_or(DirectoryError::NotFound)
}

/// What the search index keeps of a user.
pub(super) fn key(entry: &Entry) -> Key {
    let user = &entry.user;
    Key::new(
        &user.login,
        &user.email,
        &user.given_name,
        &user.family_name,
    )
}
