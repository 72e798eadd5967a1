//! What provisioning clients send beside what counts: taken everywhere, and told where it is not kept.

use super::*;
use crate::scim::bulk::REQUEST_URN;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn ignored(answer: &Answered) -> Vec<&str> {
    let names = answer.body[EXTENSION_URN]["ignored"].as_array();
    names
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

async fn details(api: &Api) -> String {
    let records = api.records_after(0).await;
    records
        .last()
        .unwrap()
        .event
        .detail
        .clone()
        .unwrap_or_default()
}

async fn remove(api: &Api, id: &str) {
    let path = format!("/Users/{id}");
    let answer = api.scim(&api.all, Method::DELETE, &path, None).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

#[tokio::test]
async fn a_leaver_is_disabled_whatever_the_client_sends_beside_it() {
    let api = Api::open().await;
    let enterprise = |name: &str| format!("{ENTERPRISE}:{name}");
    for (path, value, name) in [
        (
            "nickName".to_owned(),
            json!("Captain"),
            "nickName".to_owned(),
        ),
        ("NICKNAME".to_owned(), json!(null), "nickName".to_owned()),
        (
            "name.formatted".to_owned(),
            json!("V., Maria"),
            "name.formatted".to_owned(),
        ),
        (
            "name.middleName".to_owned(),
            json!("J."),
            "name.middleName".to_owned(),
        ),
        (
            "phoneNumbers[type eq \"mobile\"].value".to_owned(),
            json!("+1 555 0100"),
            "phoneNumbers.value".to_owned(),
        ),
        (
            "addresses[type eq \"work\"].postalCode".to_owned(),
            json!("12345"),
            "addresses.postalCode".to_owned(),
        ),
        (
            "roles".to_owned(),
            json!([{ "value": "admin" }]),
            "roles".to_owned(),
        ),
        (
            "roles[primary eq \"True\"].value".to_owned(),
            json!("admin"),
            "roles.value".to_owned(),
        ),
        (
            enterprise("department"),
            json!("Station 4"),
            enterprise("department"),
        ),
        (enterprise("manager"), json!("4711"), enterprise("manager")),
        (
            enterprise("manager.value"),
            json!("4711"),
            enterprise("manager.value"),
        ),
        (
            ENTERPRISE.to_owned(),
            json!({ "costCenter": "B" }),
            enterprise("costCenter"),
        ),
        (ENTERPRISE.to_owned(), json!("B"), ENTERPRISE.to_owned()),
    ] {
        for verb in ["Add", "Replace", "remove"] {
            // The whole of it is taken away, what is kept and what is not.
            if verb == "remove" && path == ENTERPRISE {
                continue;
            }
            let id = api.add("E1", Role::None).await;
            let answer = api
                .patch(
                    &api.all,
                    &id,
                    json!([
                        { "op": verb, "path": path, "value": value },
                        { "op": "Replace", "path": "active", "value": "False" },
                    ]),
                )
                .await;
            assert_eq!(answer.status, 200, "{verb} {path} {answer:?}");
            assert_eq!(answer.body["active"], false, "{verb} {path}");
            assert_eq!(ignored(&answer), [name.as_str()], "{verb} {path}");
            let said = details(&api).await;
            assert_eq!(said, format!("changes disabled; not kept: {name}"));
            assert!(!said.contains("4711"), "values are not recorded");
            remove(&api, &id).await;
        }
    }
}

#[tokio::test]
async fn what_is_not_kept_is_told_in_every_verb_and_form() {
    let api = Api::open().await;
    let mut wanted = resource("E1");
    wanted["nickName"] = "Captain".into();
    wanted["colour"] = "red".into();
    wanted["name"]["honorificPrefix"] = "Dr.".into();
    wanted["groups"] = json!([{ "value": "1" }]);
    wanted["emails"] = json!([
        { "value": "e1@example.org", "type": "home", "primary": "True", "display": "E" },
        { "value": "e2@example.org" },
    ]);
    wanted[ENTERPRISE] = json!({ "employeeNumber": "4711", "manager": { "value": "1" } });
    let all = [
        "colour".to_owned(),
        "nickName".to_owned(),
        format!("{ENTERPRISE}:employeeNumber"),
        format!("{ENTERPRISE}:manager"),
        "name.honorificPrefix".to_owned(),
        "emails.display".to_owned(),
        "emails".to_owned(),
        "emails.type".to_owned(),
    ];
    let sorted = |answer: &Answered| {
        let mut names: Vec<_> = ignored(answer).into_iter().map(ToOwned::to_owned).collect();
        names.sort();
        names
    };
    let mut expected = all.to_vec();
    expected.sort();
    let answer = api
        .scim(&api.all, Method::POST, "/Users", Some(wanted.clone()))
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(sorted(&answer), expected);
    assert!(
        details(&api).await.contains("not kept: "),
        "{}",
        details(&api).await
    );
    let id = answer.body["id"].as_str().unwrap().to_owned();
    let path = format!("/Users/{id}");
    let answer = api.scim(&api.all, Method::PUT, &path, Some(wanted)).await;
    assert_eq!(
        (answer.status, sorted(&answer)),
        (200, expected),
        "{answer:?}"
    );
    assert!(
        details(&api)
            .await
            .starts_with("changes nothing; not kept: ")
    );
    let set = json!([{ "op": "replace", "value": {
        "name": { "givenName": "Ann", "middleName": "J." },
        "nickName": "Annie",
        ENTERPRISE: { "costCenter": "9" },
    } }]);
    let answer = api.patch(&api.all, &id, set).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let expected = [
        "name.middleName".into(),
        "nickName".into(),
        format!("{ENTERPRISE}:costCenter"),
    ];
    assert_eq!(sorted(&answer), expected);
    // It belongs to the request: who reads afterwards is told of nothing.
    let answer = api.scim(&api.all, Method::GET, &path, None).await;
    assert!(ignored(&answer).is_empty(), "{answer:?}");
    assert_eq!(answer.body["name"]["givenName"], "Ann");
}

#[tokio::test]
async fn who_writes_back_what_was_read_is_told_of_nothing() {
    let api = Api::open().await;
    let id = api.add("E1", Role::None).await;
    let path = format!("/Users/{id}?attributes=userName,name,emails,active,{EXTENSION_URN}");
    let read = api.scim(&api.all, Method::GET, &path, None).await.body;
    let read_name = format!("/Users/{id}?attributes=name.formatted");
    let named = api.scim(&api.all, Method::GET, &read_name, None).await.body;
    let mut wanted = read.clone();
    wanted["schemas"] = json!([USER_URN, EXTENSION_URN, ENTERPRISE]);
    wanted["name"]["formatted"] = named["name"]["formatted"].clone();
    let last = api.last_sequence().await;
    let path = format!("/Users/{id}");
    let answer = api.scim(&api.all, Method::PUT, &path, Some(wanted)).await;
    assert_eq!(
        (answer.status, ignored(&answer)),
        (200, vec![]),
        "{answer:?}"
    );
    assert!(
        api.records_after(last).await.is_empty(),
        "nothing was changed"
    );
}

#[tokio::test]
async fn what_not_even_the_rfc_knows_is_refused_by_a_patch() {
    let api = Api::open().await;
    let id = api.add("E1", Role::None).await;
    for operation in [
        json!({ "op": "add", "path": "colour", "value": "red" }),
        json!({ "op": "add", "path": "addresses[type eq \"work\"].planet", "value": "Mars" }),
        json!({ "op": "add", "path": format!("{ENTERPRISE}:colour"), "value": "red" }),
        json!({ "op": "add", "path": ENTERPRISE, "value": { "colour": "red" } }),
        json!({ "op": "add", "value": { "nickName": "Captain", "colour": "red" } }),
        json!({ "op": "add", "path": "urn:example:2.0:User:title", "value": "Captain" }),
    ] {
        let answer = api.patch(&api.all, &id, json!([operation])).await;
        let refused = (answer.status, &answer.body["scimType"]);
        assert_eq!(
            refused,
            (400, &json!("invalidPath")),
            "{operation} {answer:?}"
        );
    }
}

#[tokio::test]
async fn the_list_of_what_is_not_kept_is_in_the_schema() {
    let api = Api::open().await;
    let path = format!("/Schemas/{EXTENSION_URN}");
    let schema = api.scim(&api.all, Method::GET, &path, None).await.body;
    let attributes = schema["attributes"].as_array().unwrap();
    let ignored = attributes
        .iter()
        .find(|attribute| attribute["name"] == "ignored");
    let ignored = ignored.expect("declared");
    assert_eq!(
        (&ignored["mutability"], &ignored["multiValued"]),
        (&json!("readOnly"), &json!(true))
    );
}

#[tokio::test]
async fn each_part_of_a_bulk_tells_what_was_not_kept_and_the_whole_what_is_doubtful() {
    let api = Api::open().await;
    let id = api.add("E7", Role::None).await;
    let path = format!("/Users/{id}");
    let part = |operations: Value| {
        let data = json!({ "schemas": [patch::URN], "Operations": operations });
        json!({ "method": "PATCH", "path": path, "data": data })
    };
    let body = json!({
        "schemas": [REQUEST_URN],
        "Operations": [
            part(json!([{ "op": "replace", "path": "name.givenName", "value": "Noor" }])),
            part(json!([
                { "op": "replace", "path": "nickName", "value": "Captain" },
                { "op": "replace", "path": "password", "value": "velvet-anchor-plum-31 " },
            ])),
        ],
    });
    let answer = api.scim(&api.all, Method::POST, "/Bulk", Some(body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let parts = answer.body["Operations"].as_array().unwrap();
    assert_eq!(
        (&parts[0]["status"], &parts[1]["status"]),
        (&json!("200"), &json!("200"))
    );
    assert!(parts[0].get("response").is_none(), "{answer:?}");
    assert_eq!(
        parts[1]["response"][EXTENSION_URN]["ignored"],
        json!(["nickName"])
    );
    let warning = answer.headers[header::WARNING].to_str().unwrap();
    assert_eq!(
        warning,
        "299 halligan \"operation 2: the password begins or ends with a blank, which belongs to it\""
    );
}

#[tokio::test]
async fn a_patch_of_password_status_role_and_name_is_one_act_with_one_record() {
    let api = Api::open().await;
    let id = api.add("E7", Role::None).await;
    let before = api.last_sequence().await;
    let operations = json!([
        { "op": "replace", "path": "active", "value": false },
        { "op": "replace", "path": "password", "value": "granite willow pepper 12" },
        { "op": "replace", "path": "name.givenName", "value": "Zoe" },
        { "op": "replace", "path": format!("{EXTENSION_URN}:role"), "value": "viewer" },
    ]);
    let answer = api.patch(&api.all, &id, operations).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let records = api.records_after(before).await;
    let changes: Vec<_> = records
        .iter()
        .filter(|record| record.event.kind == Kind::PasswordReset)
        .collect();
    assert_eq!(changes.len(), 2, "an intent and its outcome: {records:?}");
    let steps: Vec<&str> = changes[1]
        .event
        .steps
        .iter()
        .map(|(step, _)| step.words())
        .collect();
    for step in ["password set", "disabled", "role assigned", "user changed"] {
        assert!(steps.contains(&step), "{step}: {steps:?}");
    }
    let detail = changes[0].event.detail.as_deref();
    assert_eq!(detail, Some("changes givenName, disabled, role viewer"));
}
