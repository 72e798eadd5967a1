//! Requests for rows, page by page and base by base, and what was left out.

use ldap3::{
    Scope,
    controls::{Control, ControlType, PagedResults, RawControl},
};

use crate::directory::{
    DirectoryError,
    ldap::{
        attributes::Attributes,
        connection::Link,
        entry::Entry,
        filter::{self, Match},
        flavour::Flavour,
        freeipa,
        lost::Lost,
        refusal::{Tried, refused, site},
        result_code as code,
        search_request::{SearchAnswer, SearchRequest},
    },
};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) attributes: &'a Attributes,
    pub(super) bases: &'a [String],
    pub(super) text: &'a str,
    /// Rows, one more than are shown.
    pub(super) rows: usize,
}

/// Entries of one or more requests.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) entries: Vec<Entry>,
    /// There are more than were sent.
    pub(super) more: bool,
    /// The directory's own limit cut it short.
    pub(super) cut: Option<String>,
    pub(super) references: Vec<String>,
    /// Only the beginnings of fields were searched.
    pub(super) beginnings: bool,
    /// Nobody is spelled as was typed; these are spelled alike.
    pub(super) alike: bool,
}

impl Gathered {
    /// Everybody was looked at, and it was nobody.
    pub(super) fn is_nobody(&self) -> bool {
        self.entries.is_empty() && !self.more && self.cut.is_none()
    }
}

/// A request that failed in a way the operator must know.
pub(super) type Answer = Result<Gathered, Box<DirectoryError>>;

/// Servers that the directory referred to, without the partitions in which nobody is a user.
pub(super) fn elsewhere(references: &[String]) -> Vec<&str> {
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

pub(super) fn join(one: Gathered, other: Answer) -> Answer {
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
    one.alike |= other.alike;
    one.references.extend(other.references);
    Ok(one)
}

pub(super) async fn ask_all(link: &Link, wanted: Wanted<'_>, how: Match) -> Result<Answer, Lost> {
    let mut gathered = Gathered::default();
    for base in wanted.bases {
        match ask(link, wanted, base, how).await? {
            Ok(part) => match join(gathered, Ok(part)) {
                Ok(joined) => gathered = joined,
                Err(error) => return Ok(Err(error)),
            },
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(gathered))
}

/// Adds who has exactly this ID or address, where beginnings were cut short: they come first, and
/// may not be among those that the server came upon first.
pub(super) async fn with_exact(
    gathered: Gathered,
    link: &Link,
    wanted: Wanted<'_>,
) -> Result<Answer, Lost> {
    if !gathered.more && gathered.cut.is_none() {
        return Ok(Ok(gathered));
    }
    Ok(join(gathered, ask_all(link, wanted, Match::Exact).await?))
}

/// Those whose names hold the words with other marks or apostrophes. Servers compare letter by
/// letter, so more is asked for than is wanted, and looked through here.
pub(super) async fn spelled_alike(
    link: &Link,
    wanted: Wanted<'_>,
    within: bool,
) -> Result<Answer, Lost> {
    let mut gathered = Gathered::default();
    let Some(filter) = filter::find_alike(wanted.attributes, wanted.text, within) else {
        return Ok(Ok(gathered));
    };
    for base in wanted.bases {
        match join(gathered, ask_with(link, wanted, base, &filter).await?) {
            Ok(joined) => gathered = joined,
            Err(error) => return Ok(Err(error)),
        }
    }
    let fields: Vec<&String> = wanted.attributes.searched.iter().collect();
    let names = wanted.attributes.names();
    gathered.entries.retain(|entry| {
        wanted.text.split_whitespace().all(|word| {
            let mut texts = fields
                .iter()
                .copied()
                .chain(&names)
                .flat_map(|name| entry.texts(name));
            texts.any(|text| filter::holds(&text, word))
        })
    });
    gathered.alike = true;
    Ok(Ok(gathered))
}

async fn ask(link: &Link, wanted: Wanted<'_>, base: &str, how: Match) -> Result<Answer, Lost> {
    let how = match (how, link.root.flavour) {
        (Match::Prefix, Flavour::OpenLdap) => Match::PrefixWithin,
        (how, _) => how,
    };
    let filter = filter::find(wanted.attributes, wanted.text, how);
    ask_with(link, wanted, base, &filter).await
}

async fn ask_with(
    link: &Link,
    wanted: Wanted<'_>,
    base: &str,
    filter: &str,
) -> Result<Answer, Lost> {
    let names = wanted.attributes.requested(link.root.flavour);
    let pages = link.root.flavour == Flavour::ActiveDirectory;
    let page = |size: usize, cookie: Vec<u8>| {
        RawControl::from(PagedResults {
            size: i32::try_from(size).unwrap_or(i32::MAX),
            cookie,
        })
    };
    let request = |controls| SearchRequest {
        base,
        scope: Scope::Subtree,
        filter,
        attributes: &names,
        limit: wanted.rows,
        controls,
    };
    let controls = if pages {
        vec![page(wanted.rows, Vec::new())]
    } else {
        Vec::new()
    };
    let answer = link.search(request(controls)).await?;
    if let Some(cookie) = cookie(&answer.result.ctrls) {
        // A page of size 0 lets the server free what it keeps for the search (RFC 2696 section 3).
        let _ = link.search(request(vec![page(0, cookie)])).await?;
        return Ok(judge(answer, link, base, wanted.rows, true));
    }
    Ok(judge(answer, link, base, wanted.rows, false))
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
fn judge(answer: SearchAnswer, link: &Link, base: &str, rows: usize, pages: bool) -> Answer {
    let result = answer.result;
    let entries = answer.entries.into_iter().map(|(entry, _)| entry);
    let is_ipa = link.root.flavour == Flavour::FreeIpa;
    let entries: Vec<Entry> = entries
        .filter(|entry| !(is_ipa && freeipa::is_shadow(&entry.dn)))
        .collect();
    let mut gathered = Gathered {
        more: pages || entries.len() >= rows,
        references: answer.references,
        entries,
        ..Gathered::default()
    };
    let count = gathered.entries.len();
    match result.rc {
        code::SUCCESS => {}
        code::SIZE_LIMIT if gathered.more => {}
        code::SIZE_LIMIT => {
            gathered.cut = Some(format!("the directory sends no more than {count} rows"));
        }
        code::TIME_LIMIT | code::ADMIN_LIMIT if count > 0 => {
            gathered.cut = Some(format!(
                "the directory gave up after {count} rows: it takes longer than it allows"
            ));
        }
        code::NO_SUCH_OBJECT if freeipa::may_be_missing(base) => {}
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
    Ok(gathered)
}
