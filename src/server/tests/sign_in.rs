//! Where tokens are got, and how whoever fails too often is slowed down.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

use super::*;

const WRONG: &str = "not this one at all";

fn address(n: u8) -> [u8; 4] {
    [198, 51, 100, n]
}

impl Api {
    /// Failures of before that do not wear off while the test runs, however slow the machine is.
    fn has_failed(&self, from: [u8; 4], account: &str, times: u32) {
        let ahead = Instant::now() + Duration::from_hours(1);
        for _ in 0..times {
            let attempts = &self.state.attempts;
            attempts.by_address.reserve(from.into(), ahead).unwrap();
            // An account is full earlier than an address.
            let _ = attempts.by_account.reserve(account.to_owned(), ahead);
        }
    }

    /// A request with a token that is none.
    async fn knock(&self, from: [u8; 4]) -> Answered {
        self.ask(Asked {
            method: Method::GET,
            path: "/scim/v2/Users",
            token: Some("hal_wrong"),
            body: None,
            from,
        })
        .await
    }

    async fn token(&self, authorization: Option<&str>, form: &str) -> Answered {
        let mut request = Request::post("/oauth2/token")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ClientAddress::of(IpAddr::from(HERE)));
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        self.send(request.body(form.to_owned().into()).unwrap())
            .await
    }

    async fn machine(&self, name: &str, permissions: Permissions) -> String {
        let new = NewClient {
            name: name.into(),
            kind: ClientKind::ClientCredentials,
            permissions,
            days: None,
            networks: Vec::new(),
        };
        let at = self.desk.at(&self.chief);
        let seat = at.tokens_update(Kind::TokenCreated).await.unwrap();
        seat.create_client(new).await.unwrap().to_string()
    }
}

#[tokio::test]
async fn a_sign_in_gives_a_token_with_its_ends_scope_and_operator() {
    let api = Api::open().await;
    let answer = api
        .try_sign_in(" Chief@Example.org ", CHIEF_PASSWORD, HERE)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let grant = &answer.body;
    assert_eq!(grant["token_type"], "Bearer");
    assert_eq!(grant["expires_in"], 24 * 3600);
    assert_eq!(grant["idle_limit"], 3600);
    assert_eq!(
        grant["scope"],
        "users:read users:update users:create audit:read roles:update \
         users:update-status users:delete tokens:update users:force-logout \
         fields:update"
    );
    let operator = &grant["operator"];
    assert_eq!(operator["id"], "1");
    assert_eq!(operator["userName"], "Chief");
    assert_eq!(operator["email"], "chief@example.org");
    assert_eq!(operator["name"], "Test Chief");
    assert_eq!(operator["mustChange"], false);
    assert_eq!(
        operator["permissions"].as_array().unwrap().len(),
        Permission::ALL.len()
    );
}

#[tokio::test]
async fn an_account_is_tried_five_times_in_a_row_from_wherever_and_then_has_to_wait() {
    let api = Api::open().await;
    api.operator("E1", Role::None).await;
    api.has_failed(address(0), "e1", 4);
    let answer = api.try_sign_in("E1", WRONG, address(1)).await;
    assert_eq!(answer.status, 401, "the fifth: {answer:?}");
    let throttled = api.state.metrics.throttled.load(Relaxed);
    let answer = api.try_sign_in(" e1 ", ANOTHER, address(9)).await;
    assert_eq!(answer.status, 429, "{answer:?}");
    let wait: u64 = answer.headers[header::RETRY_AFTER]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=10).contains(&wait), "{wait}");
    assert_eq!(api.state.metrics.throttled.load(Relaxed), throttled + 1);
    let answer = api.try_sign_in("chief", CHIEF_PASSWORD, address(9)).await;
    assert_eq!(answer.status, 200, "another account: {answer:?}");
}

#[tokio::test]
async fn a_good_sign_in_wipes_the_failures_of_the_account() {
    let api = Api::open().await;
    for n in 0..4 {
        assert_eq!(
            api.try_sign_in("chief", WRONG, address(n)).await.status,
            401
        );
    }
    api.sign_in("chief", CHIEF_PASSWORD).await;
    for n in 10..15 {
        assert_eq!(
            api.try_sign_in("chief", WRONG, address(n)).await.status,
            401
        );
    }
}

