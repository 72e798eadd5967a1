//! Setting somebody's password, with must-change and unlock as further steps of one receipt.

pub(super) mod active_directory;
mod asserted;
mod password_modify;

use super::{
    directory::LdapDirectory,
    flavour::Flavour,
    mutex::lock,
    read::Seen,
    session::Session,
    writing::{Writing, lock_step},
};
use crate::{
    directory::DirectoryError,
    receipt::{PasswordReset, Receipt, Step, StepOutcome},
    user::{Fact, UserId},
};

impl LdapDirectory {
    pub(super) async fn reset(
        &self,
        session: &Session,
        reset: &PasswordReset<'_>,
    ) -> Result<Receipt, DirectoryError> {
        let writing = self.begin(session, reset.user, reset.expected).await?;
        match writing.link.root.flavour {
            Flavour::ActiveDirectory => Box::pin(self.reset_domain_user(&writing, reset)).await,
            Flavour::OpenLdap if self.can_assert(&writing) => {
                Box::pin(self.reset_asserted(&writing, reset)).await
            }
            Flavour::OpenLdap
            | Flavour::Ds389
            | Flavour::FreeIpa
            | Flavour::Lldap
            | Flavour::Other => Box::pin(self.reset_by_operation(&writing, reset)).await,
        }
    }

    /// Must-change and unlock, after the password itself was found to be in force.
    pub(super) async fn complete_reset(
        &self,
        session: &Session,
        id: &UserId,
        must_change: bool,
        unlock: bool,
    ) -> Result<Vec<(Step, StepOutcome)>, DirectoryError> {
        let writing = self.begin(session, id, None).await?;
        let mut now = Some(writing.before.clone());
        let must_change = match writing.link.root.flavour {
            // It was in the same modify as the password.
            Flavour::ActiveDirectory => active_directory::must_change(must_change, now.as_ref()),
            Flavour::OpenLdap
            | Flavour::Ds389
            | Flavour::FreeIpa
            | Flavour::Lldap
            | Flavour::Other => self.must_change(&writing, must_change, &mut now).await,
        };
        let unlocked = self.unlock_step(&writing, unlock, &mut now).await;
        Ok(vec![
            (Step::MustChange, must_change),
            (Step::Unlocked, unlocked),
        ])
    }

    /// Whether the user is locked now, judged after the write; a lock that is still there, and was to
    /// go, is taken off.
    pub(super) async fn unlock_step(
        &self,
        writing: &Writing<'_>,
        asked: bool,
        after: &mut Option<Seen>,
    ) -> StepOutcome {
        let still = after
            .as_ref()
            .is_some_and(|seen| matches!(seen.user.state.lock, Fact::Known(Some(_))));
        if asked && still {
            if let Err(error) = self.write_unlock(writing).await {
                let Some(why) = error.open_outcome() else {
                    return StepOutcome::Refused(error.to_string());
                };
                // The password is set; this line of the receipt is all that is open.
                lock(&writing.session.uncertain).remove(writing.id);
                return StepOutcome::Unknown(why.to_owned());
            }
            *after = self.again(writing).await;
        }
        lock_step(asked, writing.was_locked(), after.as_ref())
    }
}
