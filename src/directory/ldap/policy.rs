//! The directory's own password policy, as far as the operator may read it.

mod active_directory;
mod checklist;
mod ds389;
mod freeipa;
mod openldap;
mod rules;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use ldap3::Scope;

use super::{
    connection::Link, control::PASSWORD_POLICY, entry::Entry, flavour::Flavour,
    freeipa as freeipa_tree, lost::Lost, search_request::SearchRequest,
};

pub(super) use checklist::{Hints, none};
pub(super) use rules::{Policy, Rules};

/// How long a policy that was read is believed.
const FRESH: Duration = Duration::from_mins(1);

/// Policies that were read lately, by DN.
#[derive(Debug, Default)]
pub(super) struct PolicyCache(Mutex<HashMap<String, (Instant, Rules)>>);

impl PolicyCache {
    fn fresh(&self, dn: &str) -> Option<Rules> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, rules) = cache.get(dn)?;
        (read.elapsed() < FRESH).then(|| rules.clone())
    }

    fn keep(&self, dn: String, rules: Rules) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(dn, (Instant::now(), rules));
    }

    /// The rules for the user of `entry`.
    pub(super) async fn rules(
        &self,
        link: &Link,
        entry: &Entry,
        default: Option<&str>,
    ) -> Result<Rules, Lost> {
        let flavour = link.root.flavour;
        let Some(dn) = policy_of(link, entry, default) else {
            return if flavour == Flavour::OpenLdap && link.root.control(PASSWORD_POLICY) {
                self.only(link).await
            } else {
                Ok(Rules::None)
            };
        };
        if let Some(rules) = self.fresh(&dn) {
            return Ok(rules);
        }
        let rules = match read(link, &dn).await? {
            Some(found) => match translate(flavour, &found) {
                Some(policy) => Rules::Known(Arc::new(policy)),
                None => Rules::Hidden(dn.clone()),
            },
            None => Rules::Hidden(dn.clone()),
        };
        self.keep(dn, rules.clone());
        Ok(rules)
    }

    /// The one policy that there is, which must be the default; more than one, or none that may be
    /// read, and nothing is known.
    async fn only(&self, link: &Link) -> Result<Rules, Lost> {
        if let Some(rules) = self.fresh("") {
            return Ok(rules);
        }
        let names: Vec<_> = openldap::NAMES
            .iter()
            .map(|&name| name.to_owned())
            .collect();
        let mut found = Vec::new();
        for base in &link.root.contexts {
            let answer = link
                .search(SearchRequest {
                    base,
                    scope: Scope::Subtree,
                    filter: "(objectClass=pwdPolicy)",
                    attributes: &names,
                    limit: 2,
                    controls: Vec::new(),
                })
                .await?;
            found.extend(answer.entries);
        }
        let policy = match found.as_slice() {
            [(entry, _)] => openldap::policy(entry),
            _ => None,
        };
        let rules = match policy {
            Some(policy) => Rules::Known(Arc::new(policy)),
            None => Rules::Hidden("the default policy: set default_policy in [ldap]".into()),
        };
        self.keep(String::new(), rules.clone());
        Ok(rules)
    }
}

/// The DN of the policy that applies.
fn policy_of(link: &Link, entry: &Entry, default: Option<&str>) -> Option<String> {
    match link.root.flavour {
        Flavour::OpenLdap | Flavour::Other => entry
            .text("pwdPolicySubentry")
            .or_else(|| default.map(str::to_owned)),
        Flavour::FreeIpa => entry.text("krbPwdPolicyReference").or_else(|| {
            let domain = link.root.domain()?;
            freeipa_tree::global_policy(&link.root.contexts, &domain)
        }),
        Flavour::Ds389 => Some(
            entry
                .text("pwdPolicySubentry")
                .unwrap_or_else(|| "cn=config".into()),
        ),
        Flavour::ActiveDirectory => entry
            .text("msDS-ResultantPSO")
            .or_else(|| link.root.contexts.first().cloned()),
        Flavour::Lldap => None,
    }
}

async fn read(link: &Link, dn: &str) -> Result<Option<Entry>, Lost> {
    let names = match link.root.flavour {
        Flavour::Ds389 => ds389::NAMES,
        Flavour::FreeIpa => freeipa::NAMES,
        Flavour::ActiveDirectory => active_directory::NAMES,
        Flavour::OpenLdap | Flavour::Lldap | Flavour::Other => openldap::NAMES,
    };
    let attributes: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
    let answer = link
        .search(SearchRequest {
            base: dn,
            scope: Scope::Base,
            // 389 shows policies of single users only to those who name their class.
            filter: "(|(objectClass=*)(objectClass=ldapsubentry))",
            attributes: &attributes,
            limit: 0,
            controls: Vec::new(),
        })
        .await?;
    Ok(answer.entries.into_iter().next().map(|(entry, _)| entry))
}

/// `None` when none of the attributes that every policy has was shown.
pub(super) fn translate(flavour: Flavour, entry: &Entry) -> Option<Policy> {
    match flavour {
        Flavour::Ds389 => ds389::policy(entry),
        Flavour::FreeIpa => freeipa::policy(entry),
        Flavour::ActiveDirectory => active_directory::policy(entry),
        Flavour::OpenLdap | Flavour::Lldap | Flavour::Other => openldap::policy(entry),
    }
}
