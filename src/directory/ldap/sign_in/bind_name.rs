//! From what an operator types to the name that a bind takes.

use ldap3::{Scope, dn_escape};

use super::account;
use crate::directory::{
    DirectoryError,
    ldap::{
        attributes::Attributes,
        connection::Link,
        directory::LdapDirectory,
        entry::Entry,
        filter,
        flavour::Flavour,
        lost::{Lost, unavailable},
        search_request::SearchRequest,
    },
};

/// The name for a bind.
pub(super) enum BindName {
    /// Bind with this name; the entry, where it was looked up.
    Known(String, Option<Box<Entry>>),
    /// What was typed names no user.
    Unknown,
}

impl LdapDirectory {
    pub(super) async fn entries(
        &self,
        link: &Link,
        base: &str,
        scope: Scope,
        filter: &str,
    ) -> Result<Vec<Entry>, Lost> {
        let attributes = Attributes::new(link.root.flavour, &self.connector.settings);
        let mut names = attributes.requested(link.root.flavour);
        names.push("userPrincipalName".into());
        let answer = link
            .search(SearchRequest {
                base,
                scope,
                filter,
                attributes: &names,
                limit: 3,
                controls: Vec::new(),
            })
            .await?;
        Ok(answer.entries.into_iter().map(|(entry, _)| entry).collect())
    }

    /// The name to bind with.
    pub(super) async fn bind_name(
        &self,
        link: &Link,
        login: &str,
    ) -> Result<BindName, DirectoryError> {
        if is_dn(login) {
            return Ok(BindName::Known(login.into(), None));
        }
        let settings = &self.connector.settings;
        if let Some(account) = &settings.search_account {
            let searcher = self.connector.connect().await?;
            account::bind(&searcher, account).await?;
            return self.look_up(&searcher, login).await;
        }
        if link.root.flavour == Flavour::ActiveDirectory {
            return Ok(BindName::Known(principal(link, login), None));
        }
        if !login.contains('@')
            && let Some(pattern) = &settings.login_dn
        {
            return Ok(BindName::Known(
                pattern.replace("{}", &dn_escape(login)),
                None,
            ));
        }
        // Some directories let anybody look for a name.
        let found = self.look_up(link, login).await;
        match found {
            Ok(BindName::Unknown) | Err(_) => match (login.contains('@'), &settings.bases[..]) {
                // The usual place, where there is only one.
                (false, [base]) => {
                    let id = &Attributes::new(link.root.flavour, settings).login;
                    Ok(BindName::Known(
                        format!("{id}={},{base}", dn_escape(login)),
                        None,
                    ))
                }
                _ => Ok(BindName::Unknown),
            },
            found => found,
        }
    }

    async fn look_up(&self, link: &Link, login: &str) -> Result<BindName, DirectoryError> {
        let attributes = Attributes::new(link.root.flavour, &self.connector.settings);
        let account = login.rsplit('\\').next().unwrap_or(login);
        let filter = filter::login(&attributes, account);
        let mut found = Vec::new();
        for base in self.bases(link) {
            let some = self.entries(link, &base, Scope::Subtree, &filter).await;
            found.extend(some.map_err(|lost| unavailable(&lost))?);
        }
        match found.len() {
            1 => {
                let entry = found.swap_remove(0);
                Ok(BindName::Known(entry.dn.clone(), Some(Box::new(entry))))
            }
            // Two entries with one address: neither is taken.
            _ => Ok(BindName::Unknown),
        }
    }

    /// The name of an account that does not exist.
    pub(super) fn unknown_name(&self, link: &Link) -> String {
        let base = self.bases(link).into_iter().next().unwrap_or_default();
        let name = format!("nobody-{:x}", rand::random::<u64>());
        match link.root.flavour {
            Flavour::ActiveDirectory => principal(link, &name),
            Flavour::OpenLdap | Flavour::Ds389 | Flavour::Lldap | Flavour::Other => {
                format!("uid={name},{base}")
            }
        }
    }
}

/// The name by which Active Directory takes a bare ID.
fn principal(link: &Link, login: &str) -> String {
    match link.root.domain() {
        Some(domain) if !login.contains(['@', '\\']) => format!("{login}@{domain}"),
        _ => login.into(),
    }
}

/// Does the text look like a DN?
pub(super) fn is_dn(text: &str) -> bool {
    text.split_once('=').is_some_and(|(kind, rest)| {
        !rest.is_empty()
            && text.contains(',')
            && !kind.is_empty()
            && kind
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dn_is_told_from_an_id_and_an_address() {
        for dn in [
            "uid=ann,ou=people,dc=lab",
            "CN=Lee\\, Ann,DC=lab",
            "2.5.4.3=x,dc=lab",
        ] {
            assert!(is_dn(dn), "{dn}");
        }
        for other in ["ann", "ann@lab.test", "LAB\\ann", "=x,y", "a=b", "a n=x,y"] {
            assert!(!is_dn(other), "{other}");
        }
    }
}
