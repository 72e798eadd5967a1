//! `halligan audit …`

mod export;
mod head;
pub(super) mod list;
mod recoveries;
mod verify;

use clap::{Args, Subcommand};

use super::{Context, Exit, Failure};

/// Read the record of everything that was done, refused or tried.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::List),
    Verify(verify::Verify),
    Export(export::Export),
    Head(head::Head),
    Recoveries(recoveries::Recoveries),
}

impl Audit {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::List(list) => list.run(context).await,
            Command::Verify(verify) => verify.run(context).await,
            Command::Export(export) => export.run(context).await,
            Command::Head(head) => head.run(context).await,
            Command::Recoveries(recoveries) => recoveries.run(context).await,
        }
    }
}
