//! Finding users: words over several fields, short ones from the beginning first, never more rows
//! than are wanted, and always said when something is missing. A key press is one search where that
//! can be, since the server's time is what it costs.

mod rank;

use ldap3::{
    Scope,
    controls::{Control, ControlType, PagedResults, RawControl},
};

use super::{
    LdapDirectory,
    attributes::Attributes,
    connection::{Ask, Brought, Link, Lost},
    entry::Entry,
    filter::{self, Match},
    flavour::Flavour,
    lookup::wanted,
    refusal::{Tried, code, refused, site},
    session::Session,
};
use crate::{
    directory::{DirectoryError, Found, Query, Total},
    user::User,
};

/// Rows are asked for in steps of this size, so that paging down does not shuffle the first ones.
const STEP: usize = 100;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
struct Wanted<'a> {
    attributes: &'a Attributes,
    bases: &'a [String],
    text: &'a str,
    /// Rows, one more than are shown.
    rows: usize,
}

/// Entries of one or more requests.
#[derive(Debug, Default)]
struct Haul {
    entries: Vec<Entry>,
    /// There are more than were sent.
    more: bool,
    /// The directory's own limit cut it short.
    cut: Option<String>,
    references: Vec<String>,
    /// Only the beginnings of fields were searched.
    beginnings: bool,
}

/// A request that failed in a way the operator must know.
type Answer = Result<Haul, Box<DirectoryError>>;

impl LdapDirectory {
    /// Searches; a newer search of the same operator ends this one.
    pub(super) async fn find(
        &self,
        session: &Session,
        query: &Query,
    ) -> Result<Found, DirectoryError> {
        session.newest.send_modify(|number| *number += 1);
        let mut newer = session.newest.subscribe();
        tokio::select! {
            found = self.find_now(session, query) => found,
            _ = newer.changed() => Err(DirectoryError::Cancelled),
        }
    }

    async fn find_now(&self, session: &Session, query: &Query) -> Result<Found, DirectoryError> {
        let settings = &self.connector.settings;
        let text = query.text.trim();
        let shown = (query.offset + query.limit).clamp(1, settings.row_limit.max(1));
        let rows = shown.div_ceil(STEP) * STEP;
        let (haul, users) = session
            .read(|link| async move {
                let attributes = Attributes::new(link.root.flavour, settings);
                let bases = self.bases(&link);
                let wanted = Wanted {
                    attributes: &attributes,
                    bases: &bases,
                    text,
                    rows: rows + 1,
                };
                let mut haul = match self.gather(session, &link, wanted).await? {
                    Ok(haul) => haul,
                    Err(error) => return Ok(Err(error)),
                };
                let entries = std::mem::take(&mut haul.entries);
                let users = self.users(session, &link, &attributes, entries).await?;
                Ok(Ok((haul, users)))
            })
            .await?
            .map_err(|error| *error)?;
        Ok(self.found(session, query, haul, users, rows))
    }

