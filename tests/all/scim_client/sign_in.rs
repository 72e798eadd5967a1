//! Tokens, and who the operator is.

use std::{fs, os::unix::fs::PermissionsExt as _};

use halligan::{
    directory::{
        Directory, DirectoryError,
        ldap::settings::LdapSettings,
        scim::{ScimDirectory, ScimSettings},
    },
    operator::SignInRefusal,
    permission::Permission,
    user::UserId,
};
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, body_string_contains, header, method, path},
};

use crate::support::fake_scim::{
    ADMIN, ADMIN_PASSWORD, FakeScim, Home, NEW_PASSWORD, Quirks, TOKEN, World, intent, scim,
    scim_error, secret,
};

async fn fake() -> (MockServer, FakeScim) {
    let server = MockServer::start().await;
    let fake = FakeScim::new(Quirks::default());
    fake.add("E1042", "Maria", "Vasquez");
    Mock::given(any())
        .respond_with(fake.clone())
        .with_priority(100)
        .mount(&server)
        .await;
    (server, fake)
}

#[tokio::test]
async fn operators_are_those_of_the_local_store_and_are_not_mistaken_for_users() {
    let world = World::new(Quirks::default()).await;
    let operator = &world.operator;
    assert_eq!(operator.name, "Ada Lindqvist");
    assert!(operator.permissions.holds(Permission::UsersUpdate));
    assert!(operator.id.0.starts_with("local:"), "{}", operator.id);
    let own = world.directory.user(operator, &operator.id).await.unwrap();
    assert_eq!((own.login.as_str(), &own.id), ("E1", &operator.id));
    let wrong = world
        .directory
        .sign_in(ADMIN, &secret("not the password at all"))
        .await
        .unwrap_err();
    assert!(matches!(
        wrong,
        DirectoryError::SignIn { reason: SignInRefusal::WrongPassword, user: Some(ref user) }
            if user.id == operator.id
    ));
    world
        .directory
        .change_own_password(
            operator,
            &secret(ADMIN_PASSWORD),
            &secret(NEW_PASSWORD),
            &world.audit_intent().await,
        )
        .await
        .unwrap();
    world
        .directory
        .sign_in(ADMIN, &secret(NEW_PASSWORD))
        .await
        .unwrap();
    assert_eq!(world.sent("PATCH").await + world.sent("POST").await, 0);
}

#[tokio::test]
async fn a_token_that_others_can_read_is_refused_with_the_cure() {
    let home = Home::new().await;
    let (server, _) = fake().await;
    let settings = home.settings(&format!("{}/scim/v2", server.uri()));
    let file = settings.token_file.clone().unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let directory = home.open(&settings);
    let operator = directory
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    let error = directory
        .user(&operator, &UserId("u-1".into()))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("0644"), "{error}");
    assert!(
        error
            .cure()
            .contains(&format!("chmod 600 {}", file.display()))
    );
    assert!(
        server.received_requests().await.unwrap().is_empty(),
        "nothing was sent"
    );
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    directory
        .user(&operator, &UserId("u-1".into()))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_token_file_that_was_renewed_is_read_again_when_the_old_token_is_refused() {
    let home = Home::new().await;
    let (server, _) = fake().await;
    let settings = home.settings(&format!("{}/scim/v2", server.uri()));
    home.private_file("token", "tok-old");
    let directory = home.open(&settings);
    let operator = directory
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    let error = directory
        .user(&operator, &UserId("u-1".into()))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("401"), "{error}");
    assert!(error.cure().contains("fresh token"), "{}", error.cure());
    home.private_file("token", TOKEN);
    directory
        .user(&operator, &UserId("u-1".into()))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_token_command_runs_once_for_each_sign_in() {
    let home = Home::new().await;
    let (server, _) = fake().await;
    let runs = home.room.path().join("runs");
    let script = home.private_file(
        "print-token",
        &format!("#!/bin/sh\necho run >> {}\necho {TOKEN}\n", runs.display()),
    );
    let settings = ScimSettings {
        token_file: None,
        token_command: vec!["/bin/sh".into(), script.display().to_string()],
        ..home.settings(&format!("{}/scim/v2", server.uri()))
    };
    let directory = home.open(&settings);
    for sign_ins in 1..=2 {
        let operator = directory
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
            .await
            .unwrap();
        for _ in 0..3 {
            directory
                .user(&operator, &UserId("u-1".into()))
                .await
                .unwrap();
        }
        assert_eq!(fs::read_to_string(&runs).unwrap().lines().count(), sign_ins);
    }
}

#[tokio::test]
async fn a_token_command_that_fails_or_hangs_is_told_as_such() {
    let home = Home::new().await;
    let (server, _) = fake().await;
    for (script, told) in [
        ("exit 3", "exit status: 3"),
        ("exec sleep 60", "within 1 s"),
        ("true", "printed nothing"),
    ] {
        let settings = ScimSettings {
            token_file: None,
            token_command: vec!["/bin/sh".into(), "-c".into(), script.into()],
            timeout: 1,
            ..home.settings(&format!("{}/scim/v2", server.uri()))
        };
        let directory = home.open(&settings);
        let operator = directory
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
            .await
            .unwrap();
        let error = directory
            .user(&operator, &UserId("u-1".into()))
            .await
            .unwrap_err();
        assert!(error.to_string().contains(told), "{script}: {error}");
    }
}

