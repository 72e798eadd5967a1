//! Unlocking a user without a new password: the lock, and the failures that led to it. With those
//! left behind, the next typing error would lock again.

use ldap3::Mod;

use jiff::Timestamp;

use super::{
    clock,
    directory::LdapDirectory,
    flavour::Flavour,
    read::Seen,
    refusal::{Tried, refused},
    result_code as code,
    session::{Change, Session},
    state::PERMANENT,
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
        let nothing_failed = matches!(writing.before.failures, Fact::Known(0) | Fact::NotOffered);
        if writing.before.user.state.lock == Fact::Known(None) && nothing_failed {
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
        let proof = cleared(&outcome, after.as_ref());
        let steps = vec![(Step::Unlocked, outcome)];
        Ok(writing.receipt(steps, proof, after.as_ref()))
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

    /// Writes what unlocks, harmless on a user who is not locked.
    pub(super) async fn write_unlock(&self, writing: &Writing<'_>) -> Result<(), DirectoryError> {
        let changes = match writing.link.root.flavour {
            // The server sets badPwdCount to zero with it.
            Flavour::ActiveDirectory => vec![replace("lockoutTime", &[b"0"])],
            Flavour::Ds389 => vec![
                replace("passwordRetryCount", &[]),
                replace("retryCountResetTime", &[]),
                replace("accountUnlockTime", &[]),
            ],
            Flavour::FreeIpa => {
                let now = clock::as_generalized(Timestamp::now());
                vec![
                    replace("krbLastAdminUnlock", &[now.as_bytes()]),
                    replace("krbLoginFailedCount", &[b"0"]),
                ]
            }
            Flavour::OpenLdap => without_lock(writing.before.entry.has(LOCKED)),
            Flavour::Lldap | Flavour::Other => vec![replace(LOCKED, &[])],
        };
        let controls = writing.link.password_policy();
        match writing.link.modify(&writing.id.0, changes, controls).await {
            Ok(result) if result.rc == code::SUCCESS => Ok(()),
            // Somebody else took the lock off meanwhile, and the failures with it.
            Ok(result) if result.rc == code::NO_SUCH_ATTRIBUTE => Ok(()),
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

const LOCKED: &str = "pwdAccountLockedTime";

/// OpenLDAP takes `pwdFailureTime` away with a *delete* of the lock, never with a replace, and lets
/// nobody write it directly. So a lock that is not there, or cannot be seen, is put there first, in
/// the same modify: nobody ever sees it.
fn without_lock(is_there: bool) -> Vec<Mod<Vec<u8>>> {
    let delete = Mod::Delete(LOCKED.as_bytes().to_vec(), std::collections::HashSet::new());
    if is_there {
        vec![delete]
    } else {
        vec![replace(LOCKED, &[PERMANENT.as_bytes()]), delete]
    }
}

/// Are the failures gone too? A lock that is off for as long as nobody mistypes is no proof.
fn cleared(outcome: &StepOutcome, after: Option<&Seen>) -> Proof {
    if *outcome != StepOutcome::Done {
        return Proof::NotNeeded;
    }
    let Some(after) = after else {
        return Proof::Accepted("the user could not be read again".into());
    };
    proof_of(&after.failures, after.failures_in_words())
}

fn proof_of(failures: &Fact<u32>, words: Option<String>) -> Proof {
    match (failures, words) {
        (Fact::Known(0), Some(words)) => Proof::ReadBack(format!("unlocked; {words}")),
        (Fact::Known(_), Some(words)) => Proof::NotKnown(format!(
            "unlocked, but {words}: the next failed sign-ins lock again sooner"
        )),
        (Fact::Unknown(why), _) => Proof::Accepted(format!(
            "unlocked; how many failures are left cannot be read: it {why}"
        )),
        (Fact::Known(_) | Fact::NotOffered, _) => Proof::ReadBack("unlocked".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unlock_that_leaves_failures_behind_is_not_proved() {
        let words = |text: &str| Some(text.to_owned());
        let cleared = proof_of(&Fact::Known(0), words("0 of 3 failures left"));
        assert_eq!(
            cleared,
            Proof::ReadBack("unlocked; 0 of 3 failures left".into())
        );
        let left = proof_of(&Fact::Known(2), words("2 of 3 failures left"));
        assert!(
            matches!(&left, Proof::NotKnown(why) if why.contains("lock again sooner")),
            "{left:?}"
        );
        let hidden = proof_of(&Fact::Unknown("needs read".into()), None);
        assert!(matches!(hidden, Proof::Accepted(_)));
    }
}
