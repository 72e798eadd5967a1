//! What is in force and yet deserves a second look.

use std::{os::unix::fs::MetadataExt as _, path::Path};

use jiff::Timestamp;

use super::{Config, DirectoryKind, Loaded, SYSTEM_FILE};
use crate::{
    directory::{Finding, ldap, scim},
    password::blocklist_age,
    store::{Store, StoreError},
};

/// What is wrong with the settings of the directory, as far as that can be told without asking it.
pub fn mistakes(config: &Config) -> Vec<Finding> {
    match config.directory {
        DirectoryKind::Ldap => ldap::mistakes(&config.ldap),
        DirectoryKind::Scim => scim::mistakes(&config.scim, &config.ldap),
        DirectoryKind::Local => Vec::new(),
    }
}

/// Sentences for `halligan config check`, most serious first.
pub fn warnings(loaded: &Loaded) -> Vec<String> {
    let config = &loaded.config;
    let mut warnings = Vec::new();
    for file in &loaded.files {
        if is_foreign_writable(file) {
            warnings.push(format!(
                "{0} can be changed by others, and with it the rules: chmod go-w '{0}'",
                file.display()
            ));
        }
    }
    for (key, place) in &loaded.ignored {
        warnings.push(format!(
            "{key} of {place} is ignored: on this machine {SYSTEM_FILE} alone sets the rules and \
             the directory"
        ));
    }
    if let Err(error) = Store::look(&config.store)
        && (loaded.names_store() || !matches!(error, StoreError::Missing(_)))
    {
        warnings.push(format!(
            "the store will be refused: {error}. {}",
            error.cure()
        ));
    }
    if let Some(remark) = loaded.profile.remark() {
        warnings.push(format!("the profile {}: {remark}", loaded.profile.name));
    }
    let age = blocklist_age(Timestamp::now());
    for (kind, profile) in loaded.profiles.own() {
        if let Some(remark) = profile.remark() {
            let kind = kind.word();
            warnings.push(format!(
                "the profile {} of {kind} accounts: {remark}",
                profile.name
            ));
        }
    }
    let limit = loaded.profile.blocklist_max_age_days;
    if loaded.profile.blocklist && age > limit {
        warnings.push(format!(
            "the list of common passwords is {age} days old, the profile allows {limit}: \
             install a newer Halligan, or run assets/refresh and build it"
        ));
    }
    warnings
}

/// Can somebody other than root and this user change the file?
fn is_foreign_writable(file: &Path) -> bool {
    let own = rustix::process::geteuid().as_raw();
    file.metadata()
        .is_ok_and(|about| about.mode() & 0o022 != 0 || ![0, own].contains(&about.uid()))
}
