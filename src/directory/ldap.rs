//! LDAP directories: OpenLDAP, 389 Directory Server, Active Directory and Samba, lldap.
//!
//! Operators bind as themselves and the directory's own access control decides what they may do.
//! Each file below translates one part of the protocol; no LDAP type leaves this module.

mod account_control;
mod attributes;
mod change;
mod check;
mod clock;
mod connection;
mod connector;
mod control;
mod dial;
mod directory;
mod entry;
mod examine;
mod filter;
mod flavour;
mod freeipa;
#[cfg(feature = "fuzz")]
#[doc(hidden)]
pub mod fuzz;
mod groups;
mod lost;
mod mistakes;
mod must_change;
mod mutex;
mod named;
mod operator_now;
mod own_password;
mod page;
mod policy;
mod proof;
mod rdn;
mod read;
mod readable;
mod refusal;
mod reset;
mod result_code;
mod root_dse;
mod search;
mod search_request;
mod seen_values;
mod server;
mod session;
pub mod settings;
mod settle;
mod sign_in;
mod state;
mod status;
mod tls;
mod try_sign_in;
mod unicode_pwd;
mod unlock;
mod unreachable;
mod version;
mod warnings;
mod writing;

use std::time::Duration;

use async_trait::async_trait;

use self::{
    control::PASSWORD_POLICY,
    mutex::lock,
    root_dse::{PASSWORD_MODIFY, RootDse},
    settings::Authentication,
};
pub use self::{directory::LdapDirectory, flavour::Flavour, mistakes::mistakes};
use super::{
    Capabilities, Directory, DirectoryError, DirectoryPolicy, Finding, Found, NewUser, Query,
    Support, UserChange,
};
use crate::{
    audit::Intent,
    password::Secret,
    permission::Role,
    user::{User, UserId, Version},
};
use crate::{
    operator::Operator,
    receipt::{Checked, PasswordReset, Receipt, Settlement, Step, StepOutcome},
};

#[async_trait]
impl Directory for LdapDirectory {
    /// Servers hold the same accounts where the entry bears the same mark (`entryUUID`, `nsUniqueId`,
    /// `objectGUID`), which [`Directory::settle`] looks at; which of them were configured when an
    /// intent was begun does not matter.
    fn goes_by(&self, name: &str) -> bool {
        server::named(name).is_some()
    }

    fn is_told_at_once(&self, name: &str) -> bool {
        let asked = self.connector.answered().map(|(server, _)| server);
        asked.is_some_and(|asked| server::named(name) == server::named(&asked))
    }

    fn capabilities(&self) -> Capabilities {
        let answered = self.connector.answered();
        let root = answered.as_ref().map(|(_, root)| &**root);
        let flavour = self.flavour();
        let server = answered
            .as_ref()
            .map_or_else(|| self.connector.first(), |(server, _)| server.clone());
        let name = match flavour {
            Some(flavour) => format!("{} at {server}", flavour.title()),
            None => server.to_string(),
        };
        Capabilities {
            name,
            searched: self.attributes().in_words(),
            debounce_millis: 150,
            reset: reset_support(root),
            must_change: state_support(root, "must-change"),
            unlock: state_support(root, "locks"),
            check: Support::No(
                "Only a sign-in would tell, and the directory counts a wrong one as a failure."
                    .into(),
            ),
            create: Support::No(
                "Users of this directory are added with the directory's own tools.".into(),
            ),
            site_definitions: Support::No(
                "Roles and fields of the site's own are kept in the embedded store only.".into(),
            ),
            status: status::support(flavour),
            attributes: Support::Yes,
            validity: match flavour {
                Some(Flavour::ActiveDirectory | Flavour::FreeIpa) | None => Support::Yes,
                Some(Flavour::OpenLdap | Flavour::Ds389 | Flavour::Lldap | Flavour::Other) => {
                    Support::by_its_own_tools("given a beginning and an end")
                }
            },
            must_change_alone: must_change::support(flavour, state_support(root, "must-change")),
            remove: Support::by_its_own_tools("removed"),
            end_sessions: Support::by_its_own_tools("signed out"),
            roles: Support::No(
                "Roles come from groups of the directory: [ldap.roles] in the configuration."
                    .into(),
            ),
            enforces_policy: flavour == Some(Flavour::ActiveDirectory),
            records_outcome: false,
        }
    }

    fn act_limit(&self) -> Option<Duration> {
        Some(self.connector.settings.act_timeout())
    }

    fn asks_for_password(&self) -> bool {
        self.connector.settings.authentication == Authentication::Password
    }

    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError> {
        self.in_time(self.sign_in(login, password)).await
    }

