//! One trait for every place that users live in.
//!
//! A backend translates its protocol at its own border: no LDAP, HTTP or SQL type leaves its file,
//! and every failure becomes a [`DirectoryError`] that says what happened, what was changed and
//! what to do now. Only the [desk](crate::desk) calls a directory.

pub mod ldap;
pub mod local;
pub mod scim;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    audit::{Event, Intent, Target},
    password::{
        Secret,
        policy::{Line, Refusal, Tick},
    },
    permission::{Permissions, Role},
    user::{AccountKind, User, UserId, Version},
};

/// Users live here: the embedded store, a SCIM server, an LDAP directory.
#[async_trait]
pub trait Directory: Send + Sync + fmt::Debug {
    /// What this directory can do; the console greys the rest and names the reason.
    fn capabilities(&self) -> Capabilities;

    /// Do operators prove themselves with a password? Not where a client certificate or the user of
    /// this machine does it; [`Directory::sign_in`] then takes none.
    fn asks_for_password(&self) -> bool {
        true
    }

    /// Proves who the operator is. Every refusal takes the same time and looks the same outside.
    ///
    /// # Errors
    /// [`DirectoryError::SignIn`] with the true reason, for the audit only.
    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError>;

    /// Ends what [`Directory::sign_in`] began: unbinds, forgets tokens.
    async fn sign_out(&self, _operator: &Operator) {}

    /// Finds users by ID, email and name, best first. Dropping the future, or a newer search,
    /// ends an older one ([`DirectoryError::Cancelled`]).
    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError>;

    /// One user, read afresh.
    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError>;

    /// Sets a password, with must-change and unlock where asked, as one action. Nothing may be
    /// changed when an error other than [`DirectoryError::OutcomeUnknown`] comes back.
    ///
    /// A directory that shares its store with the audit writes the outcome of `intent` in the same
    /// transaction and says so in [`Receipt::recorded`].
    async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError>;

    /// Takes the lock off and leaves the password alone.
    async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError>;

    /// The operator's own change, with the old password as proof.
    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError>;

    /// Would this password sign the user in? Does not count as a failed sign-in where that can be
    /// avoided; [`Capabilities::check`] says whether it can.
    async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError>;

    /// True when nobody could sign in as an administrator: the set-up screen is due. Directories
    /// that others run never need it.
    async fn needs_first_administrator(&self) -> Result<bool, DirectoryError> {
        Ok(false)
    }

    /// Adds the first administrator, only while [`Directory::needs_first_administrator`] holds;
    /// checked, made and recorded as `event` in one transaction.
    async fn create_first_administrator(
        &self,
        _new: &NewUser,
        _password: &Secret,
        _event: Event,
    ) -> Result<User, DirectoryError> {
        Err(DirectoryError::NotOffered(
            "This directory makes its administrators itself.".into(),
        ))
    }

    /// Adds many users at once. All or nothing: when it fails or `watch` says stop, nobody has
    /// been added.
    async fn import(
        &self,
        _operator: &Operator,
        _rows: RosterRows,
        _watch: ImportWatch,
        _intent: &Intent,
    ) -> Result<Imported, DirectoryError> {
        Err(DirectoryError::NotOffered(
            "A roster can be imported into the embedded store only.".into(),
        ))
    }

    /// Adds a user.
    async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<User, DirectoryError>;

    /// Gives the user a role, in place of the one that he holds.
    async fn assign_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError>;

    /// The directory's own password rules for `user`, as far as the operator may read them;
    /// `None` where it has none or shows none.
    async fn password_policy(
        &self,
        _operator: &Operator,
        _user: &UserId,
    ) -> Result<Option<DirectoryPolicy>, DirectoryError> {
        Ok(None)
    }

    /// What the operator should know before he saves: sentences such as "this account is
    /// disabled: a new password alone does not let the user in".
    async fn warnings(
        &self,
        _operator: &Operator,
        _user: &UserId,
        _must_change: bool,
    ) -> Result<Vec<String>, DirectoryError> {
        Ok(Vec::new())
    }

    /// Finds out what became of an intent whose outcome is unknown, without writing.
    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError>;
}

/// A directory shared by the doors.
pub type SharedDirectory = Arc<dyn Directory>;

/// Can the directory do it, and if not, why?
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// Yes.
    Yes,
    /// No; the sentence is shown beside the greyed key.
    No(String),
}

impl Support {
    /// Is it supported?
    pub const fn is_yes(&self) -> bool {
        matches!(self, Self::Yes)
    }
}

