//! `halligan user remove`

use clap::Args;
use serde_json::json;

use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, receipt, secret_input::confirm, shape, target::TargetOption},
};

/// Remove a user for good; what is on record stays. To keep somebody out for a while: `disable`.
#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    target: TargetOption,
}

impl Remove {
    /// Asks, removes the user and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (user, receipt) = context
            .at_desk(async |signed_in| {
                let user = self.target.find(signed_in).await?;
                let question = format!(
                    "Remove {} for good? This cannot be taken back.",
                    shape::who(&user)
                );
                confirm(&question, context.yes)?;
                let seat = signed_in.at().users_delete(Kind::UserRemoved).await?;
                let receipt = seat.remove_user(&user.id, Some(&user.version)).await?;
                Ok((user, receipt))
            })
            .await?;
        receipt::tell(context, &user, &receipt, &[("removed", json!(true))])
    }
}
