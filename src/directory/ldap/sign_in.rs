//! Signing in as oneself: from what the operator types to a bound connection.

mod account;

use std::sync::{Arc, atomic::Ordering};

use ldap3::{Scope, dn_escape};

use super::{
    LdapDirectory,
    attributes::Attributes,
    connection::{Ask, Link, Lost},
    control,
    entry::Entry,
    filter,
    flavour::{Flavour, WHO_AM_I},
    groups,
    lookup::wanted,
    refusal::{self, Tried, code, refused},
    session::{Identity, Session, unavailable},
    settings::Authentication,
};
use crate::{
    audit::Target,
    directory::DirectoryError,
    operator::{Operator, SignInRefusal},
    password::Secret,
    receipt::Checked,
    user::UserId,
};

/// Whom a sign-in text stands for.
enum Who {
    /// Bind with this name; the entry, where it was looked up.
    Name(String, Option<Box<Entry>>),
    /// Nobody.
    Nobody,
}

fn nobody() -> DirectoryError {
    DirectoryError::SignIn {
        reason: SignInRefusal::UnknownUser,
        user: None,
    }
}

impl LdapDirectory {
    pub(super) async fn enter(
        &self,
        login: &str,
        password: &Secret,
    ) -> Result<Operator, DirectoryError> {
        let link = self.connector.connect().await?;
        let login = login.trim();
        let external = self.connector.settings.authentication == Authentication::External;
        let (who, identity) = if external {
            (Who::Name(String::new(), None), Identity::External)
        } else {
            // A bind with a name and no password succeeds as nobody (RFC 4513, 5.1.2).
            if login.is_empty() || password.is_empty() {
                return Err(nobody());
            }
            let who = self.who(&link, login).await?;
            let name = match &who {
                Who::Name(name, _) => name.clone(),
                // The server is asked all the same, so that the refusal takes as long.
                Who::Nobody => self.stranger(&link),
            };
            let password = password.duplicate();
            (who, Identity::Simple { name, password })
        };
        let bound = identity
            .bind(&link)
            .await
            .map_err(|lost| unavailable(&lost))?;
        if bound.rc != code::SUCCESS {
            return Err(match refusal::sign_in(&bound) {
                Some(reason) => self.turned_away(who, reason),
                None => refused(&bound, &link, Tried::Read, false),
            });
        }
        let Who::Name(name, entry) = who else {
            return Err(nobody());
        };
        let must_change = control::must_change(&bound.ctrls);
        self.admit(link, identity, &name, entry, must_change).await
    }

    fn turned_away(&self, who: Who, reason: SignInRefusal) -> DirectoryError {
        let (reason, user) = match who {
            Who::Nobody => (SignInRefusal::UnknownUser, None),
            Who::Name(_, entry) => {
                let attributes = self.attributes();
                let target = entry.map(|entry| {
                    Box::new(Target {
                        id: UserId(entry.dn.clone()),
                        login: entry.text(&attributes.login).unwrap_or_default(),
                        name: name(&entry, &attributes),
                        version: None,
                    })
                });
                (reason, target)
            }
        };
        DirectoryError::SignIn { reason, user }
    }

    /// Opens the session of an operator who has proved who he is.
    async fn admit(
        &self,
        mut link: Link,
        identity: Identity,
        name: &str,
        entry: Option<Box<Entry>>,
        must_change: bool,
    ) -> Result<Operator, DirectoryError> {
        let settings = &self.connector.settings;
        let lost = |lost: Lost| unavailable(&lost);
        if link.root.contexts.is_empty() {
            link.read_root(settings).await.map_err(lost)?;
            self.connector.learned(&link);
        }
        let entry = match entry {
            Some(entry) => Some(*entry),
            None => self.own_entry(&link, name).await.map_err(lost)?,
        };
        let attributes = Attributes::new(link.root.flavour, settings);
        let entry = entry.unwrap_or_default();
        let dn = if entry.dn.is_empty() {
            name.to_owned()
        } else {
            entry.dn.clone()
        };
        let from_groups = groups::of(&link, &dn, &settings.roles)
            .await
            .map_err(lost)?;
        let own = entry.text(&attributes.login);
        let operator = Operator {
            id: UserId(dn),
            login: own.unwrap_or_else(|| name.to_owned()),
            email: entry.text(&attributes.email).unwrap_or_default(),
            name: self::name(&entry, &attributes),
            permissions: settings
                .default_role
                .permissions()
                .iter()
                .chain(from_groups.iter())
                .collect(),
            must_change,
            binding: self.next_binding.fetch_add(1, Ordering::Relaxed),
        };
        let session = Session::new(identity, self.connector.clone(), link);
        super::lock(&self.sessions).insert(operator.binding, Arc::new(session));
        Ok(operator)
    }

