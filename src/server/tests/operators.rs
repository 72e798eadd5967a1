//! What an operator's token is good for: step-up, the change that is due, and typed passwords.

use super::*;

fn set_password() -> Value {
    json!([{ "op": "replace", "path": "password", "value": PASSWORD }])
}

#[tokio::test]
async fn outside_the_step_up_window_a_password_is_set_only_after_the_own_one_is_given_again() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    let id = api.add("E7", Role::None).await;
    let answer = api.patch(&token, &id, set_password()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = api
        .post(
            Some(&token),
            "/auth/reauthenticate",
            json!({ "password": ANOTHER }),
        )
        .await;
    assert_eq!(answer.status, 204, "{answer:?}");

    pass(SignedDuration::from_mins(15) - SignedDuration::from_secs(1));
    let answer = api.patch(&token, &id, set_password()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    pass(SignedDuration::from_secs(1));
    let answer = api.patch(&token, &id, set_password()).await;
    assert_eq!(answer.status, 401, "{answer:?}");
    let challenge = answer.headers[header::WWW_AUTHENTICATE].to_str().unwrap();
    assert!(challenge.contains("insufficient_user_authentication"));
    // What is no password goes on.
    let rename = json!([{ "op": "replace", "path": "name.familyName", "value": "Vasquez" }]);
    let answer = api.patch(&token, &id, rename).await;
    assert_eq!(answer.status, 200, "{answer:?}");

    let wrong = api
        .post(
            Some(&token),
            "/auth/reauthenticate",
            json!({ "password": PASSWORD }),
        )
        .await;
    assert_eq!(wrong.status, 401, "{wrong:?}");
    let answer = api.patch(&token, &id, set_password()).await;
    assert_eq!(answer.status, 401, "{answer:?}");
    let right = api
        .post(
            Some(&token),
            "/auth/reauthenticate",
            json!({ "password": ANOTHER }),
        )
        .await;
    assert_eq!(right.status, 204, "{right:?}");
    let answer = api.patch(&token, &id, set_password()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn under_cjis_a_proof_serves_one_password_and_only_for_five_minutes() {
    let api = Api::under(Profile::cjis()).await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    let id = api.add("E7", Role::None).await;
    let again = || {
        api.post(
            Some(&token),
            "/auth/reauthenticate",
            json!({ "password": ANOTHER }),
        )
    };
    let set = |password: &str| json!([{ "op": "replace", "path": "password", "value": password }]);
    assert_eq!(again().await.status, 204);
    let answer = api.patch(&token, &id, set("lantern gates copper 1")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = api.patch(&token, &id, set("lantern gates copper 2")).await;
    assert_eq!(answer.status, 401, "it was used: {answer:?}");
    assert_eq!(again().await.status, 204);
    pass(SignedDuration::from_secs(299));
    let answer = api.patch(&token, &id, set("lantern gates copper 3")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(again().await.status, 204);
    pass(SignedDuration::from_secs(300));
    let answer = api.patch(&token, &id, set("lantern gates copper 4")).await;
    assert_eq!(answer.status, 401, "it is stale: {answer:?}");
}

#[tokio::test]
async fn where_operators_only_generate_no_password_is_set_by_the_api() {
    let api = Api::under(Profile {
        operator_may_type_password: false,
        ..Profile::nist()
    })
    .await;
    let id = api.add("E7", Role::None).await;
    let answer = api.patch(&api.all, &id, set_password()).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert_eq!(api.get(&id).await[EXTENSION_URN]["passwordSet"], false);
    let rename = json!([{ "op": "replace", "path": "name.familyName", "value": "Vasquez" }]);
    let answer = api.patch(&api.all, &id, rename).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut with_password = resource("E8");
    with_password["password"] = PASSWORD.into();
    let answer = api
        .scim(&api.all, Method::POST, "/Users", Some(with_password))
        .await;
    assert_eq!(answer.status, 403, "{answer:?}");
}

#[tokio::test]
async fn who_has_a_password_to_change_can_do_nothing_else() {
    let api = Api::open().await;
    let id = api.add("E1", Role::Administrator).await;
    assert_eq!(api.patch(&api.all, &id, set_password()).await.status, 200);
    let token = api.sign_in("E1", PASSWORD).await;
    for (method, path, body) in [
        (Method::GET, "/Users", None),
        (Method::POST, "/Users", Some(resource("E9"))),
        (Method::DELETE, "/Users/1", None),
    ] {
        let answer = api.scim(&token, method, path, body).await;
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
    }
    let answer = api.change_own(&token, PASSWORD, ANOTHER).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = api.scim(&token, Method::GET, "/Users", None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_change_of_the_own_password_obeys_the_policy_and_ends_the_other_tokens() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::Viewer).await;
    pass(SignedDuration::from_secs(1));
    let other = api.sign_in("E1", ANOTHER).await;
    pass(SignedDuration::from_secs(1));
    for (old, new, status) in [
        (ANOTHER, "short", 400),
        (ANOTHER, ANOTHER, 400),
        (PASSWORD, "lantern gates copper 1", 403),
        (ANOTHER, "lantern gates copper 1", 200),
    ] {
        let answer = api.change_own(&token, old, new).await;
        assert_eq!(answer.status, status, "{new}: {answer:?}");
    }
    let me = |token| api.scim(token, Method::GET, "/Me", None);
    assert_eq!(me(&token).await.status, 200);
    assert_eq!(me(&other).await.status, 401);
}

#[tokio::test]
async fn a_token_is_shut_at_once_when_the_account_is() {
    let api = Api::open().await;
    for (login, change) in [
        (
            "E1",
            json!([{ "op": "replace", "path": "active", "value": false }]),
        ),
        ("E2", json!([{ "op": "remove", "path": "password" }])),
        ("E3", set_password()),
    ] {
        let (id, token) = api.operator(login, Role::Viewer).await;
        let answer = api.scim(&token, Method::GET, "/Users", None).await;
        assert_eq!(answer.status, 200, "{login}: {answer:?}");
        pass(SignedDuration::from_secs(1));
        assert_eq!(api.patch(&api.all, &id, change).await.status, 200);
        let answer = api.scim(&token, Method::GET, "/Users", None).await;
        assert_eq!(answer.status, 401, "{login}: {answer:?}");
    }
}

#[tokio::test]
async fn a_role_that_is_taken_away_counts_at_the_next_request() {
    let api = Api::open().await;
    let (id, token) = api.operator("E1", Role::HelpDesk).await;
    let role =
        json!([{ "op": "replace", "path": format!("{EXTENSION_URN}:role"), "value": "none" }]);
    assert_eq!(api.patch(&api.all, &id, role).await.status, 200);
    let answer = api.scim(&token, Method::GET, "/Users", None).await;
    assert_eq!(answer.status, 403, "{answer:?}");
}

#[tokio::test]
async fn a_machine_client_has_no_account_of_its_own() {
    let api = Api::open().await;
    let answer = api.scim(&api.all, Method::GET, "/Me", None).await;
    assert_eq!(answer.status, 404, "{answer:?}");
}

#[tokio::test]
async fn looks_at_one_user_are_a_record_for_each_who_looks_and_not_for_each_look() {
    let api = Api::open().await;
    let (_, first) = api.operator("E1", Role::HelpDesk).await;
    let (_, second) = api.operator("E2", Role::HelpDesk).await;
    let seen = api.add("E7", Role::None).await;
    let path = format!("/Users/{seen}");
    for token in [&first, &second, &first] {
        let answer = api.scim(token, Method::GET, &path, None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let records = api.records_after(0).await.into_iter();
    let looks = records.filter(|record| record.event.kind == Kind::UserViewed);
    let by: Vec<_> = looks.filter_map(|look| look.event.operator).collect();
    assert_eq!(by.len(), 2, "{by:?}");
    assert_ne!(by[0].id, by[1].id);
}
