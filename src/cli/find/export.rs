//! `halligan find --export`

use std::{io, path::Path};

use jiff::Timestamp;
use serde_json::json;

use crate::{
    audit::{Format, Kind},
    cli::{Context, Exit, Failure, output::Unwritten, secret_input::confirm},
    directory::Query,
    roster::{ExportError, write_export, write_export_file},
    text,
};

/// Writes everybody who matches.
pub(super) async fn run(context: &Context, query: &Query, file: &Path) -> Result<Exit, Failure> {
    let to_output = file == Path::new("-");
    if to_output && context.out.is_json() {
        return Err(Failure::usage(
            "--json and --export - both want standard output",
        ));
    }
    // Recorded and told as a place that means the same everywhere.
    let file = std::path::absolute(file)?;
    let mut replace = false;
    if !to_output && file.exists() {
        confirm(&format!("Replace {}?", file.display()), context.yes)?;
        replace = true;
    }
    let place = if to_output {
        "standard output".to_owned()
    } else {
        file.display().to_string()
    };
    let users = context
        .at_desk(async |signed_in| {
            let seat = signed_in.at().users_read(Kind::UsersExported).await?;
            Ok(seat.export(query, &place).await?)
        })
        .await?;
    let now = Timestamp::now();
    if to_output {
        write_export(io::stdout().lock(), Format::Csv, &users, now).map_err(Unwritten)?;
    } else {
        write_export_file(&file, replace, Format::of(&file), &users, now).map_err(|error| {
            let cure = match &error {
                ExportError::Exists(_) => "Name another file.",
                ExportError::Write { .. } => "Name a file in a folder that you may write to.",
            };
            Failure::new(
                Exit::Failed,
                &error.to_string(),
                "Nothing was changed.",
                cure,
            )
        })?;
        context.out.result(
            &json!({ "file": file, "users": users.len() }),
            [format!("{} written to {place}", text::users(users.len()))],
        )?;
    }
    Ok(if users.is_empty() {
        Exit::NotFound
    } else {
        Exit::Done
    })
}
