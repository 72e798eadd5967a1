//! The desk as the server uses it: the embedded store's users as SCIM entries, and API tokens.

mod entries;
mod scope;
mod tokens;

pub use entries::{ApiDesk, ListFailure};
pub use scope::{permissions_of_scope, scope_of};
pub use tokens::{ClientKind, ClientRow, Grant, NewClient, TokenError, Tokens, schema};
