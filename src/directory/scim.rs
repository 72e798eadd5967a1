//! Users behind somebody's SCIM 2.0 API (RFC 7643, RFC 7644): the client side.
//!
//! Nothing that a server announces is believed until it was tried. A write is sent once, never
//! again; when its answer is lost, [`DirectoryError::OutcomeUnknown`] says so and `settle` reads
//! what became of it. `docs/scim-client.md` tells operators the same.

mod address;
mod answer;
mod bearer;
mod body;
mod change;
mod check;
mod connection;
mod create;
mod directory;
mod discovery;
mod endpoint;
mod lost_write;
mod mapping;
mod mask;
mod operators;
mod own_password;
mod private_file;
mod probe;
mod proof;
mod proof_by_sign_in;
mod read;
mod request;
mod request_failure;
mod reset;
mod resource;
mod role;
mod search;
mod sent_receipt;
mod settings;
mod settle;
mod state;
mod status;
mod token;
mod unlock;
mod values;
mod verify;
mod verify_way;
mod version;
mod writing;

use std::sync::atomic::Ordering;

use async_trait::async_trait;

use super::{
    Capabilities, Directory, DirectoryError, Finding, Found, NewUser, Query, Support, UserChange,
    ldap::settings::LdapSettings,
};
use crate::{
    audit::{Event, Intent},
    operator::Operator,
    password::Secret,
    permission::Role,
    receipt::{Checked, PasswordReset, Receipt, Settlement},
    source::Source,
    user::{User, UserId, Version},
};
use directory::NOT_OFFERED;
use operators::{Operators, is_local};

pub use directory::ScimDirectory;

/// What is wrong with the settings, as far as that can be told without asking any server. `ldap` is
/// where users sign in, where `scim.verify` says so.
pub fn mistakes(settings: &ScimSettings, ldap: &LdapSettings) -> Vec<Finding> {
    let cure = "config.example.toml describes the [scim] table.";
    let wrong = settings.check().err();
    let own = wrong.map(|what| Finding::wrong(what, cure)).into_iter();
    if settings.verify == Verify::Ldap {
        own.chain(super::ldap::mistakes(ldap)).collect()
    } else {
        own.collect()
    }
}

pub use settings::ScimSettings;
pub use verify_way::Verify;

#[async_trait]
impl Directory for ScimDirectory {
    fn capabilities(&self) -> Capabilities {
        let extended = |what: &str| {
            if self.is_extended() {
                Support::Yes
            } else {
                Support::No(format!("{what}: {NOT_OFFERED} (SCIM has no such thing)"))
            }
        };
        let patch_refused =
            self.patch_refused.load(Ordering::Relaxed) && !self.put_when_patch_is_refused;
        Capabilities {
            name: self.connection.endpoint().host.clone(),
            searched: self.searching.fields().into(),
            debounce_millis: 150,
            reset: if self.discovered.get().is_some_and(|found| found.no_password) {
                Support::No(reset::no_password(&self.connection.endpoint().host))
            } else if patch_refused {
                Support::No(reset::patch_is_refused(&self.connection.endpoint().host))
            } else {
                Support::Yes
            },
            must_change: extended("must change"),
            unlock: extended("unlock"),
            check: self.check_support(),
            create: Support::Yes,
            roles: extended("roles"),
            site_definitions: Support::No(
                "Roles and fields of the site's own are kept in the embedded store only.".into(),
            ),
            status: Support::Yes,
            attributes: Support::Yes,
            validity: Support::Yes,
            must_change_alone: Support::by_its_own_tools("told to choose another password alone"),
            remove: Support::by_its_own_tools("removed"),
            end_sessions: Support::by_its_own_tools("signed out"),
            enforces_policy: self.is_extended(),
            records_outcome: false,
        }
    }

    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError> {
        self.sign_in_from(login, password, &Source(String::new()))
            .await
    }

    async fn sign_in_from(
        &self,
        login: &str,
        password: &Secret,
        source: &Source,
    ) -> Result<Operator, DirectoryError> {
        let operator = match &self.operators {
            Operators::Local { operators, bearer } => {
                let operator = operators.sign_in(login, password, source).await?;
                // A server that is away keeps nobody out: the console says so at each search.
                if let Err(failure) = bearer.renew(&self.connection).await {
                    tracing::warn!(?failure, "no token for the SCIM server");
                }
                operator
            }
            Operators::Server(sessions) => {
                sessions.sign_in(&self.connection, login, password).await?
            }
        };
        if let Err(failure) = self.discovered(&operator).await {
            tracing::warn!(?failure, "the SCIM server does not describe itself");
        }
        Ok(operator)
    }

