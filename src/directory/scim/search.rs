//! Finding users at a server of which only that is believed which was tried: `co`, then `sw`, then
//! `eq`, then reading a bounded list and searching here.

mod criteria;
mod in_list;
mod ladder;
mod learned;
mod pages;
mod probe;
mod rank;
mod reads;

use super::request_failure::RequestFailure;
use crate::{
    directory::{Found, Query, Total},
    scim::{Filter, Object},
    user::User,
};
use in_list::LIST_BOUND;
use ladder::{LADDER, Rung};
use learned::is_about_the_filter;
use pages::Page;

pub(super) use criteria::filter;
pub(super) use learned::Searching;
pub(super) use reads::Reads;

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
    pub(super) async fn search(
        &self,
        reads: &dyn Reads,
        query: &Query,
    ) -> Result<Found, RequestFailure> {
        let typed = query.text.trim();
        if typed.is_empty() {
            return self.everybody(reads, query).await;
        }
        let mut first = self.learned().rung.unwrap_or(0);
        if let Some(poor) = self.learned().poor.filter(|_| first == LADDER.len()) {
            if let Some(found) = self.in_small_list(reads, typed, query).await? {
                return Ok(found);
            }
            // Too many by now: asked by what the server can again.
            first = poor;
        }
        for (at, rung) in LADDER.iter().enumerate().skip(first) {
            match self.try_rung(reads, rung, typed, query).await? {
                Some(mut found) => {
                    if rung.is_poor() {
                        self.with(|learned| learned.poor = Some(at));
                        if let Some(found) = self.in_small_list(reads, typed, query).await? {
                            self.with(|learned| learned.rung = Some(LADDER.len()));
                            return Ok(found);
                        }
                    }
                    let many = self.learned().too_many.filter(|_| rung.is_poor());
                    if let (Some(many), Some(remark)) = (many, &mut found.remark) {
                        *remark = format!(
                            "{remark} ({many} users: up to {LIST_BOUND} would be read and searched \
                             here)"
                        );
                    }
                    self.with(|learned| learned.rung = Some(at));
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
    async fn everybody(&self, reads: &dyn Reads, query: &Query) -> Result<Found, RequestFailure> {
        let page = self.paged(reads, None, query.offset, query.limit).await?;
        if page.total.is_some() {
            self.with(|learned| learned.population = page.total);
        }
        Ok(self.found(reads, &page, query, None))
    }

    /// A page by a filter; `None` where the server does not take it.
    async fn filtered(
        &self,
        reads: &dyn Reads,
        filter: &Filter,
        query: &Query,
    ) -> Result<Option<Page>, RequestFailure> {
        let written = filter.to_string();
        let page = self.paged(reads, Some(&written), query.offset, query.limit);
        match page.await {
            Ok(page) => Ok(Some(page)),
            Err(failure) if is_about_the_filter(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// `None`: this server does not search in that way.
    async fn try_rung(
        &self,
        reads: &dyn Reads,
        rung: &Rung,
        typed: &str,
        query: &Query,
    ) -> Result<Option<Found>, RequestFailure> {
        let tells_case = self.learned().tells_case == Some(true);
        let filter = rung.filter(typed, tells_case);
        let Some(page) = self.filtered(reads, &filter, query).await? else {
            return Ok(None);
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

    fn found(&self, reads: &dyn Reads, page: &Page, query: &Query, remark: Option<&str>) -> Found {
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
            meant: None,
            remark: (!remarks.is_empty()).then(|| remarks.join("; ")),
        }
    }
}
