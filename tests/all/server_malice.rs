//! Clients that mean ill, all at once: the honest one is answered all the same, and no operation is
//! done whose result is lost. Nothing here looks at how long an answer takes.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use halligan::{password::profile::Profile, server::Limits};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::timeout,
};

use crate::support::api::{Api, EXTENSION};

const DEADLINE: Duration = Duration::from_mins(1);
const UNREAD: &[u8] = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A connection from another address of this machine, with little room for what it does not read.
async fn connect(from: [u8; 4], to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    socket.connect(to).await.unwrap()
}

fn server(api: &Api) -> SocketAddr {
    api.running.address()
}

/// Waits until the server has ended the connection.
async fn ended(mut stream: TcpStream) {
    let mut buffer = vec![0; 64 * 1024];
    let drained = async {
        // What was on the way is still read; then comes the end, or a reset.
        while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
    };
    assert!(timeout(DEADLINE, drained).await.is_ok(), "still open");
}

/// Asks for far more than it reads.
async fn slow_reader(from: [u8; 4], to: SocketAddr) -> TcpStream {
    let mut stream = connect(from, to).await;
    // The server stops to take requests when its answers are not read.
    let _ = timeout(
        Duration::from_millis(50),
        stream.write_all(&UNREAD.repeat(200)),
    )
    .await;
    stream
}

#[tokio::test]
async fn whoever_does_not_read_is_given_up() {
    let limits = Limits {
        answer: Duration::from_millis(200),
        ..Limits::default()
    };
    let api = Api::start_with(Profile::nist(), limits).await;
    let mut reader = slow_reader([127, 0, 0, 2], server(&api)).await;
    // It goes on asking, so that the connection is never idle, until the server has had enough.
    let given_up = async { while reader.write_all(UNREAD).await.is_ok() {} };
    assert!(timeout(DEADLINE, given_up).await.is_ok(), "still served");
}

#[tokio::test]
async fn slow_readers_slow_writers_silent_ones_and_pipeliners_at_once_shut_nobody_out() {
    let limits = Limits {
        connections: 48,
        connections_per_address: 32,
        unproved: 32,
        unproved_per_address: 8,
        // Nobody leaves by a time limit: only room that is made lets the honest one in.
        answer: Duration::from_hours(1),
        head: Duration::from_hours(1),
        request: Duration::from_hours(1),
        ..Limits::default()
    };
    let api = Api::start_with(Profile::nist(), limits).await;
    let to = server(&api);
    let mut held = Vec::new();
    for _ in 0..12 {
        held.push(slow_reader([127, 0, 0, 2], to).await);
        let mut slow_writer = connect([127, 0, 0, 3], to).await;
        let begun = b"POST /auth/sign-in HTTP/1.1\r\nHost: l\r\nContent-Type: application/json\r\n\
                      Content-Length: 1000\r\n\r\n{";
        slow_writer.write_all(begun).await.unwrap();
        held.push(slow_writer);
        let mut handshake = connect([127, 0, 0, 4], to).await;
        // TLS where plain HTTP is spoken: the beginning of a record, and no more.
        handshake.write_all(&[0x16, 3, 1, 2, 0]).await.unwrap();
        held.push(handshake);
        let mut pipeliner = connect([127, 0, 0, 5], to).await;
        let _ = pipeliner
            .write_all(&b"GET /healthz HTTP/1.1\r\nHost: l\r\n\r\n".repeat(500))
            .await;
        held.push(pipeliner);
        held.push(connect([127, 0, 0, 6], to).await);
    }
    for _ in 0..50 {
        // Each time a new connection.
        let fresh = reqwest::Client::new();
        let url = format!("{}/Users?count=1", api.base);
        let asked = fresh.get(url).bearer_auth(&api.token).send();
        let answer = timeout(DEADLINE, asked).await.expect("shut out").unwrap();
        assert_eq!(answer.status(), 200);
    }
    // A connection on which somebody has proved who they are stays, however many come.
    let (status, _) = api.get("/Users?count=1").await;
    assert_eq!(status, 200);
    drop(held);
    api.running.stop().await;
}

