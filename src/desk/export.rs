//! People for a file: all who match, with a record of how many.

use std::collections::{BTreeSet, HashSet};

use super::{DeskError, Seat, seat::UsersRead};
use crate::{
    audit::{Event, Outcome},
    directory::{DirectoryError, Query, Total},
    text,
    user::User,
};

/// Rows asked for at once.
const PAGE: usize = 1000;

impl Seat<'_, UsersRead> {
    /// Everybody who matches, at most `query.limit` behind the first `query.offset`, for a file that
    /// is to be called `place`. Recorded are their number and by what they were chosen; the text is
    /// not: it may be a password typed into the wrong field.
    ///
    /// # Errors
    /// The directory's; [`DirectoryError::Invalid`] where more match than can be listed, so that a
    /// file never holds fewer than it seems to.
    pub async fn export(&self, query: &Query, place: &str) -> Result<Vec<User>, DeskError> {
        let users = self.all_who_match(query).await?;
        self.record(Event {
            detail: Some(format!(
                "{} to {place}; {}",
                text::users(users.len()),
                chosen(query)
            )),
            ..self.event(Outcome::Done)
        })
        .await?;
        Ok(users)
    }

    /// Everybody who matches, page by page, within `query.limit`.
    ///
    /// # Errors
    /// As [`Seat::export`].
    pub async fn all_who_match(&self, query: &Query) -> Result<Vec<User>, DeskError> {
        let mut users: Vec<User> = Vec::new();
        // A server that repeats its page has no more to give.
        let mut seen = HashSet::new();
        let mut passed = 0;
        let total = loop {
            let page = Query {
                offset: query.offset + passed,
                limit: PAGE.min(query.limit - users.len()),
                ..query.clone()
            };
            let found = self.search(&page).await?;
            passed += found.rows.len();
            let before = users.len();
            let new = found.rows.into_iter();
            users.extend(new.filter(|user| seen.insert(user.id.clone())));
            if users.len() == before || users.len() >= query.limit {
                break found.total;
            }
        };
        if let Total::MoreThan(listed) = total
            && users.len() < query.limit
        {
            return Err(DirectoryError::invalid(format!(
                "more than {listed} match, and no more can be listed: type more of the text, or \
                 filter without one"
            ))
            .into());
        }
        Ok(users)
    }
}

/// By what they were chosen, without what was typed.
fn chosen(query: &Query) -> String {
    let mut kinds: BTreeSet<&str> = query
        .criteria
        .iter()
        .map(|criterion| criterion.property.key())
        .collect();
    if !query.text.trim().is_empty() {
        kinds.insert("text");
    }
    if kinds.is_empty() {
        "everybody".into()
    } else {
        let kinds: Vec<&str> = kinds.into_iter().collect();
        format!("chosen by {}", kinds.join(", "))
    }
}
