//! Finding out what became of a write whose answer was lost, without writing again.

use jiff::SignedDuration;

use super::{
    Desk, DeskError, OwnSeat, Seat,
    lost::Look,
    reset::{ResetOrder, reason},
    seat::{Right, UsersUpdate},
    users::may_see,
};
use crate::{
    audit::{Event, Kind, Outcome, Record, Target},
    permission::Permission,
    receipt::{Proof, Receipt, Settlement, Step, StepOutcome},
    user::{Fact, User},
};

/// So young an intent may still be at work at the directory, at another console too.
const YOUNG: SignedDuration = SignedDuration::from_mins(2);

impl Desk {
    /// Whom an intent is about, with the version by which it can be settled where the directory
    /// does not commit change and outcome together.
    pub(super) fn target_of(&self, user: &User) -> Target {
        let recorded = self.directory.capabilities().records_outcome;
        Target {
            version: (!recorded && !user.version.0.is_empty()).then(|| user.version.clone()),
            ..Target::from(user)
        }
    }
}

impl<R: Right> Seat<'_, R> {
    /// Is the password of `order` in force? By trying it where the directory offers a check that
    /// counts as no failure, else by the user's version.
    pub(super) async fn look_at_reset(&self, user: &User, order: &ResetOrder) -> Look {
        let (directory, operator) = (self.directory(), self.operator());
        if directory.capabilities().check.is_yes()
            && let Ok(checked) = directory
                .check_password(operator, &user.id, &order.password)
                .await
        {
            return if checked.matches {
                let proof = Proof::ReadBack("the new password was tried and is in force".into());
                self.settled_receipt(user, order, proof).await
            } else {
                Look::NotInForce("the new password was tried and is not in force".into())
            };
        }
        match self.settlement(user).await {
            Settlement::Happened(how) => {
                // Whatever else was written since then moves the same marks.
                let proof = Proof::Accepted(format!("{how}, by this change or another"));
                self.settled_receipt(user, order, proof).await
            }
            Settlement::DidNotHappen(how) => Look::NotInForce(how),
            Settlement::StillUnknown(how) => Look::Unknown(how),
        }
    }

    /// Is the lock off?
    pub(super) async fn look_at_unlock(&self, user: &User) -> Look {
        let read = self.directory().user(self.operator(), &user.id).await;
        match read.map(|user| user.state.lock) {
            Ok(Fact::Known(None)) => Look::InForce(settled(
                vec![(Step::Unlocked, StepOutcome::Done)],
                Proof::NotNeeded,
            )),
            Ok(Fact::Known(Some(_))) => Look::NotInForce("the account is still locked".into()),
            Ok(Fact::Unknown(why)) => Look::Unknown(why),
            Ok(Fact::NotOffered) => Look::Unknown("this directory shows no locks".into()),
            Err(error) => Look::Unknown(error.to_string()),
        }
    }

    /// The password is in force; must-change and unlock are what the directory shows.
    async fn settled_receipt(&self, user: &User, order: &ResetOrder, proof: Proof) -> Look {
        let now = self.directory().user(self.operator(), &user.id).await.ok();
        let state = now.as_ref().map(|now| &now.state);
        let must_change = state.and_then(|state| state.must_change.known().copied());
        let unlocked = state.and_then(|state| state.lock.known().map(Option::is_none));
        let receipt = settled(
            vec![
                (Step::PasswordSet, StepOutcome::Done),
                (Step::MustChange, beside(order.must_change, must_change)),
                (Step::Unlocked, beside(order.unlock, unlocked)),
            ],
            proof,
        );
        // Where must-change is a step of its own, the lost answer left it out.
        Look::InForce(self.completed(order, receipt).await)
    }

    async fn settlement(&self, user: &User) -> Settlement {
        self.directory()
            .settle(self.operator(), &user.id, Some(&user.version))
            .await
            .unwrap_or_else(|error| Settlement::StillUnknown(error.to_string()))
    }
}

