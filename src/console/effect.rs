//! What the core asks of the world, and what the world answers.
//!
//! [`Request`] and [`Reply`] map one to one onto calls of the [desk](crate::desk); only
//! [`runtime`](super::runtime) performs them. None of these types shows a secret in `Debug`.

mod definitions;

pub use definitions::{
    FieldOrder, FieldsListed, FieldsRequest, RoleOrder, RoleRemoval, RolesListed, RolesRequest,
};

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use crate::{
    audit::{AuditQuery, Record, Verified},
    desk::{Added, Beforehand, CallerOrder, DeskError, LostAnswer, Notices, ResetOrder},
    directory::{DirectoryPolicy, Found, NewUser, Query, Total, UserChange},
    operator::Operator,
    password::{
        Secret,
        generate::{Generated, Shape},
        strength::Strength,
    },
    permission::Role,
    receipt::{Checked, Receipt, Settlement},
    roster::ImportReport,
    user::{SeenField, User, UserId, Version},
    verification::Method,
};

/// Names one question; whoever asked keeps it and ignores the answers to any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(u64);

/// Mints tickets. Only the model has one, so that a run is determined by its messages.
#[derive(Debug, Default)]
pub struct Tickets(u64);

impl Tickets {
    /// A ticket that nobody else has.
    pub fn mint(&mut self) -> Ticket {
        self.0 += 1;
        Ticket(self.0)
    }
}

/// Something for the runtime to do.
#[must_use]
#[derive(Debug)]
pub enum Effect {
    /// Ask the desk; the answer comes back under the ticket.
    Ask(Ticket, Request),
    /// Wake the asker after this time.
    After(Duration, Ticket),
    /// Repaint every cell: the line garbled the screen, or it must not be scrolled back to.
    Repaint,
}

/// A roster to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterImport {
    /// The file.
    pub file: PathBuf,
    /// What its columns are where their headings do not tell: `Employee #=id; Team=kind`.
    pub columns: String,
    /// Pass over rows that cannot be taken, instead of taking none.
    pub skip_faulty: bool,
    /// Change nothing: what is told is what an import would tell.
    pub only_plan: bool,
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterImported {
    /// What becomes of the rows.
    pub report: ImportReport,
    /// Columns that are of no use and are passed over.
    pub ignored: Vec<String>,
    /// What else is to be known of the file, a sentence each.
    pub remarks: Vec<String>,
}

/// A question to the desk.
#[derive(Debug)]
pub enum Request {
    /// Makes the first administrator, who is signed in then.
    SetUp(Box<NewUser>, Secret),
    /// Imports a roster, or plans that.
    Import(RosterImport),
    /// Gives up the import that is running.
    StopImport,
    /// Signs in with email or ID.
    SignIn(String, Secret),
    /// Proves the operator again.
    Reauthenticate(Secret),
    /// Locks the session.
    Lock,
    /// Ends the session.
    SignOut,
    /// Records that the list of users was opened.
    OpenSearch,
    /// Finds users.
    Search(Query),
    /// Counts who matches each of these.
    Count(Vec<Query>),
    /// Writes who matches to a file.
    Export(Box<ExportOrder>),
    /// Reads one user afresh.
    OpenUser(UserId),
    /// The fields of the site's own that the operator sees.
    SeenFields,
    /// Rates a candidate; the words are known to a guesser too.
    Rate(Secret, Vec<String>),
    /// Draws a password for a user.
    Generate(Box<User>, Shape, Option<Box<DirectoryPolicy>>),
    /// Resets a password.
    Reset(ResetOrder),
    /// Unlocks without a reset: whom, the version seen, the reason.
    Unlock(UserId, Version, String),
    /// Enables an account: whom, the version seen, the reason.
    Enable(UserId, Version, String),
    /// Changes a user, all of it in one act.
    Change(Box<ChangeOrder>),
    /// Removes a user: whom, the version seen.
    Remove(UserId, Version),
    /// Tries a password on the operator's wish.
    Check(UserId, Secret),
    /// Records that the user has read a new password back.
    ReadBack(UserId),
    /// It was made sure who is calling.
    CallerVerified(Box<CallerOrder>),
    /// A caller could not show who they are: for whom, what was tried, the ticket.
    CallerRefused(UserId, Vec<Method>, String),
    /// Changes the operator's own password: old, new.
    ChangeOwn(Secret, Secret),
    /// Adds a user, perhaps with a first password.
    Create(Box<NewUser>, Option<Secret>),
    /// Lists audit records.
    AuditList(AuditQuery),
    /// Verifies the audit chain.
    AuditVerify,
    /// Intents that have no outcome.
    OpenIntents,
    /// What an administrator is to know.
    Notices,
    /// The administrator has seen the recoveries up to this record.
    RecoveriesSeen(u64),
    /// About the roles.
    Roles(RolesRequest),
    /// About the fields of the site's own.
    Fields(FieldsRequest),
    /// Settles one of them; with a remark also where the directory cannot tell.
    Settle(Box<Record>, Option<String>),
}

