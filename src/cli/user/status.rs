//! `halligan user enable` and `halligan user disable`

use clap::Args;

use crate::{
    audit::Kind,
    cli::{
        Context, Exit, Failure,
        receipt::{self, ReasonOption},
        secret_input::confirm,
        shape,
        target::TargetOption,
    },
    directory::UserChange,
};

/// Let a user sign in again who was disabled.
#[derive(Debug, Args)]
pub struct Enable {
    #[command(flatten)]
    target: TargetOption,
    #[command(flatten)]
    reason: ReasonOption,
}

/// Keep a user from signing in; nothing else of the account changes.
#[derive(Debug, Args)]
pub struct Disable {
    #[command(flatten)]
    target: TargetOption,
    #[command(flatten)]
    reason: ReasonOption,
}

impl Enable {
    /// Enables the user and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        set(context, &self.target, true, &self.reason.text).await
    }
}

impl Disable {
    /// Disables the user and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        set(context, &self.target, false, &self.reason.text).await
    }
}

async fn set(
    context: &Context,
    target: &TargetOption,
    active: bool,
    reason: &str,
) -> Result<Exit, Failure> {
    let (user, receipt) = context
        .at_desk(async |signed_in| {
            let user = target.find(signed_in).await?;
            let word = if active { "Enable" } else { "Disable" };
            confirm(&format!("{word} {}?", shape::who(&user)), context.yes)?;
            let change = UserChange {
                active: Some(active),
                ..UserChange::default()
            };
            let receipt = signed_in
                .at()
                .users_change(Kind::UserChanged)
                .await?
                .change_user(&user.id, Some(&user.version), &change, reason)
                .await?;
            Ok((user, receipt))
        })
        .await?;
    receipt::tell(context, &user, &receipt, &[])
}
