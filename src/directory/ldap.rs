//! LDAP directories: OpenLDAP, 389 Directory Server, Active Directory and Samba, lldap.
//!
//! Operators bind as themselves and the directory's own access control decides what they may do.
//! Each room below translates one part of the protocol; no LDAP type leaves it.

mod attributes;
mod clock;
mod connection;
mod connector;
mod control;
mod entry;
mod filter;
mod flavour;
#[cfg(feature = "fuzz")]
#[doc(hidden)]
pub mod fuzz;
mod groups;
mod lookup;
mod policy;
mod readable;
mod refusal;
mod reset;
mod search;
mod server;
mod session;
pub mod settings;
mod settle;
mod sign_in;
mod state;
mod tls;
mod warnings;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

use async_trait::async_trait;

pub use self::flavour::Flavour;
use self::{
    attributes::Attributes,
    connector::Connector,
    control::PASSWORD_POLICY,
    entry::Entry,
    flavour::{PASSWORD_MODIFY, RootDse},
    lookup::Seen,
    policy::{Hints, Rules},
    readable::Readable,
    session::Session,
    settings::{Authentication, LdapSettings},
};
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
    receipt::{Checked, PasswordReset, Receipt, Settlement},
};

/// Users in an LDAP directory.
#[derive(Debug)]
pub struct LdapDirectory {
    connector: Arc<Connector>,
    sessions: Mutex<HashMap<u64, Arc<Session>>>,
    next_binding: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LdapDirectory {
    /// Reads the settings and asks the first server that answers what it is. A directory that
    /// cannot be reached is no error yet: the sign-in will say so.
    ///
    /// # Errors
    /// A sentence about the setting that is wrong.
    pub async fn open(settings: LdapSettings) -> Result<Self, String> {
        let connector = Arc::new(Connector::new(settings)?);
        if let Err(error) = connector.connect().await {
            tracing::warn!(%error, "no directory server answers");
        }
        Ok(Self {
            connector,
            sessions: Mutex::default(),
            next_binding: AtomicU64::new(1),
        })
    }

    fn session(&self, operator: &Operator) -> Result<Arc<Session>, DirectoryError> {
        lock(&self.sessions)
            .get(&operator.binding)
            .cloned()
            .ok_or_else(|| DirectoryError::Unavailable {
                message: "you are not signed in to the directory any more".into(),
                cure: "Sign in again.".into(),
                raw: None,
            })
    }

    /// Which server it is, as far as that is known yet.
    fn flavour(&self) -> Option<Flavour> {
        self.connector
            .answered()
            .map(|(_, root)| root.flavour)
            .or(self.connector.settings.flavour.fixed())
    }

    fn attributes(&self) -> Attributes {
        Attributes::new(
            self.flavour().unwrap_or(Flavour::Other),
            &self.connector.settings,
        )
    }

    /// A user of whom nothing could be read.
    fn unseen(&self, link: &connection::Link, id: &UserId) -> Seen {
        let attributes = Attributes::new(link.root.flavour, &self.connector.settings);
        let entry = Entry::bare(&id.0);
        let nothing = Readable {
            lock: false,
            must_change: false,
            password: false,
        };
        self.seen(link, entry, &attributes, Rules::None, nothing, None)
    }
}

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
        self.enter(login, password).await
    }

    async fn sign_out(&self, operator: &Operator) {
        let session = lock(&self.sessions).remove(&operator.binding);
        if let Some(session) = session {
            session.close().await;
        }
    }

    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        self.find(&*self.session(operator)?, query).await
    }

    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        let session = self.session(operator)?;
        let mut user = match self.see(&session, id).await {
            Ok(seen) => seen.user,
            // Who must change the own password first may read nothing, not even himself.
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

    async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let session = self.session(operator)?;
        self.unlock_user(&session, user, expected).await
    }

    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let session = self.session(operator)?;
        self.change_own(&session, operator, old, new).await
    }

    async fn check_password(
        &self,
        _operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        self.try_password(user, password).await
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
        let seen = self.see(&session, user).await?;
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
        self.foresee(&session, user, must_change).await
    }

    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        let session = self.session(operator)?;
        self.settle_write(&session, user, before).await
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
