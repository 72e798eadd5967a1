//! The binary: parse, configure, run.

use std::process::ExitCode;

fn main() -> ExitCode {
    halligan::cli::run(std::env::args_os()).into()
}
