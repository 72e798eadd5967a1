//! Whom an account belongs to.

use serde::{Deserialize, Serialize};

/// Whom an account belongs to. Staff and community share one list, and apparatus signs in too.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// A person who works for the agency.
    #[default]
    Staff,
    /// A resident of the community portal.
    Residential,
    /// A business or high-hazard site of the community portal.
    Commercial,
    /// Apparatus or a station, shared by a crew; never one person.
    Unit,
}

impl AccountKind {
    /// Every kind, in the order in which a choice field offers them.
    pub const ALL: [Self; 4] = [Self::Staff, Self::Residential, Self::Commercial, Self::Unit];

    /// The lower-case word of the kind: `staff`, `residential`, `commercial`, `unit`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Residential => "residential",
            Self::Commercial => "commercial",
            Self::Unit => "unit",
        }
    }

    /// The kind of a word in any case; `None` if it is none of the four.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word().eq_ignore_ascii_case(word.trim()))
    }
}
