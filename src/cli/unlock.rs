//! `halligan unlock`

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::{Context, Exit, Failure, reset, shape, target::TargetOption};

/// Take the lock off a user's account and leave the password alone.
#[derive(Debug, Args)]
pub struct Unlock {
    #[command(flatten)]
    target: TargetOption,
    /// Reason, ticket or incident number, for the audit.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

impl Unlock {
    /// Unlocks and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (user, receipt) = context
            .at_desk(async |door| {
                let user = self.target.find(door).await?;
                let version = Some(user.version.clone());
                let receipt = door
                    .desk
                    .unlock(&door.session, &user.id, version, &self.reason)
                    .await?;
                Ok((user, receipt))
            })
            .await?;
        let mut lines = vec![shape::who(&user)];
        lines.extend(shape::receipt_lines(&receipt));
        if lines.len() == 1 {
            lines.push("nothing to do: the account was not locked".into());
        }
        context.out.result(
            &json!({
                "user": shape::user(&user, Timestamp::now()),
                "receipt": shape::receipt(&receipt),
            }),
            lines,
        )?;
        Ok(reset::done(&receipt))
    }
}
