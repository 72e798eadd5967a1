//! The SCIM directory of the console against real servers: our own, and those that others wrote.

mod canaille;

use std::{env, path::PathBuf, sync::Arc};

use crate::support::api::{self, Api};
use crate::support::directory_suite::{Fixture, behaves_as_every_directory, event, secret};
use crate::support::fake_scim::{ADMIN, ADMIN_PASSWORD, Home};
use async_trait::async_trait;
use halligan::{
    audit::{AuditLog, Kind},
    directory::{
        Directory, DirectoryError, NewUser, Query, UserAttribute,
        local::LocalDirectory,
        scim::{ScimDirectory, ScimSettings},
    },
    operator::Operator,
    password::{Secret, profile::Profile},
    permission::Role,
    receipt::{PasswordReset, Proof, Receipt},
    user::{AccountKind, User, UserId},
};
use jiff::Timestamp;
use serde_json::json;

/// How a password can be proved beside SCIM.
enum Proving {
    Nothing,
    /// `POST /check` of our SCIMMY server.
    Scimmy,
    /// `GET /check` of our Django project.
    Django,
    /// Canaille's own sign-in pages.
    Canaille,
}

/// A server that a hook of tests/servers has started.
struct Foreign {
    directory: ScimDirectory,
    operator: Operator,
    root: String,
    proving: Proving,
    _home: Home,
}

impl Foreign {
    async fn open(name: &str, proving: Proving, put: bool) -> Self {
        Self::open_with(name, proving, |settings| {
            settings.put_when_patch_is_refused = put;
        })
        .await
    }

    async fn open_with(name: &str, proving: Proving, set: impl FnOnce(&mut ScimSettings)) -> Self {
        let variable = |what: &str| {
            let name = format!("HALLIGAN_TEST_{name}_{what}");
            env::var(&name).unwrap_or_else(|_| panic!("{name} is not set: use tests/run"))
        };
        let url = variable("URL");
        let home = Home::new().await;
        let mut settings = ScimSettings {
            url: url.clone(),
            token_file: Some(PathBuf::from(variable("TOKEN"))),
            timeout: 60,
            ..ScimSettings::default()
        };
        set(&mut settings);
        let directory = home.open(&settings);
        let operator = directory
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
            .await
            .expect("an operator");
        Self {
            directory,
            operator,
            root: url.split("/scim").next().unwrap_or(&url).to_owned(),
            proving,
            _home: home,
        }
    }

    async fn add(&self, login: &str, password: &str) -> User {
        let new = NewUser {
            login: login.into(),
            email: format!("{login}@example.org"),
            given_name: "Test".into(),
            family_name: login.into(),
            active: true,
            ..NewUser::default()
        };
        let id = Fixture::add(self, &new, Some(&secret(password))).await;
        self.directory.user(&self.operator, &id).await.unwrap()
    }

    async fn reset(&self, user: &User, password: &str) -> Result<Receipt, DirectoryError> {
        let password = secret(password);
        let order = PasswordReset {
            user: &user.id,
            expected: Some(&user.version),
            password: &password,
            must_change: false,
            unlock: false,
        };
        let intent = self.intent(Kind::PasswordReset, None).await;
        self.directory
            .reset_password(&self.operator, &order, &intent)
            .await
    }
}

#[async_trait]
impl Fixture for Foreign {
    fn directory(&self) -> &dyn Directory {
        &self.directory
    }

    async fn operator(&self) -> Operator {
        self.operator.clone()
    }

    fn missing(&self) -> UserId {
        UserId("4711".into())
    }

    fn failures_that_lock(&self) -> Option<u32> {
        None
    }

    fn users_sign_in(&self) -> bool {
        false
    }

    /// Canaille's version is a digest of the second of the last change: two changes in one second
    /// look like one, and `If-Match` lets the second of them pass.
    fn tells_conflicts(&self) -> bool {
        !matches!(self.proving, Proving::Canaille)
    }

    async fn proves(&self, user: &User, password: &str) -> Option<bool> {
        if matches!(self.proving, Proving::Canaille) {
            return Some(canaille::signs_in(&self.root, &user.login, password).await);
        }
        let http = reqwest::Client::new();
        let address = format!("{}/check", self.root);
        let request = match self.proving {
            Proving::Nothing | Proving::Canaille => return None,
            Proving::Scimmy => http
                .post(address)
                .json(&json!({ "id": user.id, "password": password })),
            Proving::Django => {
                let mut url: reqwest::Url = address.parse().unwrap();
                url.query_pairs_mut()
                    .append_pair("id", &user.id.0)
                    .append_pair("password", password);
                http.get(url)
            }
        };
        let answer = request.send().await.unwrap();
        Some(answer.json::<bool>().await.unwrap())
    }
}

