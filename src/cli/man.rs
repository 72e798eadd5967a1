//! `halligan man`

use std::{io, path::PathBuf};

use clap::{Args, CommandFactory as _};
use clap_mangen::Man as Page;

use super::{Cli, Exit, Failure};

/// Print the manual page, or write a page for every subcommand.
#[derive(Debug, Args)]
pub struct Man {
    /// Write halligan.1, halligan-reset.1 and so on there instead of printing.
    #[arg(long, value_name = "DIRECTORY")]
    to: Option<PathBuf>,
}

impl Man {
    /// Prints or writes.
    pub fn run(self) -> Result<Exit, Failure> {
        if let Some(directory) = self.to {
            clap_mangen::generate_to(Cli::command(), directory)?;
            return Ok(Exit::Done);
        }
        let mut page = Vec::new();
        Page::new(Cli::command()).render(&mut page)?;
        page.extend_from_slice(exit_status().as_bytes());
        io::Write::write_all(&mut io::stdout(), &page)?;
        Ok(Exit::Done)
    }
}

/// The section that man-pages(7) asks for.
fn exit_status() -> String {
    let mut section = String::from(".SH \"EXIT STATUS\"\n");
    for (exit, _, meaning) in Exit::TABLE {
        section.extend([".TP\n", &exit.code().to_string(), "\n", meaning, "\n"]);
    }
    section
}
