//! Unlocking a user without a new password.

use jiff::Timestamp;

use super::{
    directory::LdapDirectory,
    flavour::Flavour,
    refusal::{Tried, refused},
    result_code as code,
    session::{Change, Session},
    writing::{Writing, lock_step, replace},
};
use crate::{
    directory::DirectoryError,
    receipt::{Proof, Receipt, Settlement, Step, StepOutcome},
    user::{Fact, UserId, Version},
};

impl LdapDirectory {
    pub(super) async fn unlock(
        &self,
        session: &Session,
        id: &UserId,
        expected: Option<&Version>,
    ) -> Result<Receipt, DirectoryError> {
        let writing = self.begin(session, id, expected).await?;
        if writing.before.user.state.lock == Fact::NotOffered {
            return Err(DirectoryError::NotOffered(
                "This directory has no locks.".into(),
            ));
        }
        if writing.before.user.state.lock == Fact::Known(None) {
            let steps = vec![(Step::Unlocked, StepOutcome::NotNeeded)];
            return Ok(writing.receipt(steps, Proof::NotNeeded, Some(&writing.before)));
        }
        match self.write_unlock(&writing).await {
            Ok(()) => {}
            Err(DirectoryError::OutcomeUnknown(what)) => {
                return self.settle_lost_unlock(&writing, what).await;
            }
            Err(error) => return Err(error),
        }
        let after = self.again(&writing).await;
        let outcome = lock_step(true, writing.was_locked(), after.as_ref());
        // A lock that could not be read before, and cannot be seen now, is off.
        let outcome = if outcome == StepOutcome::NotNeeded {
            StepOutcome::Done
        } else {
            outcome
        };
        let steps = vec![(Step::Unlocked, outcome)];
        Ok(writing.receipt(steps, Proof::NotNeeded, after.as_ref()))
    }

    /// The answer was lost: looks whether the lock is off.
    async fn settle_lost_unlock(
        &self,
        writing: &Writing<'_>,
        what: String,
    ) -> Result<Receipt, DirectoryError> {
        let settled = self.settle(writing.session, writing.id, None).await;
        match settled {
            Ok(Settlement::Happened(_)) => {
                let steps = vec![(Step::Unlocked, StepOutcome::Done)];
                Ok(writing.receipt(steps, Proof::NotNeeded, None))
            }
            Ok(Settlement::DidNotHappen(how)) => Err(DirectoryError::Unavailable {
                message: format!("{what}; {how}"),
                cure: "Unlock again when the directory answers.".into(),
                raw: None,
            }),
            Ok(Settlement::StillUnknown(_)) | Err(_) => Err(DirectoryError::OutcomeUnknown(what)),
        }
    }

    /// Writes what unlocks. Replacing with no value is harmless on a user who is not locked.
    pub(super) async fn write_unlock(&self, writing: &Writing<'_>) -> Result<(), DirectoryError> {
        let changes = match writing.link.root.flavour {
            Flavour::ActiveDirectory => vec![replace("lockoutTime", &[b"0"])],
            Flavour::Ds389 => vec![
                replace("passwordRetryCount", &[]),
                replace("retryCountResetTime", &[]),
                replace("accountUnlockTime", &[]),
            ],
            Flavour::FreeIpa => {
                let now = Timestamp::now().strftime("%Y%m%d%H%M%SZ").to_string();
                vec![
                    replace("krbLastAdminUnlock", &[now.as_bytes()]),
                    replace("krbLoginFailedCount", &[b"0"]),
                ]
            }
            Flavour::OpenLdap | Flavour::Lldap | Flavour::Other => {
                vec![replace("pwdAccountLockedTime", &[])]
            }
        };
        let controls = writing.link.password_policy();
        match writing.link.modify(&writing.id.0, changes, controls).await {
            Ok(result) if result.rc == code::SUCCESS => Ok(()),
            Ok(result) => Err(refused(
                &result,
                &writing.link,
                Tried::Unlock,
                writing.protected(),
            )),
            Err(lost) => Err(writing.unknown(Change::Lock, &lost).await),
        }
    }
}
