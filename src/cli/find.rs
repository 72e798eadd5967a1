//! `halligan find`

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::{Context, Exit, Failure, shape};
use crate::{audit::Kind, directory::Query};

/// Find users by ID, email and name, best match first.
#[derive(Debug, Args)]
pub struct Find {
    /// Part of an ID, email or name; several words in any order.
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// At most so many rows; 1 or more.
    #[arg(long, value_name = "N", default_value = "20")]
    limit: std::num::NonZeroUsize,
    /// Pass over so many rows.
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
}

impl Find {
    /// Prints the page; nothing found ends with [`Exit::NotFound`].
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let query = Query {
            text: self.text.join(" "),
            limit: self.limit.get(),
            offset: self.offset,
            ..Query::default()
        };
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
                query.text, capabilities.searched, capabilities.name
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
