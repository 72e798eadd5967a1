//! Reset by the Password Modify operation (RFC 3062): OpenLDAP, 389, lldap and others.

use crate::{
    directory::{
        DirectoryError,
        ldap::{
            control,
            directory::LdapDirectory,
            flavour::Flavour,
            policy::Rules,
            proof,
            read::Seen,
            refusal::{Tried, refused},
            result_code as code,
            session::Change,
            writing::{Writing, replace},
        },
    },
    receipt::{PasswordReset, Receipt, Step, StepOutcome},
    user::Fact,
};

impl LdapDirectory {
    pub(super) async fn reset_by_operation(
        &self,
        writing: &Writing<'_>,
        reset: &PasswordReset<'_>,
    ) -> Result<Receipt, DirectoryError> {
        let link = &writing.link;
        let answer = link
            .password_modify(&writing.id.0, None, reset.password.expose())
            .await;
        match answer {
            Ok(result) if result.rc == code::SUCCESS => {}
            Ok(result) => return Err(refused(&result, link, Tried::Reset, false)),
            Err(lost) => return Err(writing.unknown(Change::Password, &lost).await),
        }
        // The password is set from here on: whatever fails now is a line of the receipt.
        let mut after = self.again(writing).await;
        let must_change = self
            .must_change(writing, reset.must_change, &mut after)
            .await;
        let unlocked = self.unlock_step(writing, reset.unlock, &mut after).await;
        let proof = proof::password(writing, after.as_ref());
        let steps = vec![
            (Step::PasswordSet, StepOutcome::Done),
            (Step::MustChange, must_change),
            (Step::Unlocked, unlocked),
        ];
        Ok(writing.receipt(steps, proof, after.as_ref()))
    }

    pub(in crate::directory::ldap) async fn must_change(
        &self,
        writing: &Writing<'_>,
        asked: bool,
        after: &mut Option<Seen>,
    ) -> StepOutcome {
        let flavour = writing.link.root.flavour;
        if flavour == Flavour::Lldap || !writing.link.root.control(control::PASSWORD_POLICY) {
            return no_must_change(asked);
        }
        let Some(seen) = after.as_ref() else {
            return StepOutcome::Unknown("the user could not be read again".into());
        };
        if seen.user.state.must_change == Fact::Known(true) {
            // Some policies set it whether or not it was asked for.
            return StepOutcome::Done;
        }
        if !asked {
            return StepOutcome::NotNeeded;
        }
        match (flavour, &seen.rules) {
            // Writing it by hand is a race that 389 often wins: it answers success, and later
            // overwrites what was written.
            (Flavour::Ds389, _) => StepOutcome::NotOffered(
                "the directory answered success but did not set it: its policy has \
                 passwordMustChange off for this user"
                    .into(),
            ),
            (Flavour::FreeIpa, _) => StepOutcome::NotOffered(
                "the directory answered success but the password does not expire at once: you may \
                 be one of those who set passwords for other systems (passSyncManagersDNs)"
                    .into(),
            ),
            (_, Rules::Known(policy)) if policy.must_change == Some(false) => {
                StepOutcome::NotOffered(format!(
                    "the directory's policy does not enforce it: pwdMustChange is off in {}",
                    policy.source
                ))
            }
            _ => self.write_must_change(writing, after).await,
        }
    }

    /// OpenLDAP sets `pwdReset` by itself for password administrators only.
    async fn write_must_change(
        &self,
        writing: &Writing<'_>,
        after: &mut Option<Seen>,
    ) -> StepOutcome {
        let change = vec![replace("pwdReset", &[b"TRUE"])];
        let controls = writing.link.password_policy();
        match writing.link.modify(&writing.id.0, change, controls).await {
            Ok(result) if result.rc == code::SUCCESS => {}
            Ok(result) => {
                let error = refused(&result, &writing.link, Tried::MustChange, false);
                return StepOutcome::Refused(error.to_string());
            }
            Err(lost) => {
                writing.session.drop_link(&writing.link).await;
                return StepOutcome::Unknown(lost.0);
            }
        }
        *after = self.again(writing).await;
        match after
            .as_ref()
            .map(|seen| (&seen.user.state.must_change, &seen.rules))
        {
            Some((Fact::Known(true), Rules::Hidden(policy))) => StepOutcome::Unknown(format!(
                "it is set; whether the policy enforces it needs read on {policy}"
            )),
            Some((Fact::Known(true), _)) => StepOutcome::Done,
            Some((Fact::Known(false), _)) => {
                StepOutcome::Refused("the directory took it, but it is not in effect".into())
            }
            Some((Fact::Unknown(_) | Fact::NotOffered, _)) | None => {
                StepOutcome::Unknown("the directory took it; it cannot be read again".into())
            }
        }
    }
}

fn no_must_change(asked: bool) -> StepOutcome {
    if asked {
        StepOutcome::NotOffered("this directory has no must-change".into())
    } else {
        StepOutcome::NotNeeded
    }
}
