//! Job title, phone, station, and from and until when an account is valid, as clients see them.

use super::*;
use crate::{
    permission::Permission::{UsersRead, UsersUpdate},
    scim::schema::{ENTERPRISE_URN, SITE_URN},
    user::{FieldKind, FieldValue, SiteField},
};

const FROM: &str = "2020-01-01T08:00:00Z";
const UNTIL: &str = "2099-12-31T18:00:00Z";

fn captain(login: &str) -> Value {
    let mut wanted = resource(login);
    wanted["title"] = "Captain".into();
    wanted["phoneNumbers"] = json!([
        { "value": "303 555 0199", "type": "mobile" },
        { "value": "303 555 0142", "type": "Work" },
    ]);
    wanted[ENTERPRISE_URN] = json!({ "division": "Station 7", "department": "Operations" });
    wanted[EXTENSION_URN]["validFrom"] = FROM.into();
    wanted[EXTENSION_URN]["validUntil"] = UNTIL.into();
    wanted
}

async fn put(api: &Api, id: &str, wanted: Value) -> Answered {
    let path = format!("/Users/{id}");
    api.scim(&api.all, Method::PUT, &path, Some(wanted)).await
}

async fn added(api: &Api) -> Answered {
    let wanted = Some(captain("E1"));
    api.scim(&api.all, Method::POST, "/Users", wanted).await
}

async fn whole(api: &Api, id: &str) -> Value {
    let path = format!("/Users/{id}");
    api.scim(&api.all, Method::GET, &path, None).await.body
}

/// Title, phone, division, beginning and end.
fn shown(user: &Value) -> [&Value; 5] {
    [
        &user["title"],
        &user["phoneNumbers"],
        &user[ENTERPRISE_URN],
        &user[EXTENSION_URN]["validFrom"],
        &user[EXTENSION_URN]["validUntil"],
    ]
}

#[tokio::test]
async fn what_a_client_says_of_a_user_is_kept_shown_found_and_sorted_by() {
    let api = Api::open().await;
    let answer = added(&api).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(
        answer.body[EXTENSION_URN]["ignored"],
        json!([format!("{ENTERPRISE_URN}:department"), "phoneNumbers"])
    );
    let id = answer.body["id"].as_str().unwrap().to_owned();
    let user = whole(&api, &id).await;
    assert_eq!(
        shown(&user),
        [
            &json!("Captain"),
            &json!([{ "value": "303 555 0142", "type": "work" }]),
            &json!({ "division": "Station 7" }),
            &json!(FROM),
            &json!(UNTIL),
        ]
    );
    let schemas = user["schemas"].as_array().unwrap();
    assert!(schemas.contains(&ENTERPRISE_URN.into()));
    let other = api.add("E2", Role::None).await;
    let plain = whole(&api, &other).await;
    assert!(
        !plain["schemas"]
            .as_array()
            .unwrap()
            .contains(&ENTERPRISE_URN.into())
    );
    for filter in [
        "title eq \"captain\"".to_owned(),
        "phoneNumbers.value co \"0142\"".to_owned(),
        "phoneNumbers[type eq \"work\" and value sw \"303\"]".to_owned(),
        format!("{ENTERPRISE_URN}:division eq \"station 7\""),
        format!("{EXTENSION_URN}:validFrom lt \"2021-01-01T00:00:00Z\""),
        format!("{EXTENSION_URN}:validUntil pr"),
        format!("schemas eq \"{ENTERPRISE_URN}\""),
    ] {
        let asked: Vec<_> = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let asked = asked.concat();
        let path = format!("/Users?filter={asked}");
        let found = api.scim(&api.all, Method::GET, &path, None).await;
        assert_eq!(found.status, 200, "{filter} {found:?}");
        assert_eq!(found.body["totalResults"], 1, "{filter} {found:?}");
        assert_eq!(found.body["Resources"][0]["id"], id.as_str(), "{filter}");
    }
    for by in [
        "title".to_owned(),
        format!("{ENTERPRISE_URN}:division"),
        format!("{EXTENSION_URN}:validUntil"),
    ] {
        let path = format!("/Users?sortBy={by}&sortOrder=ascending");
        let sorted = api.scim(&api.all, Method::GET, &path, None).await;
        assert_eq!(sorted.body["Resources"][0]["id"], id.as_str(), "{by}");
    }
    let path = format!("/Users/{id}?attributes={ENTERPRISE_URN}:division");
    let only = api.scim(&api.all, Method::GET, &path, None).await.body;
    assert_eq!(shown(&only)[2], &json!({ "division": "Station 7" }));
    assert!(only.get("title").is_none());
    let path = format!("/Users/{id}?excludedAttributes={ENTERPRISE_URN}");
    let without = api.scim(&api.all, Method::GET, &path, None).await.body;
    assert!(without.get(ENTERPRISE_URN).is_none());
}