    /// The operator's own entry, as the operator sees it.
    async fn own_entry(&self, link: &Link, name: &str) -> Result<Option<Entry>, Lost> {
        let known = if link.root.extension(WHO_AM_I) {
            link.who_am_i().await?
        } else {
            None
        };
        let dn = known.as_deref().and_then(|who| who.strip_prefix("dn:"));
        if let Some(dn) = dn
            .filter(|dn| !dn.is_empty())
            .or_else(|| is_dn(name).then_some(name))
        {
            let found = self
                .entries(link, dn, Scope::Base, "(objectClass=*)")
                .await?;
            let bare = Entry::bare(dn);
            return Ok(Some(found.into_iter().next().unwrap_or(bare)));
        }
        // `u:LAB\jane` of Active Directory, or the name that was used.
        let name = known
            .as_deref()
            .and_then(|who| who.strip_prefix("u:"))
            .unwrap_or(name);
        let account = name.rsplit('\\').next().unwrap_or(name);
        let first = account.split('@').next().unwrap_or(account);
        let filter = format!(
            "(&(objectClass=user)(|(userPrincipalName={0})(sAMAccountName={0})(sAMAccountName={1})))",
            filter::escape(account),
            filter::escape(first)
        );
        for base in &link.root.contexts {
            let found = self.entries(link, base, Scope::Subtree, &filter).await?;
            let exact = found.iter().position(|entry| {
                entry
                    .text("userPrincipalName")
                    .is_some_and(|upn| upn.eq_ignore_ascii_case(account))
            });
            if let Some(entry) = found.into_iter().nth(exact.unwrap_or(0)) {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    async fn entries(
        &self,
        link: &Link,
        base: &str,
        scope: Scope,
        filter: &str,
    ) -> Result<Vec<Entry>, Lost> {
        let attributes = Attributes::new(link.root.flavour, &self.connector.settings);
        let mut names = wanted(&attributes, link.root.flavour);
        names.push("userPrincipalName".into());
        let brought = link
            .search(Ask {
                base,
                scope,
                filter,
                attributes: &names,
                limit: 3,
                controls: Vec::new(),
            })
            .await?;
        Ok(brought
            .entries
            .into_iter()
            .map(|(entry, _)| entry)
            .collect())
    }

    /// The name to bind with.
    async fn who(&self, link: &Link, login: &str) -> Result<Who, DirectoryError> {
        if is_dn(login) {
            return Ok(Who::Name(login.into(), None));
        }
        let settings = &self.connector.settings;
        if let Some(account) = &settings.search_account {
            let searcher = self.connector.connect().await?;
            account::bind(&searcher, account).await?;
            return self.look_up(&searcher, login).await;
        }
        if link.root.flavour == Flavour::ActiveDirectory {
            return Ok(Who::Name(principal(link, login), None));
        }
        if !login.contains('@')
            && let Some(pattern) = &settings.login_dn
        {
            return Ok(Who::Name(pattern.replace("{}", &dn_escape(login)), None));
        }
        // Some directories let anybody look for a name.
        let found = self.look_up(link, login).await;
        match found {
            Ok(Who::Nobody) | Err(_) => match (login.contains('@'), &settings.bases[..]) {
                // The usual place, where there is only one.
                (false, [base]) => {
                    let id = &Attributes::new(link.root.flavour, settings).login;
                    Ok(Who::Name(format!("{id}={},{base}", dn_escape(login)), None))
                }
                _ => Ok(Who::Nobody),
            },
            found => found,
        }
    }

    async fn look_up(&self, link: &Link, login: &str) -> Result<Who, DirectoryError> {
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
                Ok(Who::Name(entry.dn.clone(), Some(Box::new(entry))))
            }
            // Two entries with one address: neither is taken.
            _ => Ok(Who::Nobody),
        }
    }

    /// The name of an account that does not exist.
    fn stranger(&self, link: &Link) -> String {
        let base = self.bases(link).into_iter().next().unwrap_or_default();
        let name = format!("nobody-{:x}", rand::random::<u64>());
        match link.root.flavour {
            Flavour::ActiveDirectory => principal(link, &name),
            _ => format!("uid={name},{base}"),
        }
    }

    /// Tries the user's password on a connection of its own.
    pub(super) async fn try_password(
        &self,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        let refused_with = |remark: &str| Checked {
            matches: false,
            signs_in: false,
            remark: Some(remark.into()),
        };
        if password.is_empty() {
            return Ok(refused_with("an empty password never signs anybody in"));
        }
        let link = self.connector.connect().await?;
        let bound = link
            .simple_bind(&user.0, password.expose())
            .await
            .map_err(|lost| unavailable(&lost))?;
        if bound.rc == code::SUCCESS {
            let must_change = control::must_change(&bound.ctrls);
            return Ok(Checked {
                matches: true,
                signs_in: !must_change,
                remark: must_change.then(|| "it must be changed at this sign-in".into()),
            });
        }
        match refusal::sign_in(&bound) {
            // Active Directory says "must change" and "expired" of the right password only.
            Some(SignInRefusal::Expired) => Ok(Checked {
                matches: true,
                signs_in: false,
                remark: Some("it has expired or must be changed".into()),
            }),
            Some(SignInRefusal::Locked) => Ok(refused_with(
                "the account is locked, so the directory does not tell whether it is right",
            )),
            Some(SignInRefusal::Disabled) => Ok(refused_with(
                "the account is disabled, so the directory does not tell whether it is right",
            )),
            Some(_) => Ok(refused_with(
                "the directory has counted this as a failed sign-in",
            )),
            None => Err(refused(&bound, &link, Tried::Read, false)),
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
fn is_dn(text: &str) -> bool {
    text.split_once('=').is_some_and(|(kind, rest)| {
        !rest.is_empty()
            && text.contains(',')
            && !kind.is_empty()
            && kind
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
    })
}

fn name(entry: &Entry, attributes: &Attributes) -> String {
    let text = |name: &str| entry.text(name).unwrap_or_default();
    let whole = format!(
        "{} {}",
        text(&attributes.given_name),
        text(&attributes.family_name)
    );
    let whole = whole.trim();
    if whole.is_empty() {
        let mut display = attributes.display.iter();
        return display
            .find_map(|name| entry.text(name))
            .unwrap_or_default();
    }
    whole.into()
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
