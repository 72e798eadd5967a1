//! Reset, unlock and check of somebody else's password.

use super::{
    Desk, DeskError, Seat, Session,
    reach::within_reach,
    seat::{Right, UsersUpdate, after::Sight},
};
use crate::{
    audit::{Event, Outcome, Target},
    directory::DirectoryError,
    password::{Secret, policy},
    receipt::{PasswordReset, Receipt},
    user::{User, UserId, Version},
    verification::Act,
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

impl Seat<'_, UsersUpdate> {
    /// Resets somebody else's password.
    ///
    /// When the answer to the write is lost, the desk looks what became of it before it answers,
    /// for two minutes at most, and never writes a second time.
    ///
    /// # Errors
    /// Refusals before anything is written: [`DeskError::OwnAccount`], [`DeskError::Outranked`],
    /// [`DeskError::TypingNotAllowed`], [`DeskError::MustChangeFixed`], [`DeskError::Policy`],
    /// [`DeskError::StepUp`], [`DeskError::Audit`]; then the directory's.
    pub async fn reset(self, order: ResetOrder) -> Result<Receipt, DeskError> {
        let read = self.directory().user(self.operator(), &order.user);
        let user = self.read(self.in_time(read).await)?;
        if let Err(refusal) = self.judge(&user, &order) {
            return Err(self.refuse(Target::from(&user), refusal).await);
        }
        let candidate = order.password.expose();
        if let Err(refusal) = self.judge_by_directory(&user, candidate).await {
            return Err(self.refuse(Target::from(&user), refusal).await);
        }
        let acts = [Some(Act::Reset), order.unlock.then_some(Act::Unlock)];
        let acts: Vec<Act> = acts.into_iter().flatten().collect();
        let caller = self.caller(&user, &acts).await?;
        self.step_up()?;
        let event = Event {
            caller,
            target: Some(self.desk().target_of(&user)),
            reason: reason(&order.reason)?,
            profile: self.desk().profiles.of_user(&user).name.clone(),
            ..self.event(Outcome::Intent)
        };
        let reset = PasswordReset {
            user: &order.user,
            expected: order.expected.as_ref(),
            password: &order.password,
            must_change: order.must_change,
            unlock: order.unlock,
        };
        self.write(event, async |intent| {
            let reset = self
                .directory()
                .reset_password(self.operator(), &reset, &intent);
            let answer = self.in_time(reset).await;
            let look = |_| self.look_at_reset(&user, &order);
            let receipt = self.desk().settled(answer, &intent, look).await?;
            Ok(self.seen(receipt, Sight::to_let_in(&user)).await)
        })
        .await
    }

    fn judge(&self, user: &User, order: &ResetOrder) -> Result<(), DeskError> {
        within_reach(self.operator(), user)?;
        if !order.must_change && self.directory().capabilities().must_change.is_yes() {
            return Err(DeskError::MustChangeFixed);
        }
        self.desk()
            .judge_password(user, &order.password, order.generated)
    }

    /// Unlocks without a reset.
    ///
    /// # Errors
    /// As [`Seat::reset`], save what concerns the password.
    pub async fn unlock(
        self,
        user: &UserId,
        expected: Option<Version>,
        why: &str,
    ) -> Result<Receipt, DeskError> {
        let read = self.directory().user(self.operator(), user);
        let user = self.read(self.in_time(read).await)?;
        if let Err(refusal) = within_reach(self.operator(), &user) {
            return Err(self.refuse(Target::from(&user), refusal).await);
        }
        let caller = self.caller(&user, &[Act::Unlock]).await?;
        // Where every act wants its own proof, taking a lock off is one of them.
        if self.desk().profile().step_up_window_min == 0 {
            self.step_up()?;
        }
        let event = Event {
            caller,
            target: Some(self.desk().target_of(&user)),
            reason: reason(why)?,
            ..self.event(Outcome::Intent)
        };
        self.write(event, async |intent| {
            let unlock =
                self.directory()
                    .unlock(self.operator(), &user.id, expected.as_ref(), &intent);
            let answer = self.in_time(unlock).await;
            let look = |_| self.look_at_unlock(&user);
            let receipt = self.desk().settled(answer, &intent, look).await?;
            Ok(self.seen(receipt, Sight::to_let_in(&user)).await)
        })
        .await
    }
}

impl<R: Right> Seat<'_, R> {
    /// A sensitive act wants the operator's password afresh.
    pub(super) fn step_up(&self) -> Result<(), DeskError> {
        self.desk().step_up(self.session())
    }
}

impl Desk {
    /// May an operator set `password` for `user`?
    pub(super) fn judge_password(
        &self,
        user: &User,
        password: &Secret,
        generated: bool,
    ) -> Result<(), DeskError> {
        if !generated && !self.profile().operator_may_type_password {
            return Err(DeskError::TypingNotAllowed);
        }
        let context = self.context(user, generated);
        let profile = self.profiles.of_user(user);
        policy::judge(profile, password.expose(), &context).map_err(DeskError::Policy)
    }

    /// The operator proved the own password recently enough (`step_up_window_min`), or for this
    /// very act where the window is 0. A machine client has none: its token is the proof.
    pub(super) fn step_up(&self, session: &Session) -> Result<(), DeskError> {
        if session.is_machine() {
            return Ok(());
        }
        let age = session.age_of_proof(self.instant());
        let window = i64::from(self.profile().step_up_window_min) * 60;
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
}

/// Characters of a reason or remark: every page of the audit is read by somebody.
pub const LONGEST_REASON: usize = 500;

/// A reason as recorded: trimmed, absent when empty.
pub(super) fn reason(typed: &str) -> Result<Option<String>, DeskError> {
    let typed = typed.trim();
    let length = typed.chars().count();
    if length > LONGEST_REASON {
        return Err(DeskError::Directory(DirectoryError::invalid(format!(
            "the reason has {length} characters; it may have {LONGEST_REASON}"
        ))));
    }
    Ok((!typed.is_empty()).then(|| typed.to_owned()))
}
