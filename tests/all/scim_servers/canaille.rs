//! Canaille: filters that are ignored, versions that count in seconds, web pages as refusals, and a
//! sign-in page by which every password is proved.

use std::{
    env,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use halligan::{
    audit::Kind,
    directory::{
        Directory, DirectoryError, NewUser, Query,
        scim::{ScimSettings, Verify},
    },
    receipt::Proof,
    user::{User, UserId},
};
use jiff::Timestamp;

use super::{Fixture, Foreign, Proving};
use crate::support::directory_suite::behaves_as_every_directory;

/// Canaille's sign-in pages, as a browser goes through them: the name, then the password. Each
/// form carries a token, and a cookie the state between them.
pub async fn signs_in(root: &str, login: &str, password: &str) -> bool {
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

behaves_as_every_directory!(
    Foreign::open("CANAILLE", Proving::Canaille, false).await,
    ignore = "needs canaille: tests/run"
);

#[tokio::test]
#[ignore = "needs canaille: tests/run"]
async fn canaille_ignores_filters_and_the_one_is_found_all_the_same() {
    let server = Foreign::open("CANAILLE", Proving::Canaille, false).await;
    server.add("filter1", "copper heron basket ladle").await;
    let query = Query {
        text: "filter1".into(),
        limit: 20,
        offset: 0,
        ..Query::default()
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
async fn a_reset_at_canaille_is_accepted_its_sign_in_page_takes_it_and_an_old_view_is_refused() {
    let server = Foreign::open("CANAILLE", Proving::Canaille, false).await;
    let old = "copper heron basket ladle";
    let new = "velvet-anchor-tulip-39";
    let made = server.add("green1", old).await;
    let seen = until_versions_tell(&server, &made.id).await;
    let receipt = server.reset(&seen, new).await.unwrap();
    // Its version moved, which proves that something was written and no more.
    assert!(
        matches!(&receipt.proof, Proof::Accepted(why) if why.contains("version at the server moved")),
        "{receipt:?}"
    );
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
async fn a_reset_at_canaille_in_the_second_of_another_change_says_that_the_version_did_not_move() {
    let server = Foreign::open("CANAILLE", Proving::Canaille, false).await;
    let mut user = server.add("amber1", "copper heron basket ladle").await;
    let (mut turn, mut ambers) = (0, 0);
    let mut password = String::new();
    let deadline = Instant::now() + Duration::from_mins(2);
    // Whether two changes fall into one second is chance; what is said must fit either way.
    while turn < 5 || ambers == 0 {
        assert!(
            Instant::now() < deadline,
            "none fell into the second of another"
        );
        turn += 1;
        password = format!("velvet-anchor-tulip-{turn}");
        let receipt = server.reset(&user, &password).await.unwrap();
        let now = server.directory.user(&server.operator, &user.id).await;
        let now = now.unwrap();
        assert!(!receipt.is_success());
        match &receipt.proof {
            Proof::Accepted(_) if now.version != user.version => {}
            Proof::Accepted(why) => {
                assert!(why.contains("a moment before"), "{why}");
                ambers += 1;
            }
            other @ (Proof::SignedIn(_)
            | Proof::ReadBack(_)
            | Proof::NotKnown(_)
            | Proof::NotNeeded) => panic!("{other:?} at a server that shows a version alone"),
        }
        user = now;
    }
    let last = server.proves(&user, &password).await;
    assert_eq!(last, Some(true), "amber or green, the password was set");
}

#[tokio::test]
#[ignore = "needs canaille: tests/run"]
async fn a_taken_name_that_canaille_answers_with_a_web_page_is_told_as_taken_and_never_as_added() {
    let server = Foreign::open("CANAILLE", Proving::Canaille, false).await;
    let first = server.add("twice1", "copper heron basket ladle").await;
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
        matches!(&error, DirectoryError::Taken { message, .. } if message.contains("twice1@example.org has it")),
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

/// The program that signs in at canaille's pages. It shares nothing with Halligan, not even a language.
fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/servers/lib/canaille_sign_in.py")
}

/// Its exit code for this password.
fn signs_in_by_program(root: &str, login: &str, password: &str) -> Option<i32> {
    let mut child = Command::new(program())
        .arg(root)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{login}\n{password}").unwrap();
    drop(stdin);
    child.wait().unwrap().code()
}

#[tokio::test]
#[ignore = "needs canaille: tests/run"]
async fn a_reset_at_canaille_is_proved_by_another_program_that_signs_in_at_its_pages() {
    let root = env::var("HALLIGAN_TEST_CANAILLE_URL").unwrap();
    let root = root.split("/scim").next().unwrap().to_owned();
    let by_program = |settings: &mut ScimSettings| {
        settings.verify = Verify::Command;
        settings.verify_after_reset = true;
        settings.verify_command = vec![program().display().to_string(), root.clone()];
    };
    let server = Foreign::open_with("CANAILLE", Proving::Canaille, by_program).await;
    let (old, new) = ("copper heron basket ladle", "velvet-anchor-tulip-39");
    let user = server.add("proved1", old).await;
    assert_eq!(signs_in_by_program(&root, "proved1", old), Some(0));
    let receipt = server.reset(&user, new).await.unwrap();
    assert!(
        matches!(&receipt.proof, Proof::SignedIn(how) if how.contains("proved1")),
        "{receipt:?}"
    );
    assert_eq!(signs_in_by_program(&root, "proved1", new), Some(0));
    assert_eq!(signs_in_by_program(&root, "proved1", old), Some(1));
}

#[tokio::test]
#[ignore = "needs canaille: tests/run"]
async fn canailles_own_token_endpoint_proves_a_reset_by_the_password_grant() {
    let root = env::var("HALLIGAN_TEST_CANAILLE_URL").unwrap();
    let root = root.split("/scim").next().unwrap().to_owned();
    let by_grant = |settings: &mut ScimSettings| {
        settings.verify = Verify::PasswordGrant;
        settings.verify_after_reset = true;
        settings.verify_token_url = Some(format!("{root}/oauth/token"));
        settings.verify_client_id = Some("verify".into());
        let secret = env::var("HALLIGAN_TEST_CANAILLE_SECRET").unwrap();
        settings.verify_client_secret_file = Some(secret.into());
        settings.verify_scope = "openid".into();
    };
    let server = Foreign::open_with("CANAILLE", Proving::Canaille, by_grant).await;
    let user = server.add("granted1", "copper heron basket ladle").await;
    let receipt = server.reset(&user, "velvet-anchor-tulip-39").await.unwrap();
    assert!(matches!(&receipt.proof, Proof::SignedIn(_)), "{receipt:?}");
    // It calls a wrong password an invalid request, which says nothing of the password.
    let wrong = crate::support::directory_suite::secret("copper heron basket ladle");
    let checked = server
        .directory
        .check_password(&server.operator, &user.id, &wrong)
        .await;
    assert!(
        matches!(&checked, Err(DirectoryError::PasswordNotChecked { why, .. }) if why.contains("Invalid 'username' or 'password'")),
        "{checked:?}"
    );
}
