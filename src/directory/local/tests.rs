//! The rules of sign-in, lockout, history and roles on a real store, by a clock of the test.

mod check;
mod details;
mod filters;
mod kinds;
mod last_administrator;
mod lockout;
mod one_act;
mod own_password;
mod reset;
mod residue;
mod rights;
mod role;
mod sign_in;
mod site_fields;
mod site_roles;
mod state;

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    sync::Arc,
    task::Poll,
};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::{LocalDirectory, schema};
use crate::{
    audit::{self, AuditLog, AuditQuery, Event, Intent, Kind, Outcome, Record},
    directory::{Directory, DirectoryError, NewUser, Provisioned},
    operator::{Operator, SignInRefusal},
    password::{
        Secret,
        profile::{Profile, Profiles},
    },
    permission::{Permissions, Reach, Role},
    receipt::{PasswordReset, Receipt},
    store::{Schema, Store, StoreError},
    user::{AccountKind, User, UserId},
};

const FIRST: &str = "granite-willow-pepper-12";
const SECOND: &str = "velvet-anchor-tulip-39";
const THIRD: &str = "copper kettle marmot 91";
const WRONG: &str = "not this one at all";

const SCHEMA: Schema = Schema(&[&[
    audit::schema::TABLES,
    audit::schema::OPEN_INTENTS,
    schema::TABLES,
    schema::API_ATTRIBUTES,
    schema::DETAILS,
    schema::SITE_FIELDS,
    schema::FAILURE_SOURCES,
    schema::SESSIONS_ENDED,
    schema::FACETS,
    schema::SITE_ROLES,
    schema::SEARCHED_VALUES,
]]);

const OPERATOR: &str = "INSERT INTO users
    (row, login, email, given, family, kind, role, active, version)
    VALUES (0, 'E0', 'ada@station.example', 'Ada', 'Lindqvist', 0, 4, 1, 1)";

thread_local! {
    /// Each test has a thread and so a clock of its own.
    static NOW: Cell<Timestamp> = const { Cell::new(Timestamp::UNIX_EPOCH) };
}

fn start() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

fn now() -> Timestamp {
    NOW.get()
}

fn pass(time: SignedDuration) {
    NOW.set(now() + time);
}

fn secret(text: &str) -> Secret {
    Secret::from_typed(text).unwrap()
}

/// Who does what is done: an administrator without a password, who cannot sign in.
fn operator() -> Operator {
    Operator {
        id: UserId("0".into()),
        login: "E0".into(),
        email: "ada@station.example".into(),
        name: "Ada Lindqvist".into(),
        permissions: Permissions::all(),
        reach: Reach::EVERYWHERE,
        kind: None,
        must_change: false,
        binding: 0,
        password_set_at: None,
        sessions_ended: None,
        made_by: None,
    }
}

struct Local {
    directory: LocalDirectory,
    audit: AuditLog,
    _folder: TempDir,
}

impl Local {
    async fn open(profiles: impl Into<Profiles>) -> Self {
        NOW.set(start());
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store/halligan.db"), &SCHEMA)
            .await
            .unwrap();
        store
            .write(|transaction| Ok::<_, StoreError>(transaction.execute_batch(OPERATOR)?))
            .await
            .unwrap();
        Self {
            directory: LocalDirectory::new(store.clone(), profiles).with_clock(now),
            audit: AuditLog::new(store),
            _folder: folder,
        }
    }

    /// The same store under other rules, as after a change of the configuration.
    fn under(&self, profile: Profile) -> Self {
        let store = self.directory.store().clone();
        Self {
            directory: LocalDirectory::new(store.clone(), Arc::new(profile)).with_clock(now),
            audit: AuditLog::new(store),
            _folder: tempfile::tempdir().unwrap(),
        }
    }

    async fn intent(&self, kind: Kind) -> Intent {
        let event = Event {
            kind,
            outcome: Outcome::Intent,
            operator: None,
            target: None,
            source: "tty /dev/pts/1".into(),
            directory: "local store".into(),
            profile: "nist-800-63b-4".into(),
            reason: None,
            intent: None,
            steps: Vec::new(),
            proof: None,
            detail: None,
            caller: None,
            contact_changed: false,
        };
        self.audit.intend(event, now()).await.unwrap()
    }

