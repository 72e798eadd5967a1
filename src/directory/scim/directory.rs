//! The directory: the connection, what was learned of the server, and what is still open.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
};

use tokio::sync::OnceCell;

use super::{
    bearer::{self, Bearer},
    connection::Connection,
    discovery::Discovered,
    lost_write::LostWrite,
    operators::{LocalOperators, Operators, ServerSessions},
    search::Searching,
    settings::{ScimSettings, Way},
    verify::Verifier,
};
use crate::{
    directory::{DirectoryError, SharedDirectory, ldap::settings::LdapSettings},
    user::UserId,
};

/// Why something is missing at a server that knows plain SCIM only.
pub(super) const NOT_OFFERED: &str = "not offered by this directory";

/// The users of a SCIM server.
#[derive(Debug)]
pub struct ScimDirectory {
    pub(super) connection: Connection,
    pub(super) operators: Operators,
    pub(super) discovered: OnceCell<Discovered>,
    pub(super) searching: Searching,
    pub(super) page_size: usize,
    pub(super) put_when_patch_is_refused: bool,
    /// How a password is proved by a sign-in, where the site names a way.
    pub(super) verifier: Option<Verifier>,
    /// The server has refused to change a password by PATCH.
    pub(super) patch_refused: AtomicBool,
    /// A version was seen to move with a write, so one that has not moved means something.
    pub(super) versions_move: AtomicBool,
    /// Writes whose answer was lost, until they are settled.
    pub(super) lost: Mutex<HashMap<UserId, LostWrite>>,
}

impl ScimDirectory {
    /// The server of `settings`; nothing is connected to yet. `operators` is the directory whose
    /// users sit at the console; it is not asked where they sign in at the server itself. `ldap` is
    /// where users sign in, where `scim.verify` says so.
    ///
    /// # Errors
    /// [`DirectoryError::Unavailable`] for settings that cannot be and files that cannot be read.
    pub fn open(
        settings: &ScimSettings,
        ldap: &LdapSettings,
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
        let connection = Connection::open(settings, &checked, bearer::cure(&checked.way))?;
        let operators = match checked.way {
            Way::Operator => Operators::Server(ServerSessions::default()),
            way @ (Way::File(_) | Way::Command(_) | Way::Client { .. }) => Operators::Local {
                operators: LocalOperators(operators),
                bearer: Bearer::new(way, checked.timeout),
            },
        };
        let verifier = checked
            .verify
            .map(|way| Verifier::new(way, settings.verify_after_reset, checked.timeout, ldap))
            .transpose()?;
        Ok(Self {
            verifier,
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
    pub(super) fn is_extended(&self) -> bool {
        self.discovered.get().is_some_and(|found| found.extension)
    }

    /// Writes whose answer was lost.
    pub(super) fn lost_writes(&self) -> MutexGuard<'_, HashMap<UserId, LostWrite>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
