//! `halligan audit recoveries`

use clap::Args;
use serde_json::json;

use crate::cli::{Context, Exit, Failure, notices};

/// List the recoveries at the machine that you have not confirmed to have seen.
#[derive(Debug, Args)]
pub struct Recoveries {
    /// Confirm that you have seen those that are listed; recorded.
    #[arg(long)]
    seen: bool,
}

impl Recoveries {
    /// Prints the recoveries; with `--seen` the next sign-in does not name them again.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let recoveries = context
            .at_desk_without_notices(async |signed_in| {
                let seat = signed_in.at().own_account().await?;
                let recoveries = seat.notices().await?.recoveries;
                if let (true, Some(last)) = (self.seen, recoveries.last()) {
                    seat.recoveries_seen(last.sequence).await?;
                }
                Ok(recoveries)
            })
            .await?;
        let mut lines: Vec<String> = recoveries.iter().map(notices::recovery).collect();
        if lines.is_empty() {
            lines.push("no recovery that you have not seen".into());
        }
        context
            .out
            .result(&json!({ "recoveries": recoveries }), lines)?;
        Ok(Exit::Done)
    }
}