    /// Somebody whose password need not be changed.
    async fn add(&self, login: &str, role: Role) -> User {
        self.add_with(login, role, Some(FIRST), false).await
    }

    async fn add_with(
        &self,
        login: &str,
        role: Role,
        password: Option<&str>,
        must_change: bool,
    ) -> User {
        let new = NewUser {
            login: login.into(),
            email: format!("{}@station.example", login.to_lowercase()),
            given_name: "Test".into(),
            family_name: login.into(),
            kind: AccountKind::Staff,
            role,
            active: true,
            must_change,
            ..NewUser::default()
        };
        let intent = self.intent(Kind::UserCreated).await;
        let password = password.map(secret);
        self.directory
            .create(
                &operator(),
                &new,
                &Provisioned::default(),
                password.as_ref(),
                &intent,
            )
            .await
            .unwrap()
            .user
    }

    async fn sign_in(&self, user: &User, password: &str) -> Result<Operator, DirectoryError> {
        self.directory.sign_in(&user.email, &secret(password)).await
    }

    async fn refusal(&self, user: &User, password: &str) -> SignInRefusal {
        match self.sign_in(user, password).await {
            Err(DirectoryError::SignIn {
                reason,
                user: target,
            }) => {
                assert_eq!(target.unwrap().id, user.id);
                reason
            }
            other => panic!("not refused: {other:?}"),
        }
    }

    async fn reset(&self, user: &User, password: &str) -> Result<Receipt, DirectoryError> {
        self.reset_by(&PasswordReset {
            user: &user.id,
            expected: None,
            password: &secret(password),
            must_change: false,
            unlock: false,
        })
        .await
    }

    async fn reset_by(&self, reset: &PasswordReset<'_>) -> Result<Receipt, DirectoryError> {
        let intent = self.intent(Kind::PasswordReset).await;
        self.directory
            .reset_password(&operator(), reset, &intent)
            .await
    }

    async fn unlock(&self, user: &User) -> Receipt {
        let intent = self.intent(Kind::Unlock).await;
        self.directory
            .unlock(&operator(), &user.id, None, &intent)
            .await
            .unwrap()
    }

    async fn user(&self, user: &User) -> User {
        self.directory.user(&operator(), &user.id).await.unwrap()
    }

    async fn last_record(&self) -> Record {
        let newest = AuditQuery {
            limit: 1,
            ..AuditQuery::default()
        };
        self.audit.list(newest).await.unwrap().remove(0)
    }

    /// One number from the store itself.
    async fn number(&self, question: &'static str) -> i64 {
        self.directory
            .store()
            .read(move |connection| {
                Ok::<_, StoreError>(connection.query_row(question, [], |row| row.get(0))?)
            })
            .await
            .unwrap()
    }

    async fn text(&self, question: &'static str) -> String {
        self.directory
            .store()
            .read(move |connection| {
                Ok::<_, StoreError>(connection.query_row(question, [], |row| row.get(0))?)
            })
            .await
            .unwrap()
    }

    async fn execute(&self, change: &'static str) {
        self.directory
            .store()
            .write(move |transaction| Ok::<_, StoreError>(transaction.execute_batch(change)?))
            .await
            .unwrap();
    }

    /// Does `change` to the store after `act` has read what it needs first, and before it writes:
    /// the lanes of a store take their work in turn.
    async fn between<T>(&self, change: &'static str, act: impl Future<Output = T>) -> T {
        // The reading lane is there already, so that `act` queues its look when it is first polled.
        self.number("SELECT 1").await;
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let store = self.directory.store().clone();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let other = tokio::spawn(async move {
            store
                .write(move |transaction| {
                    begun.send(()).unwrap();
                    wait.recv()
                        .map_err(|_| StoreError::Other("nobody says go".into()))?;
                    Ok::<_, StoreError>(transaction.execute_batch(change)?)
                })
                .await
        });
        has_begun.await.unwrap();
        let mut act = std::pin::pin!(act);
        let waits = poll_fn(|context| Poll::Ready(act.as_mut().poll(context).is_pending()));
        assert!(waits.await);
        self.number("SELECT 1").await;
        go.send(()).unwrap();
        let answer = act.await;
        other.await.unwrap().unwrap();
        answer
    }
}
