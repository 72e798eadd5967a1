//! Several clients at one user, and a server that is killed.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::support::api::{ADMIN_PASSWORD, Api, desks, resource, secret};
use futures_util::future::join_all;
use halligan::{
    audit::{AuditLog, Kind, Outcome},
    config::open_store,
    password::profile::Profile,
    store::Store,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::acts::Acts as _;

fn password(n: usize) -> String {
    format!("velvet-anchor-plum-{n:06}")
}

fn reset(password: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "password", "value": password }],
    })
}

#[tokio::test]
async fn of_resets_racing_from_one_version_exactly_one_wins_and_the_audit_tells_which() {
    let api = Api::start().await;
    let id = api.add("E1").await["id"].as_str().unwrap().to_owned();
    let path = format!("/Users/{id}");
    for round in 0..3 {
        let (_, user) = api.get(&path).await;
        let version = user["meta"]["version"].as_str().unwrap().to_owned();
        let racing = (0..4).map(|n| {
            let (api, path, version) = (&api, &path, &version);
            async move {
                let body = reset(&password(round * 10 + n));
                let headers = [("if-match", version.as_str())];
                let (status, _) = api.send(Method::PATCH, path, Some(&body), &headers).await;
                (n, status)
            }
        });
        let outcomes = join_all(racing).await;
        let winners: Vec<_> = outcomes
            .iter()
            .filter(|(_, status)| *status == 200)
            .collect();
        assert_eq!(winners.len(), 1, "{outcomes:?}");
        assert!(
            outcomes
                .iter()
                .all(|(_, status)| matches!(status, 200 | 412)),
            "{outcomes:?}"
        );
        let (_, checked) = api
            .post(
                &format!("{path}/.check"),
                &json!({
                    "schemas": ["urn:halligan:params:scim:api:messages:1.0:Check"],
                    "password": password(round * 10 + winners[0].0),
                }),
            )
            .await;
        assert_eq!(
            checked["matches"], true,
            "the winner's password is in force"
        );
    }
    let records = api.audit().await;
    let done = |outcome: &Outcome| *outcome == Outcome::Done;
    let resets = records
        .iter()
        .filter(|r| r.event.kind == Kind::PasswordReset);
    assert_eq!(resets.filter(|r| done(&r.event.outcome)).count(), 3);
    let verified = AuditLog::new(api.store.clone()).verify(None).await.unwrap();
    assert_eq!(verified.first_bad, None);
    assert!(verified.open_intents.is_empty());
}

#[tokio::test]
async fn two_consoles_and_a_script_work_on_one_server_at_once() {
    let api = Api::start().await;
    let ids: Vec<String> = join_all((0..4).map(|n| {
        let api = &api;
        async move {
            let login = format!("P{n}");
            api.add(&login).await["id"].as_str().unwrap().to_owned()
        }
    }))
    .await;
    let console = async |offset: usize| {
        let granted: Value = api
            .http
            .post(format!("{}/auth/sign-in", api.root))
            .json(&json!({ "login": "chief@example.org", "password": ADMIN_PASSWORD }))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let token = granted["access_token"].as_str().unwrap().to_owned();
        for (n, id) in ids.iter().enumerate() {
            let response = api
                .http
                .patch(format!("{}/Users/{id}", api.base))
                .bearer_auth(&token)
                .header("content-type", "application/scim+json")
                .body(reset(&password(offset + n)).to_string())
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), StatusCode::OK, "no version was named");
        }
    };
    let script = async {
        for _ in 0..20 {
            let (status, list) = api.get("/Users?filter=userName%20sw%20%22P%22").await;
            assert_eq!((status, &list["totalResults"]), (200, &json!(4)));
        }
    };
    tokio::join!(console(100), console(200), script);
    let verified = AuditLog::new(api.store.clone()).verify(None).await.unwrap();
    assert_eq!(verified.first_bad, None);
    assert!(verified.open_intents.is_empty());
}

#[tokio::test]
async fn a_reset_by_command_does_not_lose_against_a_client_that_writes_all_the_time() {
    let api = Api::start().await;
    let id = api.add("E1").await["id"].as_str().unwrap().to_owned();
    let scratch = tempfile::tempdir().unwrap();
    let operator = scratch.path().join("pw");
    std::fs::write(&operator, ADMIN_PASSWORD).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&operator, mode).unwrap();
    let client = async {
        let mut pace = tokio::time::interval(Duration::from_millis(20));
        for n in 0_usize.. {
            let name =
                json!([{ "op": "replace", "path": "name.givenName", "value": format!("N{n}") }]);
            let (status, answer) = api.patch(&id, &name).await;
            assert_eq!(status, 200, "{answer}");
            pace.tick().await;
        }
    };
    let resets = async {
        for n in 0..4 {
            let mut command = halligan(&api.store_file());
            command.args(["--yes", "--operator", "chief@example.org"]);
            command.arg("--operator-password-file").arg(&operator);
            command.args([
                "reset",
                "E1",
                "--generate",
                "--reason",
                &format!("call {n}"),
            ]);
            let mut command = tokio::process::Command::from(command);
            let done = command.output().await.unwrap();
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(done.status.success(), "{:?} {said}", done.status);
        }
    };
    tokio::select! {
        () = client => unreachable!("the client never ends"),
        () = resets => {}
    }
    assert_eq!(resets_done(&api.store).await, 4);
}

