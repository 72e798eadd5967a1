//! One suite, every directory.

use std::{os::unix::fs::PermissionsExt, sync::Arc};

use crate::support::directory_suite::{
    Fixture, behaves_as_every_directory, event, every_story_is_told, secret,
};
use async_trait::async_trait;
use halligan::{
    audit::{AuditLog, Event, Intent, Kind, Outcome, Record, Target},
    config::open_store,
    directory::{Directory, NewUser, local::LocalDirectory},
    operator::Operator,
    password::profile::Profile,
    permission::Role,
    user::{AccountKind, UserId},
};
use jiff::Timestamp;
use tempfile::TempDir;

struct Local {
    directory: LocalDirectory,
    audit: AuditLog,
    operator: Operator,
    _home: TempDir,
}

impl Local {
    async fn new(profile: Profile) -> Self {
        let home = tempfile::Builder::new()
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir()
            .expect("a directory");
        let store = open_store(&home.path().join("store.db"))
            .await
            .expect("a store");
        let audit = AuditLog::new(store.clone());
        let directory = LocalDirectory::new(store, Arc::new(profile));
        let first = NewUser {
            login: "admin".into(),
            email: "admin@example.org".into(),
            given_name: "Ada".into(),
            family_name: "Admin".into(),
            kind: AccountKind::Staff,
            role: Role::Administrator,
            active: true,
            must_change: false,
            ..NewUser::default()
        };
        let password = secret("the first administrator");
        let made = Event {
            outcome: Outcome::Done,
            ..event(Kind::StoreCreated, None)
        };
        assert!(directory.needs_first_administrator().await.unwrap_or(false));
        directory
            .create_first_administrator(&first, &password, made)
            .await
            .expect("an administrator");
        let operator = directory
            .sign_in("admin", &password)
            .await
            .expect("a sign-in");
        Self {
            directory,
            audit,
            operator,
            _home: home,
        }
    }
}

#[async_trait]
impl Fixture for Local {
    fn directory(&self) -> &dyn Directory {
        &self.directory
    }

    async fn operator(&self) -> Operator {
        self.operator.clone()
    }

    async fn intent(&self, kind: Kind, target: Option<Target>) -> Intent {
        self.audit
            .intend(event(kind, target), Timestamp::now())
            .await
            .expect("an intent")
    }

    fn missing(&self) -> UserId {
        UserId("4711".into())
    }

    fn failures_that_lock(&self) -> Option<u32> {
        Some(Profile::nist().lockout_attempts)
    }
}

mod the_embedded_store {
    use super::*;
    behaves_as_every_directory!(Local::new(Profile::nist()).await);
}

#[tokio::test]
async fn after_every_story_the_index_is_whole_each_write_has_its_outcome_and_the_chain_holds() {
    let local = Local::new(Profile::nist()).await;
    every_story_is_told(&local).await;
    let check = local.directory.check_index(false, |_| ()).await.unwrap();
    assert_eq!(check.faults, Vec::<String>::new());
    let verified = local.audit.verify(None).await.unwrap();
    assert!(verified.first_bad.is_none(), "{verified:?}");
    // Of all that was intended, what was refused has no outcome here: the desk records that.
    let open = local.audit.open_intents().await.unwrap();
    let refused = open
        .iter()
        .map(|record| (record.event.kind, login(record)))
        .collect::<Vec<_>>();
    let expected = [
        (Kind::PasswordReset, ""),
        (Kind::PasswordReset, "late1"),
        (Kind::UserCreated, ""),
        (Kind::PasswordChanged, "own1"),
    ];
    assert_eq!(refused, expected);
}

fn login(record: &Record) -> &str {
    let target = record.event.target.as_ref();
    target.map_or("", |target| target.login.as_str())
}
