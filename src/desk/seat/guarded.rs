//! The directory behind the desk.

use crate::{
    audit::Event,
    directory::{Capabilities, Directory, DirectoryError, NewUser, SharedDirectory},
    operator::Operator,
    password::Secret,
    user::{User, UserId},
};

/// The directory, which only seats reach. What needs nobody at the desk has a way of its own here:
/// what the directory is, signing in and out, and the first administrator.
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

    pub(in crate::desk) fn asks_for_password(&self) -> bool {
        self.0.asks_for_password()
    }

    pub(in crate::desk) async fn sign_in(
        &self,
        login: &str,
        password: &Secret,
    ) -> Result<Operator, DirectoryError> {
        self.0.sign_in(login, password).await
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
