//! `halligan unlock`

use clap::Args;

use super::{
    Context, Exit, Failure,
    caller::CallerOptions,
    receipt::{self, ReasonOption},
    target::TargetOption,
};
use crate::audit::Kind;

/// Take the lock off a user's account and leave the password alone.
#[derive(Debug, Args)]
pub struct Unlock {
    #[command(flatten)]
    target: TargetOption,
    #[command(flatten)]
    reason: ReasonOption,
    #[command(flatten)]
    caller: CallerOptions,
}

impl Unlock {
    /// Unlocks and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (user, receipt) = context
            .at_desk(async |signed_in| {
                let user = self.target.find(signed_in).await?;
                let reason = &self.reason.text;
                self.caller.say(signed_in, &user, reason).await?;
                let version = Some(user.version.clone());
                let receipt = signed_in
                    .at()
                    .users_update(Kind::Unlock)
                    .await?
                    .unlock(&user.id, version, reason)
                    .await?;
                Ok((user, receipt))
            })
            .await?;
        receipt::tell(context, &user, &receipt, &[])
    }
}
