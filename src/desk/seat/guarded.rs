//! The directory behind the desk.

use std::time::Duration;

use crate::{
    audit::{Event, Intent},
    directory::{Capabilities, Directory, DirectoryError, Finding, NewUser, SharedDirectory},
    operator::Operator,
    password::Secret,
    receipt::Receipt,
    source::Source,
    user::{User, UserId},
};

/// The directory, which only seats reach. What needs nobody at the desk has a way of its own here:
/// what the directory is, signing in and out, the first administrator, and the way back in for one.
#[derive(Debug, Clone)]
pub(in crate::desk) struct Guarded(SharedDirectory);

impl Guarded {
    pub(in crate::desk) const fn new(directory: SharedDirectory) -> Self {
        Self(directory)
    }

    /// The directory itself, for seats alone.
    pub(in crate::desk::seat) fn behind(&self) -> &dyn Directory {
        &*self.0
    }

    pub(in crate::desk) fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    pub(in crate::desk) fn act_limit(&self) -> Option<Duration> {
        self.0.act_limit()
    }

    pub(in crate::desk) fn asks_for_password(&self) -> bool {
        self.0.asks_for_password()
    }

    pub(in crate::desk) async fn sign_in(
        &self,
        login: &str,
        password: &Secret,
        source: &Source,
    ) -> Result<Operator, DirectoryError> {
        self.0.sign_in_from(login, password, source).await
    }

    pub(in crate::desk) async fn sign_out(&self, operator: &Operator) {
        self.0.sign_out(operator).await;
    }

    /// Whose token it is, as the directory knows the user now.
    pub(in crate::desk) async fn bearer(
        &self,
        nobody: &Operator,
        id: &UserId,
    ) -> Result<User, DirectoryError> {
        self.0.user(nobody, id).await
    }

    /// Whom a recovery at the machine is for.
    pub(in crate::desk) async fn administrator(&self, name: &str) -> Result<User, DirectoryError> {
        self.0.administrator(name).await
    }

    /// The servers behind it, as anybody finds them.
    pub(in crate::desk) async fn examine_servers(&self) -> Vec<Finding> {
        self.0.examine_servers().await
    }

    /// How many could let others in again.
    pub(in crate::desk) async fn administrators_who_can_sign_in(
        &self,
    ) -> Result<Option<u64>, DirectoryError> {
        self.0.administrators_who_can_sign_in().await
    }

    /// The recovery itself.
    pub(in crate::desk) async fn recover(
        &self,
        administrator: &UserId,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.0.recover(administrator, password, intent).await
    }

    pub(in crate::desk) async fn needs_first_administrator(&self) -> Result<bool, DirectoryError> {
        self.0.needs_first_administrator().await
    }

    pub(in crate::desk) async fn create_first_administrator(
        &self,
        new: &NewUser,
        password: &Secret,
        event: Event,
    ) -> Result<User, DirectoryError> {
        self.0
            .create_first_administrator(new, password, event)
            .await
    }
}
