//! Reset, unlock and check of somebody else's password.

use super::{Desk, DeskError, Session};
use crate::{
    audit::{Event, Kind, Outcome, Target},
    directory::DirectoryError,
    password::{Secret, policy},
    permission::Permission,
    receipt::{Checked, PasswordReset, Receipt},
    user::{User, UserId, Version},
};

/// Where every reset wants its own proof of the operator's password, a proof serves one reset
/// and only for so long: an unattended console must not carry an unused one.
const FRESH_SECONDS: i64 = 300;

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
    /// Must the user choose another at the next sign-in? Every profile fixes this to true for a
    /// reset of somebody else; a false is refused where the directory offers must-change.
    pub must_change: bool,
    /// Take a lock off too.
    pub unlock: bool,
    /// Reason, ticket or incident number; may be empty.
    pub reason: String,
}

impl Desk {
    /// Resets somebody else's password. Users - Update.
    ///
    /// When the answer to the write is lost, the desk reads back what happened before it answers,
    /// and never writes a second time.
    ///
    /// # Errors
    /// Refusals before anything is written: [`DeskError::Lacks`], [`DeskError::OwnAccount`],
    /// [`DeskError::Outranked`], [`DeskError::TypingNotAllowed`], [`DeskError::MustChangeFixed`],
    /// [`DeskError::Policy`], [`DeskError::StepUp`], [`DeskError::Audit`]; then the directory's.
    pub async fn reset(&self, session: &Session, order: ResetOrder) -> Result<Receipt, DeskError> {
        let kind = Kind::PasswordReset;
        self.require(session, kind, Permission::UsersUpdate).await?;
        let user = self.directory.user(session.operator(), &order.user).await?;
        let target = Some(Target::from(&user));
        if let Err(refusal) = self.judge(session, &user, &order) {
            return Err(self.refuse(session, kind, target, refusal).await);
        }
        self.step_up(session)?;
        let event = Event {
            target: Some(self.target_of(&user)),
            reason: reason(&order.reason),
            ..self.event(session, kind, Outcome::Intent)
        };
        let reset = PasswordReset {
            user: &order.user,
            expected: order.expected.as_ref(),
            password: &order.password,
            must_change: order.must_change,
            unlock: order.unlock,
        };
        self.write(event, async |intent| {
            let operator = session.operator();
            let answer = self
                .directory
                .reset_password(operator, &reset, &intent)
                .await;
            match answer {
                Err(DirectoryError::OutcomeUnknown(what)) => {
                    self.find_out(operator, &user, &order, &intent, what).await
                }
                known => known,
            }
        })
        .await
    }

    fn judge(&self, session: &Session, user: &User, order: &ResetOrder) -> Result<(), DeskError> {
        self.may_reset(session, user)?;
        if !order.generated && !self.profile.operator_may_type_password {
            return Err(DeskError::TypingNotAllowed);
        }
        if !order.must_change && self.directory.capabilities().must_change.is_yes() {
            return Err(DeskError::MustChangeFixed);
        }
        policy::judge(
            &self.profile,
            order.password.expose(),
            &self.context(user, order.generated),
        )
        .map_err(DeskError::Policy)
    }

    /// The operator proved the own password recently enough (`step_up_window_min`), or for this
    /// very act where the window is 0.
    pub(super) fn step_up(&self, session: &Session) -> Result<(), DeskError> {
        let age = self.now().as_second() - session.proved_at();
        let window = i64::from(self.profile.step_up_window_min) * 60;
        let proved = if window == 0 {
            session.use_proof() && age < FRESH_SECONDS
        } else {
            age < window
        };
        if proved {
            Ok(())
        } else {
            Err(DeskError::StepUp)
        }
    }

    /// Unlocks without a reset. Users - Update.
    ///
    /// # Errors
    /// As [`Desk::reset`], save what concerns the password.
    pub async fn unlock(
        &self,
        session: &Session,
        user: &UserId,
        expected: Option<Version>,
        why: &str,
    ) -> Result<Receipt, DeskError> {
        let kind = Kind::Unlock;
        self.require(session, kind, Permission::UsersUpdate).await?;
        let user = self.directory.user(session.operator(), user).await?;
        let target = Some(Target::from(&user));
        if let Err(refusal) = self.may_reset(session, &user) {
            return Err(self.refuse(session, kind, target, refusal).await);
        }
        let event = Event {
            target: Some(self.target_of(&user)),
            reason: reason(why),
            ..self.event(session, kind, Outcome::Intent)
        };
        self.write(event, async |intent| {
            self.directory
                .unlock(session.operator(), &user.id, expected.as_ref(), &intent)
                .await
        })
        .await
    }

    /// Does this password sign the user in? Recorded, since it is a guess at somebody's password.
    /// Users - Update.
    ///
    /// # Errors
    /// As [`Desk::unlock`].
    pub async fn check(
        &self,
        session: &Session,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DeskError> {
        let kind = Kind::PasswordChecked;
        self.require(session, kind, Permission::UsersUpdate).await?;
        let user = self.directory.user(session.operator(), user).await?;
        let target = Some(Target::from(&user));
        if let Err(refusal) = self.may_reset(session, &user) {
            return Err(self.refuse(session, kind, target, refusal).await);
        }
        self.record(Event {
            target,
            ..self.event(session, kind, Outcome::Done)
        })
        .await?;
        Ok(self
            .directory
            .check_password(session.operator(), &user.id, password)
            .await?)
    }
}

/// A reason as recorded: trimmed, absent when empty.
pub(super) fn reason(typed: &str) -> Option<String> {
    let typed = typed.trim();
    (!typed.is_empty()).then(|| typed.to_owned())
}