#[tokio::test]
async fn tls_handshakes_that_are_begun_and_not_ended_shut_nobody_out_and_are_given_up() {
    let limits = Limits {
        connections: 24,
        connections_per_address: 24,
        unproved: 16,
        unproved_per_address: 8,
        // Only room that is made lets the honest one in.
        head: Duration::from_hours(1),
        ..Limits::default()
    };
    let (api, certificate) = Api::start_with_tls(limits).await;
    let to = server(&api);
    let half_open = async || {
        let mut handshake = connect([127, 0, 0, 4], to).await;
        // A record that announces 512 bytes of a ClientHello, and its first four.
        let begun = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc];
        // The oldest have been closed to make room; nobody minds.
        let _ = handshake.write_all(&begun).await;
        handshake
    };
    let oldest = half_open().await;
    let mut held = Vec::new();
    for _ in 0..40 {
        held.push(half_open().await);
    }
    ended(oldest).await;
    let authority = reqwest::Certificate::from_pem(certificate.as_bytes()).unwrap();
    for _ in 0..20 {
        let fresh = reqwest::Client::builder()
            .tls_certs_only([authority.clone()])
            .build()
            .unwrap();
        let url = format!("https://localhost:{}/scim/v2/Users?count=1", to.port());
        let asked = fresh.get(url).bearer_auth(&api.token).send();
        let answer = timeout(DEADLINE, asked).await.expect("shut out").unwrap();
        assert_eq!(answer.status(), 200);
    }
    drop(held);
    // By its time limit alone, where nobody needs the room.
    let limits = Limits {
        head: Duration::from_millis(100),
        ..Limits::default()
    };
    let (api, _) = Api::start_with_tls(limits).await;
    let mut handshake = connect([127, 0, 0, 4], server(&api)).await;
    handshake.write_all(&[0x16, 3, 1, 2, 0]).await.unwrap();
    ended(handshake).await;
}

#[tokio::test]
async fn a_bulk_that_the_servers_end_cuts_short_tells_each_operation_that_was_not_begun() {
    let api = Api::start().await;
    let mut ids = Vec::new();
    for n in 0..24 {
        let made = api.add(&format!("E{n}")).await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let request = api
        .http
        .post(format!("{}/Bulk", api.base))
        .bearer_auth(&api.token)
        .header("content-type", "application/scim+json")
        .body(sets(&ids, 0).to_string())
        .send();
    let request = tokio::spawn(request);
    let was_set = |record: &halligan::audit::Record| {
        record.event.kind == halligan::audit::Kind::PasswordReset
            && record.event.outcome == halligan::audit::Outcome::Done
    };
    let (store, running) = (api.store.clone(), api.running);
    let audit = halligan::audit::AuditLog::new(store);
    let records = async || {
        audit
            .list(halligan::audit::AuditQuery::default())
            .await
            .unwrap()
    };
    let begun = async {
        while !records().await.iter().any(was_set) {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, begun).await.expect("nothing was begun");
    running.stop().await;
    let answer = request.await.unwrap().unwrap();
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    let results = body["Operations"].as_array().unwrap();
    assert_eq!(results.len(), ids.len(), "every operation has its result");
    let done = results.iter().filter(|one| one["status"] == "200").count();
    let told = results.iter().filter(|one| {
        one["status"] == "503"
            && one["response"]["detail"] == "the server is ending; this operation was not begun"
    });
    assert_eq!(done + told.count(), ids.len(), "{body}");
    assert!(done < ids.len(), "the end came too late to be seen");
    let set = records().await.iter().filter(|one| was_set(one)).count();
    assert_eq!(set, done);
}

#[tokio::test]
async fn a_connection_with_a_proof_is_kept_and_one_without_makes_room() {
    let limits = Limits {
        unproved_per_address: 2,
        head: Duration::from_hours(1),
        ..Limits::default()
    };
    let api = Api::start_with(Profile::nist(), limits).await;
    let to = server(&api);
    let mut proved = connect([127, 0, 0, 2], to).await;
    let request = format!(
        "GET /scim/v2/Users?count=1 HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {}\r\n\r\n",
        api.token
    );
    let mut ask = async || {
        proved.write_all(request.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        proved.read_exact(&mut head).await.unwrap();
        assert_eq!(&head, b"HTTP/1.1 200");
        // The rest of the answer is small, and comes with the head.
        let mut rest = vec![0; 64 * 1024];
        assert_ne!(proved.read(&mut rest).await.unwrap(), 0);
    };
    ask().await;
    let oldest = connect([127, 0, 0, 2], to).await;
    let mut others = Vec::new();
    for _ in 0..4 {
        others.push(connect([127, 0, 0, 2], to).await);
    }
    ended(oldest).await;
    ask().await;
}

#[tokio::test]
async fn a_head_and_a_body_that_do_not_come_end_the_connection() {
    let limits = Limits {
        head: Duration::from_millis(100),
        request: Duration::from_millis(100),
        ..Limits::default()
    };
    let api = Api::start_with(Profile::nist(), limits).await;
    let mut head = connect([127, 0, 0, 2], server(&api)).await;
    head.write_all(b"GET / HTTP/1.1\r\nHost").await.unwrap();
    ended(head).await;
    for address in ["/auth/sign-in", "/scim/v2/Bulk"] {
        let mut body = connect([127, 0, 0, 2], server(&api)).await;
        let begun = format!(
            "POST {address} HTTP/1.1\r\nHost: l\r\nContent-Type: application/json\r\n\
             Authorization: Bearer {}\r\nContent-Length: 1000\r\n\r\n{{",
            api.token
        );
        body.write_all(begun.as_bytes()).await.unwrap();
        ended(body).await;
    }
}

fn sets(ids: &[String], nth: usize) -> Value {
    let operations: Vec<_> = ids
        .iter()
        .map(|id| {
            json!({
                "method": "PATCH",
                "path": format!("/Users/{id}"),
                "data": {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{
                        "op": "replace",
                        "path": "password",
                        "value": format!("velvet-anchor-{nth}-tulip-39"),
                    }],
                },
            })
        })
        .collect();
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": operations,
    })
}

