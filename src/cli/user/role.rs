//! `halligan user role`

use clap::Args;
use serde_json::json;

use crate::{
    audit::Kind,
    cli::{
        Context, Exit, Failure, receipt, secret_input::confirm, shape, target::TargetOption, words,
    },
    permission::Role,
};

/// Give a user a role in place of the one held.
#[derive(Debug, Args)]
pub struct Assign {
    #[command(flatten)]
    target: TargetOption,
    /// The new role; `none` takes every permission away.
    #[arg(value_parser = words::role())]
    role: Role,
}

impl Assign {
    /// Gives the role and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (user, receipt) = context
            .at_desk(async |signed_in| {
                let user = self.target.find(signed_in).await?;
                let question = format!("Give {} the role {}?", shape::who(&user), self.role);
                confirm(&question, context.yes)?;
                let receipt = signed_in
                    .at()
                    .roles_update(Kind::RoleAssigned)
                    .await?
                    .assign_role(&user.id, self.role.clone())
                    .await?;
                Ok((user, receipt))
            })
            .await?;
        receipt::tell(context, &user, &receipt, &[("role", json!(self.role))])
    }
}
