//! What happens on the wire: no connection, broken and endless answers, silence.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use halligan::{
    desk::{Desk, ResetOrder},
    directory::{Directory, DirectoryError, scim::ScimSettings},
    password::profile::Profile,
    receipt::{Ending, Proof, Settlement},
    source::Source,
    user::UserId,
};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use wiremock::{Mock, ResponseTemplate, matchers::path};

use crate::support::acts::Acts as _;
use crate::support::fake_scim::{
    ADMIN, ADMIN_PASSWORD, Home, NEW_PASSWORD, Quirks, World, reset, scim_error, secret,
};

/// What the raw server does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trick {
    /// Does the write and closes the connection without a word.
    DoAndClose,
    /// Closes the connection and does nothing.
    Close,
    /// Announces more than it sends.
    Truncate,
    /// Sends for ever.
    Endless,
    /// Says nothing.
    Silence,
}

/// A server of bare TCP: reads are served, writes (or, with `reads`, everything) are tricked.
struct Raw {
    url: String,
    writes: Arc<AtomicUsize>,
}

impl Raw {
    async fn start(trick: Trick, reads: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        let writes = Arc::new(AtomicUsize::new(0));
        let version = Arc::new(AtomicUsize::new(1));
        let counter = Arc::clone(&writes);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (writes, version) = (Arc::clone(&counter), Arc::clone(&version));
                tokio::spawn(serve(stream, trick, reads, writes, version));
            }
        });
        Self { url, writes }
    }
}

async fn serve(
    stream: TcpStream,
    trick: Trick,
    reads: bool,
    writes: Arc<AtomicUsize>,
    version: Arc<AtomicUsize>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut first = String::new();
        stream
            .read_line(&mut first)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream
                .read_line(&mut line)
                .await
                .ok()
                .filter(|read| *read > 0)?;
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        let is_write = !first.starts_with("GET");
        let is_user = first.contains("/Users/");
        if is_write {
            writes.fetch_add(1, Ordering::SeqCst);
        }
        let stream = stream.get_mut();
        if is_write || (reads && is_user) {
            match trick {
                Trick::DoAndClose => {
                    version.fetch_add(1, Ordering::SeqCst);
                    return None;
                }
                Trick::Close => return None,
                Trick::Silence => std::future::pending().await,
                Trick::Truncate => {
                    let head = "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"id\": \"u-1\",";
                    stream.write_all(head.as_bytes()).await.ok()?;
                    return None;
                }
                Trick::Endless => {
                    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\n\r\n\"";
                    stream.write_all(head.as_bytes()).await.ok()?;
                    loop {
                        stream.write_all(&[b'x'; 8192]).await.ok()?;
                    }
                }
            }
        }
        let answer = if is_user {
            json!({
                "id": "u-1", "userName": "E1042", "active": true,
                "meta": { "version": format!("W/\"{}\"", version.load(Ordering::SeqCst)) },
            })
        } else if first.contains("ServiceProviderConfig") {
            json!({ "etag": { "supported": true } })
        } else {
            json!({ "totalResults": 0, "Resources": [] })
        }
        .to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
            answer.len()
        );
        stream.write_all((head + &answer).as_bytes()).await.ok()?;
    }
}

