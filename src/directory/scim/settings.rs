//! The `[scim]` table of the configuration, and what is made of it.

use std::{path::PathBuf, time::Duration};

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::{
    address::address,
    verify_way::{Verify, VerifyWay},
};

/// Where the SCIM server is and how Halligan proves itself there. The field names are the keys of
/// the table; nothing secret stands in it, only the names of files that hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScimSettings {
    /// Base address: `https://directory.example.org/scim/v2`. Plain HTTP only on loopback.
    pub url: String,
    /// PEM file with the certificates of the only authorities that are trusted; without it those
    /// of the operating system are.
    pub ca_file: Option<PathBuf>,
    /// PEM file with our own certificate, where the server wants one.
    pub client_certificate: Option<PathBuf>,
    /// PEM file (0600) with the key of `client_certificate`.
    pub client_key: Option<PathBuf>,
    /// File (0600) with a bearer token.
    pub token_file: Option<PathBuf>,
    /// Program with its arguments that prints a bearer token; run at each sign-in.
    pub token_command: Vec<String>,
    /// Client identifier for OAuth 2.0 client credentials (RFC 6749 section 4.4).
    pub client_id: Option<String>,
    /// File (0600) with the secret of `client_id`.
    pub client_secret_file: Option<PathBuf>,
    /// Where `client_id` gets its tokens.
    pub token_url: Option<String>,
    /// Scope asked for with `client_id`; may be empty.
    pub scope: String,
    /// Operators sign in at the server itself, with their own email and password. For
    /// `halligan serve` only; with every other way the operators are those of the local store.
    pub operator_sign_in: bool,
    /// How long a connection may take to come about, seconds.
    pub connect_timeout: u64,
    /// How long a request may take in all, seconds.
    pub timeout: u64,
    /// Rows asked for at once.
    pub page_size: usize,
    /// Send the whole user by PUT when the server refuses to change a password by PATCH. PUT
    /// replaces the user: what the server keeps but does not show may get lost.
    pub put_when_patch_is_refused: bool,
    /// How a password is proved by a real sign-in, which SCIM has none of.
    pub verify: Verify,
    /// Prove every reset in that way, once; else only where the operator asks for it.
    pub verify_after_reset: bool,
    /// Program with its arguments that tries a sign-in: ID and password come to its standard input.
    pub verify_command: Vec<String>,
    /// Token endpoint that takes a user's password (RFC 6749 section 4.3).
    pub verify_token_url: Option<String>,
    /// Client identifier at `verify_token_url`.
    pub verify_client_id: Option<String>,
    /// File (0600) with its secret; a public client has none.
    pub verify_client_secret_file: Option<PathBuf>,
    /// Scope asked for there; may be empty.
    pub verify_scope: String,
    /// The `userName` of an account that nobody uses, for `halligan scim probe`; empty for none.
    pub canary: String,
}

impl Default for ScimSettings {
    fn default() -> Self {
        Self {
            url: String::new(),
            ca_file: None,
            client_certificate: None,
            client_key: None,
            token_file: None,
            token_command: Vec::new(),
            client_id: None,
            client_secret_file: None,
            token_url: None,
            scope: String::new(),
            operator_sign_in: false,
            connect_timeout: 5,
            timeout: 15,
            page_size: 50,
            put_when_patch_is_refused: false,
            verify: Verify::None,
            verify_after_reset: false,
            verify_command: Vec::new(),
            verify_token_url: None,
            verify_client_id: None,
            verify_client_secret_file: None,
            verify_scope: String::new(),
            canary: String::new(),
        }
    }
}

/// How requests are authorised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// A file holds the token.
    File(PathBuf),
    /// A program prints it.
    Command(Vec<String>),
    /// OAuth 2.0 client credentials obtain it.
    Client {
        address: Url,
        id: String,
        secret: PathBuf,
        scope: String,
    },
    /// Each operator signs in at the server.
    Operator,
}

/// The settings, checked.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    /// Base address without a slash at the end.
    pub(super) base: Url,
    pub(super) way: Way,
    pub(super) connect_timeout: Duration,
    pub(super) timeout: Duration,
    pub(super) page_size: usize,
    pub(super) verify: Option<VerifyWay>,
}

/// Largest page that is asked for.
const MOST_ROWS: usize = 1000;

impl ScimSettings {
    /// Checks what the table says before anything is connected to.
    pub(super) fn check(&self) -> Result<Checked, String> {
        if self.url.is_empty() {
            return Err("scim.url is missing: the address of the SCIM server".into());
        }
        if !(1..=MOST_ROWS).contains(&self.page_size) {
            return Err(format!("scim.page_size must be from 1 to {MOST_ROWS}"));
        }
        for (key, value) in [
            ("scim.connect_timeout", self.connect_timeout),
            ("scim.timeout", self.timeout),
        ] {
            if !(1..=300).contains(&value) {
                return Err(format!("{key} must be from 1 to 300 seconds"));
            }
        }
        if self.client_certificate.is_some() != self.client_key.is_some() {
            return Err(
                "scim.client_certificate and scim.client_key belong together: give both or none"
                    .into(),
            );
        }
        Ok(Checked {
            base: address("scim.url", &self.url)?,
            way: self.way()?,
            connect_timeout: Duration::from_secs(self.connect_timeout),
            timeout: Duration::from_secs(self.timeout),
            page_size: self.page_size,
            verify: self.verify_way()?,
        })
    }

