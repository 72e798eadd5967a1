//! Criteria as a filter, where the server has what they ask for. Nothing is learned by them of how the
//! server searches, and nothing else is asked in their place.

use super::{Searching, ladder::LADDER, rank, reads::Reads};
use crate::{
    directory::{
        Criterion, DirectoryError, Found, Property, Query, Standing, cannot_tell,
        scim::request_failure::RequestFailure,
    },
    scim::{Filter, Object, schema::EXTENSION_URN},
};

/// The filter of criteria; `extended` says that the server offers our extension.
///
/// # Errors
/// What the server cannot tell.
pub(in crate::directory::scim) fn filter(
    criteria: &[Criterion],
    extended: bool,
) -> Result<Filter, DirectoryError> {
    let mut parts = Vec::new();
    for criterion in criteria {
        let written = written(&criterion.property, extended).map(|filter| {
            if criterion.negated {
                format!("not ({filter})")
            } else {
                filter
            }
        });
        let part = written.and_then(|filter| filter.parse::<Filter>().ok());
        parts.push(part.ok_or_else(|| cannot_tell(criterion))?);
    }
    Ok(Filter::And(parts))
}

/// `None` where the server does not know it. RFC 7643 has `active` and `userType`, and our extension
/// the rest (`docs/scim-extension.md`).
fn written(property: &Property, extended: bool) -> Option<String> {
    let ours = |rest: &str| extended.then(|| format!("{EXTENSION_URN}:{rest}"));
    match property {
        Property::Kind(kind) if !extended => Some(format!("userType eq \"{}\"", kind.word())),
        Property::Kind(kind) => ours(&format!("kind eq \"{}\"", kind.word())),
        Property::Role(role) => ours(&format!("role eq \"{}\"", role.word())),
        Property::Is(Standing::Active) => Some("active eq true".into()),
        Property::Is(Standing::Disabled) => Some("active eq false".into()),
        Property::Is(Standing::Locked) => ours("lock.locked eq true"),
        Property::Is(Standing::MustChange) => ours("mustChange eq true"),
        Property::Is(Standing::NoPassword) => ours("passwordSet eq false"),
        Property::Is(Standing::NeverSignedIn) => {
            extended.then(|| format!("not ({EXTENSION_URN}:lastSignIn pr)"))
        }
        Property::Is(Standing::Operator) => ours("role ne \"none\""),
        Property::Is(Standing::Expired | Standing::Unused | Standing::EndsThisWeek)
        | Property::Station(_)
        | Property::Field(_) => None,
    }
}

impl Searching {
    /// Who matches text and criteria; `None` where this server cannot be asked so.
    pub(in crate::directory::scim) async fn chosen(
        &self,
        reads: &dyn Reads,
        query: &Query,
        criteria: Filter,
    ) -> Result<Option<Found>, RequestFailure> {
        let typed = query.text.trim();
        let learned = self.learned();
        let (filter, remark) = if typed.is_empty() {
            (criteria, None)
        } else {
            let Some(rung) = LADDER.get(learned.rung.unwrap_or(0)) else {
                return Ok(None);
            };
            let text = rung.filter(typed, learned.tells_case == Some(true));
            (Filter::And(vec![criteria, text]), rung.remark)
        };
        let Some(page) = self.filtered(reads, &filter, query).await? else {
            return Ok(None);
        };
        let stray = |row: &Object| !matches!(filter.holds(row), Ok(true));
        if page.rows.iter().any(stray) {
            return Ok(None);
        }
        let mut found = self.found(reads, &page, query, remark);
        rank::best_first(&mut found.rows, typed);
        Ok(Some(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, extended: bool) -> Result<String, String> {
        let criteria = Query::typed(line).unwrap().criteria;
        filter(&criteria, extended)
            .map(|filter| filter.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn any_server_can_be_asked_who_is_disabled_and_of_which_kind() {
        let asked = of("-is:disabled kind:unit", false).unwrap();
        assert!(asked.contains("not (active eq false)"), "{asked}");
        assert!(asked.contains("userType eq \"unit\""), "{asked}");
    }

    #[test]
    fn what_only_our_extension_tells_is_not_asked_of_another_server() {
        for line in [
            "is:locked",
            "is:must-change",
            "is:no-password",
            "is:never-signed-in",
            "is:operator",
            "role:auditor",
        ] {
            assert!(of(line, true).unwrap().contains(EXTENSION_URN), "{line}");
            let refused = of(line, false).unwrap_err();
            assert!(
                refused.starts_with("This server cannot tell who"),
                "{refused}"
            );
        }
    }

    #[test]
    fn what_no_server_tells_is_said_and_not_passed_over() {
        for line in ["is:unused", "is:expired", "is:ends-this-week", "station:12"] {
            assert!(of(line, true).unwrap_err().contains(line), "{line}");
        }
    }
}
