//! What can be set: the struct whose field names are the keys of the file.

use std::{path::PathBuf, time::Duration};

use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};

use super::Server;
use crate::{
    directory::{
        ldap::settings::{Authentication, LdapSettings},
        scim::ScimSettings,
    },
    kind::AccountKind,
    password::{
        generate::Shape,
        profile::{KindProfile, Profile, ProfileOverrides, Profiles},
        read_back::Alphabet,
    },
    verification::Rules,
};

/// Everything that can be set. The field names are the keys of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Which directory the users live in.
    pub directory: DirectoryKind,
    /// The store's file: users (for the local directory) and the audit (for every directory).
    pub store: PathBuf,
    /// The agency's name, shown on the screen and refused in passwords; may be empty.
    pub agency: String,
    /// Name of the password and session profile.
    pub profile: String,
    /// Values in place of the profile's own.
    pub policy: ProfileOverrides,
    /// Profiles of their own for kinds of accounts.
    pub kinds: Kinds,
    /// Shape of generated passwords.
    pub generator: Shape,
    /// Alphabet in which a password is read out.
    pub read_back: Alphabet,
    /// How the console draws.
    pub console: Console,
    /// How `halligan serve` serves.
    pub server: Server,
    /// File for diagnostics; none by default. Never holds a secret.
    pub log_file: Option<PathBuf>,
    /// Where the LDAP directory is.
    pub ldap: LdapSettings,
    /// The SCIM server, where the directory is `scim`.
    pub scim: ScimSettings,
    /// How rosters are read.
    pub roster: RosterSettings,
    /// What the site wants to know of who is calling.
    pub verification: Rules,
}

/// Profiles of their own for kinds of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kinds {
    /// Staff.
    #[serde(skip_serializing_if = "KindProfile::is_nothing")]
    pub staff: KindProfile,
    /// Residents.
    #[serde(skip_serializing_if = "KindProfile::is_nothing")]
    pub residential: KindProfile,
    /// Businesses.
    #[serde(skip_serializing_if = "KindProfile::is_nothing")]
    pub commercial: KindProfile,
    /// Apparatus and stations.
    #[serde(skip_serializing_if = "KindProfile::is_nothing")]
    pub unit: KindProfile,
}

impl Kinds {
    fn all(&self) -> [(AccountKind, &KindProfile); 4] {
        [
            (AccountKind::Staff, &self.staff),
            (AccountKind::Residential, &self.residential),
            (AccountKind::Commercial, &self.commercial),
            (AccountKind::Unit, &self.unit),
        ]
    }
}

/// How rosters are read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RosterSettings {
    /// What stands in columns whose headings do not tell it: `Employee #=id`.
    pub columns: Vec<String>,
}

/// Where users live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DirectoryKind {
    /// The embedded store.
    #[default]
    Local,
    /// An LDAP directory: OpenLDAP, 389, Active Directory, Samba.
    Ldap,
    /// A SCIM 2.0 server: the `scim` table.
    Scim,
}

/// How the console draws.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Console {
    /// Colours, and the ground that they stand on. The key was once `colour`, with the values
    /// `auto` and `never`.
    #[serde(alias = "colour")]
    pub theme: Theme,
    /// Characters of frames and marks.
    pub characters: Characters,
    /// How long the rest of a key's sequence may take, in milliseconds; by the line if not given.
    pub escape_wait_ms: Option<u64>,
    /// Which new passwords stand on the receipt as soon as it opens.
    pub show_passwords: ShowPasswords,
}

/// Which new passwords stand on the receipt without a further key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShowPasswords {
    /// Generated ones, and typed ones where the profile shows those at all.
    #[default]
    Always,
    /// Generated ones: whoever has typed one knows it.
    Generated,
    /// None before a key is pressed.
    Never,
}

/// Which colours the console uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// What the terminal can show, on the ground that it tells; none with `NO_COLOR`.
    #[default]
    Auto,
    /// For a dark ground.
    Dark,
    /// For a light ground.
    Light,
    /// None: bold and reverse only.
    #[serde(alias = "never")]
    Mono,
}

/// Which characters the console draws with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Characters {
    /// Unicode when the locale is UTF-8, else ASCII.
    #[default]
    Auto,
    /// Always ASCII.
    Ascii,
    /// Always Unicode.
    Unicode,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            directory: DirectoryKind::default(),
            store: default_store(),
            agency: String::new(),
            profile: Profile::nist().name,
            policy: ProfileOverrides::default(),
            kinds: Kinds::default(),
            generator: Shape::default(),
            read_back: Alphabet::default(),
            console: Console::default(),
            server: Server::default(),
            log_file: None,
            ldap: LdapSettings::default(),
            scim: ScimSettings::default(),
            roster: RosterSettings::default(),
            verification: Rules::default(),
        }
    }
}

impl Config {
    /// How long a write can take until the time limits of the store and the directory have ended
    /// it: several questions to the directory and, before and after them, the records.
    pub fn longest_write(&self) -> Duration {
        let records = Duration::from_mins(1);
        let directory = match self.directory {
            DirectoryKind::Local => Duration::ZERO,
            DirectoryKind::Ldap => {
                let ldap = &self.ldap;
                let servers = ldap.urls.len().max(1) as u64;
                Duration::from_millis(
                    ldap.connect_timeout_ms
                        .saturating_mul(servers)
                        .saturating_add(ldap.read_timeout_ms)
                        .saturating_add(ldap.write_timeout_ms),
                )
            }
            DirectoryKind::Scim => {
                Duration::from_secs(self.scim.connect_timeout.saturating_add(self.scim.timeout))
            }
        };
        records.saturating_add(directory.saturating_mul(4))
    }

    /// Do operators prove themselves with a password?
    pub fn asks_for_password(&self) -> bool {
        self.directory != DirectoryKind::Ldap
            || self.ldap.authentication == Authentication::Password
    }

    /// The named profile with the overrides on top.
    ///
    /// # Errors
    /// Every value that is not possible, with what would do.
    pub fn password_profiles(&self) -> Result<Profiles, ConfigError> {
        let mut profiles = Profiles::from(self.password_profile()?);
        for (kind, own) in self.kinds.all() {
            if own.is_nothing() {
                continue;
            }
            let own = own.profile(&self.profile, &self.policy).map_err(|errors| {
                let word = kind.word();
                let lines: Vec<_> = errors
                    .iter()
                    .map(|error| format!("[kinds.{word}] {error}"))
                    .collect();
                ConfigError(lines.join("\n"))
            })?;
            profiles = profiles.with(kind, own);
        }
        Ok(profiles)
    }

    /// The profile for everybody.
    ///
    /// # Errors
    /// The same.
    pub fn password_profile(&self) -> Result<Profile, ConfigError> {
        Profile::from_config(&self.profile, &self.policy).map_err(|errors| {
            let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
            ConfigError(lines.join("\n"))
        })
    }
}

/// `halligan/halligan.db` in the user's data directory; beside the caller where there is no home.
fn default_store() -> PathBuf {
    etcetera::choose_base_strategy().map_or_else(
        |_| PathBuf::from("halligan.db"),
        |base| base.data_dir().join("halligan").join("halligan.db"),
    )
}

/// Why there is no configuration: the message names the file and the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);
