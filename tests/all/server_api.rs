//! The SCIM API from outside, over HTTP.

use crate::support::api::{ADMIN_PASSWORD, Api, EXTENSION, USER, resource};
use halligan::audit::Kind;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_user_is_added_read_found_changed_and_removed() {
    let api = Api::start().await;
    let user = api.add("E1042").await;
    assert_eq!(user["userName"], "E1042");
    assert_eq!(user[EXTENSION]["kind"], "staff");
    assert_eq!(user["meta"]["version"], "W/\"1\"");
    let id = user["id"].as_str().unwrap().to_owned();
    assert_eq!(user["meta"]["location"], format!("{}/Users/{id}", api.base));

    let (status, read) = api.get(&format!("/Users/{id}")).await;
    assert_eq!((status, &read), (200, &user));

    let (status, list) = api.get("/Users?filter=userName%20eq%20%22e1042%22").await;
    assert_eq!((status, &list["totalResults"]), (200, &json!(1)));
    assert_eq!(list["Resources"][0], user);

    let (status, changed) = api
        .patch(
            &id,
            &json!([{ "op": "replace", "path": "name.familyName", "value": "Vasquez" }]),
        )
        .await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(changed["displayName"], "Given Vasquez");
    assert_eq!(changed["meta"]["version"], "W/\"2\"");
    let (_, list) = api
        .get("/Users?filter=name.familyName%20co%20%22asqu%22")
        .await;
    assert_eq!(list["totalResults"], 1);

    let path = format!("/Users/{id}");
    assert_eq!(api.send(Method::DELETE, &path, None, &[]).await.0, 204);
    assert_eq!(api.get(&path).await.0, 404);
    let again = api.add("E1042").await;
    assert_ne!(again["id"], user["id"], "a handle was given twice");

    let kinds: Vec<_> = api
        .audit()
        .await
        .iter()
        .map(|record| record.event.kind)
        .collect();
    for kind in [
        Kind::UserCreated,
        Kind::UserViewed,
        Kind::SearchOpened,
        Kind::UserChanged,
        Kind::UserRemoved,
    ] {
        assert!(kinds.contains(&kind), "{kind:?} is not in the audit");
    }
    let removed = api.audit().await;
    let removed = removed
        .iter()
        .rfind(|r| r.event.kind == Kind::UserRemoved)
        .unwrap();
    assert_eq!(removed.event.source, "api 127.0.0.1");
    assert_eq!(removed.event.target.as_ref().unwrap().login, "E1042");
}

#[tokio::test]
async fn a_password_set_by_patch_signs_in_must_be_changed_and_is_never_shown() {
    let api = Api::start().await;
    let id = api.add("E1").await["id"].as_str().unwrap().to_owned();
    let (status, user) = api
        .patch(
            &id,
            &json!([
                { "op": "replace", "path": "password", "value": "velvet-anchor-plum-31" },
                { "op": "add", "path": format!("{EXTENSION}:reason"), "value": "call 4711" },
            ]),
        )
        .await;
    assert_eq!(status, 200, "{user}");
    let (_, state) = api
        .get(&format!("/Users/{id}?attributes={EXTENSION}"))
        .await;
    assert_eq!(state[EXTENSION]["mustChange"], true);
    assert!(!user.to_string().contains("velvet"));
    let (status, checked) = api
        .post(
            &format!("/Users/{id}/.check"),
            &json!({
                "schemas": ["urn:halligan:params:scim:api:messages:1.0:Check"],
                "password": "velvet-anchor-plum-31",
            }),
        )
        .await;
    assert_eq!(
        (status, &checked["matches"]),
        (200, &json!(true)),
        "{checked}"
    );
    let records = api.audit().await;
    let reset: Vec<_> = records
        .iter()
        .filter(|r| r.event.kind == Kind::PasswordReset)
        .collect();
    assert_eq!(reset.len(), 2, "an intent and its outcome");
    assert_eq!(reset[1].event.reason.as_deref(), Some("call 4711"));
    assert_eq!(
        reset[1].event.operator.as_ref().unwrap().login,
        "client:everything"
    );
    assert!(!serde_json::to_string(&records).unwrap().contains("velvet"));
}