/// The capability sheet of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Short name for the status line: `local store`, `ldaps://dc1.example.org`.
    pub name: String,
    /// Fields that a search covers, in words: `ID, email, name`.
    pub searched: String,
    /// How many characters a search wants before it is worth asking; 1 for the embedded store.
    pub debounce_millis: u64,
    /// Reset of a password.
    pub reset: Support,
    /// Must-change at the next sign-in.
    pub must_change: Support,
    /// Unlock without a reset.
    pub unlock: Support,
    /// Check of a password, without counting as a failure.
    pub check: Support,
    /// Adding users.
    pub create: Support,
    /// Giving roles.
    pub roles: Support,
    /// False: the directory does not check what an administrator sets, so our own policy decides.
    pub enforces_policy: bool,
    /// True: the directory shares its store with the audit and records the outcome of every write
    /// in the same transaction.
    pub records_outcome: bool,
}

/// Somebody who has signed in at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Operator {
    /// The operator as a user of the directory.
    pub id: UserId,
    /// The ID that people know.
    pub login: String,
    /// Address.
    pub email: String,
    /// Given and family name.
    pub name: String,
    /// What the operator may do.
    pub permissions: Permissions,
    /// The operator must choose a new password before anything else.
    pub must_change: bool,
    /// The directory's key of the bound connection or token; 0 where there is none.
    #[serde(skip)]
    pub binding: u64,
}

/// Why a sign-in was refused. To the outside all are one and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInRefusal {
    /// No such user; what was typed is not recorded (it may be a password).
    UnknownUser,
    /// Wrong password.
    WrongPassword,
    /// Right or wrong password, but the account is locked.
    Locked,
    /// This failure was the last that the policy allows: the account is locked from now on.
    NowLocked,
    /// Disabled by an administrator.
    Disabled,
    /// The password has expired, or its temporary life is over.
    Expired,
    /// There is no password on the account.
    NoPassword,
    /// The server that was asked does not tell outsiders why.
    Undisclosed,
}

impl SignInRefusal {
    /// The reason in words, for the audit.
    pub const fn words(self) -> &'static str {
        match self {
            Self::UnknownUser => "unknown user",
            Self::WrongPassword => "wrong password",
            Self::Locked => "locked",
            Self::NowLocked => "wrong password, locked from now on",
            Self::Disabled => "disabled",
            Self::Expired => "password expired",
            Self::NoPassword => "no password",
            Self::Undisclosed => "refused by the server, which does not say why",
        }
    }
}

/// What to search for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// As typed. Empty lists everybody in the directory's order.
    pub text: String,
    /// Rows wanted.
    pub limit: usize,
    /// Rows to pass over.
    pub offset: usize,
}

/// The answer to a [`Query`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The page, best first.
    pub rows: Vec<User>,
    /// How many match.
    pub total: Total,
    /// How many users there are, where the directory can tell cheaply.
    pub population: Option<u64>,
    /// Said on the screen when the search was less than a substring search over all fields, or
    /// when the directory cut it short.
    pub remark: Option<String>,
}

/// How many users match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// Exactly so many.
    Exact(u64),
    /// More than this; counting stopped there.
    MoreThan(u64),
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(n) => write!(f, "{n}"),
            Self::MoreThan(n) => write!(f, "more than {n}"),
        }
    }
}

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

/// A directory's own password rules, for the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DirectoryPolicy {
    /// Where they were read: a DN, "the domain".
    pub source: String,
    /// The rules, in the order in which they are shown.
    pub rules: Vec<DirectoryRule>,
    /// Said beside them: that the directory does not check what an administrator sets.
    pub remark: Option<String>,
}

/// One rule of a [`DirectoryPolicy`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DirectoryRule {
    /// As a short sentence: "at least 10 characters (directory)".
    pub label: String,
    /// The least length, where this rule is about it; others can only be judged on Save.
    pub least: Option<(usize, CountedIn)>,
}

/// What a directory counts when it measures a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedIn {
    /// Code points.
    CodePoints,
    /// UTF-16 code units (Active Directory).
    Utf16,
    /// Bytes of UTF-8 (OpenLDAP).
    Bytes,
}

