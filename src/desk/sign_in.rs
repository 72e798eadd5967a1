//! Signing in, giving the password again, locking and signing out.

use std::{sync::Arc, time::Duration};

use super::{Desk, DeskError, Session};
use crate::source::Source;
use crate::{
    audit::{Actor, Event, Kind, Outcome, Target},
    directory::DirectoryError,
    operator::{Operator, SignInRefusal},
    password::Secret,
};

impl Desk {
    /// Signs an operator in. Every refusal is the same to the caller and costs the same time; the
    /// true reason is recorded, what was typed as an unknown user name is not.
    ///
    /// # Errors
    /// [`DirectoryError::SignIn`] for every refusal; [`DeskError::Audit`] when it cannot be
    /// recorded: nobody gets in unrecorded.
    pub async fn sign_in(
        &self,
        login: &str,
        password: &Secret,
        source: &Source,
    ) -> Result<Arc<Session>, DeskError> {
        let event = |outcome| self.anonymous(source, Kind::SignIn, outcome);
        let operator = self.prove(login, password, source, event).await?;
        self.record(Event {
            operator: Some(Actor::from(&operator)),
            // Whose history it belongs to.
            target: Some(Target::from(&operator)),
            ..event(Outcome::Done)
        })
        .await?;
        Ok(Arc::new(Session::new(
            operator,
            source.clone(),
            self.instant(),
        )))
    }

    /// Gives the password again: after an idle lock, after `reauth_hours`, before a reset outside
    /// the step-up window. Failures count like those of a sign-in.
    ///
    /// # Errors
    /// As [`Desk::sign_in`].
    pub async fn reauthenticate(
        &self,
        session: &Session,
        password: &Secret,
    ) -> Result<(), DeskError> {
        let kind = if session.is_locked() {
            Kind::SessionResumed
        } else {
            Kind::StepUp
        };
        let operator = session.operator();
        let name = if operator.email.is_empty() {
            &operator.login
        } else {
            &operator.email
        };
        let event = |outcome| self.event(session, kind, outcome);
        let again = self.prove(name, password, session.source(), event).await?;
        if again.id != operator.id {
            self.directory.sign_out(&again).await;
            let error = DeskError::Directory(DirectoryError::NotFound);
            return Err(self.refuse(session, kind, None, error).await);
        }
        // What the first sign-in had bound goes on, but for an operator who has changed since.
        let (over, goes_on) = match session.change() {
            Some(_) => (operator.binding, again.binding),
            None => (again.binding, operator.binding),
        };
        let bound = |binding| Operator {
            binding,
            ..again.clone()
        };
        self.directory.sign_out(&bound(over)).await;
        self.record(event(Outcome::Done)).await?;
        session.prove(bound(goes_on), self.instant());
        Ok(())
    }

    /// The operator of this name and password; every refusal is recorded as `event` has it.
    pub(super) async fn prove(
        &self,
        login: &str,
        password: &Secret,
        source: &Source,
        event: impl Fn(Outcome) -> Event,
    ) -> Result<Operator, DeskError> {
        let error = match self.directory.sign_in(login, password, source).await {
            Ok(operator) => return Ok(operator),
            Err(error) => error,
        };
        let refused = match &error {
            DirectoryError::SignIn { reason, user }
            | DirectoryError::SignInBarred { reason, user } => Event {
                target: user.as_deref().cloned(),
                ..event(Outcome::SignInRefused(*reason))
            },
            DirectoryError::TryLater { user, .. } => Event {
                target: Some((**user).clone()),
                ..event(Outcome::SignInRefused(SignInRefusal::Delayed))
            },
            DirectoryError::PasswordNotChecked { user, .. } => Event {
                target: user.as_deref().cloned(),
                ..event(Outcome::Failed(error.to_string()))
            },
            other @ (DirectoryError::NotFound
            | DirectoryError::Conflict { .. }
            | DirectoryError::DefinitionChanged { .. }
            | DirectoryError::Taken { .. }
            | DirectoryError::Invalid { .. }
            | DirectoryError::PasswordRefused { .. }
            | DirectoryError::Query(_)
            | DirectoryError::Forbidden { .. }
            | DirectoryError::OperatorChanged(_)
            | DirectoryError::OldPasswordWrong
            | DirectoryError::NotOffered(_)
            | DirectoryError::Unavailable { .. }
            | DirectoryError::OutcomeUnknown(_)
            | DirectoryError::Cancelled) => event(Outcome::Failed(other.to_string())),
        };
        self.record(refused).await?;
        Err(error.into())
    }

    /// Locks the session until [`Desk::reauthenticate`].
    ///
    /// # Errors
    /// [`DeskError::Audit`]; the session is locked all the same.
    pub async fn lock(&self, session: &Session) -> Result<(), DeskError> {
        if session.set_locked() {
            return Ok(());
        }
        self.record(self.event(session, Kind::SessionLocked, Outcome::Done))
            .await
    }

    /// Ends the session.
    ///
    /// # Errors
    /// [`DeskError::Audit`]; the session has ended all the same.
    pub async fn sign_out(&self, session: &Session) -> Result<(), DeskError> {
        session.set_locked();
        self.directory.sign_out(&session.operator()).await;
        self.record(self.event(session, Kind::SignOut, Outcome::Done))
            .await
    }

    /// Records that the terminal went away, with or without somebody signed in. `cut`: so many
    /// changes had no answer after this time, and the program ended without it.
    ///
    /// # Errors
    /// [`DeskError::Audit`].
    pub async fn connection_lost(
        &self,
        session: Option<&Session>,
        source: &Source,
        cut: Option<(usize, Duration)>,
    ) -> Result<(), DeskError> {
        let event = match session {
            Some(session) => self.event(session, Kind::ConnectionLost, Outcome::Done),
            None => self.anonymous(source, Kind::ConnectionLost, Outcome::Done),
        };
        let detail = cut.map(|(changes, after)| {
            let seconds = after.as_secs();
            match changes {
                0 => format!("the program hung and was cut off after {seconds} s"),
                1 => format!("1 change had no answer after {seconds} s and was cut off"),
                _ => format!("{changes} changes had no answer after {seconds} s and were cut off"),
            }
        });
        self.record(Event { detail, ..event }).await
    }
}
