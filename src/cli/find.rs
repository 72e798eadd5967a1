//! `halligan find`

mod export;

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Args, builder::PossibleValuesParser, builder::TypedValueParser as _};
use jiff::Timestamp;
use serde_json::json;

use super::{Context, Exit, Failure, shape};
use crate::{
    audit::Kind,
    directory::{Order, Query},
};

/// Rows that are printed without a `--limit`.
const LIMIT: usize = 20;

/// Find users by ID, email and name, best match first, and by how their accounts stand.
///
/// Text and filters may be mixed, and all must hold: kind:staff, role:help-desk, station:"Station 12",
/// and is: with locked, disabled, expired, must-change, unused (reset and not used yet), no-password,
/// never-signed-in, ends-this-week, operator or active; and the site's own fields that are searched, by
/// their names: locker:12. `not` before a filter turns it round. Put the
/// whole line in quotes: halligan find 'vas kind:staff not is:disabled'.
#[derive(Debug, Args)]
pub struct Find {
    /// Part of an ID, email or name, several words in any order; filters.
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// At most so many rows; 1 or more. 20 without it, and all of them with --export.
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,
    /// Pass over so many rows.
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// In which order; best match first without it.
    #[arg(
        long,
        value_name = "ORDER",
        default_value = "best",
        hide_default_value = true,
        value_parser = PossibleValuesParser::new(Order::ALL.map(Order::word))
            .map(|word| Order::from_word(&word).unwrap_or_default())
    )]
    sort: Order,
    /// Write all who match to a file (0600), or to standard output with -. A name that ends with .jsonl
    /// asks for JSON Lines, any other for CSV, safe to open in a spreadsheet; either imports again.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
}

impl Find {
    /// Prints the page; nothing found ends with [`Exit::NotFound`].
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let typed = Query::typed(&self.text.join(" "))
            .map_err(|error| Failure::usage(&error.to_string()))?;
        let query = Query {
            order: self.sort,
            limit: self.limit.map_or(LIMIT, NonZeroUsize::get),
            offset: self.offset,
            ..typed
        };
        if let Some(file) = &self.export {
            let query = Query {
                limit: self.limit.map_or(usize::MAX, NonZeroUsize::get),
                ..query
            };
            return export::run(context, &query, file).await;
        }
        let (found, capabilities) = context
            .at_desk(async |signed_in| {
                signed_in
                    .at()
                    .users_read(Kind::SearchOpened)
                    .await?
                    .open_search()
                    .await?;
                let found = signed_in
                    .at()
                    .users_read(Kind::SearchOpened)
                    .await?
                    .search(&query)
                    .await?;
                Ok((found, signed_in.desk.capabilities()))
            })
            .await?;
        let now = Timestamp::now();
        context.out.result(
            &json!({
                "users": found.rows.iter().map(|user| shape::user(user, now)).collect::<Vec<_>>(),
                "total": shape::total(found.total),
                "population": found.population,
                "remark": found.remark,
                "directory": capabilities.name,
            }),
            shape::users(&found.rows, now),
        )?;
        if let Some(remark) = &found.remark {
            context.out.remark(remark)?;
        }
        if found.rows.is_empty() {
            context.out.remark(&format!(
                "Nobody matches '{}' in {} of {}.",
                query.to_string().trim(),
                capabilities.searched,
                capabilities.name
            ))?;
            return Ok(Exit::NotFound);
        }
        let population = found
            .population
            .map_or_else(String::new, |population| format!(" of {population}"));
        context
            .out
            .remark(&format!("{}{population}", found.total))?;
        Ok(Exit::Done)
    }
}
