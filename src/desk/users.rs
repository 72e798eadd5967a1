//! Finding and opening users.

use super::{Desk, DeskError, Session};
use crate::{
    audit::{Event, Kind, Outcome, Target},
    directory::{DirectoryError, DirectoryPolicy, Found, Query},
    permission::Permission,
    user::{User, UserId},
};

/// What an operator should know about a user before saving.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beforehand {
    /// The directory's own password rules for this user, where it has and shows any.
    pub policy: Option<DirectoryPolicy>,
    /// Sentences: that the account is disabled, that must-change has no effect.
    pub warnings: Vec<String>,
}

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

    /// What to know about `user` before a reset. Never fails: what could not be read is a warning,
    /// since the directory judges on Save all the same. Nothing that is shown here is more than
    /// [`Desk::open_user`] may show, so nothing is recorded.
    pub async fn beforehand(&self, session: &Session, user: &UserId) -> Beforehand {
        let operator = session.operator();
        // Every profile fixes must-change for a reset.
        let must_change = self.directory.capabilities().must_change.is_yes();
        let policy = self.directory.password_policy(operator, user).await;
        let warnings = self.directory.warnings(operator, user, must_change).await;
        let unread = |what: &str, error: &DirectoryError| {
            format!("{what} could not be read ({error}): the directory judges on Save.")
        };
        let mut known = Beforehand::default();
        match warnings {
            Ok(warnings) => known.warnings = warnings,
            Err(error) => known
                .warnings
                .push(unread("What stands in the way of a reset", &error)),
        }
        match policy {
            Ok(policy) => known.policy = policy,
            Err(error) => known
                .warnings
                .push(unread("The directory's own rules", &error)),
        }
        known
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
