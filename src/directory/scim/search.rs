//! Finding users at a server of which only that is believed which was tried: `co`, then `sw`, then
//! `eq`, then reading a bounded list and searching here.

mod ladder;
mod pages;
mod rank;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    connection::{Answer, Ask},
    failure::{Answered, Failure},
};
use crate::{
    directory::{Found, Query, Total},
    scim::{Filter, Object},
    user::User,
};
use async_trait::async_trait;
use ladder::{LADDER, Rung};
use pages::Pages;

pub(super) use ladder::matches_locally;

/// Most users that are read to be searched here.
const LIST_BOUND: usize = 2000;
/// How long a list that was read serves the next keystrokes.
const LIST_LIFE: Duration = Duration::from_secs(10);

/// How searching reads.
#[async_trait]
pub(super) trait Reads: Sync {
    /// Sends a read with the operator's token.
    async fn read(&self, ask: &Ask) -> Result<Answer, Failure>;
    /// The user of a row; `None` for what is no user.
    fn user(&self, row: &Object) -> Option<User>;
    /// Rows to ask for at once.
    fn page_size(&self) -> usize;
    /// Ask for what matches by cursor: with a million users, counting all that match would take
    /// longer than finding the first page.
    fn by_cursor(&self) -> bool;
}

/// What has been learned about a server's searching.
#[derive(Debug, Default)]
pub(super) struct Searching {
    learned: Mutex<Learned>,
}

#[derive(Debug, Default, Clone)]
struct Learned {
    /// The rung that worked; [`LADDER`]'s length means reading a list.
    rung: Option<usize>,
    /// The server takes a filter and pays no heed to it.
    ignores_filters: bool,
    /// The server fails when it is told how many rows to send.
    no_count: bool,
    /// The server tells capital letters from small ones; unknown until it was tried.
    tells_case: Option<bool>,
    /// How many users there are, when that was last seen.
    population: Option<u64>,
    /// The list that was read last.
    list: Option<(Instant, Arc<List>)>,
}

#[derive(Debug)]
struct List {
    rows: Vec<Object>,
    /// Nobody is missing.
    complete: bool,
    total: Option<u64>,
}

