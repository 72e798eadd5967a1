//! What a request empties or takes away is gone afterwards, or the request is refused: never a 200
//! that did nothing.

use super::*;

const EMAIL: &str = "E1@example.org";

/// A user with everything that clients write.
async fn whole(api: &Api) -> String {
    let id = api.add("E1", Role::None).await;
    let set = json!([{ "op": "add", "value": {
        "displayName": "Chief E.",
        "externalId": "x-1",
    } }]);
    assert_eq!(api.patch(&api.all, &id, set).await.status, 200);
    id
}

async fn with_password(api: &Api) -> String {
    let id = whole(api).await;
    let set = json!([{ "op": "add", "path": "password", "value": PASSWORD }]);
    assert_eq!(api.patch(&api.all, &id, set).await.status, 200);
    id
}

async fn remove(api: &Api, id: &str) {
    let path = format!("/Users/{id}");
    let answer = api.scim(&api.all, Method::DELETE, &path, None).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

async fn shown(api: &Api, id: &str) -> Value {
    let path = format!(
        "/Users/{id}?attributes=userName,externalId,displayName,name,emails,active,{EXTENSION_URN}"
    );
    api.scim(&api.all, Method::GET, &path, None).await.body
}

async fn put(api: &Api, id: &str, changes: Value) -> Answered {
    let mut wanted = resource("E1");
    wanted["externalId"] = "x-1".into();
    wanted["displayName"] = "Chief E.".into();
    for (name, value) in changes.as_object().unwrap() {
        wanted[name] = value.clone();
    }
    let path = format!("/Users/{id}");
    api.scim(&api.all, Method::PUT, &path, Some(wanted)).await
}

#[tokio::test]
async fn an_attribute_that_a_patch_empties_is_gone() {
    let api = Api::open().await;
    for operation in [
        json!({ "op": "replace", "path": "displayName" }),
        json!({ "op": "replace", "path": "displayName", "value": null }),
        json!({ "op": "replace", "path": "displayName", "value": "" }),
        json!({ "op": "replace", "path": "displayName", "value": "  " }),
        json!({ "op": "replace", "value": { "displayName": null } }),
        json!({ "op": "replace", "value": { "displayName": "" } }),
        json!({ "op": "remove", "path": "displayName" }),
        json!({ "op": "replace", "path": "externalId", "value": null }),
        json!({ "op": "replace", "path": "externalId", "value": "" }),
        json!({ "op": "replace", "value": { "externalId": null } }),
        json!({ "op": "remove", "path": "externalId", "value": "x-1" }),
        json!({ "op": "replace", "path": "emails", "value": [] }),
        json!({ "op": "replace", "path": "emails", "value": null }),
        json!({ "op": "replace", "value": { "emails": [] } }),
        json!({ "op": "replace", "value": { "emails": null } }),
        json!({ "op": "remove", "path": "emails", "value": [{ "value": "e1@EXAMPLE.org" }] }),
        json!({ "op": "remove", "path": "emails[value eq \"e1@example.org\"]" }),
        json!({ "op": "replace", "path": "name.givenName", "value": null }),
        json!({ "op": "replace", "path": "name.givenName", "value": "" }),
        json!({ "op": "replace", "path": "name", "value": { "givenName": null } }),
        json!({ "op": "replace", "value": { "name": { "givenName": null } } }),
        json!({ "op": "remove", "path": "name.givenName" }),
    ] {
        let id = whole(&api).await;
        let answer = api.patch(&api.all, &id, json!([operation])).await;
        assert_eq!(answer.status, 200, "{operation} {answer:?}");
        let gone = ["displayName", "externalId", "emails", "givenName"]
            .into_iter()
            .find(|name| operation.to_string().contains(name))
            .unwrap();
        let now = shown(&api, &id).await;
        let place = if gone == "givenName" {
            &now["name"]
        } else {
            &now
        };
        assert!(place.get(gone).is_none(), "{operation} {now}");
        remove(&api, &id).await;
    }
}

#[tokio::test]
async fn a_password_that_a_patch_empties_is_taken_away() {
    let api = Api::open().await;
    for operation in [
        json!({ "op": "remove", "path": "password" }),
        json!({ "op": "replace", "path": "password", "value": null }),
        json!({ "op": "replace", "value": { "password": null } }),
        json!({ "op": "Replace", "value": { "PASSWORD": null, "externalId": "x-2" } }),
    ] {
        let id = with_password(&api).await;
        assert_eq!(shown(&api, &id).await[EXTENSION_URN]["passwordSet"], true);
        let answer = api.patch(&api.all, &id, json!([operation])).await;
        assert_eq!(answer.status, 200, "{operation} {answer:?}");
        let now = shown(&api, &id).await;
        assert_eq!(now[EXTENSION_URN]["passwordSet"], false, "{operation}");
        remove(&api, &id).await;
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table")]
async fn what_cannot_be_empty_or_names_nothing_is_refused_and_nothing_changes() {
    let api = Api::open().await;
    let id = whole(&api).await;
    let before = shown(&api, &id).await;
    let ours = |name: &str| format!("{EXTENSION_URN}:{name}");
    for (operation, kind) in [
        (json!({ "op": "replace", "value": {} }), "invalidValue"),
        (
            json!({ "op": "add", "path": "name", "value": {} }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "name", "value": { "colour": "red" } }),
            "invalidPath",
        ),
        (
            json!({ "op": "replace", "value": { "colour": "red" } }),
            "invalidPath",
        ),
        (
            json!({ "op": "replace", "path": EXTENSION_URN, "value": {} }),
            "invalidValue",
        ),
        (
            json!({ "op": "add", "path": "emails", "value": [] }),
            "invalidValue",
        ),
        (
            json!({ "op": "add", "path": "emails", "value": [{}] }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "emails", "value": [{ "value": null }] }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "emails", "value": [{ "value": "" }] }),
            "invalidValue",
        ),
        (
            json!({ "op": "add", "path": "emails", "value": [{ "colour": "red" }] }),
            "invalidPath",
        ),
        (
            json!({ "op": "add", "path": "displayName", "value": null }),
            "invalidValue",
        ),
        (
            json!({ "op": "add", "value": { "displayName": null } }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "value": { "userName": null } }),
            "mutability",
        ),
        (
            json!({ "op": "replace", "value": { "userName": "" } }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "active", "value": null }),
            "mutability",
        ),
        (
            json!({ "op": "replace", "path": "active", "value": "" }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "value": { "name": null } }),
            "mutability",
        ),
        (
            json!({ "op": "replace", "value": { "name": { "familyName": null } } }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "name.familyName", "value": "" }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "password", "value": "" }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": ours("kind"), "value": null }),
            "mutability",
        ),
        (
            json!({ "op": "replace", "path": ours("role"), "value": "" }),
            "invalidValue",
        ),
        (
            json!({ "op": "add", "path": ours("unlock"), "value": true }),
            "invalidValue",
        ),
        (
            json!({ "op": "remove", "path": "emails[value eq \"other@example.org\"]" }),
            "noTarget",
        ),
        (
            json!({ "op": "remove", "path": "emails", "value": [{ "value": "other@example.org" }] }),
            "noTarget",
        ),
        (
            json!({ "op": "remove", "path": "emails", "value": "other@example.org" }),
            "noTarget",
        ),
        (
            json!({ "op": "remove", "path": "displayName", "value": "Another" }),
            "noTarget",
        ),
    ] {
        let answer = api.patch(&api.all, &id, json!([operation])).await;
        assert_eq!(answer.status, 400, "{operation} {answer:?}");
        assert_eq!(answer.body["scimType"], kind, "{operation} {answer:?}");
    }
    assert_eq!(shown(&api, &id).await, before);
}

