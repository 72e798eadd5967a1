//! Keys that could weaken the rules: where the machine has a configuration, only it sets them.

use std::collections::HashMap;

use ::config::{ConfigError as Foreign, Map, Source, Value, ValueKind};

/// The rules, and the directory that keeps them. Each stands for itself and what is beneath it.
const GUARDED: [&str; 7] = [
    "policy",
    "profile",
    "kinds",
    "verification",
    "directory",
    "ldap",
    "scim",
];

/// Is it one of the keys, or beneath one?
pub(super) fn is_guarded(key: &str) -> bool {
    let top = key.split_once('.').map_or(key, |(top, _)| top);
    GUARDED.contains(&top)
}

/// What is taken of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// Everything.
    All,
    /// What is not guarded.
    Unguarded,
    /// What is guarded.
    Guarded,
}

/// A source of which only a part counts.
#[derive(Debug, Clone)]
pub(super) struct Part<S> {
    source: S,
    taken: Taken,
}

impl<S: Source> Part<S> {
    pub(super) const fn new(source: S, taken: Taken) -> Self {
        Self { source, taken }
    }

    /// The guarded keys that the source gives in vain.
    pub(super) fn ignored(&self) -> Result<Vec<(String, Value)>, Foreign> {
        if self.taken != Taken::Unguarded {
            return Ok(Vec::new());
        }
        let mut given = flatten(&self.source.collect()?);
        given.retain(|(key, _)| is_guarded(key));
        Ok(given)
    }
}

impl<S> Source for Part<S>
where
    S: Source + Clone + Send + Sync + 'static,
{
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, Foreign> {
        let mut given = self.source.collect()?;
        given.retain(|key, _| match self.taken {
            Taken::All => true,
            Taken::Unguarded => !is_guarded(key),
            Taken::Guarded => is_guarded(key),
        });
        Ok(given)
    }
}

/// The variables of the environment, as a source.
pub(super) fn environment(variables: HashMap<String, String>) -> ::config::Environment {
    ::config::Environment::with_prefix("HALLIGAN")
        .prefix_separator("_")
        .separator("__")
        .try_parsing(true)
        .source(Some(variables))
}

/// Dotted keys with their values, sorted.
pub(super) fn flatten(table: &Map<String, Value>) -> Vec<(String, Value)> {
    let mut flat = Vec::new();
    for (key, value) in table {
        if let ValueKind::Table(inner) = &value.kind {
            flat.extend(
                flatten(inner)
                    .into_iter()
                    .map(|(rest, value)| (format!("{key}.{rest}"), value)),
            );
        } else {
            flat.push((key.clone(), value.clone()));
        }
    }
    flat.sort_by(|a, b| a.0.cmp(&b.0));
    flat
}
