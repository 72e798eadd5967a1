//! What a machine client is.

use ipnet::IpNet;
use jiff::Timestamp;

use crate::{
    operator::Operator,
    permission::{Permissions, Reach},
    user::UserId,
};

/// How a client uses its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientKind {
    /// As a bearer token.
    Bearer,
    /// At `/oauth2/token` (RFC 6749 section 4.4).
    ClientCredentials,
}

/// A client to be made.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// Its name, shown in the audit; unique.
    pub name: String,
    /// How it uses its secret.
    pub kind: ClientKind,
    /// What it may do; at most what the operator who makes it may.
    pub permissions: Permissions,
    /// Days until it ends by itself; [`DAYS`] where nothing is said.
    pub days: Option<u32>,
    /// The networks that it may come from; any where none is named.
    pub networks: Vec<IpNet>,
}

/// Days until a client ends by itself, where nothing else is said.
pub const DAYS: u32 = 90;

/// The longest life of a client, in days.
pub const MOST_DAYS: u32 = 3650;

/// A client as listed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ClientRow {
    /// Its name.
    pub name: String,
    /// How it uses its secret.
    pub kind: ClientKind,
    /// Scopes apart by blanks.
    pub scope: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// The networks that it may come from; any where none is named.
    pub networks: Vec<IpNet>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A machine client at the desk.
pub(super) fn operator(
    name: &str,
    permissions: Permissions,
    reach: Reach,
    made_by: Option<UserId>,
) -> Operator {
    Operator {
        id: UserId(format!("client:{name}")),
        login: format!("client:{name}"),
        email: String::new(),
        name: name.to_owned(),
        permissions,
        reach,
        kind: None,
        must_change: false,
        binding: 0,
        password_set_at: None,
        sessions_ended: None,
        made_by,
    }
}
