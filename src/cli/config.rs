//! `halligan config …`

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Context, Exit, Failure, output};
use crate::config::{self, DirectoryKind};

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
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Check => check(context).await,
        }
    }
}

async fn check(context: &Context) -> Result<Exit, Failure> {
    let loaded = &context.loaded;
    let mut warnings = config::warnings(loaded);
    // A store that cannot be opened has been warned of, or is still to be made. An LDAP directory
    // would have to be asked over the network, and as somebody.
    if loaded.config.directory != DirectoryKind::Ldap
        && let Ok(desk) = context.desk().await
        && let Some(1) = desk.administrators_who_can_sign_in().await?
    {
        warnings.push(
            "only one administrator can sign in: give a second person the role, before it is needed"
                .into(),
        );
    }
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
