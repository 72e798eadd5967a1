//! `halligan completions`

use std::io;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Exit, Failure};

/// Print the completion script of a shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell.
    shell: Shell,
}

impl Completions {
    /// Prints to standard output.
    pub fn run(self) -> Result<Exit, Failure> {
        // Into memory first: the generator panics when the reader of a pipe has gone.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "halligan", &mut script);
        io::Write::write_all(&mut io::stdout(), &script)?;
        Ok(Exit::Done)
    }
}