fn u1() -> UserId {
    UserId("u-1".into())
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_unknown_and_sent_once() {
    for (trick, words) in [
        (Trick::Close, "closed the connection"),
        (Trick::Truncate, "broke off"),
        (Trick::Endless, "did not end"),
        (Trick::Silence, "did not answer within 1 s"),
    ] {
        let raw = Raw::start(trick, false).await;
        let home = Home::new().await;
        let settings = ScimSettings {
            timeout: if trick == Trick::Silence { 1 } else { 20 },
            ..home.settings(&raw.url)
        };
        let directory = home.open(&settings);
        let operator = directory
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
            .await
            .unwrap();
        let user = directory.user(&operator, &u1()).await.unwrap();
        let error = reset(&directory, &operator, &user).await.unwrap_err();
        assert!(
            matches!(&error, DirectoryError::OutcomeUnknown(what) if what.contains(words)),
            "{trick:?}: {error:?}"
        );
        assert_eq!(
            error.changed(),
            "It is not known whether anything was changed."
        );
        assert_eq!(raw.writes.load(Ordering::SeqCst), 1, "{trick:?}");
        let settled = directory
            .settle(&operator, &user.id, Some(&user.version))
            .await
            .unwrap();
        assert!(
            matches!(settled, Settlement::StillUnknown(_)),
            "a server may still be at work: {settled:?}"
        );
    }
}

#[tokio::test]
async fn the_desk_finds_out_what_became_of_a_lost_write_and_only_then_shows_amber_or_red() {
    for (trick, happened) in [(Trick::DoAndClose, true), (Trick::Close, false)] {
        let raw = Raw::start(trick, false).await;
        let home = Home::new().await;
        let directory = Arc::new(home.open(&home.settings(&raw.url)));
        let audit = halligan::audit::AuditLog::new(home.store.clone());
        // A server that has closed the connection may be at work for three seconds more.
        let looks = [1, 4].map(Duration::from_secs);
        let desk =
            Desk::new(directory, audit.clone(), Arc::new(Profile::nist()), "").with_looks(&looks);
        let source = Source("tty /dev/pts/9".into());
        let session = desk
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD), &source)
            .await
            .unwrap();
        let user = desk.open_user(&session, &u1()).await.unwrap();
        let order = ResetOrder {
            user: user.id.clone(),
            expected: Some(user.version.clone()),
            password: secret(NEW_PASSWORD),
            generated: true,
            must_change: false,
            unlock: false,
            reason: String::new(),
        };
        let answer = desk.reset(&session, order).await;
        if happened {
            let receipt = answer.unwrap();
            // Its version has moved, by this write or another.
            assert!(matches!(receipt.proof, Proof::Accepted(_)), "{receipt:?}");
            assert_eq!(receipt.ending(), Ending::Accepted);
        } else {
            let error = answer.unwrap_err();
            assert_eq!(error.changed(), "Nothing was changed.", "{error}");
            assert!(error.to_string().contains("still at version"), "{error}");
        }
        assert_eq!(raw.writes.load(Ordering::SeqCst), 1);
        assert!(
            audit.open_intents().await.unwrap().is_empty(),
            "it is settled"
        );
    }
}

