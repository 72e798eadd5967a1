//! Seats at the desk: the only way to a directory.
//!
//! [`Desk::at`] gives a seat by permission, and what may be done with that permission is a method
//! of the seat, so that an act whose permission nobody has looked at does not compile. Here the
//! session is looked at, and nowhere else: it is awake, the operator is still the one who signed in
//! (the directory is asked each time), no change of the own password is due, the permission is held. A refusal is recorded with the kind of the act that the seat was wanted for.

pub(super) mod after;
pub(super) mod guarded;

use std::{future::Future, marker::PhantomData, sync::Arc, time::Duration};

use rusqlite::Connection;

use super::{Desk, DeskError, Session};
use crate::{
    audit::{Event, Intent, Kind, Outcome, Target},
    directory::{Deadline, Directory, DirectoryError, local::refuse_if_operator_changed},
    operator::{Operator, OperatorChange},
    permission::{Permission, Permissions},
    receipt::Receipt,
};

/// So long a search in a directory elsewhere goes by the last look at its operator.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What a seat permits.
pub trait Right {
    /// The permission that `held` lacks for it.
    fn lacking(held: Permissions) -> Option<Permission>;
}

/// A right that comes with sight of the user whom an act is about.
pub trait SeesUsers: Right {}

macro_rules! rights {
    ($($(#[$doc:meta])* $right:ident by $seat:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $right {}

            impl Right for $right {
                fn lacking(held: Permissions) -> Option<Permission> {
                    let wanted = Permission::$right;
                    (!held.holds(wanted)).then_some(wanted)
                }
            }
        )*

        impl<'a> At<'a> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// [`DeskError::Lacks`], [`DeskError::SessionLocked`] and
                /// [`DeskError::OwnChangeFirst`].
                pub async fn $seat(self, act: Kind) -> Result<Seat<'a, $right>, DeskError> {
                    self.seat(act).await
                }
            )*
        }
    };
}

rights! {
    /// *Users - Read*: find users and see their state.
    UsersRead by users_read;
    /// *Users - Update*: set passwords, unlock, check a password, settle.
    UsersUpdate by users_update;
    /// *Users - Create*: add users, one or many.
    UsersCreate by users_create;
    /// *Users - Delete*: remove users.
    UsersDelete by users_delete;
    /// *Users - Force Logout*: end the sessions and tokens of users.
    UsersForceLogout by users_force_logout;
    /// *Roles - Update*: give and take roles.
    RolesUpdate by roles_update;
    /// *Tokens - Update*: machine clients of the API.
    TokensUpdate by tokens_update;
    /// *Fields - Update*: the site's own fields.
    FieldsUpdate by fields_update;
    /// *Audit - Read*: list, verify and export the audit.
    AuditRead by audit_read;
}

/// One of the permissions to change a user; which of them a change wants hangs on what it changes,
/// and is judged with it.
#[derive(Debug)]
pub enum UsersChange {}

impl Right for UsersChange {
    fn lacking(held: Permissions) -> Option<Permission> {
        let any = [
            Permission::UsersUpdate,
            Permission::UsersUpdateStatus,
            Permission::RolesUpdate,
            Permission::UsersForceLogout,
        ];
        let holds_one = any.into_iter().any(|permission| held.holds(permission));
        (!holds_one).then_some(Permission::UsersUpdate)
    }
}

impl SeesUsers for UsersRead {}
impl SeesUsers for UsersUpdate {}
impl SeesUsers for UsersDelete {}
impl SeesUsers for UsersChange {}

/// A session at the desk, about to take a seat.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    pub(super) desk: &'a Desk,
    pub(super) session: &'a Session,
    /// The end of the act that the seat is taken for.
    deadline: Option<Deadline>,
}

impl Desk {
    /// The session at this desk.
    pub fn at<'a>(&'a self, session: &'a Session) -> At<'a> {
        At {
            desk: self,
            session,
            deadline: self.act_limit().map(Deadline::after),
        }
    }
}