#[tokio::test]
async fn a_password_against_the_policy_is_refused_and_nothing_changes() {
    let api = Api::start().await;
    let user = api.add("E1").await;
    let id = user["id"].as_str().unwrap().to_owned();
    let (status, error) = api
        .patch(
            &id,
            &json!([
                { "op": "replace", "path": "password", "value": "short" },
                { "op": "replace", "path": "active", "value": false },
            ]),
        )
        .await;
    assert_eq!(
        (status, &error["scimType"]),
        (400, &json!("invalidValue")),
        "{error}"
    );
    assert_eq!(error["status"], "400");
    assert!(!error.to_string().contains("short\""));
    assert_eq!(api.get(&format!("/Users/{id}")).await.1, user);
}

#[tokio::test]
async fn a_write_from_an_old_version_is_refused() {
    let api = Api::start().await;
    let user = api.add("E1").await;
    let path = format!("/Users/{}", user["id"].as_str().unwrap());
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "active", "value": false }],
    });
    let first = api
        .send(
            Method::PATCH,
            &path,
            Some(&body),
            &[("if-match", "W/\"1\"")],
        )
        .await;
    assert_eq!(first.0, 200);
    let second = api
        .send(
            Method::PATCH,
            &path,
            Some(&body),
            &[("if-match", "W/\"1\"")],
        )
        .await;
    assert_eq!((second.0, &second.1["status"]), (412, &json!("412")));
    assert_eq!(
        api.send(Method::GET, &path, None, &[("if-none-match", "W/\"2\"")])
            .await
            .0,
        304
    );
    assert_eq!(
        api.send(Method::DELETE, &path, None, &[("if-match", "W/\"1\"")])
            .await
            .0,
        412
    );
}

