//! A station: a real store in a temporary directory, a desk before it, and a few people.

use std::sync::Arc;

use halligan::{
    audit::{AuditLog, AuditQuery, Kind, Outcome, Record},
    config::open_store,
    desk::{Desk, DeskError, ResetOrder, Session},
    directory::{NewUser, SharedDirectory, local::LocalDirectory},
    password::{Secret, profile::Profile},
    permission::{Permission, Reach, Role, SiteRole},
    source::Source,
    user::{AccountKind, User},
};
use tempfile::TempDir;

use crate::support::acts::Acts as _;

pub const ADMIN: &str = "ada@station.example";
pub const ADMIN_PASSWORD: &str = "copper lantern seven gates";
pub const NEW_PASSWORD: &str = "velvet-anchor-tulip-39";

pub struct Station {
    pub desk: Desk,
    pub directory: SharedDirectory,
    pub audit: AuditLog,
    pub profile: Arc<Profile>,
    _folder: TempDir,
}

pub fn secret(text: &str) -> Secret {
    Secret::from_typed(text).unwrap()
}

pub fn source() -> Source {
    Source("tty /dev/pts/9".into())
}

impl Station {
    /// A store under `profile` with its first administrator.
    pub async fn open(profile: Profile) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open_store(&folder.path().join("store/halligan.db"))
            .await
            .unwrap();
        let profile = Arc::new(profile);
        let directory: SharedDirectory =
            Arc::new(LocalDirectory::new(store.clone(), Arc::clone(&profile)));
        let audit = AuditLog::new(store);
        let desk = Desk::new(
            Arc::clone(&directory),
            audit.clone(),
            Arc::clone(&profile),
            "Harbour Fire District",
        );
        let ada = person("E1", ADMIN, "Ada", "Lindqvist");
        desk.create_first_administrator(ada, &secret(ADMIN_PASSWORD), &source())
            .await
            .unwrap();
        Self {
            desk,
            directory,
            audit,
            profile,
            _folder: folder,
        }
    }

    /// The same store behind another directory, for tests that put something in between.
    pub fn desk_before(&self, directory: SharedDirectory) -> Desk {
        Desk::new(
            directory,
            self.audit.clone(),
            Arc::clone(&self.profile),
            "Harbour Fire District",
        )
    }

    pub async fn admin(&self) -> Arc<Session> {
        self.sign_in(ADMIN, ADMIN_PASSWORD).await.unwrap()
    }

    pub async fn sign_in(&self, login: &str, password: &str) -> Result<Arc<Session>, DeskError> {
        self.desk.sign_in(login, &secret(password), &source()).await
    }

    /// Adds somebody with a role and a password that need not be changed any more.
    pub async fn add(&self, login: &str, role: Role, password: &str) -> User {
        let admin = self.admin().await;
        let email = format!("{}@station.example", login.to_lowercase());
        let new = NewUser {
            role,
            ..person(login, &email, "Test", login)
        };
        let first = "oak-harbour-linen-58 first";
        // Whatever the profile lets operators type.
        let typing = Desk::new(
            Arc::clone(&self.directory),
            self.audit.clone(),
            Arc::new(Profile {
                operator_may_type_password: true,
                ..Profile::clone(&self.profile)
            }),
            self.desk.agency(),
        );
        let user = typing
            .create_user(&admin, new, Some(&secret(first)))
            .await
            .unwrap();
        let own = self.sign_in(&email, first).await.unwrap();
        assert!(
            own.must_change(),
            "a password set by somebody else is temporary"
        );
        self.desk
            .change_own_password(&own, &secret(first), &secret(password))
            .await
            .unwrap();
        self.desk.open_user(&admin, &user.id).await.unwrap()
    }

    pub async fn records(&self) -> Vec<Record> {
        self.audit.list(AuditQuery::default()).await.unwrap()
    }

    /// The newest record of a kind.
    pub async fn last(&self, kind: Kind) -> Record {
        self.records()
            .await
            .into_iter()
            .find(|record| record.event.kind == kind)
            .unwrap_or_else(|| panic!("no record of {kind:?}"))
    }

    pub async fn last_outcome(&self, kind: Kind) -> Outcome {
        self.last(kind).await.event.outcome
    }
}

pub fn person(login: &str, email: &str, given: &str, family: &str) -> NewUser {
    NewUser {
        login: login.into(),
        email: email.into(),
        given_name: given.into(),
        family_name: family.into(),
        kind: AccountKind::Staff,
        role: Role::None,
        active: true,
        must_change: false,
        ..NewUser::default()
    }
}

/// A role of the site that permits to find users, all of them.
pub fn reader(name: &str) -> SiteRole {
    SiteRole {
        number: 0,
        name: name.into(),
        permissions: [Permission::UsersRead].into_iter().collect(),
        reach: Reach::EVERYWHERE,
    }
}

/// The same for users of some kinds only, with more permissions.
pub fn limited(name: &str, permissions: &[Permission], kinds: &[AccountKind]) -> SiteRole {
    SiteRole {
        permissions: permissions.iter().copied().collect(),
        reach: Reach {
            kinds: Some(kinds.iter().copied().collect()),
            stations: None,
        },
        ..reader(name)
    }
}

pub fn order(user: &User, password: &str) -> ResetOrder {
    ResetOrder {
        user: user.id.clone(),
        expected: Some(user.version.clone()),
        password: secret(password),
        generated: false,
        must_change: true,
        unlock: true,
        reason: "incident 26-1123".into(),
    }
}
