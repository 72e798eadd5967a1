//! Ending somebody's sessions: consoles lock at their next act, tokens of the API end at once.

use super::{
    DeskError, Seat,
    reach::within_reach,
    reset::reason,
    seat::{UsersForceLogout, after::Sight},
};
use crate::{
    audit::{Event, Outcome, Target},
    receipt::Receipt,
    user::UserId,
};

impl Seat<'_, UsersForceLogout> {
    /// Ends the sessions and tokens of a user.
    ///
    /// # Errors
    /// [`DeskError::OwnAccount`], [`DeskError::Outranked`], [`DeskError::Audit`] and the
    /// directory's.
    pub async fn end_sessions(self, user: &UserId, why: &str) -> Result<Receipt, DeskError> {
        let user = self.read(self.directory().user(self.operator(), user).await)?;
        if let Err(refusal) = within_reach(self.operator(), &user) {
            return Err(self.refuse(Target::from(&user), refusal).await);
        }
        let event = Event {
            target: Some(self.desk().target_of(&user)),
            reason: reason(why)?,
            ..self.event(Outcome::Intent)
        };
        self.write(event, async |intent| {
            let receipt = self
                .directory()
                .end_sessions(self.operator(), &user.id, &intent)
                .await?;
            Ok(self.seen(receipt, Sight::of(&user)).await)
        })
        .await
    }
}
