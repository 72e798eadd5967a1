//! A search and what it brought.

use ldap3::{
    LdapResult, Scope,
    controls::{Control, RawControl},
};

use super::entry::Entry;

/// A search request.
#[derive(Debug, Clone)]
pub(super) struct Ask<'a> {
    pub(super) base: &'a str,
    pub(super) scope: Scope,
    pub(super) filter: &'a str,
    pub(super) attributes: &'a [String],
    /// At most so many entries; 0 means all that the server sends.
    pub(super) limit: usize,
    pub(super) controls: Vec<RawControl>,
}

/// What a search brought.
#[derive(Debug)]
pub(super) struct Brought {
    /// Entries, each with the controls that came with it.
    pub(super) entries: Vec<(Entry, Vec<Control>)>,
    /// URLs of continuation references, not followed.
    pub(super) references: Vec<String>,
    pub(super) result: LdapResult,
}