#[tokio::test]
async fn a_put_or_post_shows_no_name_where_the_client_wants_none() {
    let api = Api::open().await;
    let id = whole(&api).await;
    let answer = put(&api, &id, json!({ "displayName": "" })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body.get("displayName"), None);
    let answer = put(&api, &id, json!({ "displayName": null })).await;
    assert_eq!(answer.body["displayName"], "Given Family E1");
    let mut wanted = resource("E2");
    wanted["displayName"] = "".into();
    let answer = api
        .scim(&api.all, Method::POST, "/Users", Some(wanted))
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body.get("displayName"), None);
}

#[tokio::test]
async fn a_put_does_not_empty_a_password_in_silence() {
    let api = Api::open().await;
    let id = with_password(&api).await;
    let answer = put(&api, &id, json!({ "password": null })).await;
    assert_eq!(
        (answer.status, &answer.body["scimType"]),
        (400, &json!("invalidValue"))
    );
    assert_eq!(put(&api, &id, json!({})).await.status, 200);
    assert_eq!(shown(&api, &id).await[EXTENSION_URN]["passwordSet"], true);
    let without = api.add("E2", Role::None).await;
    let mut wanted = resource("E2");
    wanted["password"] = Value::Null;
    let path = format!("/Users/{without}");
    let answer = api.scim(&api.all, Method::PUT, &path, Some(wanted)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_put_leaves_alone_what_it_does_not_say() {
    let api = Api::open().await;
    let id = api.add("E1", Role::Viewer).await;
    let off = json!([{ "op": "replace", "value": { "active": false, format!("{EXTENSION_URN}:kind"): "unit" } }]);
    assert_eq!(api.patch(&api.all, &id, off).await.status, 200);
    let lower = EXTENSION_URN.to_lowercase();
    for changes in [
        json!({}),
        json!({ "active": null }),
        json!({ EXTENSION_URN: { "kind": null, "role": null } }),
        json!({ lower: { "reason": "call 4711" } }),
    ] {
        let answer = put(&api, &id, changes.clone()).await;
        assert_eq!(answer.status, 200, "{changes} {answer:?}");
        let now = shown(&api, &id).await;
        assert_eq!(now["active"], false, "{changes}");
        assert_eq!(now[EXTENSION_URN]["kind"], "unit", "{changes}");
        assert_eq!(now[EXTENSION_URN]["role"], "viewer", "{changes}");
    }
    let answer = put(&api, &id, json!({ "active": "TRUE" })).await;
    assert_eq!(answer.body["active"], true, "{answer:?}");
}

#[tokio::test]
async fn the_id_of_a_put_is_passed_over_and_a_handle_has_one_spelling() {
    let api = Api::open().await;
    let id = whole(&api).await;
    let answer = put(&api, &id, json!({ "id": "4711", "userName": "E9" })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        (&answer.body["id"], &answer.body["userName"]),
        (&json!(id), &json!("E9"))
    );
    let same = format!("/Users/%{:x}", id.as_bytes()[0]);
    assert_eq!(
        api.scim(&api.all, Method::GET, &same, None).await.status,
        200,
        "RFC 3986 section 6.2.2.2"
    );
    for other in [
        format!("0{id}"),
        format!("+{id}"),
        format!("%20{id}"),
        format!("{id}%20"),
        "-1".into(),
    ] {
        let path = format!("/Users/{other}");
        for (method, body) in [
            (Method::GET, None),
            (Method::PUT, Some(resource("E1"))),
            (Method::DELETE, None),
        ] {
            let answer = api.scim(&api.all, method, &path, body).await;
            assert_eq!(answer.status, 404, "{path} {answer:?}");
        }
    }
    // Whoever sends the id along with a change has not asked for another one.
    let set = json!([{ "op": "replace", "value": { "id": id, "active": "False" } }]);
    let answer = api.patch(&api.all, &id, set).await;
    assert_eq!(
        (answer.status, &answer.body["active"]),
        (200, &json!(false)),
        "{answer:?}"
    );
    assert_eq!(answer.body["emails"][0]["value"], EMAIL);
}
