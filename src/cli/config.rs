//! `halligan config …`

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context, Exit, Failure,
    table::{Column, Window, table},
};
use crate::{
    audit::Kind,
    config::{self, DirectoryKind},
    directory::{Finding, FindingVerdict},
};

/// Look at the configuration.
#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(Check),
}

/// Print what is in force, where each value came from, and what deserves a warning. Ends with 3 when
/// something will not work.
#[derive(Debug, Args)]
struct Check {
    /// Connect to the LDAP directory, too: look at each server, sign the operator in, and say which
    /// groups and policies are there, what the operator may see and do, and the exact line that mends
    /// what is missing. Nothing is changed.
    #[arg(long)]
    connect: bool,
}

impl Config {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Check(check) => check.run(context).await,
        }
    }
}

impl Check {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let loaded = &context.loaded;
        let warnings = warnings(context).await?;
        let mut findings = config::mistakes(&loaded.config);
        let is_usable = findings.is_empty();
        if self.connect && loaded.config.directory != DirectoryKind::Ldap {
            let what = "--connect looks at LDAP directories alone";
            findings.push(Finding::unclear(what, ""));
        } else if self.connect && is_usable {
            findings.extend(connect(context).await?);
        }
        let settings = loaded.settings();
        let rows: Vec<_> = settings
            .iter()
            .map(|setting| {
                vec![
                    setting.key.clone(),
                    setting.value.clone(),
                    setting.origin.clone(),
                ]
            })
            .collect();
        context.out.result(
            &json!({
                "files": loaded.files,
                "settings": settings,
                "warnings": warnings,
                "findings": findings,
            }),
            table(&COLUMNS, &rows, Window::of_output()),
        )?;
        for warning in &warnings {
            context.out.remark(&format!("warning: {warning}"))?;
        }
        for finding in &findings {
            told(context, finding)?;
        }
        let is_wrong = |finding: &Finding| finding.verdict == FindingVerdict::Wrong;
        Ok(if findings.iter().any(is_wrong) {
            Exit::Configuration
        } else {
            Exit::Done
        })
    }
}

/// Whole even where a line is longer than the window: a value that is cut tells nothing.
const COLUMNS: [Column<'_>; 3] = [
    Column::whole("Key"),
    Column::whole("Value"),
    Column::whole("From"),
];

async fn warnings(context: &Context) -> Result<Vec<String>, Failure> {
    let mut warnings = config::warnings(&context.loaded);
    // A store that cannot be opened has been warned of, or is still to be made. An LDAP directory
    // would have to be asked over the network, and as somebody.
    if context.loaded.config.directory != DirectoryKind::Ldap
        && let Ok(desk) = context.desk().await
        && let Some(1) = desk.administrators_who_can_sign_in().await?
    {
        warnings.push(
            "only one administrator can sign in: give a second person the role, before it is needed"
                .into(),
        );
    }
    Ok(warnings)
}

/// The servers as anybody finds them, then what the operator sees and may do.
async fn connect(context: &Context) -> Result<Vec<Finding>, Failure> {
    let mut findings = context.desk().await?.examine_servers().await;
    let examined = context
        .at_desk(async |signed_in| {
            let seat = signed_in.at().users_read(Kind::SearchOpened).await?;
            Ok(seat.examine().await?)
        })
        .await;
    match examined {
        Ok(found) => findings.extend(found),
        Err(failure) if failure.exit() == Exit::Usage => return Err(failure),
        Err(failure) => findings.push(Finding::wrong(failure.message(), failure.cure())),
    }
    Ok(findings)
}

/// Says what was found, and what mends it.
pub(super) fn told(context: &Context, finding: &Finding) -> Result<(), Failure> {
    let mark = match finding.verdict {
        FindingVerdict::Good => "good",
        FindingVerdict::Unclear => "unclear",
        FindingVerdict::Wrong => "WRONG",
    };
    context.out.remark(&format!("{mark}: {}", finding.what))?;
    if !finding.cure.is_empty() {
        context.out.remark(&format!("    {}", finding.cure))?;
    }
    Ok(())
}
