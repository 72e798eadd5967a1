//! `halligan user …`

mod add;
mod edit;
pub(super) mod import;
mod list;
mod many;
mod one_act;
mod remove;
mod role;
mod show;
mod sign_out;
mod status;

use clap::{Args, Subcommand};

use super::{Context, Exit, Failure};

/// Add, show, edit, import, list, enable, disable and remove users, one or everybody who matches; give
/// roles and end sessions.
#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(add::Add),
    Disable(status::Disable),
    Edit(edit::Edit),
    Enable(status::Enable),
    Import(import::Import),
    List(list::List),
    Remove(remove::Remove),
    Reset(many::Reset),
    Role(role::Assign),
    Set(many::Set),
    Show(show::Show),
    SignOut(sign_out::SignOut),
    Unlock(many::Unlock),
}

impl User {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Add(add) => add.run(context).await,
            Command::Disable(disable) => disable.run(context).await,
            Command::Edit(edit) => edit.run(context).await,
            Command::Enable(enable) => enable.run(context).await,
            Command::Import(import) => import.run(context).await,
            Command::List(list) => list.run(context).await,
            Command::Remove(remove) => remove.run(context).await,
            Command::Reset(reset) => reset.run(context).await,
            Command::Role(role) => role.run(context).await,
            Command::Set(set) => set.run(context).await,
            Command::Show(show) => show.run(context).await,
            Command::SignOut(sign_out) => sign_out.run(context).await,
            Command::Unlock(unlock) => unlock.run(context).await,
        }
    }
}
