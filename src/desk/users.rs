//! Finding and opening users.

use super::{Desk, DeskError, Session};
use crate::{
    audit::{Event, Kind, Outcome, Target},
    directory::{Found, Query},
    permission::Permission,
    user::{User, UserId},
};

impl Desk {
    /// Records that the list of users was opened. What is searched for is not recorded: it may be
    /// a password typed into the wrong field. Users - Read.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::Audit`] and the session's own.
    pub async fn open_search(&self, session: &Session) -> Result<(), DeskError> {
        self.require(session, Kind::SearchOpened, Permission::UsersRead)
            .await?;
        self.record(self.event(session, Kind::SearchOpened, Outcome::Done))
            .await
    }

    /// Finds users. Users - Read.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], the directory's and the session's own.
    pub async fn search(&self, session: &Session, query: &Query) -> Result<Found, DeskError> {
        self.require(session, Kind::SearchOpened, Permission::UsersRead)
            .await?;
        Ok(self.directory.search(session.operator(), query).await?)
    }

    /// Opens one user's page, recorded as a view. Users - Read.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::Audit`], the directory's and the session's own.
    pub async fn open_user(&self, session: &Session, user: &UserId) -> Result<User, DeskError> {
        self.require(session, Kind::UserViewed, Permission::UsersRead)
            .await?;
        let user = self.directory.user(session.operator(), user).await?;
        self.record(Event {
            target: Some(Target::from(&user)),
            ..self.event(session, Kind::UserViewed, Outcome::Done)
        })
        .await?;
        Ok(user)
    }

    /// Why this operator may not reset or unlock this user, for the greyed key.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::OwnAccount`] or [`DeskError::Outranked`].
    pub fn may_reset(&self, session: &Session, user: &User) -> Result<(), DeskError> {
        let operator = session.operator();
        if !operator.permissions.holds(Permission::UsersUpdate) {
            return Err(DeskError::Lacks(Permission::UsersUpdate));
        }
        if operator.id == user.id {
            return Err(DeskError::OwnAccount);
        }
        let beyond = user.permissions.beyond(operator.permissions);
        if beyond.is_empty() {
            Ok(())
        } else {
            Err(DeskError::Outranked(beyond))
        }
    }
}
