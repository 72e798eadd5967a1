//! The embedded store as a directory.
//!
//! Every change of a user and the outcome of its intent are one transaction, so that nothing is
//! ever done without its record, nor recorded without being done. Hashing never happens within a
//! transaction.

mod change;
mod check;
mod create;
mod end_sessions;
mod entries;
mod fields;
mod filling;
mod hashing;
mod import;
mod index;
mod lockout;
mod names;
mod operator_now;
mod own_password;
mod reach;
mod read;
mod recover;
mod remove;
mod reset;
mod role;
pub mod schema;
mod search;
mod settle;
mod sign_in;
mod simulated_use;
mod site_definitions;
mod site_fields;
mod site_roles;
mod stand_in;
mod state;
mod stored_password;
mod stored_role;
mod unlock;
mod user_change;
mod write;

pub use index::check::IndexCheck;
pub use names::sign_in_name;
pub use operator_now::refuse_if_operator_changed;
pub use simulated_use::simulate_use;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    Capabilities, Directory, DirectoryError, Entry, EntryPage, EntryQuery, Found, Import, Imported,
    KeptRole, NewUser, Provisioned, Query, Support, UserChange,
};
use crate::{
    audit::{Event, Intent},
    operator::Operator,
    password::{Secret, profile::Profiles},
    permission::{Role, SiteRole},
    receipt::{Checked, PasswordReset, Receipt, Settlement},
    source::Source,
    store::{Store, StoreError},
    user::{SeenField, SiteField, User, UserId, Version},
};

/// Users in the embedded store.
#[derive(Debug, Clone)]
pub struct LocalDirectory {
    store: Store,
    profiles: Arc<Profiles>,
    clock: fn() -> Timestamp,
}

impl LocalDirectory {
    /// The users of `store`, with lockout, history, age and hash of `profiles`.
    pub fn new(store: Store, profiles: impl Into<Profiles>) -> Self {
        Self {
            store,
            profiles: Arc::new(profiles.into()),
            clock: Timestamp::now,
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
                Ok::<_, StoreError>((check, progress))
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
}

/// No SQL leaves this module: its errors are told as the store's.
impl From<rusqlite::Error> for DirectoryError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// Each act is an inherent method of the same name in the file of its verb; Rust prefers it to the
/// trait's.
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
            site_definitions: Support::Yes,
            status: Support::Yes,
            attributes: Support::Yes,
            validity: Support::Yes,
            must_change_alone: Support::Yes,
            remove: Support::Yes,
            end_sessions: Support::Yes,
            enforces_policy: false,
            records_outcome: true,
        }
    }

    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError> {
        self.sign_in_at(login, password, "").await
    }

    async fn sign_in_from(
        &self,
        login: &str,
        password: &Secret,
        source: &Source,
    ) -> Result<Operator, DirectoryError> {
        self.sign_in_at(login, password, &source.place()).await
    }

    async fn operator_now(&self, operator: &Operator) -> Result<Operator, DirectoryError> {
        self.operator_now(operator).await
    }

    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        self.search(operator, query).await
    }

    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        let mut user = self.with_site_fields(operator, id).await?;
        state::end_inactive(&self.profiles, &mut user);
        Ok(user)
    }

    async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.reset_password(operator, reset, intent).await
    }

    async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.unlock(operator, user, expected, intent).await
    }

    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.change_own_password(operator, old, new, intent).await
    }

    async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        self.check_password(operator, user, password).await
    }

    async fn needs_first_administrator(&self) -> Result<bool, DirectoryError> {
        self.needs_first_administrator().await
    }

    async fn create_first_administrator(
        &self,
        new: &NewUser,
        password: &Secret,
        event: Event,
    ) -> Result<User, DirectoryError> {
        self.create_first_administrator(new, password, event).await
    }

    async fn administrator(&self, name: &str) -> Result<User, DirectoryError> {
        self.administrator(name).await
    }

    async fn recover(
        &self,
        administrator: &UserId,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.recover(administrator, password, intent).await
    }

    async fn administrators_who_can_sign_in(&self) -> Result<Option<u64>, DirectoryError> {
        self.administrators_who_can_sign_in().await.map(Some)
    }

    async fn import(
        &self,
        operator: &Operator,
        import: Import,
        intent: &Intent,
    ) -> Result<Imported, DirectoryError> {
        self.import(operator, import, intent).await
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
            .create(operator, new, &provisioned, password, intent)
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
        self.create(operator, new, provisioned, password, intent)
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
        self.change(operator, user, expected, change, intent).await
    }

    async fn remove(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.remove(operator, user, expected, intent).await
    }

    async fn end_sessions(
        &self,
        operator: &Operator,
        user: &UserId,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.end_sessions(operator, user, intent).await
    }

    async fn seen_fields(&self, operator: &Operator) -> Result<Vec<SeenField>, DirectoryError> {
        self.seen_fields(operator).await
    }

    async fn all_site_fields(&self, operator: &Operator) -> Result<Vec<SiteField>, DirectoryError> {
        self.all_site_fields(operator).await
    }

    async fn put_site_field(
        &self,
        operator: &Operator,
        field: &SiteField,
        seen: Option<&SiteField>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.put_site_field(operator, field, seen, intent).await
    }

    async fn move_site_field(
        &self,
        operator: &Operator,
        name: &str,
        place: usize,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.move_site_field(operator, name, place, intent).await
    }

    async fn entry(&self, operator: &Operator, id: &UserId) -> Result<Entry, DirectoryError> {
        self.one_entry(operator, id).await
    }

    async fn entries(
        &self,
        operator: &Operator,
        query: EntryQuery,
    ) -> Result<EntryPage, DirectoryError> {
        self.page(operator, query).await
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
        self.change(operator, user, &seen, &change, intent).await
    }

    async fn roles(&self, operator: &Operator) -> Result<Vec<KeptRole>, DirectoryError> {
        self.site_roles(operator).await
    }

    async fn add_role(
        &self,
        operator: &Operator,
        new: &SiteRole,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.add_site_role(operator, new, intent).await
    }

    async fn change_role(
        &self,
        operator: &Operator,
        expected: &Version,
        to: &SiteRole,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.change_site_role(operator, expected, to, intent).await
    }

    async fn remove_role(
        &self,
        operator: &Operator,
        role: &KeptRole,
        instead: Option<&Role>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.remove_site_role(operator, role, instead, intent).await
    }

    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        self.settle(operator, user, before).await
    }
}

#[cfg(test)]
mod tests;