impl Searching {
    /// What a search covers, in words, as far as it is known.
    pub(super) fn fields(&self) -> &'static str {
        match self.learned().rung.and_then(|rung| LADDER.get(rung)) {
            Some(rung) => rung.words,
            None => "ID, email, name",
        }
    }

    /// The users have changed: what was read is old.
    pub(super) fn forget_list(&self) {
        self.with(|learned| learned.list = None);
    }

    /// Finds users.
    pub(super) async fn search(&self, reads: &dyn Reads, query: &Query) -> Result<Found, Failure> {
        let typed = query.text.trim();
        if typed.is_empty() {
            return self.everybody(reads, query).await;
        }
        let first = self.learned().rung.unwrap_or(0);
        for (place, rung) in LADDER.iter().enumerate().skip(first) {
            match self.try_rung(reads, rung, typed, query).await? {
                Some(found) => {
                    self.with(|learned| learned.rung = Some(place));
                    return Ok(found);
                }
                None if self.learned().ignores_filters => break,
                None => {}
            }
        }
        let found = self.in_list(reads, typed, query).await?;
        self.with(|learned| learned.rung = Some(LADDER.len()));
        Ok(found)
    }

    /// Everybody, in the server's order.
    async fn everybody(&self, reads: &dyn Reads, query: &Query) -> Result<Found, Failure> {
        let page = self.paged(reads, None, query.offset, query.limit).await?;
        if page.total.is_some() {
            self.with(|learned| learned.population = page.total);
        }
        Ok(self.found(reads, &page, query, None))
    }

    /// `None`: this server does not search in that way.
    async fn try_rung(
        &self,
        reads: &dyn Reads,
        rung: &Rung,
        typed: &str,
        query: &Query,
    ) -> Result<Option<Found>, Failure> {
        let tells_case = self.learned().tells_case == Some(true);
        let filter = rung.filter(typed, tells_case);
        let written = filter.to_string();
        let page = match self
            .paged(reads, Some(&written), query.offset, query.limit)
            .await
        {
            Ok(page) => page,
            Err(failure) if is_about_the_filter(&failure) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let stray = |row: &Object| !matches!(filter.holds(row), Ok(true));
        if page.rows.iter().any(stray) && self.ignores_filters(reads).await? {
            self.with(|learned| learned.ignores_filters = true);
            return Ok(None);
        }
        if self.learned().tells_case.is_none() && self.tells_case(reads, &page).await? {
            return Box::pin(self.try_rung(reads, rung, typed, query)).await;
        }
        let mut found = self.found(reads, &page, query, rung.remark);
        rank::best_first(&mut found.rows, typed);
        Ok(Some(found))
    }

    /// Does the server tell capital letters from small ones in a `userName`, against RFC 7643
    /// section 4.1.1? Somebody is looked for with the letters turned round. Says so once.
    async fn tells_case(&self, reads: &dyn Reads, page: &pages::Page) -> Result<bool, Failure> {
        let somebody = match page.rows.first() {
            Some(_) => None,
            None => Some(self.paged(reads, None, 0, 1).await?),
        };
        let rows = somebody.as_ref().map_or(&page.rows, |page| &page.rows);
        let login = rows.iter().find_map(|row| {
            let login = reads.user(row)?.login;
            login
                .bytes()
                .any(|byte| byte.is_ascii_alphabetic())
                .then_some(login)
        });
        let Some(login) = login else {
            return Ok(false);
        };
        let turned: String = login
            .chars()
            .map(|c| {
                if c.is_ascii_lowercase() {
                    c.to_ascii_uppercase()
                } else {
                    c.to_ascii_lowercase()
                }
            })
            .collect();
        let filter = Filter::compare("userName", crate::scim::filter::Operator::Eq, &turned);
        let tells = match self.paged(reads, Some(&filter.to_string()), 0, 1).await {
            Ok(page) => page.rows.is_empty(),
            Err(failure) if is_about_the_filter(&failure) => false,
            Err(failure) => return Err(failure),
        };
        self.with(|learned| learned.tells_case = Some(tells));
        Ok(tells)
    }

    /// Rows came back that do not match. A server may fold accents where we do not, or it may
    /// ignore filters: then it also answers a question that nobody can match.
    async fn ignores_filters(&self, reads: &dyn Reads) -> Result<bool, Failure> {
        let nobody = Filter::compare(
            "userName",
            crate::scim::filter::Operator::Eq,
            &uuid::Uuid::new_v4().to_string(),
        );
        let page = self.paged(reads, Some(&nobody.to_string()), 0, 1).await?;
        Ok(!page.rows.is_empty())
    }

    /// Reads a bounded list and searches it here, with the same filter as the first rung.
    async fn in_list(
        &self,
        reads: &dyn Reads,
        typed: &str,
        query: &Query,
    ) -> Result<Found, Failure> {
        let list = self.list(reads).await?;
        let mut rows: Vec<User> = list
            .rows
            .iter()
            .filter(|row| matches_locally(row, typed))
            .filter_map(|row| reads.user(row))
            .collect();
        rank::best_first(&mut rows, typed);
        let matching = rows.len() as u64;
        let rows = rows
            .into_iter()
            .skip(query.offset)
            .take(query.limit)
            .collect();
        let why = if self.learned().ignores_filters {
            "this server pays no heed to what is searched for"
        } else {
            "this server cannot search"
        };
        let read = list.rows.len();
        let remark = match (list.complete, list.total) {
            (true, _) => format!("{why}: all {read} users were read and searched here"),
            (false, Some(total)) => {
                format!("{why}: only the first {read} of {total} users were read and searched here")
            }
            (false, None) => {
                format!("{why}: only the first {read} users were read and searched here")
            }
        };
        Ok(Found {
            rows,
            total: if list.complete {
                Total::Exact(matching)
            } else {
                Total::MoreThan(matching)
            },
            population: list.total,
            remark: Some(remark),
        })
    }

    async fn list(&self, reads: &dyn Reads) -> Result<Arc<List>, Failure> {
        if let Some((at, list)) = self.learned().list
            && at.elapsed() < LIST_LIFE
        {
            return Ok(list);
        }
        let page = self.paged(reads, None, 0, LIST_BOUND).await?;
        let list = Arc::new(List {
            complete: page.complete,
            total: page
                .total
                .or_else(|| page.complete.then_some(page.rows.len() as u64)),
            rows: page.rows,
        });
        self.with(|learned| {
            learned.population = list.total;
            learned.list = Some((Instant::now(), Arc::clone(&list)));
        });
        Ok(list)
    }

    /// Reads pages; when the server fails over the number of rows, once more without it.
    async fn paged(
        &self,
        reads: &dyn Reads,
        filter: Option<&str>,
        offset: usize,
        limit: usize,
    ) -> Result<pages::Page, Failure> {
        let mut pages = Pages {
            reads,
            filter,
            counted: !self.learned().no_count,
        };
        match pages.collect(offset, limit).await {
            Err(failure) if pages.counted && is_about_the_request(&failure) => {
                pages.counted = false;
                // Failing again, it was not the number of rows that it failed over.
                let Ok(page) = pages.collect(offset, limit).await else {
                    return Err(failure);
                };
                self.with(|learned| learned.no_count = true);
                Ok(page)
            }
            outcome => outcome,
        }
    }

    fn found(
        &self,
        reads: &dyn Reads,
        page: &pages::Page,
        query: &Query,
        remark: Option<&str>,
    ) -> Found {
        let rows: Vec<User> = page.rows.iter().filter_map(|row| reads.user(row)).collect();
        let unusable = page.rows.len() - rows.len();
        let seen = (query.offset + page.rows.len()) as u64;
        let total = match page.total {
            Some(total) => Total::Exact(total),
            None if page.complete => Total::Exact(seen),
            None => Total::MoreThan(seen),
        };
        let unusable = (unusable > 0)
            .then(|| format!("{unusable} rows without an ID that can be used are not shown"));
        let withheld = page
            .withheld
            .then(|| format!("this server gives no more than the first {seen} of them: type more"));
        let remarks: Vec<&str> = remark
            .into_iter()
            .chain(withheld.as_deref())
            .chain(unusable.as_deref())
            .collect();
        Found {
            rows,
            total,
            population: self.learned().population,
            remark: (!remarks.is_empty()).then(|| remarks.join("; ")),
        }
    }

    fn learned(&self) -> Learned {
        self.learned
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn with(&self, change: impl FnOnce(&mut Learned)) {
        change(&mut self.learned.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A failure that may come from a filter that the server does not understand.
const fn is_about_the_filter(failure: &Failure) -> bool {
    is_about_the_request(failure)
        || matches!(
            failure,
            Failure::Answered(Answered {
                status: 403 | 413 | 414,
                scim_type: Some(_),
                ..
            })
        )
}

/// A failure over what was asked, not over who asked or whether the server is there.
const fn is_about_the_request(failure: &Failure) -> bool {
    matches!(failure.status(), Some(400 | 500 | 501))
}
