//! `halligan store …`

use std::sync::{Arc, atomic::Ordering};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Context, Exit, Failure, progress};
use crate::{audit::Kind, directory::ImportWatch};

/// Look after the embedded store.
#[derive(Debug, Args)]
pub struct Store {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(Check),
}

/// Check the store's file, and the search index against a full scan. Ends with 14 when something
/// is wrong.
#[derive(Debug, Args)]
struct Check {
    /// Build a wrong index anew.
    #[arg(long)]
    mend: bool,
}

impl Store {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Check(check) => check.run(context).await,
        }
    }
}

impl Check {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let check = context
            .at_desk(async |signed_in| {
                let watch = ImportWatch::default();
                let rows = Arc::clone(&watch.rows);
                let progress = move |users| rows.store(users, Ordering::Relaxed);
                let work = async {
                    let at = signed_in.at();
                    if self.mend {
                        let seat = at.users_create(Kind::StoreChecked).await?;
                        seat.mend_store(progress).await
                    } else {
                        let seat = at.users_read(Kind::StoreChecked).await?;
                        seat.check_store(progress).await
                    }
                };
                Ok(progress::watched(work, &watch, None, !context.out.is_json()).await?)
            })
            .await?;
        let index = &check.index;
        let mut lines = Vec::new();
        lines.extend(
            check
                .file_faults
                .iter()
                .map(|fault| format!("file: {fault}")),
        );
        lines.extend(index.faults.iter().map(|fault| format!("index: {fault}")));
        lines.push(if index.mended {
            format!(
                "{} users; the index was wrong and has been built anew",
                index.users
            )
        } else if check.is_good() {
            format!(
                "{} users, {} sets of the index: all right",
                index.users, index.sets
            )
        } else if check.file_faults.is_empty() {
            "the search index is wrong: `halligan store check --mend` builds it anew".into()
        } else {
            "the file is damaged: go back to a copy, and keep this one for whoever looks into it"
                .into()
        });
        context.out.result(
            &json!({
                "good": check.is_good(),
                "users": index.users,
                "sets": index.sets,
                "file_faults": check.file_faults,
                "index_faults": index.faults,
                "mended": index.mended,
            }),
            lines,
        )?;
        Ok(if check.is_good() {
            Exit::Done
        } else {
            Exit::No
        })
    }
}
