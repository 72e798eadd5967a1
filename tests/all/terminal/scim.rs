//! The console over a SCIM directory: the real program against `halligan serve`, and against what
//! others wrote. Whether a password holds is asked of the server itself, not of our client.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, method},
};

use super::{OWN, TEMPORARY, init, sign_in};
use crate::support::{
    fake_scim::{self, FakeScim, Quirks},
    pty::{Pty, TempDir},
};

const OLD: &str = "granite-otter-lime-47-spoon";

pub(super) fn private(path: &Path, text: &str) {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// A configuration for a console whose users are behind `url`.
pub(super) fn configure(home: &TempDir, url: &str, way: &str) -> String {
    let file = home.path().join("config.toml");
    let text = format!("directory = \"scim\"\n[scim]\nurl = \"{url}\"\ntimeout = 60\n{way}\n");
    private(&file, &text);
    file.to_str().unwrap().to_owned()
}

pub(super) fn asks<T>(question: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(question)
}

/// `halligan serve --self-signed`, ended with the test.
struct Serve {
    child: Child,
    url: String,
    certificate: PathBuf,
    _out: BufReader<ChildStdout>,
}

impl Serve {
    fn start(home: &TempDir) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_halligan"))
            .args([
                "--json",
                "serve",
                "--self-signed",
                "--listen",
                "127.0.0.1:0",
            ])
            .env_clear()
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        let told: Value = loop {
            assert_ne!(out.read_line(&mut text).unwrap(), 0, "it ended: {text}");
            if let Ok(told) = serde_json::from_str(&text) {
                break told;
            }
        };
        Self {
            child,
            url: told["url"].as_str().unwrap().to_owned(),
            certificate: told["certificate"].as_str().unwrap().into(),
            _out: out,
        }
    }

    /// `POST /auth/sign-in`, in plain HTTP: the status, and whether a new password must be chosen.
    fn lets_in(&self, login: &str, password: &str) -> (u16, Option<bool>) {
        let pem = fs::read(&self.certificate).unwrap();
        let http = reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()])
            .build()
            .unwrap();
        let address = self.url.replace("/scim/v2", "/auth/sign-in");
        asks(async {
            let body = json!({ "login": login, "password": password });
            let answer = http.post(address).json(&body).send().await.unwrap();
            let status = answer.status().as_u16();
            let body: Value = answer.json().await.unwrap();
            (status, body["operator"]["mustChange"].as_bool())
        })
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn adds_a_user(home: &TempDir) {
    let password = home.path().join("own");
    private(&password, &format!("{OWN}\n"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_halligan"))
        .args(["--operator", "chief@riverside.example"])
        .arg("--operator-password-file")
        .arg(&password)
        .args(["user", "add", "--id", "E1042", "--given-name", "Maria"])
        .args(["--family-name", "Vasquez", "--password-stdin"])
        .args(["--email", "maria@riverside.example"])
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{OLD}").unwrap();
    assert!(child.wait().unwrap().success());
}

/// The console at our own server, with its operator signed in there.
fn signed_in_at(server: &Serve, home: &TempDir) -> Pty {
    let way = format!(
        "operator_sign_in = true\nca_file = \"{}\"",
        server.certificate.display()
    );
    let config = configure(home, &server.url, &way);
    let pty = Pty::open(home, &["--config", &config], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty
}

#[test]
fn over_our_own_server_a_typed_password_is_saved_told_truly_and_good_at_the_server() {
    let station = TempDir::new();
    init(&station);
    adds_a_user(&station);
    let server = Serve::start(&station);
    assert_eq!(server.lets_in("maria@riverside.example", OLD).0, 200);

    let home = TempDir::new();
    let pty = signed_in_at(&server, &home);
    pty.chooses("Users");
    pty.sees("2 of 2");
    pty.types("vasq");
    pty.sees("1 of 2");
    pty.enter();
    pty.sees("maria@riverside.example");
    pty.types(TEMPORARY);
    pty.sees("✓ at least 15 characters");
    pty.enter();
    pty.sees("Done: Maria Vasquez (E1042): password set.");
    pty.sees("Read back: passwordChanged moved to");

    assert_eq!(
        server.lets_in("maria@riverside.example", TEMPORARY),
        (200, Some(true)),
        "good at once, and to be changed"
    );
    assert_eq!(server.lets_in("maria@riverside.example", OLD).0, 401);

    for secret in [OWN, TEMPORARY] {
        let environ = fs::read(format!("/proc/{}/environ", pty.pid())).unwrap_or_default();
        let cmdline = fs::read(format!("/proc/{}/cmdline", pty.pid())).unwrap_or_default();
        assert!(!super::contains(&environ, secret) && !super::contains(&cmdline, secret));
    }
    pty.enter_again();
    pty.sees("must change");
    pty.sends("\x1b");
    pty.sees("find somebody");
    pty.quits();
    assert_eq!(pty.ends(), 0);
}

#[test]
fn a_server_that_dies_under_the_console_is_told_as_such_and_nothing_is_said_to_be_done() {
    let station = TempDir::new();
    init(&station);
    adds_a_user(&station);
    let server = Serve::start(&station);
    let home = TempDir::new();
    let pty = signed_in_at(&server, &home);
    pty.chooses("Users");
    pty.types("vasq");
    pty.sees("1 of 2");
    pty.enter();
    pty.sees("maria@riverside.example");
    drop(server);
    pty.types(TEMPORARY);
    pty.enter();
    pty.sees("refuses connections: nobody listens there");
    pty.sees("Nothing was changed");
    pty.closes();
    let again = Serve::start(&station);
    assert_eq!(again.lets_in("maria@riverside.example", OLD).0, 200);
    assert_eq!(again.lets_in("maria@riverside.example", TEMPORARY).0, 401);
}

#[test]
fn a_console_that_is_killed_in_the_middle_of_a_reset_finds_it_open_at_the_next_start() {
    let fake = FakeScim::new(Quirks::default());
    fake.add("E1042", "Maria", "Vasquez");
    let server = asks(async {
        let server = MockServer::start().await;
        let hanging = ResponseTemplate::new(204).set_delay(Duration::from_mins(10));
        let all = Mock::given(any()).respond_with(fake).with_priority(9);
        all.mount(&server).await;
        let reset = Mock::given(method("PATCH")).respond_with(hanging);
        reset.with_priority(1).mount(&server).await;
        server
    });
    let home = TempDir::new();
    init(&home);
    let token = home.path().join("token");
    private(&token, fake_scim::TOKEN);
    let url = format!("{}/scim/v2", server.uri());
    let config = configure(
        &home,
        &url,
        &format!("token_file = \"{}\"", token.display()),
    );
    let begins = || {
        let pty = Pty::open(&home, &["--config", &config], (80, 24), &[]);
        sign_in(&pty, "chief@riverside.example", OWN);
        pty.sees("find somebody");
        pty
    };
    let pty = begins();
    pty.chooses("Users");
    pty.types("vasq");
    pty.sees("E1042");
    pty.enter();
    pty.sees("e1042@station.example");
    pty.types(TEMPORARY);
    pty.enter();
    let deadline = Instant::now() + Duration::from_mins(1);
    let sent = || {
        let requests = asks(server.received_requests()).unwrap();
        requests.iter().any(|ask| ask.method.as_str() == "PATCH")
    };
    while !sent() {
        assert!(Instant::now() < deadline, "nothing was sent");
        std::thread::sleep(Duration::from_millis(20));
    }
    pty.signals("KILL");
    pty.ends();

    let pty = begins();
    pty.sees("1 change was begun without an outcome on record");
    pty.sees("password-reset for Maria Vasquez (E1042) by Alma Chief");
    pty.chooses("Unfinished");
    pty.sees("Enter asks the directory");
    pty.enter_again();
    pty.sees("may still be at work");
    pty.types("she gets in");
    pty.enter();
    pty.sees("find somebody");
    pty.sees("Closed with what you found out: she gets in.");
    pty.quits();
    assert_eq!(pty.ends(), 0);
    let pty = begins();
    pty.chooses("Unfinished");
    pty.sees("very change that was begun has its outcome on record");
    pty.closes();
}

/// A server of tests/run: its URL and the file with its token.
fn foreign(name: &str) -> (String, String) {
    let variable = |what: &str| {
        let name = format!("HALLIGAN_TEST_{name}_{what}");
        env::var(&name).unwrap_or_else(|_| panic!("{name} is not set: use tests/run"))
    };
    (variable("URL"), variable("TOKEN"))
}

/// An ID that no run before has used.
fn fresh(what: &str) -> String {
    format!("{what}{}", std::process::id())
}

/// Adds a user with the server's own API: the whole resource as it was made.
fn posts(url: &str, token: &str, login: &str) -> Value {
    let token = fs::read_to_string(token).unwrap();
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": login, "displayName": "Pia Terminal", "active": true,
        "name": { "givenName": "Pia", "familyName": "Terminal", "formatted": "Pia Terminal" },
        "emails": [{ "value": format!("{login}@example.org") }],
        "password": OLD,
    });
    asks(async {
        let answer = reqwest::Client::new()
            .post(format!("{url}/Users"))
            .bearer_auth(token.trim())
            .header("content-type", "application/scim+json")
            .body(user.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 201);
        answer.json().await.unwrap()
    })
}

/// From the sign-in to the open page of the user with this ID.
fn opens_at(home: &TempDir, url: &str, token: &str, login: &str) -> Pty {
    init(home);
    // The hook's file may belong to another user.
    let own = home.path().join("token");
    private(&own, &fs::read_to_string(token).unwrap());
    fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).unwrap();
    let config = configure(home, url, &format!("token_file = \"{}\"", own.display()));
    let pty = Pty::open(home, &["--config", &config], (80, 24), &[]);
    sign_in(&pty, "chief@riverside.example", OWN);
    pty.sees("find somebody");
    pty.chooses("Users");
    pty.types(login);
    pty.sees("Pia Terminal");
    pty.enter();
    pty.sees(&format!("{login}@example.org"));
    pty
}

