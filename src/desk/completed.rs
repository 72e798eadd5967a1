//! What follows the password in a reset whose answer was lost.

use super::{ResetOrder, Seat, seat::Right};
use crate::receipt::{Receipt, Step, StepOutcome};

impl<R: Right> Seat<'_, R> {
    /// The receipt of a reset that is known to have happened, with must-change and unlock done now
    /// where they are steps of their own: they were never sent.
    pub(super) async fn completed(&self, order: &ResetOrder, mut receipt: Receipt) -> Receipt {
        let steps = self
            .directory()
            .complete_reset(
                self.operator(),
                &order.user,
                order.must_change,
                order.unlock,
            )
            .await;
        match steps {
            Ok(Some(steps)) => {
                receipt
                    .steps
                    .retain(|(step, _)| steps.iter().all(|(done, _)| done != step));
                receipt.steps.extend(steps);
            }
            Ok(None) => {}
            Err(error) => {
                for (step, how) in &mut receipt.steps {
                    if *step != Step::PasswordSet && *how != StepOutcome::NotNeeded {
                        *how = StepOutcome::Unknown(error.to_string());
                    }
                }
            }
        }
        receipt
    }
}
