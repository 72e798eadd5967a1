//! What is to be written, and what became of it.

use serde::{Deserialize, Serialize};

use crate::{password::Secret, user::UserId, user::Version};

/// A new password for somebody else.
#[derive(Debug)]
pub struct PasswordReset<'a> {
    /// Whose.
    pub user: &'a UserId,
    /// The version that the operator saw; `None` writes without looking.
    pub expected: Option<&'a Version>,
    /// The password, NFC-normalised.
    pub password: &'a Secret,
    /// Must the user choose another at the next sign-in?
    pub must_change: bool,
    /// Take a lock off too?
    pub unlock: bool,
}

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
    /// The account taken away.
    Removed,
    /// The sessions and tokens ended.
    SessionsEnded,
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
            Self::Removed => "user removed",
            Self::SessionsEnded => "sessions and tokens ended",
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

/// Whether what was written was seen to work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The new password was verified against the directory, or its time of last change moved.
    Proved(String),
    /// Accepted, but it could not be proved; the sentence says why.
    Unproved(String),
    /// There is nothing to prove (no password was set).
    NotNeeded,
}

/// What a write did, a line per step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The steps in the order in which they are shown.
    pub steps: Vec<(Step, StepOutcome)>,
    /// Was it seen to work?
    pub proof: Proof,
    /// The user's version after the write.
    pub version: Option<Version>,
    /// Which server was written, where there are several.
    pub server: Option<String>,
    /// True: the directory has written the outcome to the audit itself, in the same transaction.
    #[serde(skip)]
    pub recorded: bool,
}

impl Receipt {
    /// Green: every step done or not needed, and the password proved.
    pub fn is_success(&self) -> bool {
        !matches!(self.proof, Proof::Unproved(_))
            && self
                .steps
                .iter()
                .all(|(_, how)| matches!(how, StepOutcome::Done | StepOutcome::NotNeeded))
    }
}

/// Does a password sign the user in?
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The password is the right one.
    pub matches: bool,
    /// With that password the user gets in now (it is right, and nothing else stands in the way).
    pub signs_in: bool,
    /// What else stands in the way, or what is known besides.
    pub remark: Option<String>,
}

/// What became of a write whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// The change is there; the sentence says how that is known.
    Happened(String),
    /// The change is not there.
    DidNotHappen(String),
    /// It still cannot be told.
    StillUnknown(String),
}
