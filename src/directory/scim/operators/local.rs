//! Operators of the local store in front of users of a SCIM server.
//!
//! Their IDs have a prefix, so that operator 7 of the store is never taken for user 7 of the
//! server.

use crate::{
    audit::{Event, Intent, Target},
    directory::{DirectoryError, NewUser, SharedDirectory},
    operator::Operator,
    password::Secret,
    receipt::Receipt,
    source::Source,
    user::{User, UserId},
};

const MARK: &str = "local:";

/// Is it the handle of an operator in the local store?
pub(in crate::directory::scim) fn is_local(id: &UserId) -> bool {
    id.0.starts_with(MARK)
}

/// The directory that the operators live in.
#[derive(Debug)]
pub(in crate::directory::scim) struct LocalOperators(
    pub(in crate::directory::scim) SharedDirectory,
);

impl LocalOperators {
    pub(in crate::directory::scim) async fn sign_in(
        &self,
        login: &str,
        password: &Secret,
        source: &Source,
    ) -> Result<Operator, DirectoryError> {
        match self.0.sign_in_from(login, password, source).await {
            Ok(operator) => Ok(Operator {
                id: marked(&operator.id),
                ..operator
            }),
            Err(DirectoryError::SignIn { reason, user }) => Err(DirectoryError::SignIn {
                reason,
                user: user.map(|user| {
                    Box::new(Target {
                        id: marked(&user.id),
                        ..*user
                    })
                }),
            }),
            Err(DirectoryError::PasswordNotChecked { why, cure, user }) => {
                Err(DirectoryError::PasswordNotChecked {
                    why,
                    cure,
                    user: user.map(|user| {
                        Box::new(Target {
                            id: marked(&user.id),
                            ..*user
                        })
                    }),
                })
            }
            Err(other) => Err(other),
        }
    }

    pub(in crate::directory::scim) async fn sign_out(&self, operator: &Operator) {
        self.0.sign_out(&plain(operator)).await;
    }

    pub(in crate::directory::scim) async fn user(
        &self,
        operator: &Operator,
        id: &UserId,
    ) -> Result<User, DirectoryError> {
        let user = self.0.user(&plain(operator), &bare(id)).await?;
        Ok(User {
            id: marked(&user.id),
            ..user
        })
    }

    pub(in crate::directory::scim) async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.0
            .change_own_password(&plain(operator), old, new, intent)
            .await
    }

    pub(in crate::directory::scim) async fn administrator(
        &self,
        name: &str,
    ) -> Result<User, DirectoryError> {
        let user = self.0.administrator(name).await?;
        Ok(User {
            id: marked(&user.id),
            ..user
        })
    }

    pub(in crate::directory::scim) async fn recover(
        &self,
        administrator: &UserId,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.0.recover(&bare(administrator), password, intent).await
    }

    pub(in crate::directory::scim) async fn create_first_administrator(
        &self,
        new: &NewUser,
        password: &Secret,
        event: Event,
    ) -> Result<User, DirectoryError> {
        let user = self
            .0
            .create_first_administrator(new, password, event)
            .await?;
        Ok(User {
            id: marked(&user.id),
            ..user
        })
    }
}

fn marked(id: &UserId) -> UserId {
    UserId(format!("{MARK}{id}"))
}

fn bare(id: &UserId) -> UserId {
    UserId(id.0.strip_prefix(MARK).unwrap_or(&id.0).to_owned())
}

fn plain(operator: &Operator) -> Operator {
    Operator {
        id: bare(&operator.id),
        ..operator.clone()
    }
}
