//! The only gate: permission, policy and audit around every use of a directory.
//!
//! The console, the command line and the server all call the same [`Desk`]. For a write the desk
//! checks the permission and the policy, commits the *intent* to the audit, asks the directory,
//! and records the *outcome*. Reads are checked and recorded too.

mod error;
mod session;

pub use error::DeskError;
pub use session::{Session, Source};

use std::{path::PathBuf, sync::Arc};

use crate::{
    audit::{AuditLog, Record},
    directory::{Capabilities, Checked, Found, NewUser, Query, Receipt, SharedDirectory},
    password::{Secret, policy::Line, profile::Profile},
    permission::Role,
    user::{User, UserId, Version},
};

/// The desk: rules around one directory.
#[derive(Debug, Clone)]
pub struct Desk {
    directory: SharedDirectory,
    audit: AuditLog,
    profile: Arc<Profile>,
    agency: Arc<str>,
}

/// An order to set somebody's password.
#[derive(Debug)]
pub struct ResetOrder {
    /// Whose.
    pub user: UserId,
    /// The version that the operator saw. `None` means "whatever it is now" (command line).
    pub expected: Option<Version>,
    /// The new password.
    pub password: Secret,
    /// It was drawn by our generator (another least length may apply).
    pub generated: bool,
    /// Must the user choose another at the next sign-in? The profiles fix this to true for resets
    /// of others; a false is refused where they do.
    pub must_change: bool,
    /// Take a lock off too.
    pub unlock: bool,
    /// Reason, ticket or incident number; may be empty.
    pub reason: String,
}

/// Which audit records to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// At most so many; 0 means all.
    pub limit: usize,
    /// Only records about this user.
    pub target: Option<UserId>,
    /// Only records older than this sequence number (paging).
    pub before: Option<u64>,
}

/// What a verification of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Records read.
    pub records: u64,
    /// Hash of the last record, to be anchored elsewhere.
    pub head: String,
    /// The first record that does not fit, and why.
    pub first_bad: Option<(u64, String)>,
    /// Intents without an outcome.
    pub open_intents: Vec<u64>,
}

impl Desk {
    /// A desk before `directory`, recording in `audit`, under `profile`, for `agency` (may be "").
    pub fn new(
        directory: SharedDirectory,
        audit: AuditLog,
        profile: Arc<Profile>,
        agency: &str,
    ) -> Self {
        Self {
            directory,
            audit,
            profile,
            agency: agency.into(),
        }
    }

    /// The profile in force.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The agency's name.
    pub fn agency(&self) -> &str {
        &self.agency
    }

    /// What the directory can do.
    pub fn capabilities(&self) -> Capabilities {
        self.directory.capabilities()
    }

    /// Signs an operator in. Every refusal is the same to the caller and costs the same time.
    pub async fn sign_in(
        &self,
        login: &str,
        password: &Secret,
        source: &Source,
    ) -> Result<Arc<Session>, DeskError> {
        let _ = (login, password, source);
        todo!("desk")
    }

    /// Gives the password again: after an idle lock, after `reauth_hours`, before a reset outside
    /// the step-up window. Failures count like those of a sign-in.
    pub async fn reauthenticate(
        &self,
        session: &Session,
        password: &Secret,
    ) -> Result<(), DeskError> {
        let _ = (session, password);
        todo!("desk")
    }

    /// Locks the session until [`Desk::reauthenticate`].
    pub async fn lock(&self, session: &Session) -> Result<(), DeskError> {
        let _ = session;
        todo!("desk")
    }

    /// Ends the session.
    pub async fn sign_out(&self, session: &Session) -> Result<(), DeskError> {
        let _ = session;
        todo!("desk")
    }

    /// Records that the list of users was opened. Users - Read.
    pub async fn open_search(&self, session: &Session) -> Result<(), DeskError> {
        let _ = session;
        todo!("desk")
    }

    /// Finds users. Users - Read.
    pub async fn search(&self, session: &Session, query: &Query) -> Result<Found, DeskError> {
        let _ = (session, query);
        todo!("desk")
    }

    /// Opens one user's page, recorded as a view. Users - Read.
    pub async fn open_user(&self, session: &Session, user: &UserId) -> Result<User, DeskError> {
        let _ = (session, user);
        todo!("desk")
    }

    /// The live checklist for a candidate password; pure, fast, no permission needed.
    pub fn checklist(&self, user: &User, candidate: &str, generated: bool) -> Vec<Line> {
        let _ = (user, candidate, generated);
        todo!("desk")
    }

    /// Why this operator may not reset this user, if so: a sentence for the greyed key.
    pub fn may_reset(&self, session: &Session, user: &User) -> Result<(), DeskError> {
        let _ = (session, user);
        todo!("desk")
    }

    /// Resets somebody else's password. Users - Update.
    pub async fn reset(&self, session: &Session, order: ResetOrder) -> Result<Receipt, DeskError> {
        let _ = (session, order);
        todo!("desk")
    }

    /// Unlocks without a reset. Users - Update.
    pub async fn unlock(
        &self,
        session: &Session,
        user: &UserId,
        expected: Option<Version>,
        reason: &str,
    ) -> Result<Receipt, DeskError> {
        let _ = (session, user, expected, reason);
        todo!("desk")
    }

    /// Does this password sign the user in? Users - Update.
    pub async fn check(
        &self,
        session: &Session,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DeskError> {
        let _ = (session, user, password);
        todo!("desk")
    }

    /// Changes the operator's own password; the old one is the proof. No permission needed.
    pub async fn change_own_password(
        &self,
        session: &Session,
        old: &Secret,
        new: &Secret,
    ) -> Result<Receipt, DeskError> {
        let _ = (session, old, new);
        todo!("desk")
    }

    /// Adds a user. Users - Create; a role above `none` also wants Roles - Update.
    pub async fn create_user(
        &self,
        session: &Session,
        new: NewUser,
        password: Option<&Secret>,
    ) -> Result<User, DeskError> {
        let _ = (session, new, password);
        todo!("desk")
    }

    /// Gives a role. Roles - Update, and no permission that the operator lacks.
    pub async fn assign_role(
        &self,
        session: &Session,
        user: &UserId,
        role: Role,
    ) -> Result<Receipt, DeskError> {
        let _ = (session, user, role);
        todo!("desk")
    }

    /// Lists audit records. Audit - Read.
    pub async fn audit_list(
        &self,
        session: &Session,
        query: AuditQuery,
    ) -> Result<Vec<Record>, DeskError> {
        let _ = (session, query);
        todo!("desk")
    }

    /// Verifies the chain. Audit - Read.
    pub async fn audit_verify(&self, session: &Session) -> Result<Verified, DeskError> {
        let _ = session;
        todo!("desk")
    }

    /// Writes the whole audit to `to` (0600, must not exist). Audit - Read.
    pub async fn audit_export(
        &self,
        session: &Session,
        to: PathBuf,
        csv: bool,
    ) -> Result<u64, DeskError> {
        let _ = (session, to, csv);
        todo!("desk")
    }

    /// Intents without an outcome (a crash, a lost line), for the notice after sign-in.
    pub async fn open_intents(&self, session: &Session) -> Result<Vec<Record>, DeskError> {
        let _ = session;
        todo!("desk")
    }
}
