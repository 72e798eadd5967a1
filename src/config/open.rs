//! From the configuration to an open desk: the one place where a directory is chosen.

use std::{path::Path, sync::Arc};

use super::{Config, ConfigError, DirectoryKind};
use crate::{
    audit::{self, AuditLog},
    desk::{Desk, api},
    directory::{
        DirectoryError, SharedDirectory,
        ldap::LdapDirectory,
        local::{self, LocalDirectory},
        scim::ScimDirectory,
    },
    store::{Missing, Schema, Store, StoreError},
};

/// What the embedded store holds, version by version. A change of a table is a new version at the
/// end: stores of every earlier version are out there.
pub const SCHEMA: Schema = Schema(&[
    &[audit::schema::TABLES, local::schema::TABLES],
    &[local::schema::API_ATTRIBUTES, api::schema::TABLES],
    &[local::schema::INDEX_REBUILT],
    &[audit::schema::OPEN_INTENTS],
    &[audit::schema::RECOVERIES, local::schema::FAILURE_SOURCES],
    &[local::schema::SESSIONS_ENDED, api::schema::BOUNDS],
    &[local::schema::COMPARABLE_NAMES],
    &[local::schema::DETAILS],
    &[local::schema::FACETS],
    &[local::schema::SITE_FIELDS],
    &[local::schema::SITE_ROLES],
    &[local::schema::SEARCHED_VALUES],
]);

/// Why no desk could be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The profile, or a setting of the directory, in the configuration.
    #[error(transparent)]
    Profile(#[from] ConfigError),
    /// The store, which holds the audit for every directory.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The directory.
    #[error("{0}")]
    Directory(#[from] DirectoryError),
}

impl OpenError {
    /// What to do now.
    pub fn cure(&self) -> String {
        match self {
            Self::Profile(_) => "See `halligan config check`.".into(),
            Self::Store(error) => error.cure(),
            Self::Directory(error) => error.cure(),
        }
    }
}

/// Opens the store at `path`, making it or bringing it up to date where that is needed.
///
/// # Errors
/// As [`Store::open`].
pub async fn open_store(path: &Path) -> Result<Store, StoreError> {
    Store::open(path, &SCHEMA).await
}

/// Opens the store, the audit in it and the directory, and puts the desk before them. A store that
/// is not there is made or `missing`, as it says.
///
/// # Errors
/// [`OpenError`]; nothing but an empty store may have been made.
pub async fn open_desk(config: &Config, missing: Missing) -> Result<Desk, OpenError> {
    open(config, missing, Ask::Servers).await
}

/// The same without asking any server, for what the store alone can tell while they are down.
///
/// # Errors
/// As [`open_desk`].
pub async fn open_desk_unasked(config: &Config, missing: Missing) -> Result<Desk, OpenError> {
    open(config, missing, Ask::Nobody).await
}

/// Whom opening asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Servers,
    Nobody,
}

async fn open(config: &Config, missing: Missing, ask: Ask) -> Result<Desk, OpenError> {
    let profiles = config.password_profiles()?;
    let store = Store::open_or(&config.store, &SCHEMA, missing).await?;
    let local = || Arc::new(LocalDirectory::new(store.clone(), profiles.clone()));
    let directory: SharedDirectory = match config.directory {
        DirectoryKind::Local => local(),
        DirectoryKind::Ldap => {
            let opened = match ask {
                Ask::Servers => LdapDirectory::open(config.ldap.clone()).await,
                Ask::Nobody => LdapDirectory::unasked(config.ldap.clone()),
            };
            Arc::new(opened.map_err(ConfigError)?)
        }
        DirectoryKind::Scim => Arc::new(ScimDirectory::open(&config.scim, &config.ldap, local())?),
    };
    Ok(Desk::new(
        directory,
        AuditLog::new(store),
        profiles.clone(),
        &config.agency,
    )
    .with_verification(config.verification.clone()))
}
