//! Proving a password by a real sign-in beside SCIM, which has none: the ways that `scim.verify`
//! names. Each is tried once, and a way that cannot be gone says nothing of the password.

mod command;
mod password_grant;

use std::time::Duration;

use super::{connection::Connection, verify_way::VerifyWay as Way};
use crate::{
    directory::{
        DirectoryError, TriedSignIn,
        ldap::{LdapDirectory, settings::LdapSettings},
    },
    password::Secret,
};

/// The way, ready to be gone.
#[derive(Debug)]
pub(super) struct Verifier {
    way: Way,
    ldap: Option<LdapDirectory>,
    /// How long a program may run.
    patience: Duration,
    /// The site wants it tried after each reset.
    pub(super) after_reset: bool,
}

impl Verifier {
    pub(super) fn new(
        way: Way,
        after_reset: bool,
        patience: Duration,
        ldap: &LdapSettings,
    ) -> Result<Self, DirectoryError> {
        let opened = (way == Way::Ldap)
            .then(|| LdapDirectory::unasked(ldap.clone()))
            .transpose();
        let ldap = opened.map_err(|message| DirectoryError::Unavailable {
            message: format!("scim.verify = \"ldap\": {message}"),
            cure: "Correct the [ldap] table of the configuration; it says where users sign in."
                .into(),
            raw: None,
        })?;
        Ok(Self {
            way,
            ldap,
            patience,
            after_reset,
        })
    }

    /// Where users sign in, in words.
    pub(super) fn place(&self) -> String {
        match &self.way {
            Way::Ldap => self
                .ldap
                .as_ref()
                .map_or_else(String::new, LdapDirectory::first_server),
            Way::PasswordGrant { address, .. } => address.host_str().unwrap_or_default().to_owned(),
            Way::Command(words) => words.first().cloned().unwrap_or_default(),
        }
    }

    /// Tries once whether `password` signs in whoever has the ID `login`.
    pub(super) async fn try_sign_in(
        &self,
        connection: &Connection,
        login: &str,
        password: &Secret,
    ) -> TriedSignIn {
        match (&self.way, &self.ldap) {
            (Way::Ldap, Some(ldap)) => ldap.try_sign_in(login, password).await,
            (Way::Ldap, None) => TriedSignIn::Untold("the [ldap] table is missing".into()),
            (
                Way::PasswordGrant {
                    address,
                    client,
                    secret,
                    scope,
                },
                _,
            ) => {
                let grant = password_grant::PasswordGrant {
                    address,
                    client: client.as_deref(),
                    secret: secret.as_deref(),
                    scope,
                };
                grant.try_sign_in(connection, login, password).await
            }
            (Way::Command(words), _) => {
                command::try_sign_in(words, self.patience, login, password).await
            }
        }
    }
}
