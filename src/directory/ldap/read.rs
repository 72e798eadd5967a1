//! Reading one user afresh, with everything that tells the state.

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use ldap3::{LdapResult, Scope};

use super::{
    account_control::not_a_user,
    attributes::Attributes,
    connection::Link,
    control::{self, Usability},
    directory::LdapDirectory,
    entry::Entry,
    flavour::Flavour,
    groups,
    lost::Lost,
    mutex::lock,
    policy::Rules,
    readable::{self, Readable},
    refusal::{Tried, refused},
    result_code as code,
    search_request::SearchRequest,
    session::Session,
    state::{Reading, SECURITY_DESCRIPTOR},
    version::Mark,
};
use crate::{
    directory::DirectoryError,
    user::{Fact, User, UserId},
};

/// A user as read in one go.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) entry: Entry,
    pub(super) user: User,
    pub(super) rules: Rules,
    pub(super) mark: Mark,
    /// Failed sign-ins that count towards a lock now.
    pub(super) failures: Fact<u32>,
}

impl Seen {
    /// `0 of 3 failures left`: what counts towards the next lock.
    pub(super) fn failures_in_words(&self) -> Option<String> {
        let count = self.failures.known()?;
        let most = match &self.rules {
            Rules::Known(policy) => policy.max_failures,
            Rules::Hidden(_) | Rules::None => None,
        };
        let of = most.map_or_else(String::new, |most| format!(" of {most}"));
        Some(format!("{count}{of} failures left"))
    }
}

/// What a server told of a user.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) entry: Entry,
    pub(super) rules: Rules,
    pub(super) readable: Readable,
    pub(super) has_password: Option<bool>,
    pub(super) usability: Option<Usability>,
}

/// What one attempt brought.
enum Attempt {
    Found(Box<Seen>),
    Gone,
    Refused(Box<(LdapResult, Link)>),
}

impl LdapDirectory {
    /// Reads the user `id`.
    pub(super) async fn read(
        &self,
        session: &Session,
        id: &UserId,
    ) -> Result<Seen, DirectoryError> {
        let attempt = session
            .read(|link| {
                Box::pin(async move { Box::pin(self.attempt(session, &link, &id.0)).await })
            })
            .await?;
        match attempt {
            Attempt::Found(seen) => Ok(*seen),
            Attempt::Gone => Err(DirectoryError::NotFound),
            Attempt::Refused(answer) => {
                let (result, link) = *answer;
                Err(refused(&result, &link, Tried::Read, false))
            }
        }
    }

    /// Reads the user `id`, who must be one: the domain's own accounts are none.
    pub(super) async fn read_user(
        &self,
        session: &Session,
        id: &UserId,
    ) -> Result<Seen, DirectoryError> {
        let seen = self.read(session, id).await?;
        match not_a_user(&seen.entry) {
            Some(what) => Err(DirectoryError::NotOffered(format!(
                "This is no user but {what}: it is left to the domain's own tools."
            ))),
            None => Ok(seen),
        }
    }

    /// Reads the user `id` over `link` and no other; `None` if the entry is not there.
    pub(super) async fn read_over(
        &self,
        session: &Session,
        link: &Link,
        id: &UserId,
    ) -> Result<Option<Seen>, Lost> {
        match Box::pin(self.attempt(session, link, &id.0)).await? {
            Attempt::Found(seen) => Ok(Some(*seen)),
            Attempt::Gone | Attempt::Refused(_) => Ok(None),
        }
    }

