//! `halligan user enable` and `halligan user disable`

use clap::Args;

use super::many;
use crate::{
    audit::Kind,
    cli::{
        Context, Exit, Failure,
        caller::CallerOptions,
        receipt::{self, ReasonOption},
        secret_input::confirm,
        shape,
        target::TargetOption,
    },
    desk::BulkAct,
    directory::UserChange,
};

/// One user, or everybody who matches.
#[derive(Debug, Clone, Args)]
struct WhomOption {
    /// The user: ID or email, or any text that matches one user only.
    #[arg(value_name = "USER", required_unless_present = "where")]
    user: Option<String>,
    /// Take an identifier only (ID, email, in LDAP the DN too), never a text that happens to match.
    #[arg(long, conflicts_with = "where")]
    exact: bool,
    /// In place of USER everybody who matches, in the language of `halligan find`: 'kind:unit
    /// station:12'. The plan comes first, then a question.
    #[arg(
        id = "where",
        long = "where",
        value_name = "QUERY",
        allow_hyphen_values = true,
        conflicts_with = "user"
    )]
    query: Option<String>,
}

impl WhomOption {
    async fn set(
        &self,
        context: &Context,
        active: bool,
        reason: &str,
        caller: Option<&CallerOptions>,
    ) -> Result<Exit, Failure> {
        let act = if active {
            BulkAct::Enable
        } else {
            BulkAct::Disable
        };
        match (&self.query, &self.user) {
            (Some(query), _) => many::run(context, act, query, reason).await,
            (None, user) => {
                let user = user.clone().unwrap_or_default();
                set(
                    context,
                    &TargetOption::named(user, self.exact),
                    active,
                    reason,
                    caller,
                )
                .await
            }
        }
    }
}

/// Let a user sign in again who was disabled.
#[derive(Debug, Args)]
pub struct Enable {
    #[command(flatten)]
    whom: WhomOption,
    #[command(flatten)]
    reason: ReasonOption,
    #[command(flatten)]
    caller: CallerOptions,
}

/// Keep a user from signing in; nothing else of the account changes.
#[derive(Debug, Args)]
pub struct Disable {
    #[command(flatten)]
    whom: WhomOption,
    #[command(flatten)]
    reason: ReasonOption,
}

impl Enable {
    /// Enables the user and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        self.whom
            .set(context, true, &self.reason.text, Some(&self.caller))
            .await
    }
}

impl Disable {
    /// Disables the user and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        self.whom.set(context, false, &self.reason.text, None).await
    }
}

async fn set(
    context: &Context,
    target: &TargetOption,
    active: bool,
    reason: &str,
    caller: Option<&CallerOptions>,
) -> Result<Exit, Failure> {
    let (user, receipt) = context
        .at_desk(async |signed_in| {
            let user = target.find(signed_in).await?;
            let word = if active { "Enable" } else { "Disable" };
            confirm(&format!("{word} {}?", shape::who(&user)), context.yes)?;
            if let Some(caller) = caller {
                caller.say(signed_in, &user, reason).await?;
            }
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