    fn way(&self) -> Result<Way, String> {
        let mut ways = Vec::new();
        if let Some(file) = &self.token_file {
            ways.push(("token_file", Way::File(file.clone())));
        }
        if !self.token_command.is_empty() {
            ways.push(("token_command", Way::Command(self.token_command.clone())));
        }
        if let Some(id) = &self.client_id {
            ways.push(("client_id", self.client(id)?));
        }
        if self.operator_sign_in {
            ways.push(("operator_sign_in", Way::Operator));
        }
        let names: Vec<_> = ways.iter().map(|(name, _)| *name).collect();
        match ways.len() {
            1 => Ok(ways.remove(0).1),
            0 => Err(
                "scim: say how Halligan proves itself: one of token_file, token_command, \
                 client_id or operator_sign_in"
                    .into(),
            ),
            _ => Err(format!(
                "scim: {} are given together, but only one of them can be used",
                names.join(" and ")
            )),
        }
    }

    fn verify_way(&self) -> Result<Option<VerifyWay>, String> {
        let needs = |key: &str| {
            let word = serde_json::to_value(self.verify).unwrap_or_default();
            format!("scim.verify = {word} wants {key}")
        };
        if self.verify == Verify::None && self.verify_after_reset {
            return Err("scim.verify_after_reset wants scim.verify, which says how".into());
        }
        if self.verify_client_secret_file.is_some() && self.verify_client_id.is_none() {
            return Err("scim.verify_client_secret_file wants scim.verify_client_id".into());
        }
        Ok(match self.verify {
            Verify::None => None,
            Verify::Ldap => Some(VerifyWay::Ldap),
            Verify::PasswordGrant => {
                let url = self.verify_token_url.as_deref();
                let url = url.ok_or_else(|| needs("scim.verify_token_url"))?;
                Some(VerifyWay::PasswordGrant {
                    address: address("scim.verify_token_url", url)?,
                    client: self.verify_client_id.clone(),
                    secret: self.verify_client_secret_file.clone(),
                    scope: self.verify_scope.clone(),
                })
            }
            Verify::Command if self.verify_command.is_empty() => {
                return Err(needs("scim.verify_command"));
            }
            Verify::Command => Some(VerifyWay::Command(self.verify_command.clone())),
        })
    }

    fn client(&self, id: &str) -> Result<Way, String> {
        let (Some(secret), Some(token_url)) = (&self.client_secret_file, &self.token_url) else {
            return Err("scim.client_id wants scim.client_secret_file and scim.token_url".into());
        };
        Ok(Way::Client {
            address: address("scim.token_url", token_url)?,
            id: id.to_owned(),
            secret: secret.clone(),
            scope: self.scope.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> ScimSettings {
        ScimSettings {
            url: "https://directory.example.org/scim/v2/".into(),
            token_file: Some("/run/token".into()),
            ..ScimSettings::default()
        }
    }

    fn refusal(settings: &ScimSettings) -> String {
        settings.check().unwrap_err()
    }

    #[test]
    fn exactly_one_way_of_proof_is_taken() {
        assert_eq!(
            settings().check().unwrap().way,
            Way::File("/run/token".into())
        );
        let none = ScimSettings {
            token_file: None,
            ..settings()
        };
        assert!(refusal(&none).contains("one of token_file"));
        let two = ScimSettings {
            operator_sign_in: true,
            ..settings()
        };
        assert_eq!(
            refusal(&two),
            "scim: token_file and operator_sign_in are given together, but only one of them can be used"
        );
        let half = ScimSettings {
            token_file: None,
            client_id: Some("halligan".into()),
            ..settings()
        };
        assert!(refusal(&half).contains("client_secret_file"));
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        for (url, fine) in [
            ("http://127.0.0.1:8080/scim", true),
            ("http://[::1]:8080/scim", true),
            ("http://localhost/scim", true),
            ("http://192.0.2.7/scim", false),
            ("http://localhost.example.org/scim", false),
            ("http://127.0.0.1.example.org/scim", false),
            ("ftp://127.0.0.1/", false),
        ] {
            let settings = ScimSettings {
                url: url.into(),
                ..settings()
            };
            assert_eq!(settings.check().is_ok(), fine, "{url}");
        }
    }

    #[test]
    fn a_password_in_the_address_is_refused_and_a_slash_at_the_end_does_not_count() {
        let inside = ScimSettings {
            url: "https://admin:hunter2@directory.example.org/".into(),
            ..settings()
        };
        assert!(!refusal(&inside).contains("hunter2"));
        let base = settings().check().unwrap().base;
        assert_eq!(base.as_str(), "https://directory.example.org/scim/v2");
    }
}