    async fn attempt(&self, session: &Session, link: &Link, dn: &str) -> Result<Attempt, Lost> {
        let flavour = link.root.flavour;
        let attributes = Attributes::new(flavour, &self.connector.settings);
        let mut names = attributes.requested(flavour);
        if flavour == Flavour::ActiveDirectory {
            names.push("allowedAttributesEffective".into());
            names.push(SECURITY_DESCRIPTOR.into());
        }
        let asks = link.root.control(control::ACCOUNT_USABILITY)
            && !session.no_usability.load(Ordering::Relaxed);
        let ask = |controls| SearchRequest {
            base: dn,
            scope: Scope::Base,
            filter: "(objectClass=*)",
            attributes: &names,
            limit: 0,
            controls,
        };
        let mut controls: Vec<_> = asks.then(control::account_usability).into_iter().collect();
        if flavour == Flavour::ActiveDirectory {
            controls.push(control::access_list_only());
        }
        let first = ask(controls);
        let (mut answer, readable) =
            tokio::try_join!(link.search(first), self.readable(session, link, dn))?;
        if asks && answer.result.rc == code::NO_RIGHT {
            session.no_usability.store(true, Ordering::Relaxed);
            answer = link.search(ask(Vec::new())).await?;
        }
        let Some((entry, controls)) = answer.entries.into_iter().next() else {
            return Ok(match answer.result.rc {
                code::SUCCESS | code::NO_SUCH_OBJECT => Attempt::Gone,
                _ => Attempt::Refused(Box::new((answer.result, link.clone()))),
            });
        };
        let default = self.connector.settings.default_policy.as_deref();
        let rules = session.policies.rules(link, &entry, default).await?;
        let usability = control::usability(&controls);
        let has_password = self.has_password(session, link, &entry).await?;
        let found = Found {
            entry,
            rules,
            readable,
            has_password,
            usability,
        };
        let seen = self.seen(link, &attributes, found);
        Ok(Attempt::Found(Box::new(seen)))
    }

    /// What may be judged on users beside `dn`, asked once for each container.
    pub(super) async fn readable(
        &self,
        session: &Session,
        link: &Link,
        dn: &str,
    ) -> Result<Readable, Lost> {
        let container = readable::container(dn).to_owned();
        let known = lock(&session.readable).get(&container).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let readable = readable::probe(link, dn).await?;
        lock(&session.readable).insert(container, readable);
        Ok(readable)
    }

    /// Has the user a password? Asked only where nothing that was read shows it, and not of
    /// Active Directory, which never tells.
    pub(super) async fn has_password(
        &self,
        session: &Session,
        link: &Link,
        entry: &Entry,
    ) -> Result<Option<bool>, Lost> {
        let shows = ["pwdChangedTime", "pwdUpdateTime"];
        if link.root.flavour == Flavour::ActiveDirectory || shows.iter().any(|name| entry.has(name))
        {
            return Ok(None);
        }
        let container = readable::container(&entry.dn);
        if lock(&session.no_compare).contains(container) {
            return Ok(None);
        }
        let has = link.has(&entry.dn, "userPassword").await?;
        if has.is_none() {
            lock(&session.no_compare).insert(container.to_owned());
        }
        Ok(has)
    }

    /// Puts together what was read.
    pub(super) fn seen(&self, link: &Link, attributes: &Attributes, found: Found) -> Seen {
        let Found {
            entry,
            rules,
            readable,
            has_password,
            usability,
        } = found;
        let flavour = link.root.flavour;
        let reading = Reading {
            entry: &entry,
            flavour,
            has_policy: link.root.control(control::PASSWORD_POLICY),
            readable,
            rules: &rules,
            has_password,
            usability,
            now: Timestamp::now(),
        };
        let held = groups::held(&entry, &self.connector.settings.roles);
        let user = reading.user(attributes, held);
        let failures = reading.failures();
        Seen {
            mark: Mark::of(&entry, attributes, flavour),
            failures,
            user,
            rules,
            entry,
        }
    }

    /// A user of whom nothing could be read.
    pub(super) fn unseen(&self, link: &Link, id: &UserId) -> Seen {
        let attributes = Attributes::new(link.root.flavour, &self.connector.settings);
        let entry = Entry::bare(&id.0);
        let found = Found {
            entry,
            rules: Rules::None,
            readable: Readable::NOTHING,
            has_password: None,
            usability: None,
        };
        self.seen(link, &attributes, found)
    }
}
