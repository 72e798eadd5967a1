//! `[server]`: how `halligan serve` serves.

use std::{net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::source::Network;

/// How `halligan serve` serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port of the API.
    pub listen: SocketAddr,
    /// PEM file with the certificate chain, leaf first.
    pub certificate: Option<PathBuf>,
    /// PEM file with the private key; others must not be able to read it.
    pub key: Option<PathBuf>,
    /// Address of the API as clients see it, where a proxy stands before the server:
    /// `https://halligan.example.org/scim/v2`.
    pub base_url: Option<String>,
    /// Proxies whose `Forwarded` and `X-Forwarded-For` are believed: addresses, or networks such as
    /// `192.0.2.0/24`.
    pub trusted_proxies: Vec<Network>,
    /// Address and port of the Prometheus metrics, on loopback only.
    pub metrics: Option<SocketAddr>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8443)),
            certificate: None,
            key: None,
            base_url: None,
            trusted_proxies: Vec::new(),
            metrics: None,
        }
    }
}