impl<'a> At<'a> {
    /// A seat for a change of a user: *Users - Update*, *Users - Update Status*, *Roles - Update* or
    /// *Users - Force Logout*, each for its part.
    ///
    /// # Errors
    /// As [`At::users_update`].
    pub async fn users_change(self, act: Kind) -> Result<Seat<'a, UsersChange>, DeskError> {
        self.seat(act).await
    }

    /// The operator's seat before the own account, which wants no permission and is open while a
    /// change of the own password is due.
    ///
    /// # Errors
    /// [`DeskError::SessionLocked`].
    pub async fn own_account(self) -> Result<OwnSeat<'a>, DeskError> {
        self.desk.awake(self.session)?;
        let operator = self.operator_now(Kind::SessionLocked).await?;
        Ok(OwnSeat { at: self, operator })
    }

    async fn seat<R: Right>(self, act: Kind) -> Result<Seat<'a, R>, DeskError> {
        let session = self.session;
        self.desk.awake(session)?;
        let operator = self.operator_now(act).await?;
        let refusal = if operator.must_change {
            DeskError::OwnChangeFirst
        } else if let Some(permission) = R::lacking(operator.permissions) {
            DeskError::Lacks(permission)
        } else {
            return Ok(Seat {
                at: self,
                operator,
                act,
                right: PhantomData,
            });
        };
        Err(self.desk.refuse(session, act, None, refusal).await)
    }

    /// As [`Desk::write`]; a directory that finds the operator changed within the act ends the
    /// session too.
    pub(super) async fn write<F, Fut>(self, event: Event, act: F) -> Result<Receipt, DeskError>
    where
        F: FnOnce(Intent) -> Fut,
        Fut: Future<Output = Result<Receipt, DirectoryError>>,
    {
        let answer = self.desk.write(event, act).await;
        if let Err(error) = &answer {
            self.note(error);
        }
        answer
    }

    /// After the operator's own change of the password: the session goes on with the new one.
    pub(super) async fn renew_after_own_change(self, before: &Operator) {
        let proved = Operator {
            must_change: false,
            password_set_at: None,
            ..before.clone()
        };
        self.session.renew(proved.clone());
        match self.desk.directory.behind().operator_now(&proved).await {
            // Set by somebody else already: the next act finds it out.
            Ok(now) if now.must_change => {}
            Ok(now) => self.session.renew(now),
            Err(error) => self.note(&error.into()),
        }
    }

    /// Ends the session where `error` says that its operator has changed.
    pub(super) fn note(self, error: &DeskError) {
        if let DeskError::Directory(DirectoryError::OperatorChanged(change)) = error {
            self.session.operator_changed(change.clone());
        }
    }

    /// Asks the directory within the time of the act.
    pub(super) async fn in_time<T>(self, ask: impl Future<Output = T>) -> T {
        match self.deadline {
            Some(deadline) => deadline.within(ask).await,
            None => ask.await,
        }
    }

    /// Asks the directory within what the act has left of its time, or `least` where that is more: what
    /// became of an act is worth a moment, and one whose answer was lost is long over.
    pub(super) async fn in_rest<T>(self, least: Duration, ask: impl Future<Output = T>) -> T {
        match self.deadline {
            Some(deadline) => {
                let rest = Deadline::after(deadline.remaining().max(least));
                rest.within(ask).await
            }
            None => ask.await,
        }
    }

    /// Looks at the operator between two acts, so that a session that lies open ends at once, and
    /// tells what has changed: `None` also for a session that is locked or whose end an act has
    /// told already, and where the directory does not answer, since an error is no change.
    pub async fn change_between_acts(self) -> Option<OperatorChange> {
        let session = self.session;
        let is_elsewhere = !self.desk.directory.capabilities().records_outcome;
        // An operator whose password was replaced would be locked by binding with the old one
        // again and again.
        if session.is_locked() || is_elsewhere && session.is_unanswered() {
            return None;
        }
        match self.operator_now(Kind::SessionLocked).await {
            Ok(_) => None,
            Err(DeskError::Directory(DirectoryError::OperatorChanged(change))) => Some(change),
            Err(_) => {
                session.note_unanswered();
                None
            }
        }
    }

    /// The operator, read afresh. Whoever is no longer who signed in is at the desk no more.
    async fn operator_now(self, act: Kind) -> Result<Arc<Operator>, DeskError> {
        let session = self.session;
        let directory = &self.desk.directory;
        // A key press in the list is a search of its own: over the network not each looks anew.
        let searches = act == Kind::SearchOpened && !directory.capabilities().records_outcome;
        let now = self.desk.instant();
        if searches && session.looked_at_within(LOOK_AGAIN, now) {
            return Ok(session.operator());
        }
        let _known = session.between_own_changes().await;
        let before = session.operator();
        let fresh = self.in_time(directory.behind().operator_now(&before));
        match fresh.await {
            Ok(fresh) => {
                session.looked_at(now);
                if fresh != *before {
                    session.renew(fresh);
                }
                Ok(session.operator())
            }
            Err(error) => {
                if let DirectoryError::OperatorChanged(change) = &error {
                    session.operator_changed(change.clone());
                    return Err(self.desk.refuse(session, act, None, error.into()).await);
                }
                Err(error.into())
            }
        }
    }
}

