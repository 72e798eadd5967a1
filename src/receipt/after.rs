//! The user after an act.

use jiff::Timestamp;

use super::Proof;
use crate::user::{SignInOutlook, User};

/// The user as the desk read it after the act, and whether the user can sign in then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The user, read afresh; `None` where that failed.
    pub user: Option<User>,
    /// Can the user sign in?
    pub outlook: SignInOutlook,
    /// When it was read.
    pub at: Timestamp,
    /// Was the act to let the user in? Whether a user who was renamed or disabled can sign in is
    /// told, and changes nothing of the success.
    pub to_let_in: bool,
}

impl After {
    /// The user as read at `at`, with what the proof adds.
    pub fn read(user: User, proof: &Proof, to_let_in: bool, at: Timestamp) -> Self {
        Self {
            outlook: user.state.outlook(at, proof.evidence()),
            user: Some(user),
            at,
            to_let_in,
        }
    }

    /// The user could not be read again. A sign-in that worked a moment ago still counts.
    pub fn unread(why: &str, proof: &Proof, to_let_in: bool, at: Timestamp) -> Self {
        let why = format!("the user could not be read again ({why})");
        Self {
            user: None,
            outlook: SignInOutlook::unread(why, proof.evidence()),
            at,
            to_let_in,
        }
    }
}
