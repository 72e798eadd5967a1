//! The tree as the operator sees it: bases, groups, users, policies.

use std::collections::BTreeMap;

use ldap3::Scope;

use super::cures;
use crate::{
    directory::{
        Finding,
        ldap::{
            attributes::Attributes, connection::Link, entry::Entry, flavour::Flavour, freeipa,
            groups, lost::Lost, policy::Rules, rdn, readable, search_request::SearchRequest,
            settings::LdapSettings,
        },
    },
    operator::Operator,
    permission::Role,
    user::UserId,
};

/// Rights differ by place: so many places are looked at, by one user of each.
const PLACES: usize = 3;
const USERS: usize = 200;

/// Are the bases there?
pub(super) async fn bases(link: &Link, bases: &[String]) -> Result<Vec<Finding>, Lost> {
    let mut found = Vec::new();
    for base in bases.iter().filter(|base| !freeipa::may_be_missing(base)) {
        found.push(if readable::matches(link, base, "(objectClass=*)").await? {
            Finding::good(format!("users are looked for beneath {base}"))
        } else {
            Finding::wrong(
                format!("there is no {base}, or it is not shown to you"),
                "Correct [ldap] bases, or have operators given read on that entry.",
            )
        });
    }
    Ok(found)
}

/// Are the groups there that give roles, and may their members be read?
pub(super) async fn groups(
    link: &Link,
    roles: &BTreeMap<String, Role>,
) -> Result<Vec<Finding>, Lost> {
    let mut found = Vec::new();
    for (group, role) in roles {
        found.push(match groups::look(link, group).await? {
            Ok(()) => Finding::good(format!("members of {group} are {}", role.word())),
            Err(error) => Finding::wrong(error.to_string(), &error.cure()),
        });
    }
    Ok(found)
}

/// One user of each place, but for the operator and those whom delegated rights do not reach.
pub(super) async fn samples(
    link: &Link,
    settings: &LdapSettings,
    bases: &[String],
    operator: &Operator,
) -> Result<Vec<UserId>, Lost> {
    let attributes = Attributes::new(link.root.flavour, settings);
    let mut samples: Vec<String> = Vec::new();
    for base in bases {
        let answer = link
            .search(SearchRequest {
                base,
                scope: Scope::Subtree,
                filter: &attributes.user_filter,
                attributes: &["adminCount".to_owned()],
                limit: USERS,
                controls: Vec::new(),
            })
            .await?;
        for (entry, _) in answer.entries {
            let place = rdn::above(&entry.dn).next().unwrap_or_default();
            let is_new = !samples
                .iter()
                .any(|sample| rdn::above(sample).next() == Some(place));
            if is_new && samples.len() < PLACES && is_ordinary(&entry, operator) {
                samples.push(entry.dn);
            }
        }
    }
    Ok(samples.into_iter().map(UserId).collect())
}

fn is_ordinary(entry: &Entry, operator: &Operator) -> bool {
    !rdn::same(&entry.dn, &operator.id.0)
        && entry.number("adminCount") != Some(1)
        && !freeipa::is_deleted(&entry.dn)
}

pub(super) fn nobody(link: &Link, settings: &LdapSettings) -> Finding {
    let filter = Attributes::new(link.root.flavour, settings).user_filter;
    Finding::wrong(
        format!("no user but you is shown to you by the filter {filter}"),
        "Look at user_filter and bases in [ldap], and have operators given read on users.",
    )
}

/// What is known of the rules for a user.
pub(super) fn policy(link: &Link, rules: &Rules, operator: &Operator) -> Vec<Finding> {
    let mut found = Vec::new();
    match rules {
        Rules::Known(policy) => {
            found.push(Finding::good(format!("password policy: {}", policy.source)));
            if policy.must_change == Some(false) {
                found.push(Finding::unclear(
                    format!("must-change has no effect under {}", policy.source),
                    match link.root.flavour {
                        Flavour::Ds389 => "passwordMustChange: on",
                        Flavour::OpenLdap
                        | Flavour::FreeIpa
                        | Flavour::ActiveDirectory
                        | Flavour::Lldap
                        | Flavour::Other => "pwdMustChange: TRUE",
                    },
                ));
            }
        }
        Rules::Hidden(source) => found.push(Finding::unclear(
            format!(
                "the password policy may not be read ({source}): ages, locks and the checklist stay \
                 unknown"
            ),
            &cures::policy(link.root.flavour, source, operator),
        )),
        Rules::None => found.push(Finding::unclear(
            "no password policy applies: Halligan's own decides",
            "",
        )),
    }
    found
}
