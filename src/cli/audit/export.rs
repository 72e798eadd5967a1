//! `halligan audit export`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::reader::Reader;
use crate::{
    audit::{Format, Kind},
    cli::{Exit, Failure},
};

/// Write every record, oldest first, to a new file (0600).
#[derive(Debug, Args)]
pub struct Export {
    /// The file; must not exist.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// JSON Lines hold everything; CSV is safe to open in a spreadsheet.
    #[arg(long, value_enum, default_value_t)]
    format: Shape,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Shape {
    #[default]
    Jsonl,
    Csv,
}

impl Export {
    /// Writes the file; the export is recorded too.
    pub(super) async fn run(self, reader: &Reader<'_>) -> Result<Exit, Failure> {
        let format = match self.format {
            Shape::Jsonl => Format::JsonLines,
            Shape::Csv => Format::Csv,
        };
        // Recorded and told as a place that means the same everywhere.
        let file = std::path::absolute(&self.file)?;
        let records = reader
            .read(
                async |signed_in| {
                    let seat = signed_in.at().audit_read(Kind::AuditExported).await?;
                    Ok(seat.audit_export(file.clone(), format).await?)
                },
                async |audit| audit.audit_export(file.clone(), format).await,
            )
            .await?;
        reader.context.out.result(
            &json!({ "file": file, "records": records }),
            [format!("{records} records written to {}", file.display())],
        )?;
        Ok(Exit::Done)
    }
}
