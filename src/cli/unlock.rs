//! `halligan unlock`

use clap::Args;
use serde_json::json;

use super::{Context, Exit, Failure, reset, shape, target::TargetOption};
use crate::{
    audit::Kind,
    receipt::{Step, StepOutcome},
};

/// Take the lock off a user's account and leave the password alone.
#[derive(Debug, Args)]
pub struct Unlock {
    #[command(flatten)]
    target: TargetOption,
    /// Reason, ticket or incident number, for the audit.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    reason: String,
}

impl Unlock {
    /// Unlocks and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (user, receipt) = context
            .at_desk(async |signed_in| {
                let user = self.target.find(signed_in).await?;
                let version = Some(user.version.clone());
                let receipt = signed_in
                    .at()
                    .users_update(Kind::Unlock)
                    .await?
                    .unlock(&user.id, version, &self.reason)
                    .await?;
                Ok((user, receipt))
            })
            .await?;
        let mut lines = vec![shape::who(&user)];
        lines.extend(shape::receipt_lines(&user, &receipt));
        if receipt.steps == [(Step::Unlocked, StepOutcome::NotNeeded)] {
            lines.insert(1, "nothing to do: the account was not locked".into());
        }
        context.out.result(
            &json!({
                "user": shape::user_after(&user, &receipt),
                "receipt": shape::receipt(&receipt),
            }),
            lines,
        )?;
        Ok(reset::done(&receipt))
    }
}
