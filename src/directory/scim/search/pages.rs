//! Rows of a list, page by page, from servers that give fewer than asked, more than asked, count
//! from another row, or want a cursor (RFC 7644 section 3.4.2.4, RFC 9865).

use std::collections::HashSet;

use serde_json::{Value, json};

use super::reads::Reads;
use crate::{
    directory::scim::{request::Request, request_failure::RequestFailure},
    scim::{Object, list::ListResponse, member},
};

/// Most requests for one search.
const MOST_REQUESTS: usize = 100;

/// How a list is read.
pub(super) struct Pages<'a> {
    pub(super) reads: &'a dyn Reads,
    pub(super) filter: Option<&'a str>,
    /// Say how many rows are wanted, and from which on.
    pub(super) counted: bool,
}

/// A stretch of a list.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) rows: Vec<Object>,
    /// How many there are in all, where the server says so.
    pub(super) total: Option<u64>,
    /// There are no rows after these.
    pub(super) complete: bool,
    /// There are more rows, but the server does not give them.
    pub(super) withheld: bool,
}

impl Pages<'_> {
    /// Up to `limit` rows after the first `offset`.
    pub(super) async fn collect(
        &self,
        offset: usize,
        limit: usize,
    ) -> Result<Page, RequestFailure> {
        let mut page = Page::default();
        let mut seen = HashSet::new();
        // Rows of the whole list that have gone by.
        let by_cursor = self.counted && self.filter.is_some() && self.reads.by_cursor();
        let mut position = if self.counted && !by_cursor {
            offset
        } else {
            0
        };
        let mut cursor = by_cursor.then(String::new);
        for _ in 0..MOST_REQUESTS {
            let list = self.ask(position, offset + limit, cursor.take()).await?;
            page.total = list.total_results.or(page.total);
            let start = list
                .start_index
                .and_then(|start| usize::try_from(start).ok())
                .map(|start| start.saturating_sub(1));
            // A server with cursors may not know of places at all: its first page is the first.
            position = match start {
                Some(start) => start,
                None if list.next_cursor.is_some() && seen.is_empty() => 0,
                None => position,
            };
            let mut fresh = false;
            for row in list.resources {
                let at = position;
                position += 1;
                if !seen.insert(id(&row, at)) {
                    continue;
                }
                fresh = true;
                if at >= offset {
                    if page.rows.len() >= limit {
                        return Ok(page);
                    }
                    page.rows.push(row);
                }
            }
            cursor = list.next_cursor;
            let at_end = match (&cursor, page.total) {
                (None, Some(total)) => position as u64 >= total,
                (None, None) => by_cursor,
                _ => false,
            };
            // A server that sends nothing new has no more to give.
            if at_end || !fresh || (!self.counted && cursor.is_none()) {
                page.complete = at_end || page.total.is_none();
                page.withheld = !page.complete;
                return Ok(page);
            }
            if page.rows.len() >= limit {
                return Ok(page);
            }
        }
        Ok(page)
    }

    async fn ask(
        &self,
        position: usize,
        end: usize,
        cursor: Option<String>,
    ) -> Result<ListResponse, RequestFailure> {
        let mut request = Request::get(&["Users"]);
        if let Some(filter) = self.filter {
            request = request.query("filter", filter);
        }
        if self.counted {
            let count = end.saturating_sub(position).min(self.reads.page_size());
            request = request.query("count", count.to_string());
            if cursor.is_none() && position > 0 {
                request = request.query("startIndex", (position + 1).to_string());
            }
        }
        if let Some(cursor) = cursor {
            request = request.query("cursor", cursor);
        }
        match self.reads.read(&request).await {
            Ok(answer) => list(&answer.body),
            // Some say 404 where nobody matches; only one that has users at that address says so.
            Err(failure) if self.filter.is_some() && failure.status() == Some(404) => {
                let first = Request::get(&["Users"]).query("count", "1");
                let users = self.reads.read(&first).await.ok();
                let there = users.is_some_and(|answer| list(&answer.body).is_ok());
                if there {
                    list(&json!({ "totalResults": 0 }))
                } else {
                    Err(failure)
                }
            }
            Err(failure) => Err(failure),
        }
    }
}

fn id(row: &Object, at: usize) -> String {
    member(row, "id").map_or_else(|| format!("row {at}"), Value::to_string)
}

/// A list as servers write it: names in any case of letters (RFC 7643 section 2.1), numbers as
/// strings, `null` for what is absent (section 2.5).
fn list(body: &Value) -> Result<ListResponse, RequestFailure> {
    let unusable = || RequestFailure::NotScim(200, "this is no list of users".into());
    let Value::Object(object) = body else {
        return Err(unusable());
    };
    // A user, a configuration or an answer of another API must not pass for an empty list.
    if member(object, "Resources").is_none() && member(object, "totalResults").is_none() {
        return Err(unusable());
    }
    let number = |name: &str| match member(object, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| unusable()),
        Some(value) => value.as_u64().map(Some).ok_or_else(unusable),
    };
    let resources = match member(object, "Resources") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(rows)) => rows
            .iter()
            .map(|row| row.as_object().cloned().ok_or_else(unusable))
            .collect::<Result<_, _>>()?,
        Some(_) => return Err(unusable()),
    };
    let cursor = member(object, "nextCursor").and_then(Value::as_str);
    Ok(ListResponse {
        schemas: Vec::new(),
        total_results: number("totalResults")?,
        start_index: number("startIndex")?,
        items_per_page: number("itemsPerPage")?,
        next_cursor: cursor.map(ToOwned::to_owned),
        resources,
    })
}
