//! Removals over HTTP: who may, what the operator has to prove, and what is recorded.

use halligan::{
    audit::{Kind, Outcome},
    password::profile::Profile,
    permission::{Permission, Role},
    server::Limits,
    source::Source,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{
    acts::Acts as _,
    api::{ADMIN_PASSWORD, Api, new_user, secret},
};

/// Is anything of the kind on record as refused for want of `permission`?
async fn refused(api: &Api, kind: Kind, permission: Permission) -> bool {
    api.audit().await.iter().any(|record| {
        record.event.kind == kind
            && matches!(&record.event.outcome, Outcome::Refused(why) if why.contains(permission.title()))
    })
}

async fn chief(api: &Api) -> std::sync::Arc<halligan::desk::Session> {
    let source = Source("test".into());
    let password = secret(ADMIN_PASSWORD);
    api.desk
        .sign_in("chief@example.org", &password, &source)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_operator_of_the_help_desk_removes_nobody() {
    let api = Api::start().await;
    let user = api.add("E7").await;
    let session = chief(&api).await;
    let helper = new_user("Helper", Role::HelpDesk);
    let first = secret("oak-harbour-linen-58 first");
    api.desk
        .create_user(&session, helper, Some(&first))
        .await
        .unwrap();
    let source = Source("test".into());
    let own = api
        .desk
        .sign_in("helper@example.org", &first, &source)
        .await
        .unwrap();
    let password = secret("marble-canoe-thunder-77");
    api.desk
        .change_own_password(&own, &first, &password)
        .await
        .unwrap();
    let token = sign_in(&api, "helper@example.org", "marble-canoe-thunder-77").await;
    let path = format!("{}/Users/{}", api.base, user["id"].as_str().unwrap());
    let answer = api
        .http
        .delete(path)
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(refused(&api, Kind::UserRemoved, Permission::UsersDelete).await);
}

async fn sign_in(api: &Api, login: &str, password: &str) -> String {
    let granted: Value = api
        .http
        .post(format!("{}/auth/sign-in", api.root))
        .json(&json!({ "login": login, "password": password }))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    granted["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn under_cjis_each_removal_wants_a_proof_of_the_operators_and_none_of_a_machine() {
    let api = Api::start_with(Profile::cjis(), Limits::default()).await;
    let mut ids = Vec::new();
    for login in ["E1", "E2", "E3", "E4"] {
        ids.push(api.add(login).await["id"].as_str().unwrap().to_owned());
    }
    let token = sign_in(&api, "chief@example.org", ADMIN_PASSWORD).await;
    let remove = |id: &str| {
        let path = format!("{}/Users/{id}", api.base);
        api.http.delete(path).bearer_auth(&token).send()
    };
    assert_eq!(
        remove(&ids[0]).await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    let second = remove(&ids[1]).await.unwrap();
    assert_eq!(second.status(), StatusCode::UNAUTHORIZED);
    let challenge = second.headers()["www-authenticate"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        challenge.contains("insufficient_user_authentication"),
        "{challenge}"
    );

    let operations: Vec<Value> = ids[2..]
        .iter()
        .map(|id| json!({ "method": "DELETE", "path": format!("/Users/{id}") }))
        .collect();
    let (_, answer) = api
        .post(
            "/Bulk",
            &json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                "Operations": operations,
            }),
        )
        .await;
    let statuses: Vec<_> = answer["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["status"].clone())
        .collect();
    assert_eq!(statuses, ["204", "204"], "{answer}");
}