#[tokio::test]
async fn a_put_replaces_what_clients_write_and_leaves_role_and_password_alone() {
    let api = Api::start().await;
    let mut wanted = resource("E1");
    wanted["externalId"] = json!("x-1");
    wanted["password"] = json!("velvet-anchor-plum-31");
    wanted[EXTENSION] = json!({ "kind": "unit", "role": "viewer" });
    let (status, user) = api.post("/Users", &wanted).await;
    assert_eq!(status, 201, "{user}");
    let path = format!("/Users/{}", user["id"].as_str().unwrap());
    let (status, replaced) = api
        .send(
            Method::PUT,
            &path,
            Some(&json!({ "schemas": [USER], "userName": "E2", "name": { "familyName": "Engine 2" } })),
            &[],
        )
        .await;
    assert_eq!(status, 200, "{replaced}");
    assert_eq!(replaced["userName"], "E2");
    assert!(replaced.get("emails").is_none() && replaced.get("externalId").is_none());
    assert_eq!(replaced[EXTENSION]["role"], "viewer");
    assert_eq!(replaced[EXTENSION]["kind"], "unit");
    let (_, state) = api
        .get(&format!(
            "/Users/{}?attributes={EXTENSION}:passwordSet",
            replaced["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(state[EXTENSION], json!({ "passwordSet": true }));
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_that_says_whose_it_is() {
    let api = Api::start().await;
    api.add("E1").await;
    let (status, error) = api.post("/Users", &resource("e1")).await;
    assert_eq!((status, &error["scimType"]), (409, &json!("uniqueness")));
    assert!(error["detail"].as_str().unwrap().contains("E1"), "{error}");
}

#[tokio::test]
async fn requests_without_a_good_token_get_nothing() {
    let api = Api::start().await;
    for token in [None, Some("hal_wrong")] {
        let mut request = api.http.get(format!("{}/Users", api.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert!(response.headers().contains_key("www-authenticate"));
        let error: Value = response.json().await.unwrap();
        assert_eq!(
            error["schemas"][0],
            "urn:ietf:params:scim:api:messages:2.0:Error"
        );
    }
}

#[tokio::test]
async fn an_operator_signs_in_and_out_and_the_token_dies_with_the_account() {
    let api = Api::start().await;
    let sign_in = |login: &'static str, password: &'static str| {
        api.http
            .post(format!("{}/auth/sign-in", api.root))
            .json(&json!({ "login": login, "password": password }))
            .send()
    };
    let granted: Value = sign_in("chief@example.org", ADMIN_PASSWORD)
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(granted["operator"]["userName"], "Chief");
    let token = granted["access_token"].as_str().unwrap().to_owned();
    let me = || {
        api.http
            .get(format!("{}/Me", api.base))
            .bearer_auth(&token)
            .send()
    };
    let shown: Value = me().await.unwrap().json().await.unwrap();
    assert_eq!(shown["userName"], "Chief");
    let out = api
        .http
        .post(format!("{}/auth/sign-out", api.root))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), 204);
    assert_eq!(me().await.unwrap().status(), 401);

    let wrong = sign_in("chief@example.org", "not-the-password-at-all")
        .await
        .unwrap();
    let unknown = sign_in("nobody@example.org", "not-the-password-at-all")
        .await
        .unwrap();
    assert_eq!(
        (wrong.status(), unknown.status()),
        (
            reqwest::StatusCode::UNAUTHORIZED,
            reqwest::StatusCode::UNAUTHORIZED
        )
    );
    assert_eq!(wrong.text().await.unwrap(), unknown.text().await.unwrap());
}

#[tokio::test]
async fn pages_by_index_and_by_cursor_show_everybody_once() {
    let api = Api::start().await;
    for n in 0..7 {
        api.add(&format!("U{n}")).await;
    }
    let filter = "filter=userName%20sw%20%22u%22&sortBy=userName&sortOrder=descending";
    let mut by_index = Vec::new();
    for start in [1, 4, 7] {
        let (_, page) = api
            .get(&format!("/Users?{filter}&startIndex={start}&count=3"))
            .await;
        assert_eq!(page["totalResults"], 7);
        by_index.extend(
            page["Resources"]
                .as_array()
                .unwrap()
                .iter()
                .map(|u| u["userName"].clone()),
        );
    }
    let mut by_cursor = Vec::new();
    let mut cursor = String::new();
    loop {
        let (status, page) = api
            .get(&format!("/Users?{filter}&count=3&cursor={cursor}"))
            .await;
        assert_eq!(status, 200, "{page}");
        by_cursor.extend(
            page["Resources"]
                .as_array()
                .unwrap()
                .iter()
                .map(|u| u["userName"].clone()),
        );
        match page.get("nextCursor").and_then(Value::as_str) {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(by_index, by_cursor);
    assert_eq!(by_index[0], "U6");
    assert_eq!(by_index.len(), 7);
    let (status, error) = api.get(&format!("/Users?count=3&cursor={cursor}")).await;
    assert_eq!(
        (status, &error["scimType"]),
        (400, &json!("invalidCursor")),
        "a cursor of another query"
    );
    let (status, error) = api.get("/Users?count=3&cursor=AAAA").await;
    assert_eq!((status, &error["scimType"]), (400, &json!("invalidCursor")));
}

#[tokio::test]
async fn a_bulk_request_that_is_none_is_refused_before_anything_is_done() {
    let api = Api::start().await;
    let bulk = |most: u64, method: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "failOnErrors": most,
            "Operations": [
                { "method": "POST", "path": "/Users", "bulkId": "a", "data": resource("B1") },
                { "method": method, "path": "/Users", "bulkId": "b", "data": resource("B2") },
            ],
        })
    };
    for (request, why) in [
        (bulk(1, "MERGE"), "invalidSyntax"),
        (bulk(0, "POST"), "invalidValue"),
    ] {
        let (status, answer) = api.post("/Bulk", &request).await;
        assert_eq!(status, 400, "{answer}");
        assert_eq!(answer["scimType"], why);
    }
    let (_, found) = api.get("/Users?filter=userName%20sw%20%22B%22").await;
    assert_eq!(found["totalResults"], 0, "{found}");
}

#[tokio::test]
async fn a_bulk_request_makes_and_changes_in_order_and_stops_at_too_many_errors() {
    let api = Api::start().await;
    let (status, answer) = api
        .post(
            "/Bulk",
            &json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                "failOnErrors": 1,
                "Operations": [
                    { "method": "POST", "path": "/Users", "bulkId": "a", "data": resource("B1") },
                    { "method": "PATCH", "path": "/Users/bulkId:a", "data": {
                        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                        "Operations": [{ "op": "replace", "path": "active", "value": false }],
                    } },
                    { "method": "POST", "path": "/Users", "bulkId": "b", "data": resource("B1") },
                    { "method": "POST", "path": "/Users", "bulkId": "c", "data": resource("B3") },
                ],
            }),
        )
        .await;
    assert_eq!(status, 200, "{answer}");
    let statuses: Vec<_> = answer["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["status"].clone())
        .collect();
    assert_eq!(statuses, ["201", "200", "409"]);
    assert_eq!(
        answer["Operations"][2]["response"]["scimType"],
        "uniqueness"
    );
    let (_, list) = api.get("/Users?filter=userName%20sw%20%22B%22").await;
    assert_eq!(list["totalResults"], 1);
    assert_eq!(list["Resources"][0]["active"], false);
}

#[tokio::test]
async fn the_last_administrator_cannot_be_lost_by_the_api() {
    let api = Api::start().await;
    let (_, list) = api.get("/Users?filter=userName%20eq%20%22Chief%22").await;
    let id = list["Resources"][0]["id"].as_str().unwrap().to_owned();
    for operations in [
        json!([{ "op": "replace", "path": format!("{EXTENSION}:role"), "value": "none" }]),
        json!([{ "op": "replace", "path": "active", "value": false }]),
        json!([{ "op": "remove", "path": "password" }]),
    ] {
        let (status, error) = api.patch(&id, &operations).await;
        assert_eq!(status, 403, "{operations}: {error}");
    }
    assert_eq!(
        api.send(Method::DELETE, &format!("/Users/{id}"), None, &[])
            .await
            .0,
        403
    );
}

#[tokio::test]
async fn metrics_and_health_are_served_apart_and_hold_no_names() {
    let api = Api::start().await;
    api.add("SECRETIVE").await;
    let metrics = format!("http://{}/metrics", api.running.metrics().unwrap());
    let text = api
        .http
        .get(metrics)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        text.contains("halligan_http_requests_total{route=\"users\",status=\"2xx\"} 1"),
        "{text}"
    );
    assert!(!text.contains("SECRETIVE"));
    let ready = api
        .http
        .get(format!("{}/readyz", api.root))
        .send()
        .await
        .unwrap();
    assert_eq!(ready.status(), 200);
    let hidden = api
        .http
        .get(format!("{}/metrics", api.root))
        .send()
        .await
        .unwrap();
    assert_eq!(hidden.status(), 404);
}

#[tokio::test]
async fn a_stop_waits_for_the_writes() {
    let api = Api::start().await;
    let id = api.add("E1").await["id"].as_str().unwrap().to_owned();
    let resetting = {
        let (http, url, token) = (
            api.http.clone(),
            format!("{}/Users/{id}", api.base),
            api.token.clone(),
        );
        tokio::spawn(async move {
            http.patch(url)
                .bearer_auth(token)
                .header("content-type", "application/scim+json")
                .body(
                    json!({
                        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                        "Operations": [{ "op": "replace", "path": "password", "value": "velvet-anchor-plum-31" }],
                    })
                    .to_string(),
                )
                .send()
                .await
                .map(|response| response.status().as_u16())
        })
    };
    let log = halligan::audit::AuditLog::new(api.store.clone());
    while log.open_intents().await.unwrap().is_empty() && !resetting.is_finished() {
        tokio::task::yield_now().await;
    }
    api.running.stop().await;
    assert_eq!(resetting.await.unwrap().unwrap(), 200);
    assert!(log.open_intents().await.unwrap().is_empty());
}
