//! One connection, and the only place that speaks the protocol: every operation ends within its
//! time-out, and an answer that cannot be read ends the connection, never the program.

use std::{panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};

use futures_util::FutureExt;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Mod, Scope, SearchEntry,
    SearchOptions,
    controls::RawControl,
    exop::{Exop, PasswordModify, WhoAmI, WhoAmIResp},
};
use rustls::ClientConfig;
use tokio::{runtime::Handle, task::JoinHandle, time::timeout};

use super::{
    control::{PASSWORD_POLICY, password_policy},
    dial::dial,
    entry::Entry,
    lost::Lost,
    result_code,
    root_dse::{ROOT_ATTRIBUTES, RootDse},
    search_request::{SearchAnswer, SearchRequest},
    server::{Safety, Server},
    settings::LdapSettings,
    unreachable::{Unreachable, no_ldap, silent, unreachable},
};
use crate::directory::Deadline;

/// How long a server may say nothing before it is asked whether it is there, and then again before
/// another one is asked: with the connecting less than two seconds.
const PATIENCE: Duration = Duration::from_millis(600);

/// An open connection; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Link {
    ldap: Ldap,
    driver: Arc<Driver>,
    /// What the server said of itself.
    pub(super) root: Arc<RootDse>,
    /// The URL.
    pub(super) server: Arc<str>,
    read: Duration,
    write: Duration,
}

/// Ends the task that owns the socket when the last clone goes.
#[derive(Debug)]
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Abandons a search (RFC 4511 section 4.11) whose future was dropped.
struct Abandon(Option<(Ldap, i32)>);

impl Drop for Abandon {
    fn drop(&mut self) {
        if let Some((mut ldap, id)) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move {
                let _ = timeout(Duration::from_secs(1), ldap.abandon(id)).await;
            });
        }
    }
}