    async fn operator_now(&self, operator: &Operator) -> Result<Operator, DirectoryError> {
        self.in_time(self.operator_now(operator)).await
    }

    async fn sign_out(&self, operator: &Operator) {
        let session = lock(&self.sessions).remove(&operator.binding);
        if let Some(session) = session {
            session.close().await;
        }
    }

    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        let session = self.session(operator)?;
        self.in_time(self.search(&session, query)).await
    }

    async fn named(
        &self,
        operator: &Operator,
        identifier: &str,
    ) -> Result<Option<Vec<User>>, DirectoryError> {
        let session = self.session(operator)?;
        let found = self.in_time(self.bearers(&session, identifier)).await?;
        Ok(Some(found))
    }

    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        self.in_time(self.page(operator, id)).await
    }

    async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let session = self.session(operator)?;
        self.in_time(self.reset(&session, reset)).await
    }

    async fn complete_reset(
        &self,
        operator: &Operator,
        user: &UserId,
        must_change: bool,
        unlock: bool,
    ) -> Result<Option<Vec<(Step, StepOutcome)>>, DirectoryError> {
        let session = self.session(operator)?;
        let steps = self
            .complete_reset(&session, user, must_change, unlock)
            .await?;
        Ok(Some(steps))
    }

    async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let session = self.session(operator)?;
        self.in_time(self.unlock(&session, user, expected)).await
    }

    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let session = self.session(operator)?;
        self.in_time(self.change_own_password(&session, operator, old, new))
            .await
    }

    async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        let session = self.session(operator)?;
        self.in_time(self.check_password(&session, user, password))
            .await
    }

    async fn create(
        &self,
        _operator: &Operator,
        _new: &NewUser,
        _password: Option<&Secret>,
        _intent: &Intent,
    ) -> Result<User, DirectoryError> {
        Err(DirectoryError::NotOffered(
            "Users of this directory are added with the directory's own tools.".into(),
        ))
    }

    async fn change(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        change: &UserChange,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let session = self.session(operator)?;
        if change.steps() == [Step::MustChange] {
            let can = self.capabilities().must_change_alone;
            return self
                .in_time(self.set_must_change(&session, user, expected, can))
                .await;
        }
        let Some(active) = change.status_alone() else {
            return self
                .in_time(self.change_attributes(&session, user, expected, change))
                .await;
        };
        self.in_time(self.set_status(&session, user, expected, active))
            .await
    }

    async fn assign_role(
        &self,
        _operator: &Operator,
        _user: &UserId,
        _role: Role,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        Err(DirectoryError::NotOffered(
            "Roles come from groups of the directory: [ldap.roles] in the configuration.".into(),
        ))
    }

    async fn password_policy(
        &self,
        operator: &Operator,
        user: &UserId,
    ) -> Result<Option<DirectoryPolicy>, DirectoryError> {
        self.in_time(self.rules_of(operator, user)).await
    }

    async fn warnings(
        &self,
        operator: &Operator,
        user: &UserId,
        must_change: bool,
    ) -> Result<Vec<String>, DirectoryError> {
        let session = self.session(operator)?;
        self.in_time(self.warnings(&session, user, must_change))
            .await
    }

    async fn examine_servers(&self) -> Vec<Finding> {
        self.look_at_servers().await
    }

    async fn examine(&self, operator: &Operator) -> Result<Vec<Finding>, DirectoryError> {
        let session = self.session(operator)?;
        self.look_around(&session, operator).await
    }

    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        let session = self.session(operator)?;
        self.in_time(self.settle(&session, user, before)).await
    }
}

fn reset_support(root: Option<&RootDse>) -> Support {
    match root {
        Some(root)
            if root.flavour != Flavour::ActiveDirectory
                && !root.extensions.is_empty()
                && !root.extension(PASSWORD_MODIFY) =>
        {
            Support::No("This server has no Password Modify operation (RFC 3062).".into())
        }
        _ => Support::Yes,
    }
}

fn state_support(root: Option<&RootDse>, what: &str) -> Support {
    match root {
        Some(root) if root.flavour == Flavour::Lldap => {
            Support::No(format!("lldap has no {what}."))
        }
        Some(root)
            if matches!(root.flavour, Flavour::OpenLdap | Flavour::Other)
                && !root.controls.is_empty()
                && !root.control(PASSWORD_POLICY) =>
        {
            Support::No(format!(
                "This server runs without the password policy (ppolicy) overlay: no {what}."
            ))
        }
        _ => Support::Yes,
    }
}
