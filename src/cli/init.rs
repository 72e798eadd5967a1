//! `halligan init`

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::{
    Context, Exit, Failure,
    doubt::{self, with_doubt},
    secret_input::{PasswordOptions, question},
    shape,
};
use crate::{
    config::DirectoryKind, directory::NewUser, permission::Role, process, user::AccountKind,
};

/// Set the store up: add the first administrator. Works once, on a store without one. Before an LDAP
/// directory it makes the store for the record alone and asks nothing.
#[derive(Debug, Args)]
pub struct Init {
    /// Email, with which the administrator signs in; asked for when it is missing.
    #[arg(long)]
    email: Option<String>,
    /// Given name; asked for when it is missing.
    #[arg(long)]
    given_name: Option<String>,
    /// Family name; asked for when it is missing.
    #[arg(long)]
    family_name: Option<String>,
    /// Badge or employee number; the part of the email before the @ when it is missing.
    #[arg(long)]
    id: Option<String>,
    #[command(flatten)]
    password: PasswordOptions,
}

impl Init {
    /// Adds the administrator; a store that has one is left alone.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let desk = context.desk_on_new_store().await?;
        if context.loaded.config.directory == DirectoryKind::Ldap {
            let store = context.loaded.config.store.display().to_string();
            desk.tidy().await;
            let line = format!("{store} holds the record; operators sign in at the directory.");
            context.out.result(&json!({ "store": store }), [line])?;
            return Ok(Exit::Done);
        }
        if !desk.needs_first_administrator().await? {
            return Err(Failure::new(
                Exit::Conflict,
                "the store is set up: it has an administrator",
                "Nothing was changed.",
                "Sign in, and add others with `halligan user add`.",
            ));
        }
        let ask = |given: Option<String>, prompt: &str| given.map_or_else(|| question(prompt), Ok);
        let email = ask(self.email, "Email")?;
        let given_name = ask(self.given_name, "Given name")?;
        let family_name = ask(self.family_name, "Family name")?;
        let id = self
            .id
            .unwrap_or_else(|| email.split('@').next().unwrap_or(&email).to_owned());
        let new = NewUser {
            login: id,
            email,
            given_name,
            family_name,
            kind: AccountKind::Staff,
            role: Role::Administrator,
            active: true,
            must_change: false,
            ..NewUser::default()
        };
        let password = self.password.read("Password", true)?;
        let doubt = doubt::told(context, &password);
        let user = desk
            .create_first_administrator(new, &password, &process::source())
            .await?;
        desk.tidy().await;
        context.out.result(
            &with_doubt(
                json!({ "user": shape::user(&user, Timestamp::now()) }),
                doubt,
            ),
            [format!("{} is the first administrator.", shape::who(&user))],
        )?;
        Ok(Exit::Done)
    }
}
