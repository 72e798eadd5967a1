//! What of a request is not kept, told to whoever sent it.

use super::{
    AttributePath, ScimError, ScimType,
    schema::{Attribute, not_kept},
};

/// So many names are told of one request.
const MOST: usize = 50;
/// Longest name that is told.
const LONGEST: usize = 200;

/// What becomes of a name that neither we nor the RFC know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// It is told with the rest (POST, PUT: RFC 7644 lets a server keep what it can).
    Told,
    /// The request is refused (PATCH).
    Refused,
}

/// The names of attributes that a request gave and that are not kept. Never their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    names: Vec<String>,
    unknown: Unknown,
}

impl Ignored {
    /// Nothing yet.
    pub const fn new(unknown: Unknown) -> Self {
        Self {
            names: Vec::new(),
            unknown,
        }
    }

    /// The names, each once, in the order of the request.
    pub fn into_names(self) -> Vec<String> {
        self.names
    }

    /// So many names.
    pub const fn len(&self) -> usize {
        self.names.len()
    }

    /// Everything was kept.
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Adds a name.
    pub fn note(&mut self, name: impl Into<String>) {
        let name = name.into();
        if self.names.len() < MOST && name.len() <= LONGEST && !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    /// `path` is no attribute that we keep.
    ///
    /// # Errors
    /// `invalidPath` where not even the RFC knows it and that is to be refused.
    pub fn pass_over(&mut self, path: &AttributePath) -> Result<(), ScimError> {
        match not_kept(path) {
            Some(name) => self.note(name),
            None if self.unknown == Unknown::Told => self.note(path.to_string()),
            None => {
                let detail = format!("users have no attribute {path}");
                return Err(ScimError::bad(ScimType::InvalidPath, detail));
            }
        }
        Ok(())
    }

    /// `name` is no sub-attribute of `attribute` that we keep.
    ///
    /// # Errors
    /// As [`Ignored::pass_over`].
    pub fn pass_over_part(&mut self, attribute: &Attribute, name: &str) -> Result<(), ScimError> {
        self.pass_over(&AttributePath {
            sub: Some(name.chars().take(LONGEST).collect()),
            ..AttributePath::plain(attribute.name)
        })
    }
}
