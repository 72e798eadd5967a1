//! By the API, with the token of an operator and of a machine.

use halligan::{
    permission::{Permission, Permissions, Role},
    scim::{patch, schema::ENTERPRISE_URN},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{OTHER, PASSWORD, ROLES, Told, act::Act, expected, login};
use crate::support::{
    acts::Acts as _,
    api::{ADMIN_PASSWORD, Api, EXTENSION, client, new_user, resource, secret},
};
use halligan::{desk::Session, source::Source, user::UserId};

/// What an act is over HTTP; `None` for what the API does not offer.
fn request(act: Act, id: &str, login: &str) -> Option<(Method, String, Value)> {
    let user = format!("/Users/{id}");
    let operation = |path: &str, value: Value| {
        let body = json!({
            "schemas": [patch::URN],
            "Operations": [{ "op": "replace", "path": path, "value": value }],
        });
        (Method::PATCH, user.clone(), body)
    };
    let action = |name: &str, urn: &str| {
        let urn = format!("urn:halligan:params:scim:api:messages:1.0:{urn}");
        (Method::POST, format!("{user}/{name}"), urn)
    };
    let added = |role: &str| {
        let mut new = resource(&format!("{login}-new"));
        new[EXTENSION] = json!({ "role": role });
        (Method::POST, "/Users".to_owned(), new)
    };
    Some(match act {
        Act::Find => (Method::GET, "/Users?count=1".into(), Value::Null),
        Act::Open => (Method::GET, user, Value::Null),
        Act::Rename => operation("name.givenName", "Zoe".into()),
        Act::Transfer => operation(&format!("{ENTERPRISE_URN}:division"), "Station 9".into()),
        Act::Limit => operation(
            &format!("{EXTENSION}:validUntil"),
            "2099-12-31T00:00:00Z".into(),
        ),
        Act::Disable => operation("active", false.into()),
        Act::ChangeAll => {
            let body = json!({
                "schemas": [patch::URN],
                "Operations": [
                    { "op": "replace", "path": "name.givenName", "value": "Zoe" },
                    { "op": "replace", "path": "active", "value": false },
                    { "op": "replace", "path": format!("{EXTENSION}:role"), "value": "viewer" },
                ],
            });
            (Method::PATCH, user, body)
        }
        Act::SetPassword => operation("password", "granite willow pepper 12".into()),
        Act::TakePasswordAway => {
            let body = json!({
                "schemas": [patch::URN],
                "Operations": [{ "op": "remove", "path": "password" }],
            });
            (Method::PATCH, user, body)
        }
        Act::Unlock => {
            let (method, path, urn) = action(".unlock", "Unlock");
            (method, path, json!({ "schemas": [urn] }))
        }
        Act::Check => {
            let (method, path, urn) = action(".check", "Check");
            (method, path, json!({ "schemas": [urn], "password": OTHER }))
        }
        Act::SignOut => {
            let (method, path, urn) = action(".sign-out", "SignOut");
            (method, path, json!({ "schemas": [urn] }))
        }
        Act::AddVisitor => added("none"),
        Act::AddColleague => added("viewer"),
        Act::GiveRole => operation(&format!("{EXTENSION}:role"), "viewer".into()),
        Act::Remove => (Method::DELETE, user, Value::Null),
        Act::Import
        | Act::ListTokens
        | Act::MakeToken
        | Act::RevokeToken
        | Act::ListRoles
        | Act::AddRole
        | Act::ChangeRole
        | Act::RemoveRole
        | Act::ListAudit
        | Act::VerifyAudit
        | Act::ExportAudit
        | Act::ExportUsers
        | Act::DefineField
        | Act::MoveField
        | Act::CheckStore
        | Act::MendStore => return None,
    })
}

fn offered() -> impl Iterator<Item = Act> {
    Act::ALL
        .into_iter()
        .filter(|act| request(*act, "1", "x").is_some())
}

/// Somebody to act on, as this act finds them; made with the rights of the test.
async fn subject(api: &Api, act: Act, nth: usize) -> (String, String) {
    let login = login(act, nth);
    let mut new = resource(&login);
    if matches!(act, Act::Check | Act::TakePasswordAway) {
        new["password"] = OTHER.into();
    }
    let (status, made) = api.post("/Users", &new).await;
    assert_eq!(status, 201, "{made}");
    (made["id"].as_str().unwrap().to_owned(), login)
}

async fn does(api: &Api, token: &str, act: Act, (id, login): &(String, String)) -> Told {
    let (method, path, body) = request(act, id, login).expect("it is offered");
    let asked = api
        .http
        .request(method, format!("{}{path}", api.base))
        .bearer_auth(token);
    let asked = if body.is_null() {
        asked
    } else {
        asked
            .header("content-type", "application/scim+json")
            .body(body.to_string())
    };
    let answer = asked.send().await.unwrap();
    let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
    match status {
        200..=299 => Told::Done,
        401 => Told::Changed,
        403 => Told::Lacks,
        other => panic!("{act:?}: {other} {text}"),
    }
}

/// An operator of the API: the user's handle and the token.
async fn operator(api: &Api, admin: &Session, role: Role) -> (UserId, String) {
    let login = format!("Op-{role}");
    let first = secret("oak-harbour-linen-58 first");
    let user = api
        .desk
        .create_user(admin, new_user(&login, role), Some(&first))
        .await
        .unwrap();
    let source = Source("test".into());
    let own = api
        .desk
        .sign_in(&user.email, &first, &source)
        .await
        .unwrap();
    let chosen = secret(PASSWORD);
    let changed = api.desk.change_own_password(&own, &first, &chosen);
    changed.await.unwrap();
    let answer = api
        .http
        .post(format!("{}/auth/sign-in", api.root))
        .header("content-type", "application/json")
        .body(json!({ "login": user.email, "password": PASSWORD }).to_string())
        .send()
        .await
        .unwrap();
    let body: Value = answer.json().await.unwrap();
    let token = body["access_token"].as_str().expect("signed in").to_owned();
    (user.id, token)
}

async fn admin(api: &Api) -> std::sync::Arc<Session> {
    let (password, source) = (secret(ADMIN_PASSWORD), Source("test".into()));
    let signed_in = api.desk.sign_in("chief@example.org", &password, &source);
    signed_in.await.unwrap()
}

#[tokio::test]
async fn by_the_api_each_operator_does_what_the_role_permits_and_nothing_else() {
    let api = Api::start().await;
    let admin = admin(&api).await;
    for (nth, role) in ROLES.into_iter().enumerate() {
        let (_, token) = operator(&api, &admin, role.clone()).await;
        for act in offered() {
            let user = subject(&api, act, nth).await;
            let told = does(&api, &token, act, &user).await;
            assert_eq!(told, expected(act, role.permissions()), "{role}: {act:?}");
        }
    }
}

#[tokio::test]
async fn by_the_api_a_machine_that_lacks_one_permission_is_refused_exactly_what_wants_it() {
    let api = Api::start().await;
    let admin = admin(&api).await;
    for (nth, without) in Permission::ALL.into_iter().enumerate() {
        let held = Permissions::all().without(without);
        let token = client(&api.desk, &admin, &format!("client-{nth}"), held).await;
        for act in offered() {
            let user = subject(&api, act, nth).await;
            let told = does(&api, &token, act, &user).await;
            assert_eq!(told, expected(act, held), "{act:?} without {without}");
        }
    }
}

#[tokio::test]
async fn by_the_api_rights_that_were_taken_away_after_the_user_was_read_stop_every_act() {
    let api = Api::start().await;
    let admin = admin(&api).await;
    let (mallory, own) = operator(&api, &admin, Role::Administrator).await;
    let source = Source("test".into());
    let maker = api
        .desk
        .sign_in("op-administrator@example.org", &secret(PASSWORD), &source)
        .await
        .unwrap();
    let machine = client(&api.desk, &maker, "machine", Permissions::all()).await;
    let give = async |role| {
        let given = api.desk.assign_role(&admin, &mallory, role).await;
        given.unwrap();
    };
    for (nth, token) in [own, machine].into_iter().enumerate() {
        for act in offered() {
            let user = subject(&api, act, nth).await;
            assert_eq!(does(&api, &token, Act::Open, &user).await, Told::Done);
            let before = api.get(&format!("/Users/{}", user.0)).await.1;
            give(Role::Viewer).await;
            let told = does(&api, &token, act, &user).await;
            let left = expected(act, Role::Viewer.permissions());
            assert_eq!(told, left, "{act:?} with token {nth}");
            assert!(act.only_reads() || told == Told::Lacks, "{act:?}");
            let after = api.get(&format!("/Users/{}", user.0)).await.1;
            assert_eq!(
                after["meta"]["version"], before["meta"]["version"],
                "{act:?}"
            );
            give(Role::Administrator).await;
        }
    }
    // An account that is no operator's any more, and one that is disabled, have no token at all.
    let (_, token) = operator(&api, &admin, Role::HelpDesk).await;
    let user = subject(&api, Act::Open, 9).await;
    let helper = api
        .get("/Users?filter=userName%20eq%20%22Op-help-desk%22")
        .await
        .1;
    let helper = helper["Resources"][0]["id"].as_str().unwrap().to_owned();
    let disabled = json!([{ "op": "replace", "path": "active", "value": false }]);
    assert_eq!(does(&api, &token, Act::Open, &user).await, Told::Done);
    assert_eq!(api.patch(&helper, &disabled).await.0, 200);
    for act in offered() {
        assert_eq!(
            does(&api, &token, act, &user).await,
            Told::Changed,
            "{act:?}"
        );
    }
}
