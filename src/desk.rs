//! The only gate: permission, policy and audit around every use of a directory.
//!
//! The console, the command line and the server all call the same [`Desk`]. [`Desk::at`] gives a
//! [`Seat`] for a permission, and the acts are methods of the seats. For a write a seat judges by
//! the policy, commits the *intent* to the audit, asks the directory, and records the *outcome*.
//! Refusals are recorded too, and so is who looked at whom.

mod accounts;
pub mod api;
mod at_machine;
mod both_policies;
mod bulk;
mod by_parts;
mod caller;
mod change;
mod check;
mod clock;
mod completed;
mod error;
mod export;
mod held;
mod history;
mod lost;
mod lost_watch;
mod own_password;
mod probe;
mod reach;
mod recover;
mod reset;
mod roles;
pub mod seat;
mod session;
mod sessions;
mod settle;
mod sign_in;
mod site_fields;
mod store_check;
mod users;
mod watch;
mod write;

pub use accounts::Added;
pub use at_machine::MachineAudit;
pub use bulk::{BulkAct, BulkPlan, CommonFields};
pub use caller::{CallerOrder, CallerSight};
pub use change::{TRIES, before_another_try};
pub use clock::since_boot;
pub use error::DeskError;
pub use lost_watch::{LostAnswer, LostWatch};
pub use recover::{Notices, Recovery};
pub use reset::{LONGEST_REASON, ResetOrder};
pub use roles::{JudgedRole, RoleChange, RoleRemoved};
pub use seat::{At, OwnSeat, Seat};
pub use session::Session;
pub use store_check::StoreCheck;
pub use users::Beforehand;
pub use watch::OperatorWatch;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use seat::guarded::Guarded;

use crate::{
    audit::{Actor, AuditLog, Event, Kind, Outcome, Target},
    directory::{Capabilities, DirectoryError, Finding, SharedDirectory},
    password::{
        policy::{self, Context, Line},
        profile::{Profile, Profiles},
    },
    receipt::StepOutcome,
    source::Source,
    store::StoreError,
    user::User,
    verification::Rules,
};

/// The desk: rules around one directory. Clones share everything.
#[derive(Debug, Clone)]
pub struct Desk {
    directory: Guarded,
    audit: AuditLog,
    profiles: Profiles,
    agency: Arc<str>,
    clock: fn() -> Timestamp,
    steady: fn() -> Duration,
    /// When a lost answer is looked after.
    looks: Arc<[Duration]>,
    lost: LostWatch,
    verification: Arc<Rules>,
}

impl Desk {
    /// A desk before `directory`, recording in `audit`, under `profiles`, for `agency` (may be "").
    pub fn new(
        directory: SharedDirectory,
        audit: AuditLog,
        profiles: impl Into<Profiles>,
        agency: &str,
    ) -> Self {
        Self {
            directory: Guarded::new(directory),
            audit,
            profiles: profiles.into(),
            agency: agency.into(),
            clock: Timestamp::now,
            steady: since_boot,
            looks: lost_watch::LOOKS.into(),
            lost: LostWatch::default(),
            verification: Arc::default(),
        }
    }

    /// The same desk with another clock, for tests of windows and limits.
    #[must_use]
    pub fn with_clock(self, clock: fn() -> Timestamp) -> Self {
        Self { clock, ..self }
    }

    /// The same desk with another clock of those that only run forward, for tests.
    #[must_use]
    pub fn with_steady_clock(self, steady: fn() -> Duration) -> Self {
        Self { steady, ..self }
    }

    /// Puts things in order before the program ends; the desk can be used afterwards all the same.
    pub async fn tidy(&self) {
        self.audit.store().fold_log().await;
    }

