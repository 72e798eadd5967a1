//! Signing in as oneself: from what the operator types to a bound connection.

mod account;
mod bind_name;

use std::sync::{Arc, atomic::Ordering};

use ldap3::{LdapResult, Scope};

use super::{
    attributes::Attributes,
    connection::Link,
    control,
    directory::LdapDirectory,
    entry::Entry,
    filter, groups,
    lost::{Lost, unavailable},
    mutex::lock,
    rdn,
    refusal::{self, Tried, refused},
    result_code as code,
    root_dse::WHO_AM_I,
    session::{Identity, Session},
    settings::Authentication,
    state,
};
use crate::{
    audit::Target,
    directory::DirectoryError,
    operator::{Operator, SignInRefusal},
    password::Secret,
    permission::{Permissions, Reach},
    user::UserId,
};

pub(super) use account::bind as bind_search_account;
pub(super) use bind_name::{BindName, is_dn};

fn unknown_user() -> DirectoryError {
    DirectoryError::SignIn {
        reason: SignInRefusal::UnknownUser,
        user: None,
    }
}

async fn bind(identity: &Identity, link: &Link) -> Result<LdapResult, DirectoryError> {
    let bound = identity.bind(link).await;
    bound.map_err(|lost| unavailable(&lost))
}

/// Told to whoever has proved the password, since it tells of an account.
fn outside(link: &Link, dn: &str) -> DirectoryError {
    DirectoryError::Unavailable {
        message: format!(
            "the password is right, but {dn} at {} is not within [ldap] bases",
            link.server
        ),
        cure: "Add the place of that account to bases in [ldap], or sign in with another account."
            .into(),
        raw: None,
    }
}

impl LdapDirectory {
    pub(super) async fn sign_in(
        &self,
        login: &str,
        password: &Secret,
    ) -> Result<Operator, DirectoryError> {
        let mut link = self.connector.connect().await?;
        let login = login.trim();
        let external = self.connector.settings.authentication == Authentication::External;
        let (bind_name, identity) = if external {
            (BindName::Known(String::new(), None), Identity::External)
        } else {
            // A bind with a name and no password succeeds as anonymous (RFC 4513 section 5.1.2).
            if login.is_empty() || password.is_empty() {
                return Err(unknown_user());
            }
            let bind_name = self.bind_name(&mut link, login).await?;
            let name = match &bind_name {
                BindName::Known(name, _) => name.clone(),
                BindName::Outside(entry) => entry.dn.clone(),
                // The server is asked all the same, so that the refusal takes as long.
                BindName::Unknown => self.unknown_name(&link),
            };
            let password = password.duplicate();
            (bind_name, Identity::Simple { name, password })
        };
        let mut bound = bind(&identity, &link).await?;
        // What the server knows was hidden: bound with the policy's control it tells of must-change.
        if bound.rc == code::SUCCESS && !link.root.shown {
            let lost = |lost: Lost| unavailable(&lost);
            link.read_root(&self.connector.settings)
                .await
                .map_err(lost)?;
            self.connector.learned(&link);
            if !link.password_policy().is_empty() {
                bound = bind(&identity, &link).await?;
            }
        }
        if bound.rc != code::SUCCESS {
            return Err(match refusal::sign_in(&bound) {
                Some(reason) => self.sign_in_refused(bind_name, reason, &bound),
                None => refused(&bound, &link, Tried::Read, false),
            });
        }
        let (name, entry) = match bind_name {
            BindName::Known(name, entry) => (name, entry),
            BindName::Outside(entry) => return Err(outside(&link, &entry.dn)),
            BindName::Unknown => return Err(unknown_user()),
        };
        let must_change = control::must_change(&bound.ctrls);
        self.open_session(link, identity, &name, entry, must_change)
            .await
    }

    fn sign_in_refused(
        &self,
        bind_name: BindName,
        reason: SignInRefusal,
        bound: &LdapResult,
    ) -> DirectoryError {
        let attributes = self.attributes();
        let target = |entry: Box<Entry>| {
            Box::new(Target {
                id: UserId(entry.dn.clone()),
                login: rdn::preferred(&entry, &attributes.login).unwrap_or_default(),
                name: name(&entry, &attributes),
                version: None,
            })
        };
        let (reason, user) = match bind_name {
            BindName::Unknown => (SignInRefusal::UnknownUser, None),
            BindName::Known(_, entry) => (reason, entry.map(target)),
            BindName::Outside(entry) => (reason, Some(target(entry))),
        };
        if refusal::barred(bound) {
            return DirectoryError::SignInBarred { reason, user };
        }
        DirectoryError::SignIn { reason, user }
    }

    /// Opens the session of operators whose bind succeeded.
    async fn open_session(
        &self,
        link: Link,
        identity: Identity,
        name: &str,
        entry: Option<Box<Entry>>,
        must_change: bool,
    ) -> Result<Operator, DirectoryError> {
        let settings = &self.connector.settings;
        let lost = |lost: Lost| unavailable(&lost);
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
        // Who must change the password first may read nothing, and does nothing else here.
        let from_groups = if must_change {
            Permissions::default()
        } else {
            let held = groups::of(&link, &dn, settings).await.map_err(lost)?;
            held.map_err(|error| *error)?
        };
        let own = rdn::preferred(&entry, &attributes.login);
        let operator = Operator {
            id: UserId(dn),
            login: own.unwrap_or_else(|| name.to_owned()),
            email: rdn::address(&entry, &attributes.email).unwrap_or_default(),
            name: self::name(&entry, &attributes),
            permissions: settings
                .default_role
                .permissions()
                .iter()
                .chain(from_groups.iter())
                .collect(),
            reach: Reach::EVERYWHERE,
            kind: None,
            must_change,
            binding: self.next_binding.fetch_add(1, Ordering::Relaxed),
            password_set_at: None,
            sessions_ended: None,
            made_by: None,
        };
        let session = Session::new(
            identity,
            self.connector.clone(),
            link,
            operator.id.0.clone(),
        );
        lock(&self.sessions).insert(operator.binding, Arc::new(session));
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
}

fn name(entry: &Entry, attributes: &Attributes) -> String {
    let (given, family) = state::name_of(entry, attributes);
    format!("{given} {family}").trim().to_owned()
}
