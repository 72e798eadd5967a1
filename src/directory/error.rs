//! Why a directory did not do what it was asked.

use jiff::Timestamp;

use crate::{
    audit::Target,
    operator::{OperatorChange, SignInRefusal},
    password::policy::Refusal,
    scim::ScimError,
    store::StoreError,
    text::{stamp, zone},
    user::Detail,
};

/// What went wrong, in words for the operator. Display is what happened; [`changed`] is what was
/// changed; [`cure`] is what to do now.
///
/// [`changed`]: DirectoryError::changed
/// [`cure`]: DirectoryError::cure
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The sign-in was refused. The reason is for the audit; outside there is one text.
    #[error("the email or the password is wrong, or this account cannot sign in")]
    SignIn {
        /// The true reason.
        reason: SignInRefusal,
        /// Whom it concerned, when there is such a user.
        user: Option<Box<Target>>,
    },
    /// The sign-in was refused by a directory that itself tells whoever asks what stands in the
    /// way: Active Directory does, of the right password (`data 773` where a wrong one is `52e`).
    #[error("{}", reason.told())]
    SignInBarred {
        /// What stands in the way.
        reason: SignInRefusal,
        /// Whom it concerned, when that is known.
        user: Option<Box<Target>>,
    },
    /// The password was not looked at: too many failures from there, too short a time ago.
    #[error("too many failed sign-ins: try again in {seconds} s")]
    TryLater {
        /// Whole seconds until a password is looked at again.
        seconds: u64,
        /// Whom it concerned.
        user: Box<Target>,
    },
    /// There is no such user any more.
    #[error("this user is no longer in the directory")]
    NotFound,
    /// Somebody else changed the user since it was read.
    #[error("{} changed this user {}: {what}", by.as_deref().unwrap_or("somebody else"), at.map_or_else(|| "meanwhile".to_owned(), |at| format!("at {}", stamp(at, zone()))))]
    Conflict {
        /// Who, where it is known.
        by: Option<String>,
        /// When, where it is known.
        at: Option<Timestamp>,
        /// What: "password reset".
        what: String,
    },
    /// Somebody else changed a role or field of the site since it was read.
    #[error("{} changed the {what} {}", by.as_deref().unwrap_or("somebody else"), at.map_or_else(|| "meanwhile".to_owned(), |at| format!("at {}", stamp(at, zone()))))]
    DefinitionChanged {
        /// What: "role Front Desk".
        what: String,
        /// Who, where it is known.
        by: Option<String>,
        /// When, where it is known.
        at: Option<Timestamp>,
    },
    /// Something that must be unique is taken: `ID E1042 is taken by ...`.
    #[error("{message}")]
    Taken {
        /// Which attribute of a user, where it is one and the directory tells which.
        attribute: Option<UserAttribute>,
        /// In words.
        message: String,
    },
    /// A value cannot be stored as given.
    #[error("{message}")]
    Invalid {
        /// Which attribute of a user, where it is one and the directory tells which.
        attribute: Option<UserAttribute>,
        /// In words.
        message: String,
    },
    /// The directory's own rules, or a rule that needs its store (history), refused the password.
    #[error("{refusal}")]
    PasswordRefused {
        /// The rule and the cure, in words.
        refusal: Refusal,
        /// The server's own text where it gave one, neutralised when shown.
        raw: Option<String>,
    },
    /// The filter, the order or the extent of a listing asks for what cannot be done.
    #[error("{}", .0.detail)]
    Query(ScimError),
    /// The directory does not let this operator do that.
    #[error("{message}")]
    Forbidden {
        /// In words.
        message: String,
        /// The server's own text, neutralised when shown.
        raw: Option<String>,
    },
    /// The operator is no longer who signed in: role, password or status have changed since.
    #[error("{0}")]
    OperatorChanged(OperatorChange),
    /// The old password that a change wants as proof is wrong.
    #[error("the old password is wrong")]
    OldPasswordWrong,
    /// It could not be told whether a password is right; that counts as no failure.
    #[error("it is not known whether the password is right: {why}")]
    PasswordNotChecked {
        /// What happened.
        why: String,
        /// What to do.
        cure: String,
        /// Whose password, where that is known; for the audit.
        user: Option<Box<Target>>,
    },
    /// The directory has no such operation.
    #[error("{0}")]
    NotOffered(String),
    /// It cannot be reached, does not answer or has no room; nothing was changed.
    #[error("{message}")]
    Unavailable {
        /// What happened.
        message: String,
        /// What to do.
        cure: String,
        /// The server's own text, neutralised when shown.
        raw: Option<String>,
    },
    /// The answer to a write was lost: it may or may not have happened.
    #[error("{0}")]
    OutcomeUnknown(String),
    /// The answer is no longer wanted: a newer search has begun, the import was given up.
    #[error("the search was replaced by a newer one")]
    Cancelled,
}

/// What is typed of a user, for an error that is about one field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserAttribute {
    /// Badge, employee or customer number.
    Id,
    /// Address.
    Email,
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Display name, phone, station or job title.
    Detail(Detail),
    /// From when on the account is valid.
    ValidFrom,
    /// Until when the account is valid.
    ValidUntil,
}