    fn found(
        &self,
        session: &Session,
        query: &Query,
        haul: Haul,
        mut users: Vec<User>,
        rows: usize,
    ) -> Found {
        let text = query.text.trim();
        rank::sort(&mut users, text);
        // Rows that were shown stay where they are when more of them are asked for.
        session.keep_order(text, query.offset > 0, &mut users);
        let more = haul.more || users.len() > rows;
        users.truncate(rows);
        session.listed(text, &users);
        let count = users.len() as u64;
        Found {
            total: if more || haul.cut.is_some() {
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
            remark: self.remark(haul, text),
        }
    }

    /// Where users are looked for.
    pub(super) fn bases(&self, link: &Link) -> Vec<String> {
        let configured = &self.connector.settings.bases;
        if configured.is_empty() {
            link.root.contexts.clone()
        } else {
            configured.clone()
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
            session.crowded(wanted.text, first.as_ref().is_ok_and(|haul| haul.more));
            return match first {
                Ok(mut haul) if !within || haul.more => {
                    haul.beginnings = true;
                    with_exact(haul, link, wanted).await
                }
                Ok(haul) => Ok(join(haul, ask_all(link, wanted, Match::Within).await?)),
                refused => Ok(refused),
            };
        }
        match ask_all(link, wanted, Match::Within).await? {
            // Cut short in the server's own order: the best rows may be missing.
            Ok(haul) if haul.more || haul.cut.is_some() => {
                let best = match ask_all(link, wanted, Match::Prefix).await? {
                    Ok(best) => {
                        session.crowded(wanted.text, best.more);
                        with_exact(best, link, wanted).await?
                    }
                    refused => refused,
                };
                Ok(join(haul, best))
            }
            other => Ok(other),
        }
    }

    /// Turns entries into users, with what may be known of their state.
    async fn users(
        &self,
        session: &Session,
        link: &Link,
        attributes: &Attributes,
        entries: Vec<Entry>,
    ) -> Result<Vec<User>, Lost> {
        let default = self.connector.settings.default_policy.as_deref();
        let mut users = Vec::with_capacity(entries.len());
        for entry in entries {
            let readable = self.readable(session, link, &entry.dn).await?;
            let rules = session.policies.rules(link, &entry, default).await?;
            let seen = self.seen(link, entry, attributes, rules, readable, None);
            users.push(seen.user);
        }
        Ok(users)
    }

    fn remark(&self, haul: Haul, text: &str) -> Option<String> {
        let mut parts: Vec<String> = self.connector.notice().into_iter().collect();
        parts.extend(haul.cut);
        if haul.beginnings {
            parts.push(format!(
                "only what begins with {text:?} was searched; type more letters to search within"
            ));
        }
        let elsewhere = elsewhere(&haul.references);
        if !elsewhere.is_empty() {
            parts.push(format!("not searched: {}", elsewhere.join(", ")));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// Servers that the directory referred to, without the partitions in which nobody is a user.
fn elsewhere(references: &[String]) -> Vec<&str> {
    let mut sites: Vec<&str> = references
        .iter()
        .filter(|url| {
            let url = url.to_ascii_lowercase();
            !["cn=configuration", "dc=forestdnszones", "dc=domaindnszones"]
                .iter()
                .any(|partition| url.contains(partition))
        })
        .map(|url| site(url))
        .collect();
    sites.sort_unstable();
    sites.dedup();
    sites
}

fn join(one: Haul, other: Answer) -> Answer {
    let (mut one, other) = (one, other?);
    let known: std::collections::HashSet<String> =
        one.entries.iter().map(|entry| entry.dn.clone()).collect();
    let new = other
        .entries
        .into_iter()
        .filter(|entry| !known.contains(&entry.dn));
    one.entries.extend(new);
    one.more |= other.more;
    one.cut = one.cut.or(other.cut);
    one.references.extend(other.references);
    Ok(one)
}

async fn ask_all(link: &Link, wanted: Wanted<'_>, how: Match) -> Result<Answer, Lost> {
    let mut haul = Haul::default();
    for base in wanted.bases {
        match ask(link, wanted, base, how).await? {
            Ok(part) => match join(haul, Ok(part)) {
                Ok(joined) => haul = joined,
                Err(error) => return Ok(Err(error)),
            },
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(haul))
}

/// Adds who has exactly this ID or address, where beginnings were cut short: they come first, and
/// may not be among those that the server came upon first.
async fn with_exact(haul: Haul, link: &Link, wanted: Wanted<'_>) -> Result<Answer, Lost> {
    if !haul.more && haul.cut.is_none() {
        return Ok(Ok(haul));
    }
    Ok(join(haul, ask_all(link, wanted, Match::Exact).await?))
}

async fn ask(link: &Link, wanted: Wanted<'_>, base: &str, how: Match) -> Result<Answer, Lost> {
    let how = match (how, link.root.flavour) {
        (Match::Prefix, Flavour::OpenLdap) => Match::PrefixWithin,
        (how, _) => how,
    };
    let filter = filter::find(wanted.attributes, wanted.text, how);
    let names = self::wanted(wanted.attributes, link.root.flavour);
    let pages = link.root.flavour == Flavour::ActiveDirectory;
    let page = |size: usize, cookie: Vec<u8>| {
        RawControl::from(PagedResults {
            size: i32::try_from(size).unwrap_or(i32::MAX),
            cookie,
        })
    };
    let request = |controls| Ask {
        base,
        scope: Scope::Subtree,
        filter: &filter,
        attributes: &names,
        limit: wanted.rows,
        controls,
    };
    let controls = if pages {
        vec![page(wanted.rows, Vec::new())]
    } else {
        Vec::new()
    };
    let brought = link.search(request(controls)).await?;
    if let Some(cookie) = cookie(&brought.result.ctrls) {
        // A page of no size gives the server its memory back (RFC 2696, section 3).
        let _ = link.search(request(vec![page(0, cookie)])).await?;
        return Ok(judge(brought, link, base, wanted.rows, true));
    }
    Ok(judge(brought, link, base, wanted.rows, false))
}

fn cookie(controls: &[Control]) -> Option<Vec<u8>> {
    controls.iter().find_map(|Control(kind, raw)| match kind {
        Some(ControlType::PagedResults) => {
            let parsed = std::panic::catch_unwind(|| raw.parse::<PagedResults>()).ok()?;
            Some(parsed.cookie).filter(|cookie| !cookie.is_empty())
        }
        _ => None,
    })
}

/// Keeps what came, and says what did not.
fn judge(brought: Brought, link: &Link, base: &str, rows: usize, pages: bool) -> Answer {
    let result = brought.result;
    let entries: Vec<_> = brought
        .entries
        .into_iter()
        .map(|(entry, _)| entry)
        .collect();
    let mut haul = Haul {
        more: pages || entries.len() >= rows,
        references: brought.references,
        entries,
        ..Haul::default()
    };
    let count = haul.entries.len();
    match result.rc {
        code::SUCCESS => {}
        code::SIZE_LIMIT if haul.more => {}
        code::SIZE_LIMIT => {
            haul.cut = Some(format!("the directory sends no more than {count} rows"));
        }
        code::TIME_LIMIT | code::ADMIN_LIMIT if count > 0 => {
            haul.cut = Some(format!(
                "the directory gave up after {count} rows: it takes longer than it allows"
            ));
        }
        code::NO_SUCH_OBJECT => {
            return Err(Box::new(DirectoryError::Unavailable {
                message: format!(
                    "{} has no entry {base}, or does not show it to you",
                    link.server
                ),
                cure: "Look at [ldap] bases in the configuration.".into(),
                raw: Some(result.text).filter(|text| !text.is_empty()),
            }));
        }
        _ => return Err(Box::new(refused(&result, link, Tried::Read, false))),
    }
    Ok(haul)
}
