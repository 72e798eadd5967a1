//! `halligan config …`

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Context, Exit, Failure, output};
use crate::config;

/// Look at the configuration.
#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print what is in force, where each value came from, and what deserves a warning.
    Check,
}

impl Config {
    /// Runs the subcommand.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Check => check(context),
        }
    }
}

fn check(context: &Context) -> Result<Exit, Failure> {
    let loaded = &context.loaded;
    let warnings = config::warnings(loaded);
    let settings = loaded.settings();
    let rows: Vec<_> = settings
        .iter()
        .map(|setting| {
            vec![
                setting.key.clone(),
                setting.value.clone(),
                format!("({})", setting.origin),
            ]
        })
        .collect();
    context.out.result(
        &json!({
            "files": loaded.files,
            "settings": settings,
            "warnings": warnings,
        }),
        output::table(&rows),
    )?;
    for warning in &warnings {
        context.out.remark(&format!("warning: {warning}"))?;
    }
    Ok(Exit::Done)
}
