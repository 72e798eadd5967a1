//! The gate from outside: a token for each permission at every route, and what is recorded.

use halligan::{
    audit::{Kind, Outcome},
    password::profile::Profile,
    permission::{Permission, Permissions, Role},
    server::Limits,
    source::Source,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    acts::Acts as _,
    api::{ADMIN_PASSWORD, Api, EXTENSION, USER, client, new_user, resource, secret},
};

const BASIS: &str = "urn:halligan:params:scim:api:messages:1.0";
const LISTING: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

fn patch(path: &str, value: &Value) -> Value {
    json!({
        "schemas": [PATCH],
        "Operations": [{ "op": "replace", "path": path, "value": value }],
    })
}

/// A request at a user's address or beside it, the permissions that it wants, and its act.
type Route = (Method, &'static str, Value, &'static [Permission], Kind);

fn routes() -> Vec<Route> {
    use Permission::{
        RolesUpdate, UsersCreate, UsersDelete, UsersRead, UsersUpdate, UsersUpdateStatus,
    };
    let role = format!("{EXTENSION}:role");
    let put = json!({ "schemas": [USER], "userName": "E7", "name": { "familyName": "Put" } });
    let check = json!({ "schemas": [format!("{BASIS}:Check")], "password": "a guess of it" });
    let unlock = json!({ "schemas": [format!("{BASIS}:Unlock")] });
    let search = json!({ "schemas": [LISTING] });
    let password = patch("password", &json!("velvet-anchor-plum-31"));
    let mut colleague = resource("E71");
    colleague[EXTENSION] = json!({ "role": "viewer" });
    let none = Value::Null;
    vec![
        (
            Method::GET,
            "/Users",
            none.clone(),
            &[UsersRead],
            Kind::SearchOpened,
        ),
        (
            Method::POST,
            "/.search",
            search,
            &[UsersRead],
            Kind::SearchOpened,
        ),
        (
            Method::GET,
            "/Users/ID",
            none.clone(),
            &[UsersRead],
            Kind::UserViewed,
        ),
        (
            Method::POST,
            "/Users",
            resource("E70"),
            &[UsersCreate],
            Kind::UserCreated,
        ),
        (
            Method::POST,
            "/Users",
            colleague,
            &[UsersCreate, RolesUpdate],
            Kind::UserCreated,
        ),
        (
            Method::POST,
            "/Users/ID/.unlock",
            unlock,
            &[UsersUpdate],
            Kind::Unlock,
        ),
        (
            Method::POST,
            "/Users/ID/.check",
            check,
            &[UsersUpdate],
            Kind::PasswordChecked,
        ),
        (
            Method::PUT,
            "/Users/ID",
            put,
            &[UsersUpdate],
            Kind::UserChanged,
        ),
        (
            Method::PATCH,
            "/Users/ID",
            password,
            &[UsersUpdate],
            Kind::PasswordReset,
        ),
        (
            Method::PATCH,
            "/Users/ID",
            patch("active", &json!(false)),
            &[UsersUpdateStatus],
            Kind::UserChanged,
        ),
        (
            Method::PATCH,
            "/Users/ID",
            patch(&role, &json!("viewer")),
            &[RolesUpdate],
            Kind::RoleAssigned,
        ),
        (
            Method::DELETE,
            "/Users/ID",
            none,
            &[UsersDelete],
            Kind::UserRemoved,
        ),
    ]
}

/// Is anything of the kind on record as refused for want of `permission`?
async fn refused(api: &Api, kind: Kind, permission: Permission) -> bool {
    api.audit().await.iter().any(|record| {
        record.event.kind == kind
            && matches!(&record.event.outcome, Outcome::Refused(why) if why.contains(permission.title()))
    })
}

#[tokio::test]
async fn every_route_wants_its_permission_and_a_token_without_it_is_refused_on_record() {
    for without in Permission::ALL {
        let mut api = Api::start().await;
        let user = api.add("E7").await;
        let session = chief(&api).await;
        let scope = Permissions::all().without(without);
        api.token = client(&api.desk, &session, "narrow", scope).await;
        for (method, path, body, permissions, kind) in routes() {
            let path = path.replace("ID", user["id"].as_str().unwrap());
            let body = (!body.is_null()).then_some(&body);
            let (status, answer) = api.send(method.clone(), &path, body, &[]).await;
            let told = format!("{method} {path} without {without}: {status} {answer}");
            if permissions.contains(&without) {
                assert_eq!(status, 403, "{told}");
                // A change is wanted before it is known of what.
                let kinds = [kind, Kind::UserChanged];
                let mut recorded = false;
                for kind in kinds {
                    recorded |= refused(&api, kind, without).await;
                }
                assert!(recorded, "{told}");
            } else {
                // Who may not hold all of a role may not give it, nor act on who holds it.
                let outranked = answer["detail"]
                    .as_str()
                    .is_some_and(|why| why.contains("concerns"));
                assert!(status < 300 || outranked, "{told}");
            }
        }
    }
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
async fn a_token_of_one_permission_does_what_that_permission_is_for_and_no_more() {
    for only in Permission::ALL {
        let mut api = Api::start().await;
        let user = api.add("E7").await;
        let session = chief(&api).await;
        api.token = client(
            &api.desk,
            &session,
            "narrow",
            Permissions::from_iter([only]),
        )
        .await;
        for (method, path, body, permissions, _) in routes() {
            let path = path.replace("ID", user["id"].as_str().unwrap());
            let body = (!body.is_null()).then_some(&body);
            let (status, answer) = api.send(method.clone(), &path, body, &[]).await;
            let told = format!("{method} {path} with {only}: {status} {answer}");
            let outranked = answer["detail"]
                .as_str()
                .is_some_and(|why| why.contains("concerns"));
            if permissions == [only] {
                assert!(status < 300 || outranked, "{told}");
            } else {
                assert_eq!(status, 403, "{told}");
            }
        }
    }
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
