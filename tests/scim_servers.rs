//! The SCIM directory of the console against real servers: our own, and those that others wrote.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

#[path = "support/api.rs"]
mod api;
#[path = "support/directory_suite.rs"]
mod directory_suite;
#[path = "support/fake_scim.rs"]
mod fake_scim;

use std::{
    env,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use api::Api;
use async_trait::async_trait;
use directory_suite::{Fixture, event, every_directory_behaves, secret};
use fake_scim::{ADMIN, ADMIN_PASSWORD, Home};
use halligan::{
    audit::{AuditLog, Kind},
    directory::{
        Directory, DirectoryError, NewUser, Operator, PasswordReset, Proof, Query, Receipt,
        local::LocalDirectory,
        scim::{ScimDirectory, ScimSettings},
    },
    password::{Secret, profile::Profile},
    permission::Role,
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
        let variable = |what: &str| {
            let name = format!("HALLIGAN_TEST_{name}_{what}");
            env::var(&name).unwrap_or_else(|_| panic!("{name} is not set: use tests/run"))
        };
        let url = variable("URL");
        let home = Home::new().await;
        let settings = ScimSettings {
            url: url.clone(),
            token_file: Some(PathBuf::from(variable("TOKEN"))),
            timeout: 60,
            put_when_patch_is_refused: put,
            ..ScimSettings::default()
        };
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
            return Some(canaille_signs_in(&self.root, &user.login, password).await);
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

#[tokio::test]
#[ignore = "needs scim2_server: tests/run"]
async fn scim2_server_behaves_as_every_directory() {
    let server = Foreign::open("SCIM2_SERVER", Proving::Nothing, false).await;
    every_directory_behaves(&server).await;
    let sheet = server.directory.capabilities();
    assert_eq!(sheet.searched, "ID, email, name", "it searches by itself");
}

#[tokio::test]
#[ignore = "needs scim2_server: tests/run"]
async fn of_two_resets_of_one_version_at_scim2_server_exactly_one_wins() {
    let server = Foreign::open("SCIM2_SERVER", Proving::Nothing, false).await;
    let user = server.add("race1", "correct horse battery staple").await;
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

#[tokio::test]
#[ignore = "needs scimmy: tests/run"]
async fn scimmy_behaves_as_every_directory() {
    let server = Foreign::open("SCIMMY", Proving::Scimmy, false).await;
    every_directory_behaves(&server).await;
}

#[tokio::test]
#[ignore = "needs scimmy: tests/run"]
async fn a_password_that_scimmys_rule_refuses_is_told_in_its_words_and_not_set() {
    let server = Foreign::open("SCIMMY", Proving::Scimmy, false).await;
    let user = server.add("short1", "correct horse battery staple").await;
    let error = server.reset(&user, "short").await.unwrap_err();
    assert!(
        matches!(&error, DirectoryError::PasswordRefused(why) if why.message.contains("10 characters")),
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
            .add(&format!("manyrows{n}"), "correct horse battery")
            .await;
    }
    let query = Query {
        text: "manyrows".into(),
        limit: 30,
        offset: 0,
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

/// Canaille's sign-in pages, as a browser goes through them: the name, then the password. Each
/// form carries a token, and a cookie the state between them.
async fn canaille_signs_in(root: &str, login: &str, password: &str) -> bool {
    let browser = Browser::default();
    let page = browser.get(&format!("{root}/login")).await;
    let answer = browser
        .post(&format!("{root}/login"), &page, &[("login", login)])
        .await;
    assert_eq!(answer.status(), 302, "a name is asked for its password");
    let page = browser.get(&format!("{root}/auth/password")).await;
    let answer = browser
        .post(
            &format!("{root}/auth/password"),
            &page,
            &[("password", password)],
        )
        .await;
    if answer.status() == 302 {
        return true;
    }
    let page = answer.text().await.unwrap();
    assert!(page.contains("Login failed"), "{page}");
    false
}

/// As much of a browser as two forms need.
#[derive(Default)]
struct Browser {
    http: reqwest::Client,
    cookie: Mutex<String>,
}

impl Browser {
    fn keep(&self, answer: &reqwest::Response) {
        for set in answer.headers().get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            pair.clone_into(&mut self.cookie.lock().unwrap());
        }
    }

    async fn get(&self, address: &str) -> String {
        let cookie = self.cookie.lock().unwrap().clone();
        let answer = self.http.get(address).header("cookie", cookie).send();
        let answer = answer.await.unwrap();
        self.keep(&answer);
        answer.text().await.unwrap()
    }

    async fn post(&self, address: &str, page: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        let token = page
            .split("name=\"csrf_token\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a form with a token");
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf_token", token)
            .extend_pairs(fields)
            .finish();
        let cookie = self.cookie.lock().unwrap().clone();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let answer = http
            .post(address)
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
        self.keep(&answer);
        answer
    }
}

#[tokio::test]
#[ignore = "needs canaille: tests/run"]
async fn canaille_behaves_as_every_directory_though_it_ignores_filters() {
    let server = Foreign::open("CANAILLE", Proving::Canaille, false).await;
    every_directory_behaves(&server).await;
    let query = Query {
        text: "find1042".into(),
        limit: 20,
        offset: 0,
    };
    let found = server
        .directory
        .search(&server.operator, &query)
        .await
        .unwrap();
    assert_eq!(found.rows.len(), 1);
    let remark = found.remark.expect("the screen says what search this is");
    assert!(remark.contains("searched here"), "{remark}");
}

/// Waits until the server's clock is two seconds past the last change of a user: canaille's
/// versions do not tell changes of one second apart.
async fn until_versions_tell(server: &Foreign, id: &UserId) -> User {
    let token = env::var("HALLIGAN_TEST_CANAILLE_TOKEN").unwrap();
    let token = std::fs::read_to_string(token).unwrap();
    let address = format!("{}/scim/v2/Users/{id}", server.root);
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let http = reqwest::Client::new();
        let answer = http.get(&address).bearer_auth(token.trim()).send();
        let answer = answer.await.unwrap();
        let date = answer.headers()["date"].to_str().unwrap().to_owned();
        let now = jiff::fmt::rfc2822::parse(&date).unwrap().timestamp();
        let body: serde_json::Value = answer.json().await.unwrap();
        let changed = body["meta"]["lastModified"].as_str().unwrap();
        let changed: Timestamp = changed.parse().unwrap();
        if now.as_second() - changed.as_second() >= 2 {
            break;
        }
        assert!(Instant::now() < deadline, "the server's clock stands");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    server.directory.user(&server.operator, id).await.unwrap()
}

#[tokio::test]
#[ignore = "needs canaille: tests/run"]
async fn a_reset_at_canaille_is_green_its_sign_in_page_takes_it_and_an_old_view_is_refused() {
    let server = Foreign::open("CANAILLE", Proving::Canaille, false).await;
    let old = "correct horse battery staple";
    let new = "velvet-anchor-tulip-39";
    let made = server.add("green1", old).await;
    let seen = until_versions_tell(&server, &made.id).await;
    let receipt = server.reset(&seen, new).await.unwrap();
    assert!(matches!(receipt.proof, Proof::Proved(_)), "{receipt:?}");
    assert_eq!(server.proves(&seen, new).await, Some(true));
    assert_eq!(server.proves(&seen, old).await, Some(false));
    let late = server.reset(&seen, "copper-lantern-seven-12").await;
    assert!(
        matches!(late, Err(DirectoryError::Conflict { .. })),
        "{late:?}"
    );
    assert_eq!(server.proves(&seen, new).await, Some(true));
}

#[tokio::test]
#[ignore = "needs canaille: tests/run"]
async fn a_reset_at_canaille_in_the_second_of_another_change_is_amber_and_never_a_false_green() {
    let server = Foreign::open("CANAILLE", Proving::Canaille, false).await;
    let mut user = server.add("amber1", "correct horse battery staple").await;
    let mut ambers = 0;
    // Whether two changes fall into one second is chance; what is said must fit either way.
    for turn in 0..20 {
        let password = format!("velvet-anchor-tulip-{turn}");
        let receipt = server.reset(&user, &password).await.unwrap();
        let now = server.directory.user(&server.operator, &user.id).await;
        let now = now.unwrap();
        match &receipt.proof {
            Proof::Proved(_) => assert_ne!(now.version, user.version),
            Proof::Unproved(why) => {
                assert_eq!(now.version, user.version);
                assert!(why.contains("a moment before"), "{why}");
                assert!(!receipt.is_success());
                ambers += 1;
            }
            Proof::NotNeeded => panic!("a reset wants a proof"),
        }
        user = now;
    }
    assert!(
        ambers > 0,
        "not one of twenty fell into a second of another"
    );
    let last = server.proves(&user, "velvet-anchor-tulip-19").await;
    assert_eq!(last, Some(true), "amber or green, the password was set");
}

#[tokio::test]
#[ignore = "needs canaille: tests/run"]
async fn a_taken_name_that_canaille_answers_with_a_web_page_is_told_as_taken_and_never_as_added() {
    let server = Foreign::open("CANAILLE", Proving::Canaille, false).await;
    let first = server.add("twice1", "correct horse battery staple").await;
    let intent = server.intent(Kind::UserCreated, None).await;
    let new = NewUser {
        login: "twice1".into(),
        email: "somebody-else@example.org".into(),
        family_name: "Other".into(),
        active: true,
        ..NewUser::default()
    };
    let add = async |new: &NewUser| {
        let made = server
            .directory
            .create(&server.operator, new, None, &intent);
        made.await.unwrap_err()
    };
    let error = add(&new).await;
    assert!(
        matches!(&error, DirectoryError::Taken(why) if why.contains("twice1@example.org has it")),
        "{error:?}"
    );
    // With the same address nothing tells the user who was there from one that was added.
    let error = add(&NewUser {
        email: "twice1@example.org".into(),
        ..new
    })
    .await;
    assert!(
        matches!(&error, DirectoryError::OutcomeUnknown(why) if why.contains("twice1 is there now")),
        "{error:?}"
    );
    let still = server.directory.user(&server.operator, &first.id).await;
    assert_eq!(still.unwrap().family_name, first.family_name);
}

#[tokio::test]
#[ignore = "needs django_scim2: tests/run"]
async fn django_scim2_which_announces_a_change_of_password_and_refuses_it_is_never_a_success() {
    let server = Foreign::open("DJANGO_SCIM2", Proving::Django, false).await;
    let old = "correct horse battery staple";
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
        matches!(receipt.proof, Proof::Unproved(_)),
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

#[tokio::test]
async fn our_own_server_behaves_as_every_directory() {
    let own = Own::start().await;
    every_directory_behaves(&own).await;
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
    };
    let found = directory.search(&operator, &query).await.unwrap();
    assert_eq!(found.rows.len(), 1);
    assert!(found.remark.is_none(), "{:?}", found.remark);
}
