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
        freeipa,
        lost::{Lost, unavailable},
        search_request::SearchRequest,
    },
};

/// The name for a bind.
pub(in crate::directory::ldap) enum BindName {
    /// Bind with this name; the entry, where it was looked up.
    Known(String, Option<Box<Entry>>),
    /// This one, which is not within the bases of the configuration.
    Outside(Box<Entry>),
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
    pub(in crate::directory::ldap) async fn bind_name(
        &self,
        link: &mut Link,
        login: &str,
    ) -> Result<BindName, DirectoryError> {
        if is_dn(login) {
            return Ok(BindName::Known(login.into(), None));
        }
        let settings = &self.connector.settings;
        if let Some(account) = &settings.search_account {
            // The operator binds over the same connection afterwards (RFC 4513 section 4).
            account::bind(link, account).await?;
            if !link.root.shown {
                let read = link.read_root(settings).await;
                read.map_err(|lost| unavailable(&lost))?;
            }
            return self.look_up(link, login).await;
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
        // Its tree is the same everywhere.
        if !login.contains('@')
            && link.root.flavour == Flavour::FreeIpa
            && let Some(name) = freeipa::user(&link.root.contexts, &dn_escape(login))
        {
            return Ok(BindName::Known(name, None));
        }
        // Some directories let anybody look for a name.
        match (self.look_up(link, login).await, &settings.bases[..]) {
            (Ok(found @ (BindName::Known(..) | BindName::Outside(_))), _) => Ok(found),
            // The usual place, where there is only one.
            (Ok(BindName::Unknown) | Err(_), [base]) if !login.contains('@') => {
                let id = &Attributes::new(link.root.flavour, settings).login;
                let name = format!("{id}={},{base}", dn_escape(login));
                Ok(BindName::Known(name, None))
            }
            (Ok(BindName::Unknown) | Err(_), _) => Err(no_name(link, login)),
        }
    }

    /// Looks for the one entry that `login` names, in the bases and, since that is a mistake of the
    /// configuration, beside them. Both are always asked, so that an answer takes as long.
    async fn look_up(&self, link: &Link, login: &str) -> Result<BindName, DirectoryError> {
        let attributes = Attributes::new(link.root.flavour, &self.connector.settings);
        let account = login.rsplit('\\').next().unwrap_or(login);
        let filter = filter::login(&attributes, account);
        let mut found = Vec::new();
        for base in self.bases(link) {
            let some = self.entries(link, &base, Scope::Subtree, &filter).await;
            found.extend(some.map_err(|lost| unavailable(&lost))?);
        }
        let mut beside = Vec::new();
        let elsewhere = match self.connector.settings.bases[..] {
            [] => &[],
            _ => &link.root.contexts[..],
        };
        for context in elsewhere {
            let some = self.entries(link, context, Scope::Subtree, &filter).await;
            beside.extend(some.unwrap_or_default());
        }
        // Two entries with one address: neither is taken.
        let only = |mut found: Vec<Entry>| match found.len() {
            1 => found.pop().map(Box::new),
            _ => None,
        };
        Ok(match found.len() {
            0 => only(beside).map_or(BindName::Unknown, BindName::Outside),
            _ => only(found).map_or(BindName::Unknown, |entry| {
                BindName::Known(entry.dn.clone(), Some(entry))
            }),
        })
    }

    /// The name of an account that does not exist.
    pub(super) fn unknown_name(&self, link: &Link) -> String {
        let base = self.bases(link).into_iter().next().unwrap_or_default();
        let name = format!("nobody-{:x}", rand::random::<u64>());
        match link.root.flavour {
            Flavour::ActiveDirectory => principal(link, &name),
            Flavour::OpenLdap
            | Flavour::Ds389
            | Flavour::FreeIpa
            | Flavour::Lldap
            | Flavour::Other => {
                format!("uid={name},{base}")
            }
        }
    }
}

/// No name for a bind comes of what was typed, whoever it is: told before any password is looked at.
fn no_name(link: &Link, login: &str) -> DirectoryError {
    let server = &link.server;
    let (message, cure) = if !link.root.shown {
        (
            format!("{server} does not say what it is before a sign-in (its root DSE is hidden)"),
            "Set flavour, bases and login_dn in [ldap], or a [ldap.search_account]; a full DN works \
             without them.",
        )
    } else if login.contains('@') {
        (
            format!("{server} finds no entry for this address without a sign-in"),
            "Sign in with the ID or a full DN; with a [ldap.search_account] an address works too.",
        )
    } else {
        (
            format!("{server} finds no entry for this ID without a sign-in"),
            "Set login_dn in [ldap], or a [ldap.search_account]; a full DN works without them.",
        )
    };
    DirectoryError::Unavailable {
        message,
        cure: cure.into(),
        raw: None,
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
pub(in crate::directory::ldap) fn is_dn(text: &str) -> bool {
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
