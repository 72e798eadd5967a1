//! Users behind somebody's SCIM 2.0 API (RFC 7643, RFC 7644): the client side.
//!
//! Nothing that a server announces is believed until it was tried. A write is sent once, never
//! again; when its answer is lost, [`DirectoryError::OutcomeUnknown`] says so and `settle` reads
//! what became of it. `docs/scim-client.md` tells operators the same.

mod actions;
mod bearer;
mod body;
mod connection;
mod create;
mod discovery;
mod failure;
mod mapping;
mod operators;
mod private_file;
mod reads;
mod reset;
mod search;
mod settings;
mod settle;

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use tokio::sync::OnceCell;

use super::{
    Capabilities, Directory, DirectoryError, Found, NewUser, Query, SharedDirectory, Support,
};
use crate::{
    audit::{Event, Intent},
    password::Secret,
    permission::Role,
    user::{User, UserId, Version},
};
use crate::{
    operator::Operator,
    receipt::{Checked, PasswordReset, Receipt, Settlement},
};
use bearer::Bearer;
use connection::Connection;
use discovery::Discovered;
use operators::{LocalOperators, Operators, ServerSessions, is_local};
use search::Searching;
use settings::Way;
use settle::LostWrite;

pub use settings::ScimSettings;

/// Why something is missing at a server that knows plain SCIM only.
const NOT_OFFERED: &str = "not offered by this directory";

/// The users of a SCIM server.
#[derive(Debug)]
pub struct ScimDirectory {
    connection: Connection,
    operators: Operators,
    discovered: OnceCell<Discovered>,
    searching: Searching,
    page_size: usize,
    put_when_patch_is_refused: bool,
    /// The server has refused to change a password by PATCH.
    patch_refused: AtomicBool,
    /// A version was seen to move with a write, so one that has not moved means something.
    versions_move: AtomicBool,
    /// Writes whose answer was lost, until they are settled.
    lost: Mutex<HashMap<UserId, LostWrite>>,
}

impl ScimDirectory {
    /// The server of `settings`; nothing is connected to yet. `operators` is the directory whose
    /// users sit at the console; it is not asked where they sign in at the server itself.
    ///
    /// # Errors
    /// [`DirectoryError::Unavailable`] for settings that cannot be and files that cannot be read.
    pub fn open(
        settings: &ScimSettings,
        operators: SharedDirectory,
    ) -> Result<Self, DirectoryError> {
        let checked = settings
            .check()
            .map_err(|message| DirectoryError::Unavailable {
                message,
                cure: "Correct the [scim] table of the configuration; config.example.toml \
                       describes it."
                    .into(),
                raw: None,
            })?;
        let connection = Connection::open(settings, &checked, bearer::cure(&checked.way)).map_err(
            |failure| DirectoryError::Unavailable {
                message: match &failure {
                    failure::Failure::Token(what, _) | failure::Failure::Tls(what) => what.clone(),
                    other => format!("{other:?}"),
                },
                cure: match failure {
                    failure::Failure::Token(_, cure) => cure,
                    _ => "Check the files named in the [scim] table.".into(),
                },
                raw: None,
            },
        )?;
        let operators = match checked.way {
            Way::Operator => Operators::Server(ServerSessions::default()),
            way => Operators::Local {
                operators: LocalOperators(operators),
                bearer: Bearer::new(way, checked.timeout),
            },
        };
        Ok(Self {
            connection,
            operators,
            discovered: OnceCell::new(),
            searching: Searching::default(),
            page_size: checked.page_size,
            put_when_patch_is_refused: settings.put_when_patch_is_refused,
            patch_refused: AtomicBool::new(false),
            versions_move: AtomicBool::new(false),
            lost: Mutex::new(HashMap::new()),
        })
    }

    /// Our extension is there, as far as is known.
    fn is_extended(&self) -> bool {
        self.discovered.get().is_some_and(|found| found.extension)
    }
}

