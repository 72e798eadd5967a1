//! `halligan user list`

use std::collections::HashSet;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, shape},
    directory::Query,
};

/// Rows asked for at once.
const PAGE: usize = 1000;

/// List every user in the directory's order.
#[derive(Debug, Args)]
pub struct List {
    /// At most so many.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl List {
    /// Reads page after page and prints all of it.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let limit = self.limit.unwrap_or(usize::MAX);
        let users = context
            .at_desk(async |signed_in| {
                signed_in
                    .at()
                    .users_read(Kind::SearchOpened)
                    .await?
                    .open_search()
                    .await?;
                let mut users = Vec::new();
                // A server that repeats its page has no more to give.
                let mut seen = HashSet::new();
                let mut passed = 0;
                while users.len() < limit {
                    let query = Query {
                        text: String::new(),
                        limit: PAGE.min(limit - users.len()),
                        offset: passed,
                        ..Query::default()
                    };
                    let page = signed_in
                        .at()
                        .users_read(Kind::SearchOpened)
                        .await?
                        .search(&query)
                        .await?
                        .rows;
                    passed += page.len();
                    let before = users.len();
                    users.extend(page.into_iter().filter(|user| seen.insert(user.id.clone())));
                    if users.len() == before {
                        break;
                    }
                }
                Ok(users)
            })
            .await?;
        let now = Timestamp::now();
        context.out.result(
            &json!({
                "users": users.iter().map(|user| shape::user(user, now)).collect::<Vec<_>>(),
            }),
            shape::users(&users, now),
        )?;
        Ok(Exit::Done)
    }
}
