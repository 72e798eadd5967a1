//! An operator's bound connection, renewed when it breaks.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use ldap3::LdapResult;
use tokio::sync::watch;

use super::{
    connection::Link,
    connector::Connector,
    lost::{Lost, unavailable},
    mutex::lock,
    policy::PolicyCache,
    readable::Readable,
    refusal,
};
use crate::{
    directory::DirectoryError,
    password::Secret,
    user::{User, UserId},
};

/// How operators prove who they are, each time a connection is opened for them. The password is
/// kept as long as the session: servers drop idle connections, and another server asks anew.
#[derive(Debug)]
pub(super) enum Identity {
    /// A simple bind.
    Simple {
        /// DN, user principal name or `DOMAIN\user`.
        name: String,
        /// The operator's own.
        password: Secret,
    },
    /// SASL EXTERNAL.
    External,
}

impl Identity {
    /// Binds `link` as this identity.
    pub(super) async fn bind(&self, link: &Link) -> Result<LdapResult, Lost> {
        match self {
            Self::Simple { name, password } => link.simple_bind(name, password.expose()).await,
            Self::External => link.external_bind().await,
        }
    }
}

/// An operator who has signed in.
#[derive(Debug)]
pub(super) struct Session {
    identity: Mutex<Arc<Identity>>,
    connector: Arc<Connector>,
    link: tokio::sync::Mutex<Option<Link>>,
    /// Number of the newest search; older ones end when it moves.
    pub(super) newest: watch::Sender<u64>,
    /// The rows of the last list in their order, and the text that they answer.
    list: Mutex<(String, Vec<UserId>)>,
    /// The text whose beginnings alone filled the list last.
    crowded: Mutex<String>,
    /// What may be read, by the container that users are in.
    pub(super) readable: Mutex<HashMap<String, Readable>>,
    pub(super) policies: PolicyCache,
    /// Containers of whose users it may not be asked whether they have a password.
    pub(super) no_compare: Mutex<HashSet<String>>,
    /// The server refuses the account usability control to this operator (389 does so unless an
    /// access rule on the control allows it, and fails the whole search).
    pub(super) no_usability: AtomicBool,
    /// The last time that a connection was opened anew, the server did not take the operator.
    refused: AtomicBool,
    /// The operator may read the own entry: when it is gone one day, the account was removed.
    own_entry_seen: AtomicBool,
    /// The operator's own DN, as `modifiersName` shows it.
    own_dn: String,
    /// What was read just before writes whose answer was lost.
    pub(super) uncertain: Mutex<HashMap<UserId, Uncertain>>,
}

/// What a write was to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The password.
    Password,
    /// The lock, and nothing else.
    Lock,
}

/// A write whose answer was lost.
#[derive(Debug, Clone)]
pub(super) struct Uncertain {
    pub(super) change: Change,
    /// The version before it.
    pub(super) before: crate::user::Version,
    /// The server that it was sent to.
    pub(super) server: Arc<str>,
}

impl Session {
    pub(super) fn new(
        identity: Identity,
        connector: Arc<Connector>,
        link: Link,
        own_dn: String,
    ) -> Self {
        Self {
            own_dn,
            identity: Mutex::new(Arc::new(identity)),
            connector,
            link: tokio::sync::Mutex::new(Some(link)),
            newest: watch::Sender::new(0),
            list: Mutex::default(),
            crowded: Mutex::default(),
            readable: Mutex::default(),
            policies: PolicyCache::default(),
            no_compare: Mutex::default(),
            no_usability: AtomicBool::new(false),
            own_entry_seen: AtomicBool::new(false),
            refused: AtomicBool::new(false),
            uncertain: Mutex::default(),
        }
    }

