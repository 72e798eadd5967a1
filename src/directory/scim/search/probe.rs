//! Trying out what a server makes of a filter.

use super::{
    learned::{Searching, is_about_the_filter},
    pages::Page,
    reads::Reads,
};
use crate::{
    directory::scim::request_failure::RequestFailure,
    scim::{Filter, filter::Operator},
};

impl Searching {
    /// Does the server tell capital letters from small ones in a `userName`, against RFC 7643
    /// section 4.1.1? Looks for a user that is there, with upper and lower case exchanged; done once.
    pub(super) async fn tells_case(
        &self,
        reads: &dyn Reads,
        page: &Page,
    ) -> Result<bool, RequestFailure> {
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
        let filter = Filter::compare("userName", Operator::Eq, &turned);
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
    pub(super) async fn ignores_filters(&self, reads: &dyn Reads) -> Result<bool, RequestFailure> {
        let nobody = Filter::compare("userName", Operator::Eq, &uuid::Uuid::new_v4().to_string());
        let page = self.paged(reads, Some(&nobody.to_string()), 0, 1).await?;
        Ok(!page.rows.is_empty())
    }
}