impl Request {
    /// Writes are awaited before the program ends, reads are dropped.
    pub const fn is_write(&self) -> bool {
        if let Self::Roles(asked) = self {
            return asked.is_write();
        }
        if let Self::Fields(asked) = self {
            return asked.is_write();
        }
        matches!(
            self,
            Self::SetUp(..)
                | Self::Import(_)
                | Self::Reset(_)
                | Self::Unlock(..)
                | Self::Enable(..)
                | Self::Change(_)
                | Self::Export(_)
                | Self::Remove(..)
                | Self::ChangeOwn(..)
                | Self::ReadBack(_)
                | Self::CallerVerified(_)
                | Self::CallerRefused(..)
                | Self::Create(..)
                | Self::Settle(..)
                | Self::RecoveriesSeen(_)
                | Self::Lock
                | Self::SignOut
        )
    }

    /// A newer question of the same family supersedes this one.
    pub const fn family(&self) -> Option<Family> {
        match self {
            Self::Search(_) => Some(Family::Search),
            Self::Rate(..) => Some(Family::Rate),
            Self::SetUp(..)
            | Self::Import(_)
            | Self::StopImport
            | Self::SignIn(..)
            | Self::Reauthenticate(_)
            | Self::Lock
            | Self::SignOut
            | Self::OpenSearch
            | Self::OpenUser(_)
            | Self::SeenFields
            | Self::Generate(..)
            | Self::Reset(_)
            | Self::Unlock(..)
            | Self::Enable(..)
            | Self::Change(_)
            | Self::Count(_)
            | Self::Export(_)
            | Self::Remove(..)
            | Self::Check(..)
            | Self::ReadBack(_)
            | Self::CallerVerified(_)
            | Self::CallerRefused(..)
            | Self::ChangeOwn(..)
            | Self::Create(..)
            | Self::AuditList(_)
            | Self::AuditVerify
            | Self::OpenIntents
            | Self::Notices
            | Self::RecoveriesSeen(_)
            | Self::Roles(_)
            | Self::Fields(_)
            | Self::Settle(..) => None,
        }
    }
}

/// Questions of which only the newest counts: one of the same burst is not asked, one that is on
/// its way is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// What is typed into the list of users.
    Search,
    /// A candidate for a password.
    Rate,
}

/// A change of a user, as one act.
#[derive(Debug)]
pub struct ChangeOrder {
    /// Whom.
    pub user: UserId,
    /// The version that the operator saw.
    pub expected: Version,
    /// What is to become of the user.
    pub change: UserChange,
    /// Reason, ticket or incident number; may be empty.
    pub reason: String,
}

/// An export of everybody who matches.
#[derive(Debug)]
pub struct ExportOrder {
    /// Who.
    pub query: Query,
    /// Where to.
    pub file: PathBuf,
    /// A file that is there is replaced.
    pub replace: bool,
}

/// A user's page as it was read.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The user.
    pub user: User,
    /// Why this operator may not reset the password, if so.
    pub may_reset: Result<(), DeskError>,
    /// Why this operator may not enable or disable the user, if so.
    pub may_change_status: Result<(), DeskError>,
    /// Why this operator may not give the user a role, if so.
    pub may_give_role: Result<(), DeskError>,
    /// Why this operator may not end the user's sessions, if so.
    pub may_sign_out: Result<(), DeskError>,
    /// Why this operator may not remove the user, if so.
    pub may_remove: Result<(), DeskError>,
    /// The roles that the operator may give, the built-in ones first.
    pub roles_to_give: Vec<Role>,
    /// What to know before saving.
    pub beforehand: Beforehand,
    /// The fields of the site's own that the operator sees.
    pub fields: Vec<SeenField>,
}