#[tokio::test]
async fn every_failure_of_a_read_has_its_own_words_and_cure() {
    let mut told = HashSet::new();
    let mut count = 0;
    let mut tell = |error: DirectoryError, words: &str| {
        assert!(error.to_string().contains(words), "{words}: {error}");
        assert_eq!(error.changed(), "Nothing was changed.");
        assert!(!error.cure().is_empty(), "{error:?}");
        assert!(told.insert(error.to_string()), "said twice: {error}");
        count += 1;
    };
    let home = Home::new().await;
    // Nobody listens at a port that was just given back.
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let failing = async |url: &str, timeout| {
        let settings = ScimSettings {
            timeout,
            ..home.settings(url)
        };
        let directory = home.open(&settings);
        let operator = directory
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
            .await
            .unwrap();
        directory.user(&operator, &u1()).await.unwrap_err()
    };
    tell(
        failing(&format!("http://127.0.0.1:{port}/scim/v2"), 5).await,
        "refuses connections",
    );
    tell(
        failing("https://no-such-host.invalid/scim/v2", 5).await,
        "has no address",
    );
    for (trick, timeout, words) in [
        (Trick::Close, 5, "closed the connection"),
        (Trick::Truncate, 5, "broke off"),
        (Trick::Endless, 20, "did not end"),
        (Trick::Silence, 1, "did not answer within 1 s"),
    ] {
        let raw = Raw::start(trick, true).await;
        tell(failing(&raw.url, timeout).await, words);
    }
    let html =
        |status| ResponseTemplate::new(status).set_body_raw("<html>Sign in</html>", "text/html");
    for (answer, words) in [
        (html(200), "web page (status 200)"),
        (html(404), "web page (status 404)"),
        (scim_error(401, None, "no"), "does not accept our token"),
        (scim_error(403, None, "no"), "does not let this token"),
        (scim_error(409, None, "no"), "in conflict"),
        (scim_error(412, None, "no"), "changed meanwhile"),
        (
            scim_error(429, None, "no").insert_header("retry-after", "30"),
            "pause of 30 s",
        ),
        (scim_error(500, None, "no"), "failed while it worked"),
        (
            scim_error(503, None, "no").insert_header("retry-after", "60"),
            "asks for 60 s",
        ),
        (
            ResponseTemplate::new(302).insert_header("location", "https://sso.example/"),
            "https://sso.example/",
        ),
        (
            ResponseTemplate::new(200).set_body_raw("pong", "text/plain"),
            "not SCIM",
        ),
    ] {
        let world = World::new(Quirks::default()).await;
        Mock::given(path("/scim/v2/Users/u-1"))
            .respond_with(answer)
            .with_priority(1)
            .mount(&world.server)
            .await;
        let error = world
            .directory
            .user(&world.operator, &u1())
            .await
            .unwrap_err();
        tell(error, words);
    }
    let world = World::new(Quirks::default()).await;
    let missing = world
        .directory
        .user(&world.operator, &UserId("u-99".into()))
        .await;
    assert_eq!(missing.unwrap_err(), DirectoryError::NotFound);
    assert_eq!(count, 17);
}

#[tokio::test]
async fn a_read_that_failed_in_passing_is_tried_once_more() {
    let world = World::new(Quirks::default()).await;
    Mock::given(path("/scim/v2/Users/u-1"))
        .respond_with(ResponseTemplate::new(502))
        .up_to_n_times(1)
        .with_priority(1)
        .mount(&world.server)
        .await;
    assert_eq!(world.user("u-1").await.login, "E1042");
}

#[tokio::test]
async fn a_retry_after_with_a_date_is_understood() {
    let world = World::new(Quirks::default()).await;
    let until = jiff::Timestamp::now() + Duration::from_mins(2);
    let date = until.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    Mock::given(path("/scim/v2/Users/u-1"))
        .respond_with(scim_error(429, None, "no").insert_header("retry-after", date.as_str()))
        .with_priority(1)
        .mount(&world.server)
        .await;
    let error = world
        .directory
        .user(&world.operator, &u1())
        .await
        .unwrap_err();
    let seconds: u64 = error
        .cure()
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .unwrap();
    assert!((1..=120).contains(&seconds), "{error:?}");
}

#[tokio::test]
async fn a_redirect_carries_the_token_nowhere() {
    let elsewhere = wiremock::MockServer::start().await;
    let world = World::new(Quirks::default()).await;
    let to = format!("{}/scim/v2/Users/u-1", elsewhere.uri());
    Mock::given(path("/scim/v2/Users/u-1"))
        .respond_with(ResponseTemplate::new(307).insert_header("location", to.as_str()))
        .with_priority(1)
        .mount(&world.server)
        .await;
    world
        .directory
        .user(&world.operator, &u1())
        .await
        .unwrap_err();
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_sends_another_user_is_not_believed() {
    let world = World::new(Quirks::default()).await;
    let other = world.fake.resource("u-2");
    Mock::given(path("/scim/v2/Users/u-1"))
        .respond_with(crate::support::fake_scim::scim(200, &other))
        .with_priority(1)
        .mount(&world.server)
        .await;
    let error = world
        .directory
        .user(&world.operator, &u1())
        .await
        .unwrap_err();
    assert!(
        matches!(error, DirectoryError::Unavailable { .. }),
        "{error:?}"
    );
}
