//! `halligan user sign-out`

use clap::Args;
use serde_json::json;

use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, reset, shape, target::TargetOption},
};

/// End the sessions of a user: consoles lock at their next act, tokens of the API end at once.
#[derive(Debug, Args)]
pub struct SignOut {
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

impl SignOut {
    /// Ends the sessions and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (user, receipt) = context
            .at_desk(async |signed_in| {
                let user = self.target.find(signed_in).await?;
                let receipt = signed_in
                    .at()
                    .users_force_logout(Kind::SessionsEnded)
                    .await?
                    .end_sessions(&user.id, &self.reason)
                    .await?;
                Ok((user, receipt))
            })
            .await?;
        let mut lines = vec![shape::who(&user)];
        lines.extend(shape::receipt_lines(&user, &receipt));
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