mod scim2_server {
    use super::*;
    behaves_as_every_directory!(
        Foreign::open("SCIM2_SERVER", Proving::Nothing, false).await,
        ignore = "needs scim2_server: tests/run"
    );
}

#[tokio::test]
#[ignore = "needs scim2_server: tests/run"]
async fn scim2_server_searches_by_itself() {
    let server = Foreign::open("SCIM2_SERVER", Proving::Nothing, false).await;
    let sheet = server.directory.capabilities();
    assert_eq!(sheet.searched, "ID, email, name");
}

#[tokio::test]
#[ignore = "needs scim2_server: tests/run"]
async fn of_two_resets_of_one_version_at_scim2_server_exactly_one_wins() {
    let server = Foreign::open("SCIM2_SERVER", Proving::Nothing, false).await;
    let user = server.add("race1", "copper heron basket ladle").await;
    let (one, two) = tokio::join!(
        server.reset(&user, "velvet-anchor-tulip-39"),
        server.reset(&user, "copper-lantern-seven-12")
    );
    let lost = match (&one, &two) {
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
        other => panic!("one wins and one loses: {other:?}"),
    };
    assert!(matches!(lost, DirectoryError::Conflict { .. }), "{lost:?}");
}

mod scimmy {
    use super::*;
    behaves_as_every_directory!(
        Foreign::open("SCIMMY", Proving::Scimmy, false).await,
        ignore = "needs scimmy: tests/run"
    );
}

#[tokio::test]
#[ignore = "needs scimmy: tests/run"]
async fn a_password_that_scimmys_rule_refuses_is_told_in_its_words_and_not_set() {
    let server = Foreign::open("SCIMMY", Proving::Scimmy, false).await;
    let user = server.add("short1", "copper heron basket ladle").await;
    let error = server.reset(&user, "short").await.unwrap_err();
    assert!(
        matches!(&error, DirectoryError::PasswordRefused { refusal, .. } if refusal.message.contains("10 characters")),
        "{error:?}"
    );
    assert_eq!(server.proves(&user, "short").await, Some(false));
}

#[tokio::test]
#[ignore = "needs scimmy: tests/run"]
async fn scimmy_gives_twenty_rows_whatever_is_asked_and_the_screen_says_so() {
    let server = Foreign::open("SCIMMY", Proving::Scimmy, false).await;
    for n in 0..33 {
        server
            .add(&format!("manyrows{n}"), "copper heron basket")
            .await;
    }
    let query = Query {
        text: "manyrows".into(),
        limit: 30,
        offset: 0,
        ..Query::default()
    };
    let found = server
        .directory
        .search(&server.operator, &query)
        .await
        .unwrap();
    assert_eq!(found.rows.len(), 20);
    let remark = found.remark.expect("a remark");
    assert!(remark.contains("no more than the first 20"), "{remark}");
}

#[tokio::test]
#[ignore = "needs django_scim2: tests/run"]
async fn django_scim2_which_announces_a_change_of_password_and_refuses_it_is_never_a_success() {
    let server = Foreign::open("DJANGO_SCIM2", Proving::Django, false).await;
    let old = "copper heron basket ladle";
    let new = "velvet-anchor-tulip-39";
    let user = server.add("liar1", old).await;
    let error = server.reset(&user, new).await.unwrap_err();
    assert!(
        matches!(&error, DirectoryError::NotOffered(why) if why.contains("put_when_patch_is_refused")),
        "{error:?}"
    );
    assert_eq!(
        server.proves(&user, old).await,
        Some(true),
        "nothing was changed"
    );

    let consenting = Foreign::open("DJANGO_SCIM2", Proving::Django, true).await;
    let receipt = consenting.reset(&user, new).await.unwrap();
    assert!(
        matches!(receipt.proof, Proof::Accepted(_)),
        "it shows no version that moves, so amber: {receipt:?}"
    );
    assert_eq!(consenting.proves(&user, new).await, Some(true));
}

/// Our own server, at which operators and users sign in.
struct Own {
    api: Api,
    directory: ScimDirectory,
    operator: Operator,
    store: LocalDirectory,
    admin: Operator,
    _home: Home,
}

