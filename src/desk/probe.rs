//! Finding out what a directory can prove, on an account that nobody uses.

use super::{
    DeskError, Seat,
    reach::within_reach,
    seat::{UsersUpdate, after::Sight},
};
use crate::{
    audit::{Event, Outcome, Target},
    directory::Finding,
    password::Secret,
    receipt::{PasswordReset, Receipt},
    user::{UserId, Version},
};

impl Seat<'_, UsersUpdate> {
    /// Resets the password of `canary` to `password`, which our generator drew and nobody is told,
    /// tries it where the site has named a way, and says what was found. Judged, proved by the
    /// operator's own password and recorded as every reset.
    ///
    /// # Errors
    /// As [`Seat::reset`].
    pub async fn probe(
        self,
        canary: &UserId,
        expected: &Version,
        password: Secret,
    ) -> Result<(Receipt, Vec<Finding>), DeskError> {
        let read = self.directory().user(self.operator(), canary);
        let user = self.read(self.in_time(read).await)?;
        let judged = within_reach(self.operator(), &user)
            .and_then(|()| self.desk().judge_password(&user, &password, true));
        if let Err(refusal) = judged {
            return Err(self.refuse(Target::from(&user), refusal).await);
        }
        self.step_up()?;
        let event = Event {
            target: Some(self.desk().target_of(&user)),
            reason: Some("probe of what this directory can prove".into()),
            ..self.event(Outcome::Intent)
        };
        let reset = PasswordReset {
            user: canary,
            expected: Some(expected),
            password: &password,
            must_change: self.directory().capabilities().must_change.is_yes(),
            unlock: false,
        };
        let mut findings = Vec::new();
        let receipt = self
            .write(event, async |intent| {
                let probe = self.directory().probe(self.operator(), &reset, &intent);
                let (receipt, found) = self.in_time(probe).await?;
                findings = found;
                Ok(self.seen(receipt, Sight::to_let_in(&user)).await)
            })
            .await?;
        Ok((receipt, findings))
    }
}