#[async_trait]
impl Directory for ScimDirectory {
    fn capabilities(&self) -> Capabilities {
        let extended = |what: &str| {
            if self.is_extended() {
                Support::Yes
            } else {
                Support::No(format!("{what}: {NOT_OFFERED} (SCIM has no such thing)"))
            }
        };
        let patch_refused =
            self.patch_refused.load(Ordering::Relaxed) && !self.put_when_patch_is_refused;
        Capabilities {
            name: self.connection.place().host.clone(),
            searched: self.searching.fields().into(),
            debounce_millis: 150,
            reset: if patch_refused {
                Support::No(reset::patch_is_refused(&self.connection.place().host))
            } else {
                Support::Yes
            },
            must_change: extended("must change"),
            unlock: extended("unlock"),
            check: extended("check of a password"),
            create: Support::Yes,
            roles: extended("roles"),
            enforces_policy: self.is_extended(),
            records_outcome: false,
        }
    }

    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError> {
        let operator = match &self.operators {
            Operators::Local { operators, bearer } => {
                let operator = operators.sign_in(login, password).await?;
                // A server that is away keeps nobody out: the console says so at each search.
                if let Err(failure) = bearer.renew(&self.connection).await {
                    tracing::warn!(?failure, "no token for the SCIM server");
                }
                operator
            }
            Operators::Server(sessions) => {
                sessions.sign_in(&self.connection, login, password).await?
            }
        };
        if let Err(failure) = self.discovered(&operator).await {
            tracing::warn!(?failure, "the SCIM server does not describe itself");
        }
        Ok(operator)
    }

    async fn sign_out(&self, operator: &Operator) {
        match &self.operators {
            Operators::Local { operators, .. } => operators.sign_out(operator).await,
            Operators::Server(sessions) => sessions.sign_out(&self.connection, operator).await,
        }
    }

    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        let place = self.connection.place();
        let discovered = self.discovered(operator).await;
        let discovered = discovered.map_err(|failure| failure.into_error(place))?;
        let page_size = discovered
            .most_rows
            .map_or(self.page_size, |most| most.min(self.page_size));
        let reads = reads::SearchReads {
            directory: self,
            operator,
            page_size,
            extended: discovered.extension,
            // Elsewhere a cursor is what few have tried; pages by index are what all know.
            by_cursor: discovered.extension && discovered.cursors,
        };
        self.searching
            .search(&reads, query)
            .await
            .map_err(|failure| failure.into_error(place))
    }

    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        if let (true, Operators::Local { operators, .. }) = (is_local(id), &self.operators) {
            return operators.user(operator, id).await;
        }
        let read = self.resource(operator, id).await;
        Ok(read
            .map_err(|failure| failure.into_user_error(self.connection.place()))?
            .user)
    }

    async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.reset(operator, reset, intent).await
    }

    async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.take_lock_off(operator, user, expected, intent).await
    }

    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        match &self.operators {
            Operators::Local { operators, .. } => {
                operators
                    .change_own_password(operator, old, new, intent)
                    .await
            }
            Operators::Server(_) => self.change_own(operator, old, new).await,
        }
    }

    async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        self.check(operator, user, password).await
    }

    async fn needs_first_administrator(&self) -> Result<bool, DirectoryError> {
        match &self.operators {
            Operators::Local { operators, .. } => operators.0.needs_first_administrator().await,
            Operators::Server(_) => Ok(false),
        }
    }

    async fn create_first_administrator(
        &self,
        new: &NewUser,
        password: &Secret,
        event: Event,
    ) -> Result<User, DirectoryError> {
        match &self.operators {
            Operators::Local { operators, .. } => {
                operators
                    .create_first_administrator(new, password, event)
                    .await
            }
            Operators::Server(_) => Err(DirectoryError::NotOffered(
                "The server makes its administrators itself.".into(),
            )),
        }
    }

    async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        password: Option<&Secret>,
        _intent: &Intent,
    ) -> Result<User, DirectoryError> {
        self.add(operator, new, password).await
    }

    async fn assign_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.give_role(operator, user, role, intent).await
    }

    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        self.find_out(operator, user, before).await
    }
}
