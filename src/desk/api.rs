//! Tokens of the API: of operators who signed in, and of machine clients.

mod scope;
mod tokens;

pub use scope::{permissions_of_scope, scope_of};
pub use tokens::{
    ClientKind, ClientRow, DAYS, Grant, MOST_DAYS, NewClient, TokenError, Tokens, TurnedAway,
    schema,
};