#[tokio::test]
async fn a_patch_changes_each_of_them_and_takes_it_away() {
    let api = Api::open().await;
    let id = api.add("E1", Role::None).await;
    let (division, from) = (
        format!("{ENTERPRISE_URN}:division"),
        format!("{EXTENSION_URN}:validFrom"),
    );
    for (path, value, at) in [
        ("title", json!("Chief"), 0),
        ("phoneNumbers[type eq \"work\"].value", json!("911"), 1),
        ("phoneNumbers", json!([{ "value": "112" }]), 1),
        (division.as_str(), json!("Station 9"), 2),
        (from.as_str(), json!(FROM), 3),
    ] {
        for op in ["add", "Replace"] {
            let set = json!([{ "op": op, "path": path, "value": value }]);
            let answer = api.patch(&api.all, &id, set).await;
            assert_eq!(answer.status, 200, "{op} {path} {answer:?}");
            let now = whole(&api, &id).await;
            assert!(
                shown(&now)[at].to_string().contains(
                    value
                        .as_str()
                        .unwrap_or_else(|| value[0]["value"].as_str().unwrap())
                ),
                "{op} {path} {now}"
            );
            let away = json!([{ "op": "remove", "path": path.trim_end_matches(".value") }]);
            let answer = api.patch(&api.all, &id, away.clone()).await;
            assert_eq!(answer.status, 200, "{path} {answer:?}");
            assert!(shown(&whole(&api, &id).await)[at].is_null(), "{path}");
        }
    }
    let division = json!([{ "op": "add", "path": ENTERPRISE_URN, "value": { "division": "B" } }]);
    assert_eq!(api.patch(&api.all, &id, division).await.status, 200);
    assert_eq!(
        whole(&api, &id).await[ENTERPRISE_URN],
        json!({ "division": "B" })
    );
    let away = json!([{ "op": "remove", "path": ENTERPRISE_URN }]);
    assert_eq!(api.patch(&api.all, &id, away).await.status, 200);
    assert!(whole(&api, &id).await.get(ENTERPRISE_URN).is_none());
}