/// A seat at the desk for one act, with the right `R`.
#[derive(Debug)]
pub struct Seat<'a, R> {
    at: At<'a>,
    operator: Arc<Operator>,
    act: Kind,
    right: PhantomData<fn() -> R>,
}

impl<'a, R: Right> Seat<'a, R> {
    pub(super) const fn desk(&self) -> &'a Desk {
        self.at.desk
    }

    pub(super) const fn session(&self) -> &'a Session {
        self.at.session
    }

    /// The operator as read when the seat was taken.
    pub(super) fn operator(&self) -> &Operator {
        &self.operator
    }

    pub(super) fn directory(&self) -> &'a dyn Directory {
        self.at.desk.directory.behind()
    }

    /// Asks the directory within the time that the act has had since the seat was wanted.
    pub(super) async fn in_time<T>(&self, ask: impl Future<Output = T>) -> T {
        self.at.in_time(ask).await
    }

    /// An event of the act that the seat was taken for.
    pub(super) fn event(&self, outcome: Outcome) -> Event {
        self.at.desk.event(self.at.session, self.act, outcome)
    }

    pub(super) async fn record(&self, event: Event) -> Result<(), DeskError> {
        self.at.desk.record(event).await
    }

    /// Records that the act was refused, and hands the refusal back.
    pub(super) async fn refuse(
        &self,
        target: impl Into<Option<Target>>,
        error: DeskError,
    ) -> DeskError {
        let (desk, session) = (self.at.desk, self.at.session);
        desk.refuse(session, self.act, target.into(), error).await
    }

    /// Commits the intent, does `act`, records its outcome unless the directory has done so.
    pub(super) async fn write<F, Fut>(&self, event: Event, act: F) -> Result<Receipt, DeskError>
    where
        F: FnOnce(Intent) -> Fut,
        Fut: Future<Output = Result<Receipt, DirectoryError>>,
    {
        self.at.write(event, act).await
    }

    /// Do the operators live in the store in which audit and clients are kept?
    pub(super) fn shares_store(&self) -> bool {
        self.directory().capabilities().records_outcome
    }

    /// Asks on the state of the store that an act reads or writes whether the operator is still who
    /// took the seat; of operators who live elsewhere that state tells nothing.
    pub(super) fn look_within(
        &self,
    ) -> impl FnOnce(&Connection) -> Result<(), DirectoryError> + Send + use<R> {
        let (operator, now) = (Arc::clone(&self.operator), self.desk().now());
        let is_shared = self.shares_store();
        move |connection| {
            if is_shared {
                refuse_if_operator_changed(connection, &operator, now)?;
            }
            Ok(())
        }
    }

    /// Ends the session where `error` says that its operator has changed.
    pub(super) fn note(&self, error: &DeskError) {
        self.at.note(error);
    }

    /// What the directory has read; one that finds the operator changed in the same transaction
    /// ends the session.
    pub(super) fn read<T>(&self, answer: Result<T, DirectoryError>) -> Result<T, DeskError> {
        let answer = answer.map_err(DeskError::from);
        if let Err(error) = &answer {
            self.note(error);
        }
        answer
    }

    /// The seat for the same right, its act told more exactly.
    pub(super) fn for_act(self, act: Kind) -> Self {
        Self { act, ..self }
    }
}

/// The operator before the own account.
#[derive(Debug)]
pub struct OwnSeat<'a> {
    pub(super) at: At<'a>,
    pub(super) operator: Arc<Operator>,
}

impl<'a> OwnSeat<'a> {
    pub(super) fn directory(&self) -> &'a dyn Directory {
        self.at.desk.directory.behind()
    }
}
