//! What is to be written, and what became of it.

mod after;
mod ending;
mod proof;
mod step;

pub use after::After;
pub use ending::Ending;
pub use proof::Proof;
pub use step::{Step, StepOutcome};

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

/// What a write did, a line per step, and what stands after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The steps in the order in which they are shown.
    pub steps: Vec<(Step, StepOutcome)>,
    /// How sure is it that the password is in force?
    pub proof: Proof,
    /// The user's version after the write.
    pub version: Option<Version>,
    /// Which server was written, where there are several.
    pub server: Option<String>,
    /// The user after the act, read afresh by the desk. A directory leaves it empty; so does the
    /// desk where nobody is left to be read.
    pub after: Option<Box<After>>,
    /// True: the directory has written the outcome to the audit itself, in the same transaction.
    pub recorded: bool,
}

impl Receipt {
    /// Green: every step done or not needed, the password proved, and the user can sign in, where
    /// that is what the act was for.
    pub fn is_success(&self) -> bool {
        self.ending() == Ending::Done
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