#[tokio::test]
async fn client_credentials_buy_a_token_and_a_refused_one_is_replaced_for_reads_only() {
    let home = Home::new().await;
    let (server, _) = fake().await;
    let grant = |token: &str| {
        ResponseTemplate::new(200).set_body_json(
            json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 }),
        )
    };
    // The first token is bad: a revoked one. Identifier and secret are form-encoded in Basic.
    let endpoint = || {
        Mock::given(method("POST"))
            .and(path("/oauth2/token"))
            .and(header(
                "authorization",
                "Basic aGFsbCUzQWlnYW46cyUyNmNyZXQ=",
            ))
            .and(body_string_contains("grant_type=client_credentials"))
            .and(body_string_contains("scope=users+write"))
    };
    endpoint()
        .respond_with(grant("tok-revoked"))
        .up_to_n_times(1)
        .with_priority(1)
        .mount(&server)
        .await;
    endpoint()
        .respond_with(grant(TOKEN))
        .with_priority(2)
        .mount(&server)
        .await;
    let settings = ScimSettings {
        token_file: None,
        client_id: Some("hall:igan".into()),
        client_secret_file: Some(home.private_file("secret", "s&cret\n")),
        token_url: Some(format!("{}/oauth2/token", server.uri())),
        scope: "users write".into(),
        ..home.settings(&format!("{}/scim/v2", server.uri()))
    };
    let directory = home.open(&settings);
    let operator = directory
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    directory
        .user(&operator, &UserId("u-1".into()))
        .await
        .unwrap();
    let requests = server.received_requests().await.unwrap();
    let bought = requests
        .iter()
        .filter(|request| request.url.path() == "/oauth2/token");
    assert_eq!(bought.count(), 2);

    let bad = ScimSettings {
        client_id: Some("somebody".into()),
        ..settings
    };
    Mock::given(path("/oauth2/token"))
        .respond_with(
            ResponseTemplate::new(401).set_body_json(json!({ "error": "invalid_client" })),
        )
        .with_priority(50)
        .mount(&server)
        .await;
    let directory = home.open(&bad);
    let operator = directory
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    let error = directory
        .user(&operator, &UserId("u-1".into()))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("client credentials"), "{error}");
}

#[tokio::test]
async fn at_a_server_of_our_own_the_operator_signs_in_there_and_out_again() {
    let home = Home::new().await;
    let (server, _) = fake().await;
    Mock::given(method("POST"))
        .and(path("/auth/sign-in"))
        .respond_with(|request: &wiremock::Request| {
            let body: serde_json::Value = request.body_json().unwrap();
            if body["login"] == "m@station.example" && body["password"] == NEW_PASSWORD {
                scim(
                    200,
                    &json!({
                        "access_token": TOKEN, "token_type": "Bearer", "expires_in": 900,
                        "operator": {
                            "id": "4", "userName": "E4", "email": "m@station.example",
                            "name": "Maria Vasquez", "mustChange": false,
                            "permissions": ["Users - Read", "Users - Update"],
                        },
                    }),
                )
            } else {
                scim_error(401, None, "the email or the password is wrong")
            }
        })
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(path("/auth/sign-out"))
        .and(header("authorization", format!("Bearer {TOKEN}").as_str()))
        .respond_with(ResponseTemplate::new(204))
        .expect(1)
        .with_priority(1)
        .mount(&server)
        .await;
    let settings = ScimSettings {
        token_file: None,
        operator_sign_in: true,
        ..home.settings(&format!("{}/scim/v2", server.uri()))
    };
    let directory = home.open(&settings);
    let refused = directory
        .sign_in("m@station.example", &secret("wrong one"))
        .await;
    assert!(matches!(
        refused,
        Err(DirectoryError::SignIn {
            reason: SignInRefusal::Undisclosed,
            user: None
        })
    ));
    let operator = directory
        .sign_in("m@station.example", &secret(NEW_PASSWORD))
        .await
        .unwrap();
    assert_eq!(operator.id.0, "4");
    assert!(operator.permissions.holds(Permission::UsersUpdate));
    assert!(!operator.permissions.holds(Permission::AuditRead));
    directory
        .user(&operator, &UserId("u-1".into()))
        .await
        .unwrap();
    directory.sign_out(&operator).await;
    let error = directory
        .user(&operator, &UserId("u-1".into()))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("not signed in"), "{error}");
}

#[tokio::test]
async fn operator_sign_in_at_a_foreign_server_says_what_to_use_instead() {
    let home = Home::new().await;
    let server = MockServer::start().await;
    let settings = ScimSettings {
        token_file: None,
        operator_sign_in: true,
        ..home.settings(&format!("{}/scim/v2", server.uri()))
    };
    let error = home
        .open(&settings)
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
        .await
        .unwrap_err();
    assert!(error.cure().contains("scim.token_file"), "{error:?}");
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused_before_anything_is_sent() {
    let home = Home::new().await;
    let settings = ScimSettings {
        ca_file: Some("/nowhere/ca.pem".into()),
        ..home.settings("https://127.0.0.1:9/scim/v2")
    };
    let error = ScimDirectory::open(&settings, &LdapSettings::default(), home.operators.clone())
        .unwrap_err();
    assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
    let key = home.private_file("key.pem", "not a key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o604)).unwrap();
    let settings = ScimSettings {
        client_certificate: Some(home.private_file("client.pem", "not a certificate")),
        client_key: Some(key),
        ..home.settings("https://127.0.0.1:9/scim/v2")
    };
    let error = ScimDirectory::open(&settings, &LdapSettings::default(), home.operators.clone())
        .unwrap_err();
    assert!(error.cure().contains("chmod 600"), "{error:?}");
}

impl World {
    async fn audit_intent(&self) -> halligan::audit::Intent {
        let audit = halligan::audit::AuditLog::new(self.home.store.clone());
        let event = intent(halligan::audit::Kind::PasswordChanged).event;
        audit.intend(event, jiff::Timestamp::now()).await.unwrap()
    }
}