#[test]
#[ignore = "needs scim2_server: tests/run"]
fn over_scim2_server_the_receipt_says_what_was_proved_and_what_scim_does_not_offer() {
    let (url, token) = foreign("SCIM2_SERVER");
    let login = fresh("pia");
    let made = posts(&url, &token, &login);
    let home = TempDir::new();
    let pty = opens_at(&home, &url, &token, &login);
    pty.types(TEMPORARY);
    pty.enter();
    pty.sees("password set");
    pty.sees("accepted: the user's version at the server moved");
    pty.sees("not offered by this directory");
    let secret = fs::read_to_string(&token).unwrap();
    let now: Value = asks(async {
        let address = format!("{url}/Users/{}", made["id"].as_str().unwrap());
        let ask = reqwest::Client::new()
            .get(address)
            .bearer_auth(secret.trim());
        ask.send().await.unwrap().json().await.unwrap()
    });
    assert_ne!(now["meta"]["version"], made["meta"]["version"]);
    assert_eq!(now["emails"], made["emails"], "nothing else was changed");
    pty.closes();
}

#[test]
#[ignore = "needs scimmy: tests/run"]
fn over_scimmy_the_password_that_was_typed_is_the_one_that_is_kept() {
    let (url, token) = foreign("SCIMMY");
    let login = fresh("pia");
    let made = posts(&url, &token, &login);
    let root = url.split("/scim").next().unwrap().to_owned();
    let holds = |password: &str| -> bool {
        asks(async {
            let body = json!({ "id": made["id"], "password": password });
            let http = reqwest::Client::new();
            let ask = http.post(format!("{root}/check")).json(&body);
            ask.send().await.unwrap().json().await.unwrap()
        })
    };
    assert!(holds(OLD));
    let home = TempDir::new();
    let pty = opens_at(&home, &url, &token, &login);
    pty.types(TEMPORARY);
    pty.enter();
    pty.sees("password set");
    assert!(holds(TEMPORARY) && !holds(OLD));
    pty.closes();
}