impl UserAttribute {
    /// The attribute within a sentence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::Email => "email",
            Self::GivenName => "given name",
            Self::FamilyName => "family name",
            Self::Detail(detail) => detail.words(),
            Self::ValidFrom => "beginning",
            Self::ValidUntil => "end",
        }
    }
}

impl From<ScimError> for DirectoryError {
    fn from(error: ScimError) -> Self {
        Self::Query(error)
    }
}

impl DirectoryError {
    /// A value that is about no attribute of a user, or about one that is not told.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid {
            attribute: None,
            message: message.into(),
        }
    }

    /// A detail that cannot be kept, and why.
    pub(in crate::directory) fn of_detail((detail, message): (Detail, String)) -> Self {
        Self::Invalid {
            attribute: Some(UserAttribute::Detail(detail)),
            message,
        }
    }

    /// What was changed, as a sentence.
    pub fn changed(&self) -> &'static str {
        match self.open_outcome() {
            Some(_) => "It is not known whether anything was changed.",
            None => "Nothing was changed.",
        }
    }

    /// What is known of a write whose outcome is not; `None` for every error that changed nothing.
    pub fn open_outcome(&self) -> Option<&str> {
        match self {
            Self::OutcomeUnknown(what) => Some(what),
            Self::SignIn { .. }
            | Self::SignInBarred { .. }
            | Self::TryLater { .. }
            | Self::NotFound
            | Self::Conflict { .. }
            | Self::DefinitionChanged { .. }
            | Self::Taken { .. }
            | Self::Invalid { .. }
            | Self::PasswordRefused { .. }
            | Self::Query(_)
            | Self::Forbidden { .. }
            | Self::OperatorChanged(_)
            | Self::OldPasswordWrong
            | Self::PasswordNotChecked { .. }
            | Self::NotOffered(_)
            | Self::Unavailable { .. }
            | Self::Cancelled => None,
        }
    }

    /// The server's own text, to be shown on request and neutralised.
    pub fn raw(&self) -> Option<&str> {
        match self {
            Self::PasswordRefused { raw, .. }
            | Self::Forbidden { raw, .. }
            | Self::Unavailable { raw, .. } => raw.as_deref(),
            Self::SignIn { .. }
            | Self::SignInBarred { .. }
            | Self::TryLater { .. }
            | Self::NotFound
            | Self::Conflict { .. }
            | Self::DefinitionChanged { .. }
            | Self::Taken { .. }
            | Self::Invalid { .. }
            | Self::Query(_)
            | Self::OperatorChanged(_)
            | Self::OldPasswordWrong
            | Self::PasswordNotChecked { .. }
            | Self::NotOffered(_)
            | Self::OutcomeUnknown(_)
            | Self::Cancelled => None,
        }
    }

    /// What to do now, as a sentence; empty where there is nothing to say.
    pub fn cure(&self) -> String {
        match self {
            Self::SignIn { .. } => {
                "Try again; after too many failures an administrator has to unlock the account."
                    .into()
            }
            Self::SignInBarred {
                reason: SignInRefusal::MustChange | SignInRefusal::Expired,
                ..
            } => {
                "Change it where the domain lets you, at a computer of the domain for one, or have \
                  a colleague reset it."
                    .into()
            }
            Self::SignInBarred { .. } => "Ask an administrator of the directory.".into(),
            Self::TryLater { .. } => {
                "The password was not looked at. Wait; `halligan recover` at the machine with the \
                 store ends the wait."
                    .into()
            }
            Self::NotFound => "Search again.".into(),
            Self::DefinitionChanged { .. } => "Look at it again before you save.".into(),
            Self::Conflict { .. } => "Open the user again and look before you save.".into(),
            Self::Taken { .. } => "Choose another, or open the user who has it.".into(),
            Self::Invalid { .. } => "Correct the field and save again.".into(),
            Self::PasswordRefused { refusal, .. } => refusal.cure.clone(),
            Self::Query(_) => "Ask for something else.".into(),
            Self::Forbidden { .. } => "Ask somebody who holds that right.".into(),
            Self::OperatorChanged(_) => "Sign in again.".into(),
            Self::OldPasswordWrong => "Type the password that you signed in with.".into(),
            Self::NotOffered(_) | Self::Cancelled => String::new(),
            Self::PasswordNotChecked { cure, .. } | Self::Unavailable { cure, .. } => cure.clone(),
            Self::OutcomeUnknown(_) => {
                "Do not reset again: look at the user first, or check the new password.".into()
            }
        }
    }
}

/// Failures of the embedded store, as those of the directory in it.
impl From<StoreError> for DirectoryError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Interrupted => Self::Cancelled,
            StoreError::Uncertain(_) => Self::OutcomeUnknown(error.to_string()),
            StoreError::Exposed { .. }
            | StoreError::Busy
            | StoreError::Full
            | StoreError::ReadOnly(_)
            | StoreError::Corrupt(_)
            | StoreError::Newer { .. }
            | StoreError::Missing(_)
            | StoreError::Replaced(_)
            | StoreError::Other(_) => Self::Unavailable {
                message: error.to_string(),
                cure: error.cure(),
                raw: None,
            },
        }
    }
}
