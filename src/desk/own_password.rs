//! The operator's own password: the old one is the proof, no permission is needed.

use super::{DeskError, OwnSeat, lost::Look, settle::settled};
use crate::{
    audit::{Event, Kind, Outcome, Target},
    directory::{DirectoryError, Entry},
    password::{
        Secret,
        policy::{self, Refusal},
    },
    receipt::{Proof, Receipt, Step, StepOutcome},
};

impl OwnSeat<'_> {
    /// Changes the operator's own password, also when a change is due before anything else.
    ///
    /// # Errors
    /// [`DeskError::Policy`], [`DeskError::Audit`],
    /// [`DirectoryError::OldPasswordWrong`]
    /// and the directory's other errors.
    pub async fn change_password(self, old: &Secret, new: &Secret) -> Result<Receipt, DeskError> {
        let kind = Kind::PasswordChanged;
        let (desk, session) = (self.at.desk, self.at.session);
        let operator = &*self.operator;
        let read = self.directory().user(operator, &operator.id);
        let user = self.at.in_time(read).await?;
        let target = Some(Target::from(&user));
        let mut refusals = policy::judge(
            desk.profiles.of_user(&user),
            new.expose(),
            &desk.context(&user, false),
        )
        .err()
        .unwrap_or_default();
        if old.expose() == new.expose() {
            refusals.push(Refusal {
                rule: "history".into(),
                message: "the new password is the old one".into(),
                cure: "Choose another.".into(),
            });
        }
        // What the directory's own rules are known to refuse is not sent.
        let known = self.directory().password_policy(operator, &operator.id);
        if let Ok(Some(policy)) = self.at.in_time(known).await {
            refusals.extend(policy.refusals(new.expose()));
        }
        if !refusals.is_empty() {
            let refusal = DeskError::Policy(refusals);
            return Err(desk.refuse(session, kind, target, refusal).await);
        }
        let event = Event {
            target,
            ..desk.event(session, kind, Outcome::Intent)
        };
        let _alone = session.own_change().await;
        self.at
            .write(event, async |intent| {
                let change = self
                    .directory()
                    .change_own_password(operator, old, new, &intent);
                let answer = self.at.in_time(change).await;
                let look = |last| self.look_at_own_change(last, new);
                let receipt = desk.settled(answer, &intent, look).await?;
                let set =
                    |(step, how): &(Step, _)| *step == Step::PasswordSet && super::settled(how);
                if receipt.steps.iter().any(set) {
                    self.at.renew_after_own_change(operator).await;
                }
                Ok(self.seen(receipt, &user).await)
            })
            .await
    }

    /// Does the new password sign the operator in? Tried once, at the last look: a wrong one counts
    /// as a failed sign-in.
    async fn look_at_own_change(&self, last: bool, new: &Secret) -> Look {
        if !last {
            return Look::Unknown("the new password has not been tried yet".into());
        }
        match self.directory().sign_in(&self.operator.login, new).await {
            Ok(again) => {
                self.directory().sign_out(&again).await;
                Look::InForce(settled(
                    vec![(Step::PasswordSet, StepOutcome::Done)],
                    Proof::SignedIn("the new password signs you in".into()),
                ))
            }
            Err(DirectoryError::SignIn { .. }) => {
                Look::NotInForce("the new password does not sign you in".into())
            }
            Err(error) => Look::Unknown(error.to_string()),
        }
    }

    /// The operator's own account with all that is kept.
    ///
    /// # Errors
    /// [`NotFound`](crate::directory::DirectoryError::NotFound) for a machine client, and the
    /// directory's other errors.
    pub async fn entry(&self) -> Result<Entry, DeskError> {
        let operator = &*self.operator;
        Ok(self.directory().entry(operator, &operator.id).await?)
    }
}