struct Served {
    process: Child,
    base: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have been killed already; nothing is left to do then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn halligan(store: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halligan"));
    command.env_clear().env("HALLIGAN_STORE", store);
    command.env("HOME", store.parent().unwrap());
    command
}

fn serve(store: &Path) -> Served {
    let mut process = halligan(store)
        .args(["--json", "serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    Served {
        process,
        base: said["url"].as_str().unwrap().to_owned(),
    }
}

fn fed(mut command: Command, input: &str) -> String {
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    process
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story told in order")]
async fn a_server_killed_under_load_loses_no_acknowledged_reset_and_does_none_by_half() {
    const ROUNDS: usize = 5;
    let directory = tempfile::tempdir().unwrap();
    let store = directory.path().join("store").join("h.db");
    let mut init = halligan(&store);
    init.args(["init", "--email", "chief@example.org", "--given-name", "A"]);
    init.args(["--family-name", "C", "--password-stdin"]);
    fed(init, &format!("{ADMIN_PASSWORD}\n"));
    let secret_file = directory.path().join("pw");
    std::fs::write(&secret_file, ADMIN_PASSWORD).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&secret_file, mode).unwrap();
    let mut create = halligan(&store);
    create.args([
        "--operator",
        "chief@example.org",
        "--operator-password-file",
    ]);
    create.arg(&secret_file);
    create.args([
        "token",
        "create",
        "load",
        "--scope",
        "users:read,users:update,users:create",
    ]);
    let token = fed(create, "").trim().to_owned();

    let http = reqwest::Client::new();
    let mut ids = Vec::new();
    let mut acknowledged: Vec<Option<String>> = vec![None; 4];
    let mut doubtful: Vec<Vec<String>> = vec![Vec::new(); 4];
    let mut done = 0;
    for round in 0..ROUNDS {
        let mut served = serve(&store);
        if ids.is_empty() {
            for n in 0..4 {
                let response = http
                    .post(format!("{}/Users", served.base))
                    .bearer_auth(&token)
                    .header("content-type", "application/scim+json")
                    .body(resource(&format!("K{n}")).to_string())
                    .send()
                    .await
                    .unwrap();
                let user: Value = response.json().await.unwrap();
                ids.push(user["id"].as_str().unwrap().to_owned());
            }
        }
        let base = served.base.clone();
        let load = ids.iter().enumerate().map(|(n, id)| {
            let (http, base, token) = (http.clone(), base.clone(), token.clone());
            async move {
                let (mut good, mut lost) = (None, Vec::new());
                let mut count = 0;
                for attempt in 0_usize.. {
                    let secret = password(round * 100_000 + attempt * 10 + n);
                    let answer = http
                        .patch(format!("{base}/Users/{id}"))
                        .bearer_auth(&token)
                        .header("content-type", "application/scim+json")
                        .body(reset(&secret).to_string())
                        .send()
                        .await;
                    match answer.map(|response| response.status()) {
                        Ok(StatusCode::OK) => {
                            good = Some(secret);
                            lost.clear();
                            count += 1;
                        }
                        Ok(status) => panic!("{status}"),
                        Err(_) => {
                            lost.push(secret);
                            break;
                        }
                    }
                }
                (n, good, lost, count)
            }
        });
        let kill = async {
            // Killed when some resets have been acknowledged, at whatever moment that is.
            let log = open_store(&store).await.unwrap();
            let started = Instant::now();
            let before = resets_done(&log).await;
            while resets_done(&log).await < before + 4 + round {
                assert!(started.elapsed() < Duration::from_mins(1), "no load");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            served.process.kill().unwrap();
            served.process.wait().unwrap();
        };
        let (outcomes, ()) = tokio::join!(join_all(load), kill);
        for (n, good, lost, count) in outcomes {
            done += count;
            if good.is_some() {
                acknowledged[n] = good;
                doubtful[n].clear();
            }
            doubtful[n].extend(lost);
        }
    }
    assert!(done >= ROUNDS, "{done} resets were acknowledged");

    let store = open_store(&store).await.unwrap();
    let verified = AuditLog::new(store.clone()).verify(None).await.unwrap();
    assert_eq!(verified.first_bad, None);
    let (desk, _) = desks(&store, Profile::nist());
    let source = halligan::source::Source("test".into());
    let session = desk
        .sign_in("chief@example.org", &secret(ADMIN_PASSWORD), &source)
        .await
        .unwrap();
    for (n, id) in ids.iter().enumerate() {
        let user = halligan::user::UserId(id.clone());
        let mut candidates: Vec<&String> = acknowledged[n].iter().collect();
        candidates.extend(&doubtful[n]);
        let mut in_force = None;
        for candidate in candidates {
            let checked = desk
                .check(&session, &user, &secret(candidate))
                .await
                .unwrap();
            if checked.matches {
                in_force = Some(candidate.clone());
            }
        }
        let in_force = in_force.expect("an acknowledged reset was lost");
        let state = desk.open_user(&session, &user).await.unwrap().state;
        assert_eq!(
            state.must_change.known(),
            Some(&true),
            "{in_force} is set by half"
        );
    }
}

async fn resets_done(store: &Store) -> usize {
    AuditLog::new(store.clone())
        .list(halligan::audit::log::AuditQuery::default())
        .await
        .unwrap()
        .iter()
        .filter(|record| {
            record.event.kind == Kind::PasswordReset && record.event.outcome == Outcome::Done
        })
        .count()
}
