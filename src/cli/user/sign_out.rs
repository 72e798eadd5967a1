//! `halligan user sign-out`

use clap::Args;

use crate::{
    audit::Kind,
    cli::{
        Context, Exit, Failure,
        receipt::{self, ReasonOption},
        target::TargetOption,
    },
};

/// End the sessions of a user: consoles lock at their next act, tokens of the API end at once.
#[derive(Debug, Args)]
pub struct SignOut {
    #[command(flatten)]
    target: TargetOption,
    #[command(flatten)]
    reason: ReasonOption,
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
                    .end_sessions(&user.id, &self.reason.text)
                    .await?;
                Ok((user, receipt))
            })
            .await?;
        receipt::tell(context, &user, &receipt, &[])
    }
}
