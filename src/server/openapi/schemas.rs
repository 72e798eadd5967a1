//! The bodies of the API as JSON schemas.

use serde_json::{Map, Value, json};

use crate::{
    password::profile::Profile,
    scim::{
        ScimType, bulk, error, list,
        patch::{self, MAX_OPERATIONS},
        schema::{
            Attribute, ENTERPRISE, ENTERPRISE_URN, EXTENSION, EXTENSION_URN, Kind, Mutability,
            SITE_URN, USER, USER_URN,
        },
    },
    server::{discovery, limits},
};

/// No password is empty, and none holds a control character or a line break.
const PASSWORD: &str = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+$";

const MESSAGES: &str = "urn:halligan:params:scim:api:messages:1.0:";

/// Every schema by name.
pub(super) fn all() -> Value {
    let mut all = Map::from_iter([
        ("Any".into(), json!({ "type": "object" })),
        ("User".into(), user()),
        (
            "Desk".into(),
            json!({ "type": "object", "properties": of_table(EXTENSION) }),
        ),
        ("Policy".into(), policy()),
    ]);
    let Value::Object(messages) = messages() else {
        unreachable!("it is written as an object")
    };
    all.extend(messages);
    let Value::Object(plain) = plain() else {
        unreachable!("it is written as an object")
    };
    all.extend(plain);
    all.into()
}

fn user() -> Value {
    let mut properties = of_table(USER);
    properties["schemas"] = urns(USER_URN);
    properties["meta"]["properties"]["resourceType"] = json!({ "const": "User" });
    properties[ENTERPRISE_URN] = json!({ "type": "object", "properties": of_table(ENTERPRISE) });
    // Which fields there are, /Schemas tells.
    properties[SITE_URN] =
        json!({ "type": "object", "additionalProperties": { "type": "string" } });
    properties[EXTENSION_URN] = json!({ "$ref": "#/components/schemas/Desk" });
    json!({
        "type": "object",
        "properties": properties,
        // What else is required has a value when a request leaves it out.
        "required": ["schemas", "userName"],
    })
}

/// A property for each attribute of a table.
fn of_table(table: &[Attribute]) -> Value {
    table
        .iter()
        .map(|attribute| (attribute.name.to_owned(), of(attribute)))
        .collect::<Map<_, _>>()
        .into()
}

fn of(attribute: &Attribute) -> Value {
    let mut value = match attribute.kind {
        Kind::String | Kind::Reference => json!({ "type": "string" }),
        Kind::DateTime => json!({ "type": "string", "format": "date-time" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Complex => json!({ "type": "object", "properties": of_table(attribute.sub) }),
    };
    if !attribute.canonical.is_empty() {
        value["enum"] = attribute.canonical.into();
    }
    if attribute.multi_valued {
        value = json!({ "type": "array", "items": value });
    }
    value["description"] = attribute.description.into();
    if attribute.mutability == Mutability::WriteOnly {
        value["writeOnly"] = true.into();
        // The one such attribute is the password.
        value["pattern"] = PASSWORD.into();
    }
    value
}

/// The member `schemas` of a body, which holds `urn`.
fn urns(urn: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "contains": { "const": urn } })
}

