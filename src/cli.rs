//! The command line, one file per subcommand.

pub mod exit;
mod failure;

pub use exit::Exit;
pub use failure::Failure;

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::{
    config::{Flags, Loaded},
    process,
};

/// Find a user and reset the password, without a mouse.
///
/// Without a subcommand the console opens on the configured directory; the first time it sets the
/// store up.
#[derive(Debug, Parser)]
#[command(
    name = "halligan",
    version,
    propagate_version = true,
    arg_required_else_help = false
)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options that every subcommand takes.
#[derive(Debug, Clone, Args)]
struct Common {
    /// Read this configuration file in place of /etc/halligan/config.toml and your own.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The store's file.
    #[arg(long, global = true, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Name of the password and session profile.
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Print one JSON document, errors too.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {}

impl Common {
    fn load(&self) -> Result<Loaded, Failure> {
        Ok(Loaded::read(&Flags {
            config: self.config.clone(),
            store: self.store.clone(),
            profile: self.profile.clone(),
        })?)
    }
}

/// Parses `arguments`, does what they say, prints what went wrong.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe (`halligan --help | head`) is no failure.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
        }
    };
    let json = cli.common.json;
    match dispatch(&cli) {
        Ok(exit) => exit,
        Err(failure) => failure.report(json),
    }
}

fn dispatch(cli: &Cli) -> Result<Exit, Failure> {
    process::harden()?;
    let _loaded = cli.common.load()?;
    match &cli.command {
        None => Err(Failure::new(
            Exit::Failed,
            "the console is not built yet",
            "Nothing was changed.",
            "",
        )),
        Some(command) => match *command {},
    }
}