impl Link {
    /// Connects, with TLS, and reads the root DSE.
    pub(super) async fn open(
        server: &Server,
        tls: Arc<ClientConfig>,
        settings: &LdapSettings,
    ) -> Result<Self, Unreachable> {
        let limit = Deadline::cap(settings.connect_timeout());
        let opening = async {
            let mut options = LdapConnSettings::new()
                .set_starttls(server.safety == Safety::StartTls)
                .set_config(tls);
            if let Some(socket) = dial(server).await? {
                options = options.set_std_stream(socket);
            }
            LdapConnAsync::with_settings(options, &server.url).await
        };
        let opened = timeout(limit, AssertUnwindSafe(opening).catch_unwind()).await;
        let (connection, ldap) = match opened {
            Ok(Ok(Ok(pair))) => pair,
            Ok(Ok(Err(error))) => return Err(unreachable(&server.url, &error, limit)),
            Ok(Err(_)) => return Err(no_ldap(&server.url, "unreadable answer")),
            Err(_) => return Err(silent(&server.url, limit)),
        };
        let driver = Driver(tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                tracing::debug!(%error, "LDAP connection ended");
            }
        }));
        let mut link = Self {
            ldap,
            driver: Arc::new(driver),
            root: Arc::new(RootDse::new(&Entry::default(), settings)),
            server: server.url.clone(),
            read: limit,
            write: settings.write_timeout(),
        };
        link.read_root(settings)
            .await
            .map_err(|lost| no_ldap(&server.url, &lost.0))?;
        link.read = settings.read_timeout();
        Ok(link)
    }

    /// Reads the root DSE (again: some servers show it only to those who are bound).
    pub(super) async fn read_root(&mut self, settings: &LdapSettings) -> Result<(), Lost> {
        let attributes: Vec<_> = ROOT_ATTRIBUTES.iter().map(|&a| a.to_owned()).collect();
        let answer = self
            .search(SearchRequest {
                base: "",
                scope: Scope::Base,
                filter: "(objectClass=*)",
                attributes: &attributes,
                limit: 0,
                controls: Vec::new(),
            })
            .await?;
        if let Some((entry, _)) = answer.entries.first() {
            self.root = Arc::new(RootDse::new(entry, settings));
        }
        Ok(())
    }

    /// Is the connection known to be gone?
    pub(super) fn is_closed(&mut self) -> bool {
        self.ldap.is_closed() || self.driver.0.is_finished()
    }

    /// Do both run over the same socket?
    pub(super) fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.driver, &other.driver)
    }

    /// A simple bind. The caller must have refused an empty password (RFC 4513 section 5.1.2).
    pub(super) async fn simple_bind(&self, name: &str, password: &str) -> Result<LdapResult, Lost> {
        let mut ldap = self.ldap.clone();
        attach(&mut ldap, self.password_policy());
        self.guarded(self.read, ldap.simple_bind(name, password))
            .await
    }

    /// The password policy control, where the server says that it knows it: some fail on it.
    pub(super) fn password_policy(&self) -> Vec<RawControl> {
        if self.root.control(PASSWORD_POLICY) {
            vec![password_policy()]
        } else {
            Vec::new()
        }
    }

    /// SASL EXTERNAL.
    pub(super) async fn external_bind(&self) -> Result<LdapResult, Lost> {
        let mut ldap = self.ldap.clone();
        self.guarded(self.read, ldap.sasl_external_bind()).await
    }

    /// The authorization identity (`dn:uid=…`, `u:LAB\jane`), where the server tells it.
    pub(super) async fn who_am_i(&self) -> Result<Option<String>, Lost> {
        let mut ldap = self.ldap.clone();
        let answer = self.guarded(self.read, ldap.extended(WhoAmI)).await?;
        if answer.1.rc != 0 || answer.0.val.is_none() {
            return Ok(None);
        }
        let parsed = std::panic::catch_unwind(AssertUnwindSafe(|| answer.0.parse::<WhoAmIResp>()));
        Ok(parsed.ok().map(|who| who.authzid))
    }

    /// Searches. Entries that came before an error are kept.
    pub(super) async fn search(&self, ask: SearchRequest<'_>) -> Result<SearchAnswer, Lost> {
        self.guarded(self.read, self.search_stream(ask)).await
    }

    async fn search_stream(&self, ask: SearchRequest<'_>) -> Result<SearchAnswer, LdapError> {
        let mut ldap = self.ldap.clone();
        let limit = i32::try_from(ask.limit).unwrap_or(i32::MAX);
        let seconds = i32::try_from(self.read.as_secs().max(1)).unwrap_or(i32::MAX);
        ldap.with_search_options(SearchOptions::new().sizelimit(limit).timelimit(seconds));
        attach(&mut ldap, ask.controls);
        let attributes: Vec<&str> = ask.attributes.iter().map(String::as_str).collect();
        let mut stream = ldap
            .streaming_search(ask.base, ask.scope, ask.filter, attributes)
            .await?;
        let id = stream.ldap_handle().last_id();
        let mut running = Abandon(Some((self.ldap.clone(), id)));
        let (mut entries, mut references) = (Vec::new(), Vec::new());
        while let Some(item) = stream.next().await? {
            if item.is_ref() {
                references.extend(ldap3::parse_refs(item.0));
            } else if !item.is_intermediate() {
                let controls = item.1.clone();
                entries.push((Entry::new(SearchEntry::construct(item)), controls));
            }
            // Samba does not keep to a size limit; what goes beyond is not waited for.
            if ask.limit > 0 && entries.len() > ask.limit {
                return Ok(SearchAnswer {
                    entries,
                    references,
                    result: size_limit(),
                });
            }
        }
        running.0 = None;
        Ok(SearchAnswer {
            entries,
            references,
            result: stream.finish().await,
        })
    }

    /// Runs a read, and gives the server up before its time-out when it answers nothing at all any
    /// more. For use where another server can be asked; a search that takes long is left to run.
    pub(super) async fn unless_silent<T>(
        &self,
        read: impl Future<Output = Result<T, Lost>>,
    ) -> Result<T, Lost> {
        let mut read = pin!(read);
        if let Ok(done) = timeout(PATIENCE, &mut read).await {
            return done;
        }
        let attributes = ["1.1".to_owned()];
        let sign_of_life = self.search(SearchRequest {
            base: "",
            scope: Scope::Base,
            filter: "(objectClass=*)",
            attributes: &attributes,
            limit: 0,
            controls: Vec::new(),
        });
        tokio::select! {
            biased;
            done = &mut read => done,
            answer = timeout(PATIENCE, sign_of_life) => match answer {
                Ok(Ok(_)) => read.await,
                Ok(Err(lost)) => Err(lost),
                Err(_) => Err(Lost(format!("{} does not answer any more", self.server))),
            },
        }
    }

    /// Has the entry this attribute? Asked by a comparison with a value that it surely has not
    /// (RFC 4511 section 4.10), which needs less than reading does. `None` where that is refused.
    pub(super) async fn has(&self, dn: &str, attribute: &str) -> Result<Option<bool>, Lost> {
        let mut ldap = self.ldap.clone();
        let answer = self
            .guarded(self.read, ldap.compare(dn, attribute, "-"))
            .await?;
        Ok(match answer.0.rc {
            result_code::COMPARE_FALSE | result_code::COMPARE_TRUE => Some(true),
            result_code::NO_SUCH_ATTRIBUTE => Some(false),
            _ => None,
        })
    }

    /// Changes an entry.
    pub(super) async fn modify(
        &self,
        dn: &str,
        changes: Vec<Mod<Vec<u8>>>,
        controls: Vec<RawControl>,
    ) -> Result<LdapResult, Lost> {
        let mut ldap = self.ldap.clone();
        attach(&mut ldap, controls);
        self.guarded(self.write, ldap.modify(dn, changes)).await
    }

    /// The Password Modify operation (RFC 3062), with the password policy control.
    pub(super) async fn password_modify(
        &self,
        dn: &str,
        old: Option<&str>,
        new: &str,
    ) -> Result<LdapResult, Lost> {
        let mut ldap = self.ldap.clone();
        attach(&mut ldap, self.password_policy());
        let operation = Exop::from(PasswordModify {
            user_id: Some(dn),
            old_pass: old,
            new_pass: Some(new),
        });
        let answer = self.guarded(self.write, ldap.extended(operation)).await?;
        Ok(answer.1)
    }

    /// Unbinds (RFC 4511 section 4.3).
    pub(super) async fn close(&self) {
        let mut ldap = self.ldap.clone();
        let _ = timeout(Duration::from_millis(500), ldap.unbind()).await;
    }

    async fn guarded<T>(
        &self,
        limit: Duration,
        operation: impl Future<Output = Result<T, LdapError>>,
    ) -> Result<T, Lost> {
        let (own, limit) = (limit, Deadline::cap(limit));
        match timeout(limit, AssertUnwindSafe(operation).catch_unwind()).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(LdapError::Io { source }))) => Err(Lost(format!(
                "the connection to {} broke: {}",
                self.server,
                crate::text::system_error(&source)
            ))),
            Ok(Ok(Err(error))) => {
                tracing::debug!(%error, server = %self.server, "LDAP operation failed");
                Err(Lost(format!("the connection to {} ended", self.server)))
            }
            Ok(Err(_)) => Err(Lost(format!(
                "{} sent an answer that cannot be read",
                self.server
            ))),
            Err(_) if limit < own => Err(Lost(format!(
                "{} did not answer before the time of the act was over",
                self.server
            ))),
            Err(_) => Err(Lost(format!(
                "{} did not answer within {} s",
                self.server,
                limit.as_secs_f32()
            ))),
        }
    }
}

/// An empty list of controls is left out of the message.
fn attach(ldap: &mut Ldap, controls: Vec<RawControl>) {
    if !controls.is_empty() {
        ldap.with_controls(controls);
    }
}

fn size_limit() -> LdapResult {
    LdapResult {
        rc: result_code::SIZE_LIMIT,
        matched: String::new(),
        text: String::new(),
        refs: Vec::new(),
        ctrls: Vec::new(),
    }
}
