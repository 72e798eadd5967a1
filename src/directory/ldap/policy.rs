//! The directory's own password policy, as far as the operator may read it.

mod active_directory;
mod ds389;
mod openldap;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use jiff::SignedDuration;
use ldap3::Scope;

use super::{
    connection::{Ask, Link, Lost},
    control::{PASSWORD_POLICY, POLICY_HINTS},
    entry::Entry,
    flavour::Flavour,
    settings::LdapSettings,
};
use crate::directory::{CountedIn, DirectoryPolicy, DirectoryRule};

/// How long a policy that was read is believed.
const FRESH: Duration = Duration::from_mins(1);

/// A policy, in one shape for every flavour. `None` means "no such rule".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) source: String,
    pub(super) min_length: Option<usize>,
    pub(super) counted_in: Option<CountedIn>,
    /// Remembered passwords.
    pub(super) history: Option<u32>,
    /// Kinds of characters or other quality rules, in words.
    pub(super) quality: Option<&'static str>,
    pub(super) max_age: Option<SignedDuration>,
    pub(super) min_age: Option<SignedDuration>,
    /// So many failed sign-ins lock; `None`: they never do, or it is not known.
    pub(super) max_failures: Option<u32>,
    /// How long a lock lasts; `None`: until an administrator opens it.
    pub(super) lockout: Option<SignedDuration>,
    pub(super) max_idle: Option<SignedDuration>,
    /// Whether must-change is enforced; `None` where the flavour has no such switch.
    pub(super) must_change: Option<bool>,
    /// Life of a temporary password.
    pub(super) temporary: Option<SignedDuration>,
}

/// What is known of the rules for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rules {
    Known(Arc<Policy>),
    /// There is a policy, but it may not be read; its name.
    Hidden(String),
    /// No policy applies.
    None,
}

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
            let brought = link
                .search(Ask {
                    base,
                    scope: Scope::Subtree,
                    filter: "(objectClass=pwdPolicy)",
                    attributes: &names,
                    limit: 2,
                    controls: Vec::new(),
                })
                .await?;
            found.extend(brought.entries);
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
    let attributes: Vec<_> = [openldap::NAMES, ds389::NAMES, active_directory::NAMES]
        .into_iter()
        .zip([Flavour::OpenLdap, Flavour::Ds389, Flavour::ActiveDirectory])
        .filter(|(_, flavour)| *flavour == link.root.flavour)
        .flat_map(|(names, _)| names.iter().map(|&name| name.to_owned()))
        .collect();
    let attributes = if attributes.is_empty() {
        openldap::NAMES
            .iter()
            .map(|&name| name.to_owned())
            .collect()
    } else {
        attributes
    };
    let brought = link
        .search(Ask {
            base: dn,
            scope: Scope::Base,
            // 389 shows policies of single users only to those who name their class.
            filter: "(|(objectClass=*)(objectClass=ldapsubentry))",
            attributes: &attributes,
            limit: 0,
            controls: Vec::new(),
        })
        .await?;
    Ok(brought.entries.into_iter().next().map(|(entry, _)| entry))
}

/// `None` when none of the attributes that every policy has was shown.
pub(super) fn translate(flavour: Flavour, entry: &Entry) -> Option<Policy> {
    match flavour {
        Flavour::Ds389 => ds389::policy(entry),
        Flavour::ActiveDirectory => active_directory::policy(entry),
        _ => openldap::policy(entry),
    }
}

/// Seconds as a length of time; 0 and less mean that there is no such rule.
fn seconds(entry: &Entry, name: &str) -> Option<SignedDuration> {
    entry
        .number(name)
        .filter(|&seconds| seconds > 0)
        .map(SignedDuration::from_secs)
}

fn positive<N: TryFrom<i64>>(entry: &Entry, name: &str) -> Option<N> {
    entry
        .number(name)
        .filter(|&number| number > 0)
        .and_then(|number| N::try_from(number).ok())
}

impl Policy {
    /// For the checklist.
    pub(super) fn checklist(&self, flavour: Flavour, hints: Hints) -> DirectoryPolicy {
        let mut rules = Vec::new();
        let mut rule = |label: String, least| rules.push(DirectoryRule { label, least });
        if let Some(least) = self.min_length {
            let unit = self.counted_in.unwrap_or(CountedIn::CodePoints);
            rule(
                format!("at least {least} characters (directory)"),
                Some((least, unit)),
            );
        }
        if let Some(quality) = self.quality {
            rule(format!("{quality} (directory)"), None);
        }
        if let Some(history) = self.history {
            let plural = if history == 1 { "" } else { "s" };
            rule(
                format!("none of the last {history} password{plural} (directory)"),
                None,
            );
        }
        DirectoryPolicy {
            source: self.source.clone(),
            rules,
            remark: Some(match flavour {
                Flavour::ActiveDirectory => history_checked(hints).into(),
                _ => "This directory may not check what an administrator sets, so Halligan's own \
                      policy is checked first."
                    .into(),
            }),
        }
    }
}

/// Are the policy hints asked for by the configuration, and does the server know them?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hints {
    NotWanted,
    Sent,
    NotKnown,
}

impl Hints {
    pub(super) fn of(link: &Link, settings: &LdapSettings) -> Self {
        if !settings.policy_hints {
            Self::NotWanted
        } else if POLICY_HINTS.iter().any(|oid| link.root.control(oid)) {
            Self::Sent
        } else {
            Self::NotKnown
        }
    }
}

/// What a domain checks of an administrator's choice (MS-ADTS 3.1.1.3.4.1.28).
const fn history_checked(hints: Hints) -> &'static str {
    match hints {
        Hints::NotWanted => {
            "The domain checks length and complexity of what an administrator sets, not the history."
        }
        Hints::Sent => {
            "The domain checks length, complexity and history of what an administrator sets, and \
             perhaps its least age."
        }
        Hints::NotKnown => {
            "The domain checks length and complexity of what an administrator sets, not the \
             history: this server does not know the policy hints that the configuration wants."
        }
    }
}

/// What is said where no policy applies to a user.
pub(super) fn none(link: &Link) -> DirectoryPolicy {
    DirectoryPolicy {
        source: link.server.to_string(),
        rules: Vec::new(),
        remark: Some("This directory checks no password: Halligan's own policy decides.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_the_history_is_checked_depends_on_the_policy_hints() {
        let remark = |hints| {
            let policy = Policy::default().checklist(Flavour::ActiveDirectory, hints);
            policy.remark.unwrap_or_default()
        };
        assert!(remark(Hints::NotWanted).contains("not the history"));
        assert!(remark(Hints::Sent).contains("complexity and history"));
        assert!(remark(Hints::NotKnown).contains("does not know the policy hints"));
    }
}
