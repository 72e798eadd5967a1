//! Finding out what became of a write whose answer was lost, without writing again.

use std::time::Duration;

use jiff::SignedDuration;

use super::{Desk, DeskError, Session, reset::ResetOrder};
use crate::{
    audit::{Event, Intent, Kind, Outcome, Record, Target},
    directory::DirectoryError,
    operator::Operator,
    permission::Permission,
    receipt::{Proof, Receipt, Settlement, Step, StepOutcome},
    user::User,
};

/// How long to wait before each look: a directory that has just lost a connection may need a
/// moment to come back, and an operator has a caller on the line.
const LOOKS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(3),
];

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

    /// Looks whether the reset of `order` happened: by trying the new password where the directory
    /// offers a check that counts as no failure, else by the user's version.
    pub(super) async fn find_out(
        &self,
        operator: &Operator,
        user: &User,
        order: &ResetOrder,
        intent: &Intent,
        what: String,
    ) -> Result<Receipt, DirectoryError> {
        let lost = Event {
            outcome: Outcome::Unknown(what.clone()),
            intent: Some(intent.sequence),
            ..intent.event.clone()
        };
        self.conclude_failure(lost).await;
        for wait in LOOKS {
            tokio::time::sleep(wait).await;
            match self.look(operator, user, order).await {
                Settlement::Happened(how) => {
                    return Ok(settled_receipt(order, format!("{what}; {how}")));
                }
                Settlement::DidNotHappen(how) => {
                    return Err(DirectoryError::Unavailable {
                        message: format!("{what}; {how}"),
                        cure: "Save again when the directory answers.".into(),
                        raw: None,
                    });
                }
                Settlement::StillUnknown(_) => {}
            }
        }
        Err(DirectoryError::OutcomeUnknown(what))
    }

    async fn look(&self, operator: &Operator, user: &User, order: &ResetOrder) -> Settlement {
        if self.directory.capabilities().check.is_yes()
            && let Ok(checked) = self
                .directory
                .check_password(operator, &user.id, &order.password)
                .await
        {
            return if checked.matches {
                Settlement::Happened("the new password was tried and is in force".into())
            } else {
                Settlement::DidNotHappen("the new password was tried and is not in force".into())
            };
        }
        self.directory
            .settle(operator, &user.id, Some(&user.version))
            .await
            .unwrap_or_else(|error| Settlement::StillUnknown(error.to_string()))
    }

    /// Intents without an outcome (a crash, a lost line), for the notice after sign-in; empty for
    /// operators who may neither write nor read the audit.
    ///
    /// # Errors
    /// [`DeskError::Audit`] and the session's own.
    pub async fn open_intents(&self, session: &Session) -> Result<Vec<Record>, DeskError> {
        self.awake(session)?;
        let permissions = session.operator().permissions;
        if !permissions.holds(Permission::UsersUpdate) && !permissions.holds(Permission::AuditRead)
        {
            return Ok(Vec::new());
        }
        self.audit.open_intents().await.map_err(DeskError::Audit)
    }

    /// Settles one open intent: asks the directory what it can tell, and records the answer as the
    /// intent's outcome when there is one, or when the operator has looked and closes it with a
    /// `remark`. Users - Update.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::Audit`] and the directory's.
    pub async fn settle(
        &self,
        session: &Session,
        intent: &Record,
        remark: Option<&str>,
    ) -> Result<Settlement, DeskError> {
        self.require(session, Kind::Settled, Permission::UsersUpdate)
            .await?;
        let settlement = self.look_again(session.operator(), intent).await?;
        let detail = match (&settlement, remark) {
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
            ..self.event(session, Kind::Settled, Outcome::Done)
        })
        .await?;
        Ok(settlement)
    }
}

impl Desk {
    /// What the directory can tell of an intent, long after it or after a crash.
    async fn look_again(
        &self,
        operator: &Operator,
        intent: &Record,
    ) -> Result<Settlement, DirectoryError> {
        let event = &intent.event;
        let Some(target) = &event.target else {
            return Ok(Settlement::StillUnknown("the intent names no user".into()));
        };
        if !self.directory.goes_by(&event.directory) {
            return Ok(Settlement::StillUnknown(format!(
                "it was begun at {}, and this is {}",
                event.directory,
                self.directory.capabilities().name
            )));
        }
        let before = target.version.as_ref();
        let settlement = self.directory.settle(operator, &target.id, before).await?;
        let is_young = self.now().duration_since(intent.at) < YOUNG;
        Ok(match settlement {
            // Whatever was changed since then moves the same marks.
            Settlement::Happened(how) if before.is_some() => Settlement::StillUnknown(format!(
                "{how}, by this change or by a later one: look at the user"
            )),
            Settlement::DidNotHappen(how) if before.is_some() && is_young => {
                Settlement::StillUnknown(format!(
                    "{how}, but it was begun less than two minutes ago and may still be at work"
                ))
            }
            told => told,
        })
    }
}

/// The password is in force; of must-change and unlock nothing more is known than was asked for.
fn settled_receipt(order: &ResetOrder, how: String) -> Receipt {
    let beside = |asked: bool| {
        if asked {
            StepOutcome::Unknown("asked for together with the password; look at the user".into())
        } else {
            StepOutcome::NotNeeded
        }
    };
    Receipt {
        steps: vec![
            (Step::PasswordSet, StepOutcome::Done),
            (Step::MustChange, beside(order.must_change)),
            (Step::Unlocked, beside(order.unlock)),
        ],
        proof: Proof::Proved(how),
        version: None,
        server: None,
        recorded: false,
    }
}