/// The parameters of the profile in force; one that some profile does not have may be null.
fn policy() -> Value {
    let profiles = [Profile::nist(), Profile::cjis(), Profile::legacy_90_10()];
    let shown = profiles.each_ref().map(discovery::described_policy);
    let mut properties = Map::new();
    for (name, value) in shown[0].as_object().into_iter().flatten() {
        let mut kinds: Vec<_> = shown.iter().map(|shown| kind(&shown[name])).collect();
        // "integer" stands before "null".
        kinds.sort_unstable();
        kinds.dedup();
        properties.insert(
            name.clone(),
            match kinds.as_slice() {
                [_] if value.is_array() => urns(value[0].as_str().unwrap_or_default()),
                [one] => json!({ "type": one }),
                several => json!({ "type": several }),
            },
        );
    }
    json!({ "type": "object", "properties": properties, "required": ["schemas", "profile"] })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A body of ours with `schemas` in it.
fn message(urn: &str, mut properties: Value, required: &[&str]) -> Value {
    properties["schemas"] = urns(urn);
    let required: Vec<_> = [&["schemas"], required].concat();
    json!({ "type": "object", "properties": properties, "required": required })
}

#[expect(clippy::too_many_lines, reason = "one schema after another")]
fn messages() -> Value {
    let own = |name: &str| format!("{MESSAGES}{name}");
    let text = json!({ "type": "string" });
    let password = json!({ "type": "string", "pattern": PASSWORD });
    let text_or_null = json!({ "type": ["string", "null"] });
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let integer = json!({ "type": "integer" });
    let integer_or_null = json!({ "type": ["integer", "null"], "format": "int64" });
    let flag = json!({ "type": "boolean" });
    json!({
        "Error": message(
            error::URN,
            json!({
                "status": { "type": "string", "pattern": "^[45][0-9][0-9]$" },
                "scimType": { "type": "string", "enum": ScimType::ALL.map(ScimType::word) },
                "detail": text,
            }),
            &["status", "detail"],
        ),
        "ListResponse": message(
            list::LIST_URN,
            json!({
                "totalResults": integer,
                "startIndex": integer,
                "itemsPerPage": integer,
                "nextCursor": text,
                "Resources": { "type": "array", "items": { "type": "object" } },
            }),
            &["Resources"],
        ),
        "SearchRequest": message(
            list::SEARCH_URN,
            json!({
                "attributes": texts,
                "excludedAttributes": texts,
                "filter": text_or_null,
                "sortBy": text_or_null,
                "sortOrder": text_or_null,
                "startIndex": integer_or_null,
                "count": integer_or_null,
                "cursor": text_or_null,
            }),
            &[],
        ),
        "PatchOp": message(
            patch::URN,
            json!({ "Operations": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_OPERATIONS,
                "items": {
                    "type": "object",
                    "properties": {
                        "op": { "type": "string", "enum": ["add", "replace", "remove"] },
                        "path": text,
                        "value": {},
                    },
                    "required": ["op"],
                },
            } }),
            &["Operations"],
        ),
        "BulkRequest": message(
            bulk::REQUEST_URN,
            json!({
                "failOnErrors": { "type": ["integer", "null"], "minimum": 1 },
                "Operations": {
                    "type": "array",
                    "maxItems": limits::MAX_OPERATIONS,
                    "items": {
                        "type": "object",
                        "properties": {
                            "method": { "enum": ["POST", "PUT", "PATCH", "DELETE"] },
                            "bulkId": text_or_null,
                            "version": text_or_null,
                            "path": text,
                            "data": {},
                        },
                        "required": ["method", "path"],
                    },
                },
            }),
            &["Operations"],
        ),
        "BulkResponse": message(
            bulk::RESPONSE_URN,
            json!({ "Operations": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "method": text,
                        "bulkId": text,
                        "version": text,
                        "location": text,
                        "status": text,
                        "response": { "$ref": "#/components/schemas/Error" },
                    },
                    "required": ["method", "status"],
                },
            } }),
            &["Operations"],
        ),
        "Unlock": message(&own("Unlock"), json!({ "reason": text_or_null }), &[]),
        "SignOut": message(&own("SignOut"), json!({ "reason": text_or_null }), &[]),
        "Check": message(&own("Check"), json!({ "password": password }), &["password"]),
        "Checked": message(
            &own("Check"),
            json!({ "matches": flag, "signsIn": flag, "remark": text_or_null }),
            &["matches", "signsIn"],
        ),
        "ChangePassword": message(
            &own("ChangePassword"),
            json!({ "old": password, "new": password }),
            &["old", "new"],
        ),
        "Receipt": message(
            &own("Receipt"),
            json!({
                "success": flag,
                "steps": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": { "step": text, "outcome": {} },
                        "required": ["step", "outcome"],
                    },
                },
                "proof": {},
                "version": text_or_null,
            }),
            &["success", "steps"],
        ),
    })
}

/// Bodies that are no SCIM.
fn plain() -> Value {
    let text = json!({ "type": "string" });
    let body = |properties: Value, required: &[&str]| json!({ "type": "object", "properties": properties, "required": required });
    json!({
        "SignIn": body(json!({ "login": text, "password": text }), &["login", "password"]),
        "Password": body(json!({ "password": text }), &["password"]),
        "TokenRequest": body(
            json!({
                "grant_type": { "const": "client_credentials" },
                "client_id": text,
                "client_secret": text,
                "scope": text,
            }),
            &["grant_type"],
        ),
        "Token": body(
            json!({
                "access_token": text,
                "token_type": { "const": "Bearer" },
                "expires_in": { "type": "integer" },
                "scope": text,
                "idle_limit": { "type": "integer" },
                "operator": { "type": "object" },
            }),
            &["access_token", "token_type", "expires_in"],
        ),
        "OAuthError": body(json!({ "error": text }), &["error"]),
    })
}
