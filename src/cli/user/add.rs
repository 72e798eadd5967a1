//! `halligan user add`

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, doubt, receipt, secret_input::PasswordOptions, shape, words},
    desk::Added,
    directory::NewUser,
    permission::Role,
    user::AccountKind,
};

/// Add a user. Without a password option the account has none until a reset.
#[derive(Debug, Args)]
pub struct Add {
    /// Badge, employee or customer number; unique.
    #[arg(long)]
    id: String,
    /// Email, with which the user signs in; unique.
    #[arg(long, default_value = "", hide_default_value = true)]
    email: String,
    /// Given name.
    #[arg(long, default_value = "", hide_default_value = true)]
    given_name: String,
    /// Family name, or the whole name of apparatus.
    #[arg(long)]
    family_name: String,
    /// Whom the account belongs to.
    #[arg(long, default_value = "staff", value_parser = words::kind())]
    kind: AccountKind,
    /// What the user may do at this desk.
    #[arg(long, default_value = "none", value_parser = words::role())]
    role: Role,
    /// Add the account disabled.
    #[arg(long)]
    inactive: bool,
    #[command(flatten)]
    password: PasswordOptions,
}

impl Add {
    /// Adds the user.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let new = NewUser {
            login: self.id,
            email: self.email,
            given_name: self.given_name,
            family_name: self.family_name,
            kind: self.kind,
            role: self.role,
            active: !self.inactive,
            must_change: true,
            ..NewUser::default()
        };
        let password = if self.password.is_given() {
            Some(self.password.read("Password", true)?)
        } else {
            None
        };
        let doubt = password
            .as_ref()
            .and_then(|password| doubt::told(context, password));
        let added = context
            .at_desk(async |signed_in| {
                let added = signed_in
                    .at()
                    .users_create(Kind::UserCreated)
                    .await?
                    .create_user(new, password.as_ref())
                    .await?;
                Ok(added)
            })
            .await?;
        let Added { user, receipt } = &added;
        let mut lines = vec![format!("added: {}", shape::who(user))];
        lines.extend(shape::receipt_lines(user, receipt).into_iter().skip(1));
        context.out.result(
            &doubt::with_doubt(
                json!({
                    "user": shape::user(user, Timestamp::now()),
                    "receipt": shape::receipt(receipt),
                }),
                doubt,
            ),
            lines,
        )?;
        Ok(receipt::exit(receipt))
    }
}