#[tokio::test]
async fn a_put_takes_details_away_that_it_leaves_out_and_validity_only_where_it_says_so() {
    let api = Api::open().await;
    let id = added(&api).await.body["id"].as_str().unwrap().to_owned();
    let answer = put(&api, &id, resource("E1")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let user = whole(&api, &id).await;
    let null = &Value::Null;
    assert_eq!(
        shown(&user),
        [null, null, null, &json!(FROM), &json!(UNTIL)],
        "an end must not go in passing"
    );
    let mut wanted = resource("E1");
    wanted[EXTENSION_URN]["validUntil"] = Value::Null;
    assert_eq!(put(&api, &id, wanted).await.status, 200);
    assert_eq!(shown(&whole(&api, &id).await)[3..], [&json!(FROM), null]);
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_and_names_what_it_is() {
    let api = Api::open().await;
    let id = api.add("E1", Role::None).await;
    let until = format!("{EXTENSION_URN}:validUntil");
    for (operations, detail) in [
        (
            json!([{ "op": "add", "path": "phoneNumbers", "value": [{ "value": "call me" }] }]),
            "phone",
        ),
        (
            json!([
                { "op": "add", "path": format!("{EXTENSION_URN}:validFrom"), "value": UNTIL },
                { "op": "add", "path": until, "value": FROM },
            ]),
            "end before it begins",
        ),
        (
            json!([{ "op": "add", "path": until, "value": "tomorrow" }]),
            "validUntil",
        ),
    ] {
        let answer = api.patch(&api.all, &id, operations).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert_eq!(answer.body["scimType"], "invalidValue", "{answer:?}");
        let told = answer.body["detail"].as_str().unwrap();
        assert!(told.contains(detail), "{told}");
    }
}

#[tokio::test]
async fn the_division_is_in_the_schemas_and_the_resource_type_names_the_extension() {
    let api = Api::open().await;
    let path = format!("/Schemas/{ENTERPRISE_URN}");
    let schema = api.scim(&api.all, Method::GET, &path, None).await.body;
    assert_eq!(schema["attributes"][0]["name"], "division");
    let all = api.scim(&api.all, Method::GET, "/Schemas", None).await.body;
    assert_eq!(all["totalResults"], 3);
    let kind = api
        .scim(&api.all, Method::GET, "/ResourceTypes/User", None)
        .await
        .body;
    assert_eq!(
        kind["schemaExtensions"][1],
        json!({ "schema": ENTERPRISE_URN, "required": false })
    );
}

async fn define(api: &Api, field: SiteField) {
    let session = api.tokens.session(&api.all, &Source("tty".into())).await;
    let session = session.unwrap();
    let at = api.desk.at(&session);
    let seat = at.fields_update(Kind::FieldChanged).await.unwrap();
    seat.add_field(&field).await.unwrap();
}

#[tokio::test]
async fn fields_of_the_sites_own_are_discovered_written_and_shown_under_a_urn_of_their_own() {
    let api = Api::open().await;
    let shift = SiteField {
        kind: FieldKind::List,
        values: vec![FieldValue {
            value: "Red".into(),
            retired: false,
        }],
        ..SiteField::new("shift", "Shift")
    };
    let schema_path = format!("/Schemas/{SITE_URN}");
    let none = api.scim(&api.all, Method::GET, &schema_path, None).await;
    assert_eq!(none.status, 404, "{none:?}");
    define(&api, shift).await;
    let schema = api.scim(&api.all, Method::GET, &schema_path, None).await;
    assert_eq!(schema.body["attributes"][0]["name"], "shift");
    assert_eq!(
        schema.body["attributes"][0]["canonicalValues"],
        json!(["Red"])
    );
    let all = api.scim(&api.all, Method::GET, "/Schemas", None).await.body;
    assert_eq!(all["totalResults"], 4);
    let writer = Permissions::from_iter([UsersUpdate]);
    let writer = api.client("writes-only", writer).await;
    let before = api.last_sequence().await;
    let hidden = api.scim(&writer, Method::GET, "/Schemas", None).await.body;
    assert_eq!(hidden["totalResults"], 3, "not for who reads no users");
    let types = api.scim(&writer, Method::GET, "/ResourceTypes", None).await;
    let extensions = &types.body["Resources"][0]["schemaExtensions"];
    assert_eq!(extensions.as_array().unwrap().len(), 2, "{types:?}");
    let recorded = api.records_after(before).await;
    assert!(recorded.is_empty(), "nobody asked for it: {recorded:#?}");

    let mut wanted = resource("E1");
    wanted[SITE_URN] = json!({ "shift": "red" });
    let added = api
        .scim(&api.all, Method::POST, "/Users", Some(wanted))
        .await;
    assert_eq!(added.status, 201, "{added:?}");
    assert_eq!(added.body[SITE_URN], json!({ "shift": "Red" }));
    let id = added.body["id"].as_str().unwrap().to_owned();
    assert_eq!(put(&api, &id, resource("E1")).await.status, 200);
    assert_eq!(
        whole(&api, &id).await[SITE_URN],
        json!({ "shift": "Red" }),
        "a client that knows nothing of it takes nothing away"
    );
    let path = format!("{SITE_URN}:shift");
    for (operation, expected) in [
        (json!({ "op": "remove", "path": path }), Value::Null),
        (
            json!({ "op": "add", "path": path, "value": "Red" }),
            json!({ "shift": "Red" }),
        ),
        (json!({ "op": "remove", "path": SITE_URN }), Value::Null),
        (
            json!({ "op": "replace", "value": { SITE_URN: { "SHIFT": "red" } } }),
            json!({ "shift": "Red" }),
        ),
    ] {
        let answer = api.patch(&api.all, &id, json!([operation])).await;
        assert_eq!(answer.status, 200, "{operation} {answer:?}");
        assert_eq!(whole(&api, &id).await[SITE_URN], expected, "{operation}");
    }
    for (name, value) in [
        ("shift", json!("Blue")),
        ("hat", json!("1")),
        ("shift", json!([1])),
    ] {
        let path = format!("{SITE_URN}:{name}");
        let bad = json!([{ "op": "add", "path": path, "value": value }]);
        let answer = api.patch(&api.all, &id, bad).await;
        assert_eq!(answer.status, 400, "{name} {answer:?}");
    }
    for (query, there) in [
        (format!("attributes={SITE_URN}"), true),
        (format!("attributes={SITE_URN}:shift"), true),
        ("attributes=userName".to_owned(), false),
        (format!("excludedAttributes={SITE_URN}"), false),
        (format!("excludedAttributes={SITE_URN}:shift"), false),
        ("excludedAttributes=userName".to_owned(), true),
    ] {
        let path = format!("/Users/{id}?{query}");
        let shown = api.scim(&api.all, Method::GET, &path, None).await.body;
        assert_eq!(shown.get(SITE_URN).is_some(), there, "{query}");
    }
    let reader = Permissions::from_iter([UsersRead]);
    let reader = api.client("reads-only", reader).await;
    let set = json!([{ "op": "add", "path": path, "value": "Red" }]);
    assert_eq!(api.patch(&reader, &id, set).await.status, 403);
}