#[tokio::test]
async fn of_four_bulks_at_once_each_is_done_with_every_result_or_not_begun() {
    let limits = Limits {
        bulk_operations: 8,
        // Far less than eight hashes take: what was let in is finished all the same.
        request: Duration::from_millis(100),
        ..Limits::default()
    };
    let api = Api::start_with(Profile::nist(), limits).await;
    let mut ids = Vec::new();
    for n in 0..16 {
        let made = api.add(&format!("E{n}")).await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let mut bulks = JoinSet::new();
    for nth in 0..4 {
        let request = api
            .http
            .post(format!("{}/Bulk", api.base))
            .bearer_auth(&api.token)
            .header("content-type", "application/scim+json")
            .body(sets(&ids[nth * 4..][..4], nth).to_string());
        bulks.spawn(async move {
            let answer = request.send().await.unwrap();
            let later = answer.headers().contains_key("retry-after");
            (
                answer.status().as_u16(),
                later,
                answer.json::<Value>().await.unwrap(),
            )
        });
    }
    let mut done = 0;
    for (status, later, body) in bulks.join_all().await {
        if status == 503 {
            assert!(later, "{body}");
            assert!(
                body["detail"]
                    .as_str()
                    .unwrap()
                    .contains("nothing of this one was done")
            );
            continue;
        }
        assert_eq!(status, 200, "{body}");
        let results = body["Operations"].as_array().unwrap();
        assert_eq!(results.len(), 4);
        assert!(results.iter().all(|one| one["status"] == "200"), "{body}");
        done += results.len();
    }
    assert!(done >= 8, "two of them fit");
    // More than all places together: never let in, however quiet the server is.
    let (status, body) = api.post("/Bulk", &sets(&ids[..9], 9)).await;
    assert_eq!(status, 503, "{body}");
    let set = api.audit().await;
    let set = set.iter().filter(|record| {
        record.event.kind == halligan::audit::Kind::PasswordReset
            && record.event.outcome == halligan::audit::Outcome::Done
    });
    assert_eq!(
        set.count(),
        done,
        "nothing was done whose result was not told"
    );
}

#[tokio::test]
async fn the_audit_sees_the_client_behind_a_trusted_proxy_and_nobody_else_s_word_for_it() {
    for (trusted, seen) in [(vec!["127.0.0.0/8"], "203.0.113.9"), (vec![], "127.0.0.1")] {
        let trusted = trusted.iter().map(|one| one.parse().unwrap()).collect();
        let api = Api::start_behind(trusted).await;
        let sent = api
            .http
            .post(format!("{}/auth/sign-in", api.root))
            .header("x-forwarded-for", "198.51.100.1, 203.0.113.9")
            .header("content-type", "application/json")
            .body(json!({ "login": "chief", "password": "wrong one" }).to_string());
        assert_eq!(sent.send().await.unwrap().status(), 401);
        let records = api.audit().await;
        let source = format!("api {}", seen.parse::<IpAddr>().unwrap());
        assert!(
            records.iter().any(|record| record.event.source == source),
            "{seen}"
        );
    }
}

#[tokio::test]
async fn a_reason_of_more_than_500_characters_is_refused_before_anything_is_done() {
    let api = Api::start().await;
    let made = api.add("E1").await;
    let id = made["id"].as_str().unwrap();
    for (length, taken) in [(500, true), (501, false), (100_000, false)] {
        let before = api.get(&format!("/Users/{id}")).await.1;
        let reason = "é".repeat(length);
        let unlock = json!({
            "schemas": ["urn:halligan:params:scim:api:messages:1.0:Unlock"],
            "reason": reason,
        });
        let path = format!("/Users/{id}/.unlock");
        let renamed = json!([
            { "op": "replace", "path": "name.givenName", "value": format!("N{length}") },
            { "op": "replace", "path": format!("{EXTENSION}:reason"), "value": reason },
        ]);
        for (status, body) in [
            api.post(&path, &unlock).await,
            api.patch(id, &renamed).await,
        ] {
            assert_eq!(status, if taken { 200 } else { 400 }, "{length}: {body}");
            assert!(
                taken || body["detail"].as_str().unwrap().contains("it may have 500"),
                "{body}"
            );
        }
        let after = api.get(&format!("/Users/{id}")).await.1;
        assert_eq!(
            before["meta"]["version"] == after["meta"]["version"],
            !taken
        );
    }
}