    /// Does the store answer?
    ///
    /// # Errors
    /// The store's.
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        self.audit
            .store()
            .read(|connection| Ok(connection.query_row("SELECT 1", [], |_| Ok(()))?))
            .await
    }

    /// The profile in force for everything that has none of its own: sessions, for one.
    pub fn profile(&self) -> &Profile {
        self.profiles.general()
    }

    /// The profile in force, and those of kinds that have one of their own.
    pub const fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// The agency's name.
    pub fn agency(&self) -> &str {
        &self.agency
    }

    /// Do operators prove themselves with a password?
    pub fn asks_for_password(&self) -> bool {
        self.directory.asks_for_password()
    }

    /// How long one act may take before it ends without an answer, to be shown counting down;
    /// `None` where the directory sets no such bound.
    pub fn act_limit(&self) -> Option<Duration> {
        self.directory.act_limit()
    }

    /// What anybody finds of the servers behind the directory; no permission needed.
    pub async fn examine_servers(&self) -> Vec<Finding> {
        self.directory.examine_servers().await
    }

    /// What the directory can do.
    pub fn capabilities(&self) -> Capabilities {
        self.directory.capabilities()
    }

    /// The live checklist for a candidate password; pure, fast, no permission needed.
    pub fn checklist(&self, user: &User, candidate: &str, generated: bool) -> Vec<Line> {
        policy::checklist(
            self.profiles.of_user(user),
            candidate,
            &self.context(user, generated),
        )
    }

    /// What the policy compares a password for `user` with.
    pub fn context<'a>(&'a self, user: &'a User, generated: bool) -> Context<'a> {
        Context {
            user,
            agency: &self.agency,
            generated,
        }
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn instant(&self) -> clock::Instant {
        clock::Instant {
            wall: self.now(),
            steady: (self.steady)(),
        }
    }

    fn event(&self, session: &Session, kind: Kind, outcome: Outcome) -> Event {
        Event {
            operator: Some(Actor::from(&*session.operator())),
            ..self.anonymous(session.source(), kind, outcome)
        }
    }

    fn anonymous(&self, source: &Source, kind: Kind, outcome: Outcome) -> Event {
        Event {
            kind,
            outcome,
            operator: None,
            target: None,
            source: source.to_string(),
            directory: self.directory.capabilities().name,
            profile: self.profile().name.clone(),
            reason: None,
            intent: None,
            steps: Vec::new(),
            proof: None,
            detail: None,
            caller: None,
            contact_changed: false,
        }
    }

    async fn record(&self, event: Event) -> Result<(), DeskError> {
        self.audit
            .append(event, self.now())
            .await
            .map(drop)
            .map_err(DeskError::Audit)
    }

    /// Records a refusal and hands it back. A refusal stands even when it cannot be recorded.
    async fn refuse(
        &self,
        session: &Session,
        kind: Kind,
        target: Option<Target>,
        error: DeskError,
    ) -> DeskError {
        let why = Outcome::Refused(error.to_string());
        let event = Event {
            target,
            ..self.event(session, kind, why)
        };
        if let Err(failure) = self.record(event).await {
            tracing::error!(%failure, "a refusal could not be recorded");
        }
        error
    }

    /// Not locked, not older than the profile's `reauth_hours`.
    fn awake(&self, session: &Session) -> Result<(), DeskError> {
        if let Some(change) = session.change() {
            return Err(DirectoryError::OperatorChanged(change).into());
        }
        let limit = i64::from(self.profile().reauth_hours) * 3600;
        let age = session.age_of_proof(self.instant());
        if session.is_locked() || age >= limit {
            session.set_locked();
            return Err(DeskError::SessionLocked);
        }
        Ok(())
    }
}

fn failure(error: &DirectoryError) -> Outcome {
    match error.open_outcome() {
        Some(what) => Outcome::Unknown(what.to_owned()),
        None => Outcome::Failed(error.to_string()),
    }
}

/// Did the step happen, or was there nothing to do?
const fn settled(how: &StepOutcome) -> bool {
    matches!(how, StepOutcome::Done | StepOutcome::NotNeeded)
}

#[cfg(test)]
mod tests;