/// An answer of the desk.
#[derive(Debug)]
pub enum Reply {
    /// The operator is in.
    SignedIn(Box<Operator>),
    /// The operator gave the right password again; as the directory knows the account now.
    Reauthenticated(Box<Operator>),
    /// Done, with nothing to tell: lock, sign-out, opening of the list.
    Noted,
    /// Users found.
    Found(Found),
    /// How many match each query, or why that is not known.
    Counted(Vec<Result<Total, DeskError>>),
    /// So many users were written to a file.
    Exported(usize),
    /// There is such a file already, and nothing was written.
    FileExists,
    /// A user read.
    Opened(Box<Opened>),
    /// Fields of the site's own.
    SeenFields(Vec<SeenField>),
    /// A candidate rated.
    Rated(Strength),
    /// A password drawn.
    Generated(Generated),
    /// A write done: reset, unlock, enabling, own change.
    Done(Receipt),
    /// A password tried.
    Checked(Checked),
    /// A user added.
    Created(Box<Added>),
    /// Audit records, newest first.
    AuditListed(Vec<Record>),
    /// The chain verified.
    Verified(Box<Verified>),
    /// Intents without an outcome.
    OpenIntents(Vec<Record>),
    /// What an administrator is to know after the sign-in.
    Notices(Notices),
    /// The roles.
    Roles(Box<RolesListed>),
    /// The roles that the operator may give, the built-in ones first.
    RolesToGive(Vec<Role>),
    /// The fields of the site's own.
    Fields(Box<FieldsListed>),
    /// What the directory could tell of an intent.
    Settled(Settlement),
    /// An import is at this many rows; more answers follow under the same ticket.
    Progress(u64),
    /// The answer to a write was lost and is looked after; the outcome follows under the same
    /// ticket.
    Lost(LostAnswer),
    /// An import, or its plan, is done.
    Imported(Box<RosterImported>),
    /// No: refused or failed, whatever was asked.
    Failed(DeskError),
}

/// Drops the questions that a later one of the same burst supersedes.
pub(crate) fn without_superseded(effects: Vec<Effect>) -> Vec<Effect> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Effect> = effects
        .into_iter()
        .rev()
        .filter(|effect| match effect {
            Effect::Ask(_, request) => {
                let family = request.family();
                family.is_none_or(|family| seen.insert(family))
            }
            Effect::After(..) | Effect::Repaint => true,
        })
        .collect();
    kept.reverse();
    kept
}

/// What is known of something that had to be asked for.
#[derive(Debug, Clone, Default)]
pub enum Remote<T> {
    /// Not asked.
    #[default]
    Idle,
    /// Asked, not answered.
    Loading(Ticket),
    /// Answered.
    Ready(T),
    /// Refused or failed.
    Failed(DeskError),
}

impl<T> Remote<T> {
    /// Is `ticket` the one that this waits for?
    pub fn awaits(&self, ticket: Ticket) -> bool {
        matches!(self, Self::Loading(mine) if *mine == ticket)
    }

    /// Takes the answer to its question, of which `wanted` makes the value; false where `reply` is to
    /// another question.
    pub fn take(
        &mut self,
        ticket: Ticket,
        reply: &Reply,
        wanted: impl FnOnce(&Reply) -> Option<T>,
    ) -> bool {
        if !self.awaits(ticket) {
            return false;
        }
        if let Reply::Failed(error) = reply {
            *self = Self::Failed(error.clone());
        } else if let Some(value) = wanted(reply) {
            *self = Self::Ready(value);
        }
        true
    }

    /// Is an answer outstanding?
    pub const fn is_loading(&self) -> bool {
        matches!(self, Self::Loading(_))
    }

    /// The value, where it is there.
    pub const fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Idle | Self::Loading(_) | Self::Failed(_) => None,
        }
    }
}
