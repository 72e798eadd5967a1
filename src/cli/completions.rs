//! `halligan completions`

use std::io;

use clap::{Args, Command};
use clap_complete::Shell;

use super::{Exit, Failure};

/// Print the completion script of a shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell.
    shell: Shell,
}

impl Completions {
    /// Prints the script for `program` to standard output.
    pub fn run(self, mut program: Command) -> Result<Exit, Failure> {
        // Into memory first: the generator panics when the reader of a pipe has gone.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, "halligan", &mut script);
        io::Write::write_all(&mut io::stdout(), &script)?;
        Ok(Exit::Done)
    }
}
