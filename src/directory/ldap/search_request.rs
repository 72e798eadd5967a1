//! A search, and its answer.

use ldap3::{
    LdapResult, Scope,
    controls::{Control, RawControl},
};

use super::entry::Entry;

/// A search request.
#[derive(Debug, Clone)]
pub(super) struct SearchRequest<'a> {
    pub(super) base: &'a str,
    pub(super) scope: Scope,
    pub(super) filter: &'a str,
    pub(super) attributes: &'a [String],
    /// At most so many entries; 0 means all that the server sends.
    pub(super) limit: usize,
    pub(super) controls: Vec<RawControl>,
}

/// The answer to a search.
#[derive(Debug)]
pub(super) struct SearchAnswer {
    /// Entries, each with the controls that came with it.
    pub(super) entries: Vec<(Entry, Vec<Control>)>,
    /// URLs of continuation references, not followed.
    pub(super) references: Vec<String>,
    pub(super) result: LdapResult,
}