#[tokio::test]
async fn an_address_is_refused_twenty_times_in_a_row_and_then_has_to_wait_whatever_it_tries() {
    let api = Api::open().await;
    let throttled = api.state.metrics.throttled.load(Relaxed);
    let refused = api.state.metrics.refused.load(Relaxed);
    api.has_failed(HERE, "nobody", 19);
    let answer = api.knock(HERE).await;
    assert_eq!(answer.status, 401, "the twentieth: {answer:?}");
    let challenge = answer.headers[header::WWW_AUTHENTICATE].to_str().unwrap();
    assert!(challenge.contains("invalid_token"), "{challenge}");
    assert_eq!(api.state.metrics.refused.load(Relaxed), refused + 1);
    assert_eq!(api.knock(HERE).await.status, 429);
    assert_eq!(
        api.try_sign_in("chief", CHIEF_PASSWORD, HERE).await.status,
        429
    );
    assert_eq!(
        api.token(None, "grant_type=client_credentials")
            .await
            .status,
        429
    );
    assert_eq!(api.state.metrics.throttled.load(Relaxed), throttled + 3);
    // Whoever shares the address and has a good token goes on working.
    let answer = api.scim(&api.all, Method::GET, "/Users", None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(api.knock(address(1)).await.status, 401);
}

#[tokio::test]
async fn refused_sign_ins_count_for_the_address_too() {
    let api = Api::open().await;
    api.has_failed(HERE, "somebody", 19);
    let answer = api.try_sign_in("nobody", WRONG, HERE).await;
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(api.knock(HERE).await.status, 429);
}

#[tokio::test]
async fn a_wrong_password_given_again_counts_for_the_address() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::Viewer).await;
    let refused = api.state.metrics.refused.load(Relaxed);
    let wrong = api
        .post(
            Some(&token),
            "/auth/reauthenticate",
            json!({ "password": WRONG }),
        )
        .await;
    assert_eq!(wrong.status, 401, "{wrong:?}");
    assert_eq!(api.state.metrics.refused.load(Relaxed), refused + 1);
}

#[tokio::test]
async fn a_sign_out_ends_the_token() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::Viewer).await;
    let answer = api.post(Some(&token), "/auth/sign-out", json!({})).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let answer = api.scim(&token, Method::GET, "/Users", None).await;
    assert_eq!(answer.status, 401, "{answer:?}");
    let last = api.records_after(0).await;
    assert!(last.iter().any(|record| record.event.kind == Kind::SignOut));
}

#[tokio::test]
async fn the_scheme_is_bearer_in_any_case_and_the_token_is_not_empty() {
    let api = Api::open().await;
    for (authorization, status) in [
        (format!("Bearer {}", api.all), 200),
        (format!("bearer {} ", api.all), 200),
        (format!("Basic {}", api.all), 401),
        ("Bearer  ".to_owned(), 401),
        ("Bearer".to_owned(), 401),
    ] {
        let request = Request::get("/scim/v2/Users")
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, &authorization)
            .extension(ClientAddress::of(IpAddr::from(HERE)))
            .body(Body::empty())
            .unwrap();
        let answer = api.send(request).await;
        assert_eq!(answer.status, status, "{authorization}: {answer:?}");
    }
}

#[tokio::test]
async fn bodies_without_the_wanted_members_are_refused_and_not_echoed() {
    let api = Api::open().await;
    let answer = api
        .post(
            None,
            "/auth/sign-in",
            json!({ "login": "E1", "passwort": WRONG }),
        )
        .await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.body["scimType"], "invalidSyntax");
    assert!(!answer.body.to_string().contains(WRONG));
    let answer = api
        .post(
            None,
            "/auth/sign-in",
            json!({ "login": "E1", "password": "a\u{7}b" }),
        )
        .await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.body["scimType"], "invalidValue");
}

