//! Who sits at the console. SCIM has no check of a password, so the operators are those of the
//! local store; only at a server of our own do they sign in there.

mod local;
mod server;

use std::sync::Arc;

use super::{
    bearer::Bearer, connection::Connection, request_failure::RequestFailure, token::Token,
};
use crate::operator::Operator;

pub(super) use local::{LocalOperators, is_local};
pub(super) use server::ServerSessions;

/// How operators prove who they are.
#[derive(Debug)]
pub(super) enum Operators {
    /// In the local store, while a machine's token opens the server.
    Local {
        operators: LocalOperators,
        bearer: Bearer,
    },
    /// At the server: each has a token.
    Server(ServerSessions),
}

impl Operators {
    /// The token that goes with a request of `operator`.
    pub(super) async fn token(
        &self,
        connection: &Connection,
        operator: &Operator,
    ) -> Result<Arc<Token>, RequestFailure> {
        match self {
            Self::Local { bearer, .. } => bearer.token(connection).await,
            Self::Server(sessions) => sessions.token(operator),
        }
    }

    /// The server has refused `token`; is there a way to another?
    pub(super) async fn refused(&self, token: &Arc<Token>) -> bool {
        match self {
            Self::Local { bearer, .. } => bearer.refused(token).await,
            Self::Server(_) => false,
        }
    }
}