impl Own {
    async fn start() -> Self {
        let api = Api::start().await;
        let home = Home::new().await;
        let settings = ScimSettings {
            url: api.base.clone(),
            operator_sign_in: true,
            timeout: 60,
            ..ScimSettings::default()
        };
        let directory = home.open(&settings);
        let password = secret(api::ADMIN_PASSWORD);
        let operator = directory
            .sign_in("chief@example.org", &password)
            .await
            .expect("a sign-in at the server");
        let store = LocalDirectory::new(api.store.clone(), Arc::new(Profile::nist()));
        let admin = store
            .sign_in("chief@example.org", &password)
            .await
            .expect("a sign-in at the store");
        Self {
            api,
            directory,
            operator,
            store,
            admin,
            _home: home,
        }
    }
}

#[async_trait]
impl Fixture for Own {
    fn directory(&self) -> &dyn Directory {
        &self.directory
    }

    async fn operator(&self) -> Operator {
        self.operator.clone()
    }

    /// Into the store, since the server makes every password that others set a temporary one.
    async fn add(&self, new: &NewUser, password: Option<&Secret>) -> UserId {
        let audit = AuditLog::new(self.api.store.clone());
        let intent = audit
            .intend(event(Kind::UserCreated, None), Timestamp::now())
            .await
            .unwrap();
        let made = self.store.create(&self.admin, new, password, &intent).await;
        made.expect("a user").id
    }

    fn missing(&self) -> UserId {
        UserId("4711".into())
    }

    /// The server slows down whoever guesses before the account is locked.
    fn failures_that_lock(&self) -> Option<u32> {
        None
    }
}

mod our_own_server {
    use super::*;
    behaves_as_every_directory!(Own::start().await);
}

#[tokio::test]
async fn our_own_server_offers_everything() {
    let own = Own::start().await;
    let sheet = own.directory.capabilities();
    for support in [sheet.must_change, sheet.unlock, sheet.check, sheet.roles] {
        assert!(support.is_yes());
    }
}

#[tokio::test]
async fn a_role_is_given_and_a_user_added_through_our_own_server() {
    let own = Own::start().await;
    let new = NewUser {
        login: "E7".into(),
        email: "e7@example.org".into(),
        given_name: "Noor".into(),
        family_name: "Haddad".into(),
        kind: AccountKind::Unit,
        role: Role::None,
        active: true,
        must_change: true,
        ..NewUser::default()
    };
    let intent = own.intent(Kind::UserCreated, None).await;
    let made = own
        .directory
        .create(&own.operator, &new, None, &intent)
        .await
        .unwrap();
    assert_eq!(made.kind.known(), Some(&AccountKind::Unit));
    let receipt = own
        .directory
        .assign_role(&own.operator, &made.id, Role::HelpDesk, &intent)
        .await
        .unwrap();
    assert!(receipt.is_success(), "{receipt:?}");
    let now = own.directory.user(&own.operator, &made.id).await.unwrap();
    assert_eq!(now.permissions, Role::HelpDesk.permissions());
}

#[tokio::test]
async fn a_new_user_whose_account_would_end_before_it_begins_is_refused_before_it_is_sent() {
    let own = Own::start().await;
    let new = NewUser {
        login: "E8".into(),
        family_name: "Haddad".into(),
        valid_from: "2027-01-01T00:00:00Z".parse().ok(),
        valid_until: "2026-12-31T00:00:00Z".parse().ok(),
        ..NewUser::default()
    };
    let intent = own.intent(Kind::UserCreated, None).await;
    let added = own
        .directory
        .create(&own.operator, &new, None, &intent)
        .await;
    assert!(
        matches!(&added, Err(DirectoryError::Invalid { attribute: Some(UserAttribute::ValidUntil), message }) if message == "the account would end before it begins"),
        "{added:?}"
    );
}

#[tokio::test]
async fn a_token_of_our_own_server_serves_operators_of_the_local_store() {
    let api = Api::start().await;
    let home = Home::new().await;
    let settings = ScimSettings {
        url: api.base.clone(),
        token_file: Some(home.private_file("api-token", &api.token)),
        timeout: 60,
        ..ScimSettings::default()
    };
    let directory = home.open(&settings);
    let operator = directory
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    let query = Query {
        text: "chief".into(),
        limit: 5,
        offset: 0,
        ..Query::default()
    };
    let found = directory.search(&operator, &query).await.unwrap();
    assert_eq!(found.rows.len(), 1);
    assert!(found.remark.is_none(), "{:?}", found.remark);
}
