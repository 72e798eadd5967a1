//! The directory: its servers, and the sessions of those who have signed in.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::AtomicU64},
};

use super::{
    attributes::Attributes, connection::Link, connector::Connector, flavour::Flavour, freeipa,
    mutex::lock, session::Session, settings::LdapSettings,
};
use crate::{
    directory::{Deadline, DirectoryError},
    operator::Operator,
};

/// Users in an LDAP directory.
#[derive(Debug)]
pub struct LdapDirectory {
    pub(super) connector: Arc<Connector>,
    pub(super) sessions: Mutex<HashMap<u64, Arc<Session>>>,
    pub(super) next_binding: AtomicU64,
}

impl LdapDirectory {
    /// Reads the settings and asks the first server that answers what it is. A directory that
    /// cannot be reached is no error yet: the sign-in will say so.
    ///
    /// # Errors
    /// A sentence about the setting that is wrong.
    pub async fn open(settings: LdapSettings) -> Result<Self, String> {
        let directory = Self::unasked(settings)?;
        let connector = &directory.connector;
        match directory.in_time(connector.connect()).await {
            Ok(link) => connector.keep(link),
            Err(error) => tracing::warn!(%error, "no directory server answers"),
        }
        Ok(directory)
    }

    /// Reads the settings alone, and asks no server before somebody signs in.
    ///
    /// # Errors
    /// As [`LdapDirectory::open`].
    pub fn unasked(settings: LdapSettings) -> Result<Self, String> {
        Ok(Self {
            connector: Arc::new(Connector::new(settings)?),
            sessions: Mutex::default(),
            next_binding: AtomicU64::new(1),
        })
    }

    /// The first server of the settings, as messages name it.
    pub fn first_server(&self) -> String {
        self.connector.first().to_string()
    }

    /// Runs an act, or a part of one that has a deadline already.
    pub(super) async fn in_time<T>(&self, act: impl Future<Output = T>) -> T {
        let limit = self.connector.settings.act_timeout();
        Deadline::after(limit).within(Box::pin(act)).await
    }

    /// The session of an operator who has signed in.
    pub(super) fn session(&self, operator: &Operator) -> Result<Arc<Session>, DirectoryError> {
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
    pub(super) fn flavour(&self) -> Option<Flavour> {
        self.connector
            .answered()
            .map(|(_, root)| root.flavour)
            .or(self.connector.settings.flavour.fixed())
    }

    /// The attribute map, as far as the flavour is known yet.
    pub(super) fn attributes(&self) -> Attributes {
        Attributes::new(
            self.flavour().unwrap_or(Flavour::Other),
            &self.connector.settings,
        )
    }

    /// Where users are looked for.
    pub(super) fn bases(&self, link: &Link) -> Vec<String> {
        let configured = &self.connector.settings.bases;
        if configured.is_empty() {
            match link.root.flavour {
                Flavour::FreeIpa => freeipa::bases(&link.root.contexts),
                Flavour::OpenLdap
                | Flavour::Ds389
                | Flavour::ActiveDirectory
                | Flavour::Lldap
                | Flavour::Other => link.root.contexts.clone(),
            }
        } else {
            configured.clone()
        }
    }
}
