//! The `[ldap]` table of the configuration.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use super::flavour::Flavour;
use crate::permission::Role;

/// How to reach an LDAP directory, and where its users are. Every key is described in
/// `config.example.toml` and `docs/ldap.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the file, independent"
)]
pub struct LdapSettings {
    /// Servers, tried in this order: `ldaps://`, `ldap://` (with `StartTLS`) or `ldapi://`.
    pub urls: Vec<String>,
    /// `StartTLS` on `ldap://` servers.
    pub start_tls: bool,
    /// Plain `ldap://` without TLS, accepted for addresses of the loopback network only.
    pub plain_on_loopback: bool,
    /// PEM file with the authorities to trust; without it those of the system.
    pub ca_file: Option<PathBuf>,
    /// PEM file with our own certificate, for [`Authentication::External`].
    pub client_certificate: Option<PathBuf>,
    /// PEM file with its key, readable by nobody else.
    pub client_key: Option<PathBuf>,
    /// Where the users are. Empty: the directory's own (default) naming context.
    pub bases: Vec<String>,
    /// Which server it is; `auto` reads the root DSE.
    pub flavour: Choice,
    /// How operators prove who they are.
    pub authentication: Authentication,
    /// DN of an operator who signs in with an ID, `{}` being the ID: `uid={},ou=people,dc=…`.
    pub login_dn: Option<String>,
    /// An account that may look for the DN of who signs in; not needed for Active Directory.
    pub search_account: Option<SearchAccount>,
    /// Which entries are users, as an LDAP filter; empty means the flavour's own.
    pub user_filter: String,
    /// DN of the password policy of users who have none of their own. OpenLDAP names only
    /// policies of single users; where there is one `pwdPolicy` entry, it is found without this.
    pub default_policy: Option<String>,
    /// Names of attributes that differ from the flavour's own.
    pub attributes: AttributeNames,
    /// The largest number of rows that one search asks for.
    pub row_limit: usize,
    /// Milliseconds for connecting to one server, TLS included.
    pub connect_timeout_ms: u64,
    /// Milliseconds that a read may take.
    pub read_timeout_ms: u64,
    /// Milliseconds that a write may take.
    pub write_timeout_ms: u64,
    /// Milliseconds that a whole act may take, however many questions it is made of.
    pub act_timeout_ms: u64,
    /// False: fragments are searched for at the beginning of a field only.
    pub substring_search: bool,
    /// How a password is written where the server knows both ways.
    pub write_password_by: PasswordWrite,
    /// Active Directory: ask for the history to be enforced on a reset too (policy hints).
    pub policy_hints: bool,
    /// The role of everybody who can sign in; the directory's own access control decides the rest.
    pub default_role: Role,
    /// Roles of the members of groups, by the group's DN; the strongest counts.
    pub roles: BTreeMap<String, Role>,
}

impl Default for LdapSettings {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            start_tls: false,
            plain_on_loopback: false,
            ca_file: None,
            client_certificate: None,
            client_key: None,
            bases: Vec::new(),
            flavour: Choice::Auto,
            authentication: Authentication::Password,
            login_dn: None,
            search_account: None,
            user_filter: String::new(),
            default_policy: None,
            attributes: AttributeNames::default(),
            row_limit: 1000,
            connect_timeout_ms: 1500,
            read_timeout_ms: 5000,
            write_timeout_ms: 10_000,
            act_timeout_ms: 8000,
            substring_search: true,
            write_password_by: PasswordWrite::Operation,
            policy_hints: false,
            default_role: Role::HelpDesk,
            roles: BTreeMap::new(),
        }
    }
}

impl LdapSettings {
    pub(super) const fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    pub(super) const fn read_timeout(&self) -> Duration {
        Duration::from_millis(self.read_timeout_ms)
    }

    pub(super) const fn act_timeout(&self) -> Duration {
        Duration::from_millis(self.act_timeout_ms)
    }

    pub(super) const fn write_timeout(&self) -> Duration {
        Duration::from_millis(self.write_timeout_ms)
    }
}

/// How a password is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordWrite {
    /// The Password Modify operation (RFC 3062). The server hashes; two writers at once are seen
    /// only in part.
    #[default]
    Operation,
    /// A modify of `userPassword` under the assertion control (RFC 4528): of two writers at once
    /// one is refused. Only where the server hashes what it is given in this way, too.
    Modify,
}

/// The flavour as configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// By what the server says of itself.
    #[default]
    Auto,
    /// OpenLDAP with the ppolicy overlay.
    Openldap,
    /// 389 Directory Server.
    #[serde(rename = "389ds")]
    Ds389,
    /// FreeIPA.
    #[serde(rename = "freeipa")]
    FreeIpa,
    /// Active Directory or a Samba domain controller.
    ActiveDirectory,
    /// lldap.
    Lldap,
    /// Any other server: plain RFC 4511 and RFC 3062.
    Other,
}

impl Choice {
    /// The flavour that was fixed, if one was.
    pub(super) const fn fixed(self) -> Option<Flavour> {
        match self {
            Self::Auto => None,
            Self::Openldap => Some(Flavour::OpenLdap),
            Self::Ds389 => Some(Flavour::Ds389),
            Self::FreeIpa => Some(Flavour::FreeIpa),
            Self::ActiveDirectory => Some(Flavour::ActiveDirectory),
            Self::Lldap => Some(Flavour::Lldap),
            Self::Other => Some(Flavour::Other),
        }
    }
}

/// How operators prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// Their own password, by a simple bind.
    #[default]
    Password,
    /// SASL EXTERNAL (RFC 4513 section 5.2.3): the client certificate, or the user of `ldapi://`.
    External,
}

/// An account with the right to look for users, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchAccount {
    /// Its DN (or user principal name).
    pub dn: String,
    /// A file that holds its password and that nobody else can read (0600).
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// A program and its arguments; the first line that it prints is the password.
    #[serde(default)]
    pub password_command: Vec<String>,
}

/// Attribute names that a site has changed; an empty list or text keeps the flavour's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttributeNames {
    /// The ID people know: `uid`, `sAMAccountName`.
    pub login: String,
    /// The address.
    pub email: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The name to show.
    pub display_name: String,
    /// The phone number at work.
    pub phone: String,
    /// The station or office.
    pub station: String,
    /// The job title or rank.
    pub job_title: String,
    /// Attributes that a search looks into.
    pub searched: Vec<String>,
    /// The attribute that tells staff, residential, commercial or unit, if there is one.
    pub kind: String,
}
