//! What a client is told of a password beside the answer.

use halligan::scim::patch;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::api::{ADMIN_PASSWORD, Api, resource};

const WARNING: &str =
    "299 halligan \"the password begins or ends with a blank, which belongs to it\"";

/// The `Warning` of the answer, which must be a good one.
async fn warning(
    api: &Api,
    token: &str,
    method: Method,
    path: &str,
    body: Value,
) -> Option<String> {
    let answer = api
        .http
        .request(method, format!("{}{path}", api.base))
        .bearer_auth(token)
        .header("content-type", "application/scim+json")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    let warning = answer.headers().get("warning").cloned();
    assert!(
        answer.status().is_success(),
        "{}",
        answer.text().await.unwrap()
    );
    warning.map(|value| value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_blank_at_either_end_of_a_password_is_told_by_every_request_that_sets_one() {
    let api = Api::start().await;
    let path_of = |user: &Value| format!("/Users/{}", user["id"].as_str().unwrap());
    let user = path_of(&api.add("E1").await);
    let blanks = [
        ("copper kettle marmot 10 ", true),
        (" copper kettle marmot 11", true),
        ("copper kettle marmot 12\u{3000}", true),
        ("copper kettle marmot 13", false),
    ];
    for (nth, (password, told)) in blanks.into_iter().enumerate() {
        let expected = told.then(|| WARNING.to_owned());
        let with_path = json!({
            "schemas": [patch::URN],
            "Operations": [{ "op": "replace", "path": "password", "value": format!("{password}") }],
        });
        let without = json!({
            "schemas": [patch::URN],
            "Operations": [{ "op": "add", "value": { "Password": password.replace("copper", "silver") } }],
        });
        for body in [with_path, without] {
            let said = warning(&api, &api.token, Method::PATCH, &user, body).await;
            assert_eq!(said, expected, "{nth}");
        }
        let mut new = resource(&format!("N{nth}"));
        new["password"] = password.into();
        let said = warning(&api, &api.token, Method::POST, "/Users", new.clone()).await;
        assert_eq!(said, expected, "{nth}");
        new = resource("E1");
        new["password"] = password.replace("copper", "golden").into();
        let said = warning(&api, &api.token, Method::PUT, &user, new).await;
        assert_eq!(said, expected, "{nth}");
    }
    let answer = api
        .http
        .post(format!("{}/auth/sign-in", api.root))
        .header("content-type", "application/json")
        .body(json!({ "login": "chief@example.org", "password": ADMIN_PASSWORD }).to_string())
        .send()
        .await
        .unwrap();
    let own: Value = answer.json().await.unwrap();
    let change = json!({
        "schemas": ["urn:halligan:params:scim:api:messages:1.0:ChangePassword"],
        "old": ADMIN_PASSWORD,
        "new": "velvet anchor tulip 39 ",
    });
    let token = own["access_token"].as_str().unwrap();
    let said = warning(&api, token, Method::POST, "/Me/.password", change).await;
    assert_eq!(said.as_deref(), Some(WARNING));
}