impl DirectoryRule {
    /// The rule's line in the checklist for `candidate` (NFC).
    pub fn line(&self, candidate: &str) -> Line {
        let broken = self.least.filter(|&(least, unit)| {
            least
                > match unit {
                    CountedIn::CodePoints => candidate.chars().count(),
                    CountedIn::Utf16 => candidate.encode_utf16().count(),
                    CountedIn::Bytes => candidate.len(),
                }
        });
        Line {
            label: self.label.clone(),
            tick: match (self.least, broken) {
                (None, _) => Tick::OnSave,
                (Some(_), None) => Tick::Kept,
                (Some(_), Some(_)) => Tick::Broken,
            },
            refusal: broken.map(|(least, _)| Refusal {
                rule: "directory_min_chars".into(),
                message: format!("too short for the directory: {least} characters are needed"),
                cure: format!("Add words until it has {least} characters."),
            }),
        }
    }
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

/// The rows of a roster, each with its line number in the file (from 1), or why it is unusable.
pub type RosterRows = Box<dyn Iterator<Item = Result<(u64, NewUser), String>> + Send>;

/// Shared with whoever started an import: how far it is, and the wish to stop it.
#[derive(Debug, Clone, Default)]
pub struct ImportWatch {
    /// Rows read so far.
    pub rows: Arc<AtomicU64>,
    /// Set to true: the import ends at the next row and changes nothing.
    pub stop: Arc<AtomicBool>,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Users added.
    pub added: u64,
    /// Rows passed over because the same user is there already.
    pub unchanged: u64,
}

/// A user to be added.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewUser {
    /// The ID people know; unique in the directory.
    pub login: String,
    /// Address, unique; may be empty for accounts that do not sign in by email.
    pub email: String,
    /// Given name.
    pub given_name: String,
    /// Family name, or the whole name of apparatus.
    pub family_name: String,
    /// Staff, residential, commercial or unit.
    pub kind: AccountKind,
    /// What the user may do at the desk.
    pub role: Role,
    /// May sign in at all.
    pub active: bool,
    /// Must choose another password at the first sign-in (where one is given).
    pub must_change: bool,
}

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
    /// There is no such user any more.
    #[error("this user is no longer in the directory")]
    NotFound,
    /// Somebody else changed the user since it was read.
    #[error("{} changed this user {}: {what}", by.as_deref().unwrap_or("somebody else"), at.map_or_else(|| "meanwhile".to_owned(), |at| format!("at {}", at.strftime("%H:%M:%S UTC"))))]
    Conflict {
        /// Who, where it is known.
        by: Option<String>,
        /// When, where it is known.
        at: Option<Timestamp>,
        /// What: "password reset".
        what: String,
    },
    /// Something that must be unique is taken: `ID E1042 is taken by ...`.
    #[error("{0}")]
    Taken(String),
    /// A value cannot be stored as given; the sentence names the field.
    #[error("{0}")]
    Invalid(String),
    /// The directory's own rules, or a rule that needs its store (history), refused the password.
    #[error("{0}")]
    PasswordRefused(Refusal),
    /// The directory's rules refused the password; with the server's own text.
    #[error("{refusal}")]
    RefusedByDirectory {
        /// The rule and the cure, in words.
        refusal: Refusal,
        /// The server's own text, neutralised when shown.
        raw: Option<String>,
    },
    /// The directory does not let this operator do that.
    #[error("{message}")]
    Forbidden {
        /// In words.
        message: String,
        /// The server's own text, neutralised when shown.
        raw: Option<String>,
    },
    /// The old password that a change wants as proof is wrong.
    #[error("the old password is wrong")]
    OldPasswordWrong,
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
    /// A newer search ended this one.
    #[error("the search was replaced by a newer one")]
    Cancelled,
}

impl DirectoryError {
    /// What was changed, as a sentence.
    pub const fn changed(&self) -> &'static str {
        match self {
            Self::OutcomeUnknown(_) => "It is not known whether anything was changed.",
            _ => "Nothing was changed.",
        }
    }

    /// The server's own text, to be shown on request and neutralised.
    pub fn raw(&self) -> Option<&str> {
        match self {
            Self::RefusedByDirectory { raw, .. }
            | Self::Forbidden { raw, .. }
            | Self::Unavailable { raw, .. } => raw.as_deref(),
            _ => None,
        }
    }

    /// What to do now, as a sentence; empty where there is nothing to say.
    pub fn cure(&self) -> String {
        match self {
            Self::SignIn { .. } => {
                "Try again; after too many failures an administrator has to unlock the account."
                    .into()
            }
            Self::NotFound => "Search again.".into(),
            Self::Conflict { .. } => "Open the user again and look before you save.".into(),
            Self::Taken(_) => "Choose another, or open the user who has it.".into(),
            Self::Invalid(_) => "Correct the field and save again.".into(),
            Self::PasswordRefused(refusal) | Self::RefusedByDirectory { refusal, .. } => {
                refusal.cure.clone()
            }
            Self::Forbidden { .. } => "Ask somebody who holds that right.".into(),
            Self::OldPasswordWrong => "Type the password that you signed in with.".into(),
            Self::NotOffered(_) | Self::Cancelled => String::new(),
            Self::Unavailable { cure, .. } => cure.clone(),
            Self::OutcomeUnknown(_) => {
                "Do not reset again: look at the user first, or check the new password.".into()
            }
        }
    }
}
