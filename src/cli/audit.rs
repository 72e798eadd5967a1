//! `halligan audit …`

mod export;
mod head;
mod list;
mod reader;
mod recoveries;
mod verify;

use clap::{Args, Subcommand};

use super::{Context, Exit, Failure, recover::Asker};
use reader::Reader;

/// Read the record of everything that was done, refused or tried.
#[derive(Debug, Args)]
pub struct Audit {
    /// Read it at the machine with the store, as root or as the owner of its file, without signing in:
    /// for when the LDAP directory is down that operators sign in to. The reading is recorded with the
    /// account that asked.
    #[arg(long, global = true)]
    at_machine: bool,
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
    /// Is it to be read without signing in?
    pub const fn is_at_machine(&self) -> bool {
        self.at_machine
    }

    /// Runs the subcommand for an operator who signs in, or for `asker` at the machine.
    pub async fn run(self, asker: Option<&Asker>, context: &Context) -> Result<Exit, Failure> {
        let reader = Reader { context, asker };
        match self.command {
            Command::List(list) => list.run(&reader).await,
            Command::Verify(verify) => verify.run(&reader).await,
            Command::Export(export) => export.run(&reader).await,
            Command::Head(head) => head.run(&reader).await,
            Command::Recoveries(recoveries) if self.at_machine => {
                let _ = recoveries;
                Err(Failure::usage(
                    "recoveries are confirmed by administrators who have signed in",
                ))
            }
            Command::Recoveries(recoveries) => recoveries.run(context).await,
        }
    }
}