    async fn operator_now(&self, operator: &Operator) -> Result<Operator, DirectoryError> {
        match &self.operators {
            Operators::Local { operators, .. } => operators.operator_now(operator).await,
            Operators::Server(sessions) => sessions.operator_now(&self.connection, operator).await,
        }
    }

    async fn sign_out(&self, operator: &Operator) {
        match &self.operators {
            Operators::Local { operators, .. } => operators.sign_out(operator).await,
            Operators::Server(sessions) => sessions.sign_out(&self.connection, operator).await,
        }
    }

    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        let endpoint = self.connection.endpoint();
        let discovered = self.discovered(operator).await;
        let discovered = discovered.map_err(|failure| failure.into_error(endpoint))?;
        let page_size = discovered
            .most_rows
            .map_or(self.page_size, |most| most.min(self.page_size));
        let reads = read::SearchReads {
            directory: self,
            operator,
            page_size,
            extended: discovered.extension,
            // Elsewhere a cursor is what few have tried; pages by index are what all know.
            by_cursor: discovered.extension && discovered.cursors,
        };
        let mut found = if query.criteria.is_empty() {
            self.searching
                .search(&reads, query)
                .await
                .map_err(|failure| failure.into_error(endpoint))?
        } else {
            let filter = search::filter(&query.criteria, discovered.extension)?;
            self.searching
                .chosen(&reads, query, filter)
                .await
                .map_err(|failure| failure.into_error(endpoint))?
                .ok_or_else(|| {
                    DirectoryError::NotOffered(format!(
                        "This server cannot be asked for {}.",
                        query.to_string().trim()
                    ))
                })?
        };
        found.ordered(query);
        Ok(found)
    }

    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        if let (true, Operators::Local { operators, .. }) = (is_local(id), &self.operators) {
            return operators.user(operator, id).await;
        }
        let read = self.resource(operator, id).await;
        Ok(read
            .map_err(|failure| failure.into_user_error(self.connection.endpoint()))?
            .user)
    }

    async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.reset(operator, reset, intent).await
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
        match &self.operators {
            Operators::Local { operators, .. } => {
                operators
                    .change_own_password(operator, old, new, intent)
                    .await
            }
            Operators::Server(_) => self.change_own_password(operator, old, new).await,
        }
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
        match &self.operators {
            Operators::Local { operators, .. } => operators.0.needs_first_administrator().await,
            Operators::Server(_) => Ok(false),
        }
    }

    async fn create_first_administrator(
        &self,
        new: &NewUser,
        password: &Secret,
        event: Event,
    ) -> Result<User, DirectoryError> {
        match &self.operators {
            Operators::Local { operators, .. } => {
                operators
                    .create_first_administrator(new, password, event)
                    .await
            }
            Operators::Server(_) => Err(DirectoryError::NotOffered(
                "The server makes its administrators itself.".into(),
            )),
        }
    }

    async fn administrator(&self, name: &str) -> Result<User, DirectoryError> {
        match &self.operators {
            Operators::Local { operators, .. } => operators.administrator(name).await,
            Operators::Server(_) => Err(super::not_recovered()),
        }
    }

    async fn recover(
        &self,
        administrator: &UserId,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        match &self.operators {
            Operators::Local { operators, .. } => {
                operators.recover(administrator, password, intent).await
            }
            Operators::Server(_) => Err(super::not_recovered()),
        }
    }

    async fn administrators_who_can_sign_in(&self) -> Result<Option<u64>, DirectoryError> {
        match &self.operators {
            Operators::Local { operators, .. } => {
                operators.0.administrators_who_can_sign_in().await
            }
            Operators::Server(_) => Ok(None),
        }
    }

    async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        password: Option<&Secret>,
        _intent: &Intent,
    ) -> Result<User, DirectoryError> {
        self.create(operator, new, password).await
    }

    async fn change(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        change: &UserChange,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        match (&change.role, change.status_alone()) {
            (_, Some(active)) => {
                self.set_status(operator, user, expected, active, intent)
                    .await
            }
            (Some(role), None) if change.is_role_only() => {
                self.assign_role(operator, user, role.clone(), intent).await
            }
            (Some(_) | None, None) => {
                self.change_attributes(operator, user, expected, change, intent)
                    .await
            }
        }
    }

    async fn assign_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.assign_role(operator, user, role, intent).await
    }

    async fn warnings(
        &self,
        _operator: &Operator,
        _user: &UserId,
        _must_change: bool,
    ) -> Result<Vec<String>, DirectoryError> {
        let silent = self
            .discovered
            .get()
            .is_some_and(|found| found.no_change_password);
        Ok(silent
            .then(|| reset::says_no(&self.connection.endpoint().host))
            .into_iter()
            .collect())
    }

    async fn probe(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<(Receipt, Vec<Finding>), DirectoryError> {
        self.probe(operator, reset, intent).await
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
