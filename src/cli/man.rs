//! `halligan man`

use std::{io, path::PathBuf};

use clap::{Args, Command};
use clap_mangen::Man as Page;

use super::{Exit, Failure};

/// Print the manual page, or write a page for every subcommand.
#[derive(Debug, Args)]
pub struct Man {
    /// Write halligan.1, halligan-reset.1 and so on there instead of printing.
    #[arg(long, value_name = "DIRECTORY")]
    to: Option<PathBuf>,
}

impl Man {
    /// Prints or writes the pages of `program`.
    pub fn run(self, program: Command) -> Result<Exit, Failure> {
        if let Some(directory) = self.to {
            clap_mangen::generate_to(program, directory)?;
            return Ok(Exit::Done);
        }
        let mut page = Vec::new();
        Page::new(program).render(&mut page)?;
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
