//! `halligan user …`

mod add;
pub(super) mod import;
mod list;
mod role;
mod sign_out;
mod status;

use clap::{Args, Subcommand};

use super::{Context, Exit, Failure};

/// Add, import, list, enable and disable users, give roles and end sessions.
#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(add::Add),
    Disable(status::Disable),
    Enable(status::Enable),
    Import(import::Import),
    List(list::List),
    Role(role::Assign),
    SignOut(sign_out::SignOut),
}

impl User {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Add(add) => add.run(context).await,
            Command::Disable(disable) => disable.run(context).await,
            Command::Enable(enable) => enable.run(context).await,
            Command::Import(import) => import.run(context).await,
            Command::List(list) => list.run(context).await,
            Command::Role(role) => role.run(context).await,
            Command::SignOut(sign_out) => sign_out.run(context).await,
        }
    }
}
