//! What a look at the configuration, or at the directory behind it, has found.

use serde::Serialize;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it is.
    pub verdict: FindingVerdict,
    /// What was found, in words.
    pub what: String,
    /// What mends it, where something is wrong: a line to copy where there is one.
    pub cure: String,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingVerdict {
    /// As it should be.
    Good,
    /// It could not be found out, or something less will work.
    Unclear,
    /// Something will not work.
    Wrong,
}

impl Finding {
    /// As it should be.
    pub fn good(what: impl Into<String>) -> Self {
        Self::new(FindingVerdict::Good, what.into(), "")
    }

    /// Not known, or not as good as it could be.
    pub fn unclear(what: impl Into<String>, cure: &str) -> Self {
        Self::new(FindingVerdict::Unclear, what.into(), cure)
    }

    /// Something will not work.
    pub fn wrong(what: impl Into<String>, cure: &str) -> Self {
        Self::new(FindingVerdict::Wrong, what.into(), cure)
    }

    fn new(verdict: FindingVerdict, what: String, cure: &str) -> Self {
        Self {
            verdict,
            what,
            cure: cure.to_owned(),
        }
    }
}
