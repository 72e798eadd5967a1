//! The server of the settings, as messages name it.

use std::time::Duration;

/// What messages say about the server.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    /// Host, and port where it is not the scheme's own.
    pub(super) host: String,
    pub(super) connect_timeout: Duration,
    pub(super) timeout: Duration,
    /// What to do when the server does not accept our token.
    pub(super) token_cure: String,
}

impl Endpoint {
    #[cfg(test)]
    pub(super) fn for_test() -> Self {
        Self {
            host: "directory.example.org".into(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            token_cure: "Renew the token.".into(),
        }
    }
}
