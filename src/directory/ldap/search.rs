//! Finding users: words over several fields, short ones from the beginning first, never more rows
//! than are wanted, and always said when something is missing. A key press is one search where that
//! can be, since the server's time is what it costs.

mod criteria;
mod gather;
mod rank;

use jiff::Timestamp;

use super::{
    account_control::not_a_user,
    attributes::Attributes,
    connection::Link,
    directory::LdapDirectory,
    entry::Entry,
    filter::{self, Match},
    flavour::Flavour,
    lost::Lost,
    read,
    session::Session,
};
use crate::{
    directory::{Criterion, DirectoryError, Found, Query, Total},
    user::User,
};

use gather::{Answer, Gathered, Wanted, ask_all, elsewhere, join, spelled_alike, with_exact};

/// Rows are asked for in steps of this size, so that paging down does not shuffle the first ones.
const STEP: usize = 100;

impl LdapDirectory {
    /// Searches; a newer search of the same operator ends this one.
    pub(super) async fn search(
        &self,
        session: &Session,
        query: &Query,
    ) -> Result<Found, DirectoryError> {
        session.newest.send_modify(|number| *number += 1);
        let mut newer = session.newest.subscribe();
        tokio::select! {
            found = self.search_now(session, query) => found,
            _ = newer.changed() => Err(DirectoryError::Cancelled),
        }
    }

    async fn search_now(&self, session: &Session, query: &Query) -> Result<Found, DirectoryError> {
        let settings = &self.connector.settings;
        let text = query.text.trim();
        let now = Timestamp::now();
        let shown = (query.offset + query.limit).clamp(1, settings.row_limit.max(1));
        let rows = shown.div_ceil(STEP) * STEP;
        let (gathered, users) = session
            .read(|link| async move {
                let mut attributes = Attributes::new(link.root.flavour, settings);
                match criteria::filter(&query.criteria, &attributes, link.root.flavour, now) {
                    Ok(filter) if filter.is_empty() => {}
                    Ok(filter) => {
                        attributes.user_filter = format!("(&{}{filter})", attributes.user_filter);
                    }
                    Err(error) => return Ok(Err(Box::new(error))),
                }
                let bases = self.bases(&link);
                let wanted = Wanted {
                    attributes: &attributes,
                    bases: &bases,
                    text,
                    rows: rows + 1,
                };
                let mut gathered = match self.gather(session, &link, wanted).await? {
                    Ok(gathered) => gathered,
                    Err(error) => return Ok(Err(error)),
                };
                if gathered.is_nobody() {
                    let within = settings.substring_search;
                    match spelled_alike(&link, wanted, within).await? {
                        Ok(alike) => gathered = alike,
                        Err(error) => return Ok(Err(error)),
                    }
                }
                let entries = std::mem::take(&mut gathered.entries);
                let mut users = self.users(session, &link, &attributes, entries).await?;
                // What was asked for may let in a few too many.
                users.retain(|user| {
                    let holds = |criterion: &Criterion| criterion.holds(user, now);
                    query.criteria.iter().all(|one| holds(one) != Some(false))
                });
                Ok(Ok((gathered, users)))
            })
            .await?
            .map_err(|error| *error)?;
        let mut found = self.found(session, query, gathered, users, rows);
        found.ordered(query);
        Ok(found)
    }

    fn found(
        &self,
        session: &Session,
        query: &Query,
        gathered: Gathered,
        mut users: Vec<User>,
        rows: usize,
    ) -> Found {
        let text = query.text.trim();
        rank::sort(&mut users, text);
        // Rows that were shown stay where they are when more of them are asked for.
        let line = query.to_string();
        let line = line.trim();
        session.keep_order(line, query.offset > 0, &mut users);
        let more = gathered.more || users.len() > rows;
        users.truncate(rows);
        session.listed(line, &users);
        let count = users.len() as u64;
        Found {
            total: if more || gathered.cut.is_some() {
                Total::MoreThan(count)
            } else {
                Total::Exact(count)
            },
            rows: users
                .into_iter()
                .skip(query.offset)
                .take(query.limit)
                .collect(),
            population: None,
            meant: None,
            remark: self.remark(gathered, text),
        }
    }

    async fn gather(
        &self,
        session: &Session,
        link: &Link,
        wanted: Wanted<'_>,
    ) -> Result<Answer, Lost> {
        if wanted.text.is_empty() {
            return ask_all(link, wanted, Match::Within).await;
        }
        // Samba and Active Directory have no index for the middle of a field, OpenLDAP and 389
        // none for short fragments: the beginning is found at once, the rest by looking at
        // everybody. Where beginnings alone filled the list a letter ago, they may do so again.
        let scans =
            link.root.flavour == Flavour::ActiveDirectory || filter::has_short_word(wanted.text);
        let within = self.connector.settings.substring_search;
        if !within || scans || session.was_crowded(wanted.text) {
            let first = ask_all(link, wanted, Match::Prefix).await?;
            session.crowded(
                wanted.text,
                first.as_ref().is_ok_and(|gathered| gathered.more),
            );
            return match first {
                Ok(mut gathered) if !within || gathered.more => {
                    gathered.beginnings = true;
                    with_exact(gathered, link, wanted).await
                }
                Ok(gathered) => Ok(join(gathered, ask_all(link, wanted, Match::Within).await?)),
                refused => Ok(refused),
            };
        }
        match ask_all(link, wanted, Match::Within).await? {
            // Cut short in the server's own order: the best rows may be missing.
            Ok(gathered) if gathered.more || gathered.cut.is_some() => {
                let best = match ask_all(link, wanted, Match::Prefix).await? {
                    Ok(best) => {
                        session.crowded(wanted.text, best.more);
                        with_exact(best, link, wanted).await?
                    }
                    refused => refused,
                };
                Ok(join(gathered, best))
            }
            other => Ok(other),
        }
    }

    /// Turns entries into users, with what may be known of their state.
    pub(super) async fn users(
        &self,
        session: &Session,
        link: &Link,
        attributes: &Attributes,
        entries: Vec<Entry>,
    ) -> Result<Vec<User>, Lost> {
        let default = self.connector.settings.default_policy.as_deref();
        let mut users = Vec::with_capacity(entries.len());
        // A filter of the site's own may let the domain's accounts through.
        for entry in entries
            .into_iter()
            .filter(|entry| not_a_user(entry).is_none())
        {
            let readable = self.readable(session, link, &entry.dn).await?;
            let rules = session.policies.rules(link, &entry, default).await?;
            let has_password = self.has_password(session, link, &entry).await?;
            let found = read::Found {
                entry,
                rules,
                readable,
                has_password,
                usability: None,
            };
            let seen = self.seen(link, attributes, found);
            users.push(seen.user);
        }
        Ok(users)
    }

    fn remark(&self, gathered: Gathered, text: &str) -> Option<String> {
        let mut parts: Vec<String> = self.connector.notice().into_iter().collect();
        parts.extend(gathered.cut);
        if gathered.alike && gathered.more {
            parts.push(
                "this directory compares accents letter by letter, and too many are spelled \
                 alike to look through: type more, or the accents"
                    .into(),
            );
        }
        if gathered.beginnings {
            parts.push(format!(
                "only what begins with {text:?} was searched; type more letters to search within"
            ));
        }
        let elsewhere = elsewhere(&gathered.references);
        if !elsewhere.is_empty() {
            parts.push(format!("not searched: {}", elsewhere.join(", ")));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
