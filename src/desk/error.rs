//! Why the desk said no.

use crate::{
    directory::DirectoryError,
    password::policy::Refusal,
    permission::{Permission, Permissions, Reach},
    store::StoreError,
    verification::Unverified,
};

/// A refusal or failure at the desk. Display is what happened; [`DeskError::changed`] and
/// [`DeskError::cure`] say what was changed and what to do now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The operator lacks the permission.
    #[error("this needs the permission {0}, which you do not hold")]
    Lacks(Permission),
    /// The user, or the role to be given, holds permissions that the operator lacks.
    #[error("this concerns permissions that you do not hold: {0}")]
    Outranked(Permissions),
    /// The account is none of those that the operator's role reaches.
    #[error("your role reaches {0} only")]
    BeyondReach(Reach),
    /// The user's role, or the role to be given, reaches further than the operator's.
    #[error("this concerns a role that reaches {0}, which is further than yours")]
    WiderReach(Reach),
    /// The role that the operator holds.
    #[error("this is the role that you hold yourself")]
    OwnRole,
    /// The operator's own account: only with the old password, on its own screen.
    #[error("this is your own account")]
    OwnAccount,
    /// The password breaks the policy; every broken rule.
    #[error("{}", .0.iter().map(|r| r.message.as_str()).collect::<Vec<_>>().join("; "))]
    Policy(Vec<Refusal>),
    /// The profile fixes must-change for resets.
    #[error("the profile requires a change at the next sign-in after a reset")]
    MustChangeFixed,
    /// The profile lets operators only generate passwords.
    #[error("the profile lets operators generate a password, not type one")]
    TypingNotAllowed,
    /// The session is locked or too old: the password is needed again.
    #[error("the session is locked: your password is needed again")]
    SessionLocked,
    /// The operator must choose a new password first.
    #[error("you must choose a new password of your own first")]
    OwnChangeFirst,
    /// The act wants the operator's password once more.
    #[error("your own password is needed once more for this")]
    StepUp,
    /// It is not sure who is calling, and the site wants that before this act.
    #[error("{0}")]
    VerifyCaller(Unverified),
    /// This does not make sure who is calling.
    #[error("{0}")]
    Verification(String),
    /// Too many wrong passwords have been tried on request of operators.
    #[error("{}", too_many_guesses(*of_the_user, *minutes))]
    TooManyGuesses {
        /// At the password of this user; else by this operator.
        of_the_user: bool,
        /// The time in which they count.
        minutes: u32,
    },
    /// The password has expired, and trying it would use up one of the sign-ins that are left.
    #[error("the password has expired, and a try uses up one of the {0} sign-ins that are left")]
    UsesGrace(u32),
    /// The directory.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The audit cannot be written or read, so nothing was done.
    #[error("the audit cannot be used, so nothing was done: {0}")]
    Audit(StoreError),
    /// The write happened, but its outcome could not be recorded.
    #[error("it was done, but the audit could not record the outcome: {0}")]
    OutcomeNotRecorded(StoreError),
    /// A file to be written or read.
    #[error("{0}")]
    File(String),
}

impl DeskError {
    /// Would every other act fail for the same reason?
    pub const fn ends_all(&self) -> bool {
        matches!(
            self,
            Self::StepUp
                | Self::SessionLocked
                | Self::OwnChangeFirst
                | Self::Audit(_)
                | Self::OutcomeNotRecorded(_)
                | Self::Directory(
                    DirectoryError::OperatorChanged(_)
                        | DirectoryError::Unavailable { .. }
                        | DirectoryError::NotOffered(_)
                )
        )
    }

    /// May what was to be written be in force all the same?
    pub fn may_be_in_force(&self) -> bool {
        if let Self::Directory(error) = self {
            return error.open_outcome().is_some();
        }
        matches!(self, Self::OutcomeNotRecorded(_))
    }

    /// What was changed, as a sentence.
    pub fn changed(&self) -> &'static str {
        match self {
            Self::Directory(error) => error.changed(),
            Self::OutcomeNotRecorded(_) => "The change was made.",
            Self::Lacks(_)
            | Self::Outranked(_)
            | Self::BeyondReach(_)
            | Self::WiderReach(_)
            | Self::OwnRole
            | Self::OwnAccount
            | Self::Policy(_)
            | Self::MustChangeFixed
            | Self::TypingNotAllowed
            | Self::SessionLocked
            | Self::OwnChangeFirst
            | Self::StepUp
            | Self::VerifyCaller(_)
            | Self::Verification(_)
            | Self::TooManyGuesses { .. }
            | Self::UsesGrace(_)
            | Self::Audit(_)
            | Self::File(_) => "Nothing was changed.",
        }
    }

    /// The directory's own text, to be shown on request and neutralised.
    pub fn raw(&self) -> Option<&str> {
        match self {
            Self::Directory(error) => error.raw(),
            Self::Lacks(_)
            | Self::Outranked(_)
            | Self::BeyondReach(_)
            | Self::WiderReach(_)
            | Self::OwnRole
            | Self::OwnAccount
            | Self::Policy(_)
            | Self::MustChangeFixed
            | Self::TypingNotAllowed
            | Self::SessionLocked
            | Self::OwnChangeFirst
            | Self::StepUp
            | Self::VerifyCaller(_)
            | Self::Verification(_)
            | Self::TooManyGuesses { .. }
            | Self::UsesGrace(_)
            | Self::Audit(_)
            | Self::OutcomeNotRecorded(_)
            | Self::File(_) => None,
        }
    }

    /// What to do now, as a sentence; may be empty.
    pub fn cure(&self) -> String {
        match self {
            Self::Lacks(permission) => format!("Ask an administrator for {permission}."),
            Self::Outranked(_) => "Ask an administrator who holds them to do it.".into(),
            Self::BeyondReach(_) => "Ask somebody whose role reaches this account.".into(),
            Self::WiderReach(_) => {
                "Ask an administrator whose role reaches as far to do it.".into()
            }
            Self::OwnRole => "Ask a colleague who holds another role to do it.".into(),
            Self::OwnAccount => "Use Menu > My password; it asks for the old password.".into(),
            Self::Policy(refusals) => refusals
                .first()
                .map_or_else(String::new, |r| r.cure.clone()),
            Self::MustChangeFixed => "Leave must-change on.".into(),
            Self::TypingNotAllowed => "Use generate.".into(),
            Self::SessionLocked | Self::StepUp => "Give your password.".into(),
            Self::VerifyCaller(_) => "Make sure who is calling, and say how.".into(),
            Self::Verification(_) => "Use another method, or refuse the caller.".into(),
            Self::TooManyGuesses { minutes, .. } => {
                format!("Wait {minutes} minutes, or set a new password.")
            }
            Self::UsesGrace(_) => {
                "Set a new password, or try it all the same with `halligan check`.".into()
            }
            Self::OwnChangeFirst => "Choose it under Menu > My password.".into(),
            Self::Directory(error) => error.cure(),
            Self::Audit(error) | Self::OutcomeNotRecorded(error) => error.cure(),
            Self::File(_) => "Choose another file.".into(),
        }
    }
}

fn too_many_guesses(of_the_user: bool, minutes: u32) -> String {
    let whose = if of_the_user {
        "too many wrong passwords have been tried for this user"
    } else {
        "you have tried too many wrong passwords"
    };
    format!("{whose} in the last {minutes} minutes, so this one was not tried")
}
