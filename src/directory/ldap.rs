//! LDAP directories: OpenLDAP, 389 Directory Server, Active Directory and Samba, lldap.
//!
//! Operators bind as themselves and the directory's own access control decides what they may do.
//! Each file below translates one part of the protocol; no LDAP type leaves this module.

mod account_control;
mod attributes;
mod check;
mod clock;
mod connection;
mod connector;
mod control;
mod directory;
mod entry;
mod filter;
mod flavour;
#[cfg(feature = "fuzz")]
#[doc(hidden)]
pub mod fuzz;
mod groups;
mod lost;
mod mutex;
mod operator_now;
mod own_password;
mod policy;
mod proof;
mod read;
mod readable;
mod refusal;
mod reset;
mod result_code;
mod root_dse;
mod search;
mod search_request;
mod server;
mod session;
pub mod settings;
mod settle;
mod sign_in;
mod state;
mod tls;
mod unicode_pwd;
mod unlock;
mod unreachable;
mod version;
mod warnings;
mod writing;

use async_trait::async_trait;

use self::{
    control::PASSWORD_POLICY,
    mutex::lock,
    policy::{Hints, Rules},
    root_dse::{PASSWORD_MODIFY, RootDse},
    settings::Authentication,
};
pub use self::{directory::LdapDirectory, flavour::Flavour};
use super::{
    Capabilities, Directory, DirectoryError, DirectoryPolicy, Found, NewUser, Query, Support,
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
    /// All servers of the configuration hold the same accounts.
    fn goes_by(&self, name: &str) -> bool {
        let server = name.rsplit(" at ").next().unwrap_or(name);
        self.connector.knows(server)
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
            roles: Support::No(
                "Roles come from groups of the directory: [ldap.roles] in the configuration."
                    .into(),
            ),
            enforces_policy: flavour == Some(Flavour::ActiveDirectory),
            records_outcome: false,
        }
    }

    fn asks_for_password(&self) -> bool {
        self.connector.settings.authentication == Authentication::Password
    }

    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError> {
        self.sign_in(login, password).await
    }

    async fn operator_now(&self, operator: &Operator) -> Result<Operator, DirectoryError> {
        self.operator_now(operator).await
    }

    async fn sign_out(&self, operator: &Operator) {
        let session = lock(&self.sessions).remove(&operator.binding);
        if let Some(session) = session {
            session.close().await;
        }
    }

    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        self.search(&*self.session(operator)?, query).await
    }

    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        let session = self.session(operator)?;
        let mut user = match self.read_user(&session, id).await {
            Ok(seen) => seen.user,
            // Operators who must change their password first may read nothing, not even their entry.
            Err(DirectoryError::Forbidden { .. } | DirectoryError::NotFound)
                if operator.must_change && operator.id == *id =>
            {
                let unseen = self.unseen(&session.link().await?, id).user;
                return Ok(User {
                    login: operator.login.clone(),
                    email: operator.email.clone(),
                    family_name: operator.name.clone(),
                    ..unseen
                });
            }
            Err(error) => return Err(error),
        };
        // A page asks the groups themselves, which know of nested members too.
        let roles = &self.connector.settings.roles;
        if !roles.is_empty() {
            let held = session
                .read(|link| async move { groups::of(&link, &id.0, roles).await })
                .await?;
            user.permissions = user.permissions.iter().chain(held.iter()).collect();
        }
        Ok(user)
    }

    async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.reset(&*self.session(operator)?, reset).await
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
        self.unlock(&session, user, expected).await
    }

    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let session = self.session(operator)?;
        self.change_own_password(&session, operator, old, new).await
    }

    async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        let session = self.session(operator)?;
        self.check_password(&session, user, password).await
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
        let session = self.session(operator)?;
        let seen = self.read(&session, user).await?;
        let link = session.link().await?;
        let hints = Hints::of(&link, &self.connector.settings);
        Ok(match seen.rules {
            Rules::Known(policy) => Some(policy.checklist(link.root.flavour, hints)),
            Rules::Hidden(source) => Some(DirectoryPolicy {
                remark: Some(format!(
                    "The directory has rules of its own that you may not read ({source}): it \
                     judges on Save."
                )),
                source,
                rules: Vec::new(),
                classes: 0,
            }),
            Rules::None => Some(policy::none(&link)),
        })
    }

    async fn warnings(
        &self,
        operator: &Operator,
        user: &UserId,
        must_change: bool,
    ) -> Result<Vec<String>, DirectoryError> {
        let session = self.session(operator)?;
        self.warnings(&session, user, must_change).await
    }

    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        let session = self.session(operator)?;
        self.settle(&session, user, before).await
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
