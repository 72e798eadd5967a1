//! The parts of a write, and how each ended.

use serde::{Deserialize, Serialize};

/// One part of what a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The password.
    PasswordSet,
    /// Must-change at the next sign-in.
    MustChange,
    /// The lock taken off.
    Unlocked,
    /// The role.
    RoleAssigned,
    /// The account made.
    Created,
    /// Attributes of the account.
    Changed,
    /// The account made usable again, and nothing else of it changed.
    Enabled,
    /// The account made unusable, and nothing else of it changed.
    Disabled,
    /// The account taken away.
    Removed,
    /// The sessions and tokens ended.
    SessionsEnded,
    /// A role of the site made.
    RoleAdded,
    /// A role of the site changed, for everybody who holds it.
    RoleChanged,
    /// A role of the site taken away.
    RoleRemoved,
}

impl Step {
    /// The words of a receipt line: `password set`, `must change at next sign-in`, `unlocked`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PasswordSet => "password set",
            Self::MustChange => "must change at next sign-in",
            Self::Unlocked => "unlocked",
            Self::RoleAssigned => "role assigned",
            Self::Created => "user added",
            Self::Changed => "user changed",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Removed => "user removed",
            Self::SessionsEnded => "sessions and tokens ended",
            Self::RoleAdded => "role added",
            Self::RoleChanged => "role changed",
            Self::RoleRemoved => "role removed",
        }
    }
}

/// How a [`Step`] ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// Done, and the directory said so.
    Done,
    /// There was nothing to do: it was not locked, must-change was not asked for.
    NotNeeded,
    /// The directory refused this step; the sentence says why.
    Refused(String),
    /// The directory has no such step; the sentence says so.
    NotOffered(String),
    /// It cannot be told; the sentence says what is known.
    Unknown(String),
}

impl StepOutcome {
    /// `done`, `nothing to do`, `refused: …`, `not offered: …`, `not known: …`.
    pub fn sentence(&self) -> String {
        match self {
            Self::Done => "done".into(),
            Self::NotNeeded => "nothing to do".into(),
            Self::Refused(why) => format!("refused: {why}"),
            Self::NotOffered(why) => format!("not offered: {why}"),
            Self::Unknown(why) => format!("not known: {why}"),
        }
    }
}
