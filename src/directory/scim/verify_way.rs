//! How a sign-in that proves a password is tried.

use std::path::PathBuf;

use reqwest::Url;
use serde::{Deserialize, Serialize};

/// How a password is proved by a real sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verify {
    /// Not at all.
    #[default]
    None,
    /// A bind at the servers of the `[ldap]` table.
    Ldap,
    /// OAuth 2.0 with the user's password.
    PasswordGrant,
    /// A program.
    Command,
}

/// How a sign-in is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum VerifyWay {
    /// A bind at the servers of the `[ldap]` table.
    Ldap,
    /// OAuth 2.0 with the user's own password (RFC 6749 section 4.3).
    PasswordGrant {
        address: Url,
        client: Option<String>,
        secret: Option<PathBuf>,
        scope: String,
    },
    /// A program that reads ID and password.
    Command(Vec<String>),
}