impl Seat<'_, UsersUpdate> {
    /// Settles one open intent: asks the directory what it can tell, and records the answer as the
    /// intent's outcome when there is one, or when the operator has looked and closes it with a
    /// `remark`.
    ///
    /// # Errors
    /// [`DeskError::Audit`] and the directory's.
    pub async fn settle(
        self,
        intent: &Record,
        remark: Option<&str>,
    ) -> Result<Settlement, DeskError> {
        let remark = remark.map(reason).transpose()?.flatten();
        let settlement = self.look_again(intent).await?;
        let detail = match (&settlement, remark.as_deref()) {
            (Settlement::Happened(how), _) => format!("it happened: {how}"),
            (Settlement::DidNotHappen(how), _) => format!("it did not happen: {how}"),
            (Settlement::StillUnknown(how), Some(remark)) => {
                format!("closed by the operator: {remark} ({how})")
            }
            (Settlement::StillUnknown(_), None) => return Ok(settlement),
        };
        self.record(Event {
            target: intent.event.target.clone(),
            intent: Some(intent.sequence),
            detail: Some(detail),
            ..self.event(Outcome::Done)
        })
        .await?;
        Ok(settlement)
    }

    /// What the directory can tell of an intent, long after it or after a crash.
    async fn look_again(&self, intent: &Record) -> Result<Settlement, DeskError> {
        let (directory, operator) = (self.directory(), self.operator());
        let event = &intent.event;
        if event.kind == Kind::PasswordChecked {
            return Ok(Settlement::DidNotHappen(
                "a try of a password changes nothing; whether it was right is not known".into(),
            ));
        }
        let Some(target) = &event.target else {
            return Ok(Settlement::StillUnknown("the intent names no user".into()));
        };
        if !directory.goes_by(&event.directory) {
            return Ok(Settlement::StillUnknown(format!(
                "it was begun at {}, and this is {}",
                event.directory,
                directory.capabilities().name
            )));
        }
        if event.kind == Kind::UserChanged && !directory.capabilities().records_outcome {
            // The marks of a password say nothing of it.
            let now = directory.user(operator, &target.id).await?;
            return Ok(Settlement::StillUnknown(match now.state.active {
                Fact::Known(true) => {
                    "the account is enabled now: look whether it is as wanted".into()
                }
                Fact::Known(false) => {
                    "the account is disabled now: look whether it is as wanted".into()
                }
                Fact::Unknown(_) | Fact::NotOffered => "look at the user".into(),
            }));
        }
        if !operator.reach.is_everywhere() {
            may_see(operator, &directory.user(operator, &target.id).await?)?;
        }
        let before = target.version.as_ref();
        let settlement = directory.settle(operator, &target.id, before).await?;
        let is_told = directory.is_told_at_once(&event.directory);
        let is_young = self.desk().now().duration_since(intent.at) < YOUNG;
        Ok(match settlement {
            // Whatever was changed since then moves the same marks.
            Settlement::Happened(how) if before.is_some() => Settlement::StillUnknown(format!(
                "{how}, by this change or by a later one: look at the user"
            )),
            Settlement::DidNotHappen(how) if !is_told => Settlement::StillUnknown(format!(
                "{how}, but it was begun at {}, of which this server may not have heard yet",
                event.directory
            )),
            Settlement::DidNotHappen(how) if before.is_some() && is_young => {
                Settlement::StillUnknown(format!(
                    "{how}, but it was begun less than two minutes ago and may still be at work"
                ))
            }
            told @ (Settlement::Happened(_)
            | Settlement::DidNotHappen(_)
            | Settlement::StillUnknown(_)) => told,
        })
    }
}

impl OwnSeat<'_> {
    /// Intents without an outcome (a crash, a lost line), for the notice after sign-in; empty for
    /// operators who may neither write nor read the audit.
    ///
    /// # Errors
    /// [`DeskError::Audit`].
    pub async fn open_intents(&self) -> Result<Vec<Record>, DeskError> {
        let permissions = self.operator.permissions;
        if !permissions.holds(Permission::UsersUpdate) && !permissions.holds(Permission::AuditRead)
        {
            return Ok(Vec::new());
        }
        let audit = &self.at.desk.audit;
        let mut open = audit.open_intents().await.map_err(DeskError::Audit)?;
        if !self.operator.reach.is_everywhere() {
            // Others act on whom this operator may not see.
            let own = |record: &Record| {
                let by = record.event.operator.as_ref();
                by.is_some_and(|by| by.id == self.operator.id)
            };
            open.retain(own);
        }
        Ok(open)
    }
}

/// What was asked for together with the password, as the directory shows it now.
fn beside(asked: bool, seen: Option<bool>) -> StepOutcome {
    match (asked, seen) {
        (false, _) => StepOutcome::NotNeeded,
        (true, Some(true)) => StepOutcome::Done,
        (true, Some(false)) => {
            StepOutcome::Refused("asked for together with the password, and not in effect".into())
        }
        (true, None) => StepOutcome::Unknown(
            "asked for together with the password; the directory does not show it".into(),
        ),
    }
}

/// A receipt for what a look showed.
pub(super) const fn settled(steps: Vec<(Step, StepOutcome)>, proof: Proof) -> Receipt {
    Receipt {
        steps,
        proof,
        version: None,
        server: None,
        after: None,
        recorded: false,
    }
}
