//! The embedded store as a directory.
//!
//! Every change of a user and the outcome of its intent are one transaction, so that nothing is
//! ever done without its record, nor recorded without being done. Hashing never happens within a
//! transaction.

mod account;
mod change;
mod check;
mod create;
mod entries;
mod fields;
mod hashing;
mod import;
mod index;
mod lived_in;
mod lockout;
mod own_password;
mod people;
mod remove;
mod reset;
mod role;
mod search;
mod sign_in;
mod user_change;

pub use index::check::IndexCheck;
pub use lived_in::live_in;
pub use people::sign_in_name;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    Capabilities, Directory, DirectoryError, Entry, EntryPage, EntryQuery, Found, ImportWatch,
    Imported, NewUser, Provisioned, Query, RosterRows, Support, UserChange,
};
use crate::{
    audit::{Event, Intent},
    password::{Secret, profile::Profile},
    permission::Role,
    store::{Cancellation, Store, StoreError},
    user::{User, UserId, Version},
};
use crate::{
    operator::Operator,
    receipt::{Checked, PasswordReset, Receipt, Settlement},
};

/// Users in the embedded store.
#[derive(Debug, Clone)]
pub struct LocalDirectory {
    store: Store,
    profile: Arc<Profile>,
    clock: fn() -> Timestamp,
    bindings: Arc<AtomicU64>,
    /// The search under way of each signed-in operator.
    searches: Arc<Mutex<HashMap<u64, Cancellation>>>,
}

impl LocalDirectory {
    /// The users of `store`, with lockout, history, age and hash of `profile`.
    pub fn new(store: Store, profile: Arc<Profile>) -> Self {
        Self {
            store,
            profile,
            clock: Timestamp::now,
            bindings: Arc::default(),
            searches: Arc::default(),
        }
    }

    /// The same directory with another clock, for tests of windows and lives.
    #[must_use]
    pub fn with_clock(self, clock: fn() -> Timestamp) -> Self {
        Self { clock, ..self }
    }

    /// The store beneath.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Proves the search index against a full scan of the users; with `mend`, builds it anew where
    /// it is wrong. `progress` is told the number of users read.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is changed then.
    pub async fn check_index(
        &self,
        mend: bool,
        mut progress: impl FnMut(u64) + Send + 'static,
    ) -> Result<IndexCheck, StoreError> {
        let (mut check, mut progress) = self
            .store
            .read(move |connection| {
                let snapshot = connection.unchecked_transaction()?;
                let check = index::check::prove(&snapshot, &mut progress)?;
                Ok((check, progress))
            })
            .await?;
        if mend && !check.faults.is_empty() {
            self.store
                .write(move |transaction| index::check::mend(transaction, &mut progress))
                .await?;
            check.mended = true;
        }
        Ok(check)
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Ends the operator's search under way, and takes its place. Without a sign-in of one's own
    /// (binding 0) searches do not end each other.
    fn newest_search(&self, binding: u64) -> Cancellation {
        let newest = Cancellation::new();
        if binding != 0 {
            let mut searches = self.searches.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(older) = searches.insert(binding, newest.clone()) {
                older.cancel();
            }
        }
        newest
    }

    fn new_binding(&self) -> u64 {
        self.bindings.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Builds the search index anew: what an older Halligan wrote has other grams.
pub(crate) fn rebuild_index(transaction: &rusqlite::Transaction<'_>) -> Result<(), StoreError> {
    index::bulk::rebuild(transaction, &mut |_| ())
}

#[async_trait]
impl Directory for LocalDirectory {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            name: "local store".into(),
            searched: "ID, email, name".into(),
            debounce_millis: 0,
            reset: Support::Yes,
            must_change: Support::Yes,
            unlock: Support::Yes,
            check: Support::Yes,
            create: Support::Yes,
            roles: Support::Yes,
            enforces_policy: false,
            records_outcome: true,
        }
    }

    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError> {
        self.signed_in(login, password).await
    }

    async fn sign_out(&self, operator: &Operator) {
        let mut searches = self.searches.lock().unwrap_or_else(PoisonError::into_inner);
        searches.remove(&operator.binding);
    }

    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        let cancel = self.newest_search(operator.binding);
        let query = query.clone();
        let mut found = self
            .store
            .search(cancel, move |connection, cancel| {
                search::search(connection, &query, cancel)
            })
            .await?;
        for user in &mut found.rows {
            account::end_inactive(&self.profile, user);
        }
        Ok(found)
    }

    async fn user(&self, _operator: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        let row = people::row_of(id)?;
        let mut user = self
            .store
            .read(move |connection| people::user(connection, row))
            .await?;
        account::end_inactive(&self.profile, &mut user);
        Ok(user)
    }

    async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.password_set(operator, reset, intent).await
    }

    async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.unlocked(operator, user, expected, intent).await
    }

    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.own_password_changed(operator, old, new, intent).await
    }

    async fn check_password(
        &self,
        _operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        self.password_checked(user, password).await
    }

    async fn needs_first_administrator(&self) -> Result<bool, DirectoryError> {
        Ok(self.store.glance(role::has_no_administrator).await?)
    }

    async fn create_first_administrator(
        &self,
        new: &NewUser,
        password: &Secret,
        event: Event,
    ) -> Result<User, DirectoryError> {
        self.first_administrator_created(new, password, event).await
    }

    async fn import(
        &self,
        operator: &Operator,
        rows: RosterRows,
        watch: ImportWatch,
        intent: &Intent,
    ) -> Result<Imported, DirectoryError> {
        self.imported(operator, rows, watch, intent).await
    }

    async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<User, DirectoryError> {
        let provisioned = Provisioned::default();
        let entry = self
            .created(operator, new, &provisioned, password, intent)
            .await?;
        Ok(entry.user)
    }

    async fn create_entry(
        &self,
        operator: &Operator,
        new: &NewUser,
        provisioned: &Provisioned,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<Entry, DirectoryError> {
        self.created(operator, new, provisioned, password, intent)
            .await
    }

    async fn change(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        change: &UserChange,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.user_changed(operator, user, expected, change, intent)
            .await
    }

    async fn remove(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.removed(operator, user, expected, intent).await
    }

    async fn entry(&self, _operator: &Operator, id: &UserId) -> Result<Entry, DirectoryError> {
        self.one_entry(id).await
    }

    async fn entries(
        &self,
        _operator: &Operator,
        query: EntryQuery,
    ) -> Result<EntryPage, DirectoryError> {
        self.page(query).await
    }

    async fn assign_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let change = UserChange {
            role: Some(role),
            ..UserChange::default()
        };
        let seen = self.user(operator, user).await?.version;
        self.user_changed(operator, user, &seen, &change, intent)
            .await
    }

    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        self.settled(operator, user, before).await
    }
}

#[cfg(test)]
mod tests;