    fn identity(&self) -> Arc<Identity> {
        self.identity
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts the rows of the last list first, in the order that they had, where this one goes on.
    pub(super) fn keep_order(&self, text: &str, goes_on: bool, users: &mut [User]) {
        let list = lock(&self.list);
        if goes_on && list.0 == text {
            let places = list.1.iter().enumerate();
            let places: HashMap<&UserId, usize> = places.map(|(at, id)| (id, at)).collect();
            users.sort_by_key(|user| places.get(&user.id).copied().unwrap_or(usize::MAX));
        }
    }

    /// Remembers a list.
    pub(super) fn listed(&self, text: &str, users: &[User]) {
        let ids = users.iter().map(|user| user.id.clone()).collect();
        *lock(&self.list) = (text.to_owned(), ids);
    }

    /// Did the beginnings of a shorter text, which this one goes on, fill the list?
    pub(super) fn was_crowded(&self, text: &str) -> bool {
        let before = lock(&self.crowded);
        !before.is_empty() && text.starts_with(before.as_str())
    }

    /// Remembers whether the beginnings of `text` filled the list.
    pub(super) fn crowded(&self, text: &str, filled: bool) {
        let mut before = lock(&self.crowded);
        before.clear();
        if filled {
            before.push_str(text);
        }
    }

    /// Was the operator refused when a connection was opened anew the last time?
    pub(super) fn was_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Has the operator been able to read the own entry?
    pub(super) fn has_seen_own_entry(&self) -> bool {
        self.own_entry_seen.load(Ordering::Relaxed)
    }

    /// The operator has read the own entry.
    pub(super) fn note_own_entry(&self) {
        self.own_entry_seen.store(true, Ordering::Relaxed);
    }

    /// The operator's own DN, where it is one.
    pub(super) fn own_dn(&self) -> Option<&str> {
        self.own_dn.contains('=').then_some(self.own_dn.as_str())
    }

    /// The name that the operator binds with; `None` for EXTERNAL.
    pub(super) fn bind_name(&self) -> Option<String> {
        match &*self.identity() {
            Identity::Simple { name, .. } => Some(name.clone()),
            Identity::External => None,
        }
    }

    /// The operator's own password has changed: later connections need the new one.
    pub(super) fn password_changed(&self, password: &Secret) {
        let mut identity = self.identity.lock().unwrap_or_else(PoisonError::into_inner);
        if let Identity::Simple { name, .. } = &**identity {
            *identity = Arc::new(Identity::Simple {
                name: name.clone(),
                password: password.duplicate(),
            });
        }
    }

    /// A live connection, bound as the operator; opened anew when the last one has ended.
    pub(super) async fn link(&self) -> Result<Link, DirectoryError> {
        let mut slot = self.link.lock().await;
        if let Some(link) = slot.as_mut()
            && !link.is_closed()
        {
            return Ok(link.clone());
        }
        *slot = None;
        let mut link = self.connector.connect().await?;
        let bound = self.identity().bind(&link).await.map_err(|lost| {
            self.connector.failed(&link.server);
            unavailable(&lost)
        })?;
        self.refused.store(bound.rc != 0, Ordering::Relaxed);
        if bound.rc != 0 {
            return Err(refusal::rebind(&bound, &link));
        }
        if !link.root.shown && link.read_root(&self.connector.settings).await.is_ok() {
            self.connector.learned(&link);
        }
        *slot = Some(link.clone());
        Ok(link)
    }

    /// Forgets a connection that has failed, so that the next use opens another.
    pub(super) async fn drop_link(&self, dead: &Link) {
        let mut slot = self.link.lock().await;
        if slot.as_ref().is_some_and(|link| link.same(dead)) {
            *slot = None;
            self.connector.failed(&dead.server);
        }
    }

    /// Runs a read; when the connection turns out to be dead, once more on another.
    pub(super) async fn read<T, F, Fut>(&self, operation: F) -> Result<T, DirectoryError>
    where
        F: Fn(Link) -> Fut + Send + Sync,
        Fut: Future<Output = Result<T, Lost>> + Send,
    {
        let link = self.link().await?;
        let first = Box::pin(operation(link.clone()));
        let answer = if self.connector.has_another(&link.server) {
            link.unless_silent(first).await
        } else {
            first.await
        };
        if let Ok(value) = answer {
            return Ok(value);
        }
        self.drop_link(&link).await;
        let link = self.link().await?;
        match Box::pin(operation(link.clone())).await {
            Ok(value) => Ok(value),
            Err(lost) => {
                self.drop_link(&link).await;
                Err(unavailable(&lost))
            }
        }
    }

    /// Unbinds and forgets the connection.
    pub(super) async fn close(&self) {
        if let Some(link) = self.link.lock().await.take() {
            link.close().await;
        }
    }
}