#[tokio::test]
async fn a_client_gets_a_token_for_its_credentials_in_the_header_or_in_the_form() {
    let api = Api::open().await;
    let held = Permissions::from_iter([Permission::UsersRead, Permission::UsersUpdate]);
    let secret = api.machine("hr-sync", held).await;
    let basic =
        |name: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")));
    let form = "grant_type=client_credentials";
    let whole = basic("hr-sync", &secret);
    let encoded = basic("hr%2Dsync", &secret);
    let in_form = format!("{form}&client_id=HR-Sync&client_secret={secret}");
    for (authorization, form) in [
        (Some(&*whole), form),
        (Some(&*encoded), form),
        (Some(&*whole.replace("Basic", "basic")), form),
        (None, &*in_form),
    ] {
        let answer = api.token(authorization, form).await;
        assert_eq!(answer.status, 200, "{authorization:?}: {answer:?}");
        assert_eq!(answer.body["scope"], "users:read users:update");
        assert_eq!(answer.body["expires_in"], 3600);
        assert!(answer.body.get("operator").is_none());
        assert!(answer.body.get("idle_limit").is_none());
        let token = answer.body["access_token"].as_str().unwrap();
        let answer = api.scim(token, Method::GET, "/Users", None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let narrow = format!("{form}&scope=users:read");
    let answer = api.token(Some(&whole), &narrow).await;
    assert_eq!(answer.body["scope"], "users:read");
    for (form, status, error) in [
        ("grant_type=password", 400, "unsupported_grant_type"),
        ("", 400, "unsupported_grant_type"),
        (
            "grant_type=client_credentials&scope=audit:read",
            400,
            "invalid_scope",
        ),
        (
            "grant_type=client_credentials&scope=root",
            400,
            "invalid_scope",
        ),
    ] {
        let answer = api.token(Some(&whole), form).await;
        assert_eq!(answer.status, status, "{form}: {answer:?}");
        assert_eq!(answer.body, json!({ "error": error }));
    }
    for authorization in [
        None,
        Some("Basic !"),
        Some("Basic bm9jb2xvbg=="),
        Some(&*basic("hr-sync", "wrong")),
        Some(&*basic("another", &secret)),
    ] {
        let answer = api.token(authorization, form).await;
        assert_eq!(answer.status, 401, "{authorization:?}: {answer:?}");
        assert_eq!(answer.body, json!({ "error": "invalid_client" }));
    }
}

#[tokio::test]
async fn a_client_is_tried_five_times_in_a_row_and_then_has_to_wait() {
    let api = Api::open().await;
    let secret = api
        .machine("sync", Permissions::from_iter([Permission::UsersRead]))
        .await;
    let form = |id: &str, secret: &str| {
        format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")
    };
    let refused = api.state.metrics.refused.load(Relaxed);
    api.has_failed(address(0), "client sync", 4);
    let answer = api.token(None, &form("sync", "wrong")).await;
    assert_eq!(answer.status, 401, "the fifth: {answer:?}");
    assert_eq!(api.state.metrics.refused.load(Relaxed), refused + 1);
    let answer = api.token(None, &form("SYNC", &secret)).await;
    assert_eq!(answer.status, 429, "{answer:?}");
    // An operator of the same name is another account.
    let answer = api.try_sign_in("sync", WRONG, address(1)).await;
    assert_eq!(answer.status, 401, "{answer:?}");
}

#[tokio::test]
async fn a_caller_that_has_too_many_requests_waiting_is_told_to_come_later() {
    let api = Api::open().await;
    let limits = Limits::default();
    let mut places = Vec::new();
    for _ in 0..limits.at_once {
        places.push(api.state.fair.enter("client:all").await);
    }
    // As many as may wait do, and then one more is refused.
    let mut waiting = Vec::new();
    for _ in 0..limits.waiting {
        let fair = Arc::clone(&api.state.fair);
        waiting.push(tokio::spawn(async move { fair.enter("client:all").await }));
    }
    tokio::task::yield_now().await;
    let answer = api.scim(&api.all, Method::GET, "/Users", None).await;
    assert_eq!(answer.status, 429, "{answer:?}");
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
    drop(places);
    for one in waiting {
        drop(one.await.unwrap());
    }
    let answer = api.scim(&api.all, Method::GET, "/Users", None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}
