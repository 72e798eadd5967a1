//! Does a password sign a user in? Every try is a guess at somebody's password: recorded with what
//! came of it, and bounded as the sign-ins of that user are.

use jiff::SignedDuration;

use super::{
    DeskError, Seat,
    seat::UsersUpdate,
    users::{may_see, within_reach},
};
use crate::{
    audit::{Allowance, Event, Outcome, Target, TooMany},
    operator::SignInRefusal,
    password::Secret,
    receipt::Checked,
    user::{UserId, Verdict},
};

/// Wrong guesses count for so long where the profile counts failures without an end.
const WINDOW_MINUTES: u32 = 15;
/// Wrong guesses of one operator at anybody's password in that time: trying one password on every
/// user is guessing, too.
const BY_AN_OPERATOR: u32 = 20;

impl Seat<'_, UsersUpdate> {
    /// Records that the user has read a new password back: it has arrived as it was meant.
    ///
    /// # Errors
    /// [`DeskError::Audit`] and the directory's.
    pub async fn password_read_back(self, user: &UserId) -> Result<(), DeskError> {
        let user = self.directory().user(self.operator(), user).await?;
        if let Err(refusal) = may_see(self.operator(), &user) {
            return Err(self.refuse(Target::from(&user), refusal).await);
        }
        self.record(Event {
            target: Some(Target::from(&user)),
            ..self.event(Outcome::Done)
        })
        .await
    }

    /// Does this password sign the user in? Recorded before and after, and refused after as many
    /// wrong guesses as the profile allows of sign-ins, or where the try would use up a grace
    /// sign-in.
    ///
    /// # Errors
    /// [`DeskError::OwnAccount`], [`DeskError::Outranked`], [`DeskError::TooManyGuesses`],
    /// [`DeskError::UsesGrace`], [`DeskError::Audit`] and the directory's.
    pub async fn check(self, user: &UserId, password: &Secret) -> Result<Checked, DeskError> {
        self.try_password(user, password, false).await
    }

    /// The same, also where the try uses up a grace sign-in.
    ///
    /// # Errors
    /// As [`Seat::check`], but for [`DeskError::UsesGrace`].
    pub async fn check_by_grace(
        self,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DeskError> {
        self.try_password(user, password, true).await
    }

    async fn try_password(
        self,
        user: &UserId,
        password: &Secret,
        spends_grace: bool,
    ) -> Result<Checked, DeskError> {
        let read = self.directory().user(self.operator(), user);
        let user = self.read(self.in_time(read).await)?;
        let target = Target::from(&user);
        if let Err(refusal) = within_reach(self.operator(), &user) {
            return Err(self.refuse(target, refusal).await);
        }
        if let Verdict::GraceSignIns { left, .. } = user.verdict(self.desk().now())
            && !spends_grace
        {
            return Err(DeskError::UsesGrace(left));
        }
        let profile = self.desk().profiles.of_user(&user);
        let minutes = profile.lockout_window_min.unwrap_or(WINDOW_MINUTES);
        let now = self.desk().now();
        let window = SignedDuration::from_mins(i64::from(minutes));
        let allowance = Allowance {
            of_a_user: profile.lockout_attempts.max(1),
            by_an_operator: BY_AN_OPERATOR,
            since: now.saturating_sub(window).unwrap_or(now),
        };
        let event = Event {
            target: Some(target.clone()),
            ..self.event(Outcome::Intent)
        };
        let audit = &self.desk().audit;
        let intent = match audit.intend_guess(event, allowance, now).await {
            Ok(Ok(intent)) => intent,
            Ok(Err(whose)) => {
                let refusal = DeskError::TooManyGuesses {
                    of_the_user: whose == TooMany::OfTheUser,
                    minutes,
                };
                return Err(self.refuse(target, refusal).await);
            }
            Err(error) => return Err(DeskError::Audit(error)),
        };
        let check = self
            .directory()
            .check_password(self.operator(), &user.id, password);
        let checked = self.in_time(check).await;
        let (outcome, detail) = match &checked {
            Ok(checked) if checked.signs_in => (Outcome::Done, "it signs the user in"),
            Ok(checked) if checked.matches => (
                Outcome::Done,
                "it is right, but does not sign the user in now",
            ),
            Ok(_) => (
                Outcome::SignInRefused(SignInRefusal::WrongPassword),
                "it does not sign the user in",
            ),
            Err(error) => (super::failure(error), "it is not known whether it is right"),
        };
        let record = self.record(Event {
            outcome,
            detail: Some(detail.into()),
            intent: Some(intent.sequence),
            ..intent.event
        });
        record.await?;
        self.read(checked)
    }
}
