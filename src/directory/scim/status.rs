//! Enabling and disabling: `active` (RFC 7643 section 4.1.1), proved by reading the user again.

use super::{body, directory::ScimDirectory, writing::receipt};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    receipt::{Proof, Receipt, Step, StepOutcome},
    user::{Fact, UserId, Version},
};

impl ScimDirectory {
    pub(super) async fn set_status(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        active: bool,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let before = self.before(operator, user, Some(expected)).await?;
        let step = if active {
            Step::Enabled
        } else {
            Step::Disabled
        };
        let done = |how, version| receipt(vec![(step, how)], Proof::NotNeeded, version);
        if before.user.state.active == Fact::Known(active) {
            let version = Some(before.user.version);
            return Ok(done(StepOutcome::NotNeeded, version));
        }
        let operations = vec![body::put("active", active)];
        let after = self.patched(operator, &before, operations, intent).await?;
        let how = match after.as_ref().map(|after| &after.user.state.active) {
            Ok(Fact::Known(now)) if *now == active => StepOutcome::Done,
            Ok(Fact::Known(_)) => {
                StepOutcome::Refused("the server said yes, and shows the user as before".into())
            }
            Ok(Fact::Unknown(why)) => StepOutcome::Unknown(why.clone()),
            Ok(Fact::NotOffered) => StepOutcome::Unknown("the server does not show it".into()),
            Err(failure) => self.not_read_back(failure),
        };
        let version = after.ok().map(|after| after.user.version);
        Ok(done(how, version))
    }
}
