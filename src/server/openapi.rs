//! `docs/openapi.json`, made from the tables of attributes, the limits of the server and the list of
//! operations below. Only the tests build this; the server sends the file.

mod schemas;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::{Map, Value, json};

use super::limits::MAX_PAGE;
use crate::scim::filter::MAX_LENGTH;

/// What an operation takes as its body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Scim(&'static str),
    Json(&'static str),
    Form(&'static str),
}

/// What a good answer brings, with its sentence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    Scim(&'static str, &'static str),
    Json(&'static str, &'static str),
    Text(&'static str),
    /// 200 with the user and an `ETag`.
    User,
    /// 201 with the user and an `ETag`.
    NewUser,
    /// 204.
    Nothing(&'static str),
}

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Anybody, and it is answered from memory.
    Openly,
    /// Anybody, with credentials in the body.
    WithCredentials,
    /// Whoever has a token.
    WithToken,
}

/// An address and method, its summary, its body, its answer, who may ask, and the statuses that
/// do not follow from these.
type Operation = (
    &'static str,
    &'static str,
    Takes,
    Gives,
    Asked,
    &'static [u16],
);

use Asked::{Openly, WithCredentials, WithToken};

const OPERATIONS: &[Operation] = &[
    (
        "get /scim/v2/ServiceProviderConfig",
        "What the server can do",
        Takes::Nothing,
        Gives::Scim("Any", "Configuration"),
        Openly,
        &[500],
    ),
    (
        "get /scim/v2/Schemas",
        "Every schema",
        Takes::Nothing,
        Gives::Scim("ListResponse", "Schemas"),
        Openly,
        &[403, 500],
    ),
    (
        "get /scim/v2/Schemas/{id}",
        "One schema",
        Takes::Nothing,
        Gives::Scim("Any", "Schema"),
        Openly,
        &[404, 500],
    ),
    (
        "get /scim/v2/ResourceTypes",
        "Every resource type",
        Takes::Nothing,
        Gives::Scim("ListResponse", "Resource types"),
        Openly,
        &[403, 500],
    ),
    (
        "get /scim/v2/ResourceTypes/{id}",
        "One resource type",
        Takes::Nothing,
        Gives::Scim("Any", "Resource type"),
        Openly,
        &[404, 500],
    ),
    (
        "get /scim/v2/.policy",
        "The password policy in force",
        Takes::Nothing,
        Gives::Scim("Policy", "Policy"),
        Openly,
        &[500],
    ),
    (
        "get /scim/v2/Users",
        "List users (Users - Read)",
        Takes::Nothing,
        Gives::Scim("ListResponse", "A page"),
        WithToken,
        &[400],
    ),
    (
        "post /scim/v2/Users",
        "Add a user (Users - Create)",
        Takes::Scim("User"),
        Gives::NewUser,
        WithToken,
        &[409],
    ),
    (
        "post /scim/v2/Users/.search",
        "List users by a body (Users - Read)",
        Takes::Scim("SearchRequest"),
        Gives::Scim("ListResponse", "A page"),
        WithToken,
        &[],
    ),
    (
        "post /scim/v2/.search",
        "List every resource, that is users (Users - Read)",
        Takes::Scim("SearchRequest"),
        Gives::Scim("ListResponse", "A page"),
        WithToken,
        &[],
    ),
    (
        "get /scim/v2/Users/{id}",
        "Read a user (Users - Read)",
        Takes::Nothing,
        Gives::User,
        WithToken,
        &[304, 400, 404],
    ),
    (
        "put /scim/v2/Users/{id}",
        "Replace a user (Users - Update; active: Users - Update Status; role: Roles - Update)",
        Takes::Scim("User"),
        Gives::User,
        WithToken,
        &[404, 409, 412],
    ),
    (
        "patch /scim/v2/Users/{id}",
        "Change a user, also the password (Users - Update; active: Users - Update Status; role: Roles - Update)",
        Takes::Scim("PatchOp"),
        Gives::User,
        WithToken,
        &[404, 409, 412],
    ),
    (
        "delete /scim/v2/Users/{id}",
        "Remove a user (Users - Delete)",
        Takes::Nothing,
        Gives::Nothing("Removed"),
        WithToken,
        &[404, 412],
    ),
    (
        "post /scim/v2/Users/{id}/.unlock",
        "Take a lock off (Users - Update)",
        Takes::Scim("Unlock"),
        Gives::Scim("Receipt", "What was done"),
        WithToken,
        &[404, 412],
    ),
    (
        "post /scim/v2/Users/{id}/.sign-out",
        "End the sessions and tokens of a user (Users - Force Logout)",
        Takes::Scim("SignOut"),
        Gives::Scim("Receipt", "What was done"),
        WithToken,
        &[404],
    ),
    (
        "post /scim/v2/Users/{id}/.check",
        "Does this password sign the user in? (Users - Update)",
        Takes::Scim("Check"),
        Gives::Scim("Checked", "The answer"),
        WithToken,
        &[404],
    ),
    (
        "get /scim/v2/Me",
        "The operator's own user",
        Takes::Nothing,
        Gives::User,
        WithToken,
        &[400, 404],
    ),
    (
        "post /scim/v2/Me/.password",
        "Change the own password",
        Takes::Scim("ChangePassword"),
        Gives::Scim("Receipt", "What was done"),
        WithToken,
        &[404],
    ),
    (
        "post /scim/v2/Bulk",
        "Many operations",
        Takes::Scim("BulkRequest"),
        Gives::Scim("BulkResponse", "What became of them"),
        WithToken,
        &[],
    ),
    (
        "post /oauth2/token",
        "Token for client credentials (RFC 6749 section 4.4)",
        Takes::Form("TokenRequest"),
        Gives::Json("Token", "Token"),
        WithCredentials,
        &[],
    ),
    (
        "post /auth/sign-in",
        "An operator signs in",
        Takes::Json("SignIn"),
        Gives::Json("Token", "Token"),
        WithCredentials,
        &[403],
    ),
    (
        "post /auth/sign-out",
        "The token ends",
        Takes::Nothing,
        Gives::Nothing("Ended"),
        WithToken,
        &[],
    ),
    (
        "post /auth/reauthenticate",
        "Renew the proof of the own password",
        Takes::Json("Password"),
        Gives::Nothing("Renewed"),
        WithToken,
        &[404],
    ),
    (
        "get /openapi.json",
        "This description",
        Takes::Nothing,
        Gives::Json("Any", "OpenAPI"),
        Openly,
        &[],
    ),
    (
        "get /healthz",
        "The process is alive",
        Takes::Nothing,
        Gives::Text("ok"),
        Openly,
        &[],
    ),
    (
        "get /readyz",
        "The store answers",
        Takes::Nothing,
        Gives::Text("ready"),
        Openly,
        &[503],
    ),
];

fn description() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let (method, path) = method_and_path(operation);
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        methods[method] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Halligan",
            "version": "1.0",
            "description": "The embedded store as a SCIM 2.0 API (RFC 7643, RFC 7644, RFC 9865). \
                docs/scim-extension.md describes what goes beyond the RFCs.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn method_and_path(operation: &Operation) -> (&'static str, &'static str) {
    operation.0.split_once(' ').expect("a method and a path")
}

fn described(operation: &Operation) -> Value {
    let (_, summary, takes, _, asked, _) = *operation;
    let mut described = json!({
        "summary": summary,
        "responses": responses(operation),
        "security": if asked == WithToken { json!([{ "bearer": [] }]) } else { json!([]) },
    });
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        described["parameters"] = parameters.into();
    }
    let body = match takes {
        Takes::Nothing => return described,
        Takes::Scim(name) => content("application/scim+json", name),
        Takes::Json(name) => content("application/json", name),
        Takes::Form(name) => content("application/x-www-form-urlencoded", name),
    };
    described["requestBody"] = json!({ "required": true, "content": body });
    described
}

fn content(media: &str, schema: &str) -> Value {
    json!({ media: { "schema": { "$ref": format!("#/components/schemas/{schema}") } } })
}

fn responses(operation: &Operation) -> Value {
    let (_, _, takes, gives, asked, more) = *operation;
    let etag = json!({
        "ETag": { "description": "Version of the user", "schema": { "type": "string" } },
    });
    let user = json!({
        "description": "The user",
        "content": content("application/scim+json", "User"),
        "headers": etag,
    });
    let (status, good) = match gives {
        Gives::Scim(name, sentence) => (
            200,
            json!({ "description": sentence, "content": content("application/scim+json", name) }),
        ),
        Gives::Json(name, sentence) => (
            200,
            json!({ "description": sentence, "content": content("application/json", name) }),
        ),
        Gives::Text(text) => (
            200,
            json!({
                "description": text,
                "content": { "text/plain": { "schema": { "type": "string" } } },
            }),
        ),
        Gives::User => (200, user),
        Gives::NewUser => (201, user),
        Gives::Nothing(sentence) => (204, json!({ "description": sentence })),
    };
    let mut statuses: BTreeSet<u16> = more.iter().copied().collect();
    match asked {
        Openly => {}
        WithCredentials => statuses.extend([401, 429, 431, 500, 503]),
        WithToken => statuses.extend([401, 403, 429, 431, 500, 503]),
    }
    if takes != Takes::Nothing {
        statuses.extend([400, 413, 415]);
    }
    let mut responses = BTreeMap::from([(status.to_string(), good)]);
    for status in statuses {
        responses.insert(status.to_string(), bad(status, takes, gives));
    }
    json!(responses)
}

fn bad(status: u16, takes: Takes, gives: Gives) -> Value {
    let oauth = matches!(takes, Takes::Form(_)) && matches!(status, 400 | 401);
    if oauth {
        return json!({
            "description": "RFC 6749 section 5.2",
            "content": content("application/json", "OAuthError"),
        });
    }
    if status == 503 && matches!(gives, Gives::Text(_)) {
        return json!({
            "description": "not ready",
            "content": { "text/plain": { "schema": { "type": "string" } } },
        });
    }
    let sentence = match status {
        304 => return json!({ "description": "Not changed" }),
        // Written by the HTTP library, without a body of ours.
        431 => return json!({ "description": "Address and headers longer than the server takes" }),
        400 => "Malformed, invalid or against the policy",
        401 => "No token, or not good any more",
        403 => "Not permitted",
        404 => "No such resource",
        409 => "Taken by somebody else",
        412 => "Changed since that version was read",
        413 => "Body too long",
        415 => "Body of another type",
        429 => "Too many requests or failures; Retry-After says when",
        500 => "Failed",
        503 => "The store does not answer; Retry-After says when",
        other => panic!("{other} has no sentence"),
    };
    json!({ "description": sentence, "content": content("application/scim+json", "Error") })
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let (method, path) = method_and_path(operation);
    let (_, _, _, gives, _, more) = *operation;
    let mut parameters = Vec::new();
    if path.contains("{id}") {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true, "schema": { "type": "string" },
        }));
    }
    if more.contains(&412) {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": false, "schema": { "type": "string" },
        }));
    }
    let mut query = |name: &str, description: &str, schema: Value| {
        parameters.push(json!({
            "name": name,
            "in": "query",
            "required": false,
            "description": description,
            "schema": schema,
        }));
    };
    let is_list = (method, path) == ("get", "/scim/v2/Users");
    if is_list || matches!(gives, Gives::User | Gives::NewUser) {
        query(
            "attributes",
            "Attributes wanted, by commas",
            json!({ "type": "string" }),
        );
        query(
            "excludedAttributes",
            "Attributes not wanted, by commas",
            json!({ "type": "string" }),
        );
    }
    if is_list {
        query(
            "filter",
            "RFC 7644 section 3.4.2.2",
            json!({ "type": "string", "maxLength": MAX_LENGTH }),
        );
        query("sortBy", "Attribute", json!({ "type": "string" }));
        query(
            "sortOrder",
            "Order",
            json!({ "type": "string", "enum": ["ascending", "descending"] }),
        );
        let integer = json!({ "type": "integer", "format": "int64" });
        query("startIndex", "From 1", integer.clone());
        query("count", &format!("Rows, at most {MAX_PAGE}"), integer);
        query(
            "cursor",
            "RFC 9865; empty for the first page",
            json!({ "type": "string" }),
        );
    }
    parameters
}

/// Run with `HALLIGAN_TEST_BLESS=1` to renew the file.
#[test]
fn the_description_in_docs_is_fresh() {
    let text = serde_json::to_string_pretty(&description()).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    if std::env::var_os("HALLIGAN_TEST_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/openapi.json is stale: HALLIGAN_TEST_BLESS=1 cargo test --lib openapi"
    );
}

/// The router cannot be asked for its routes, so its source is read.
#[test]
fn every_route_of_the_router_is_described_and_no_other() {
    let source = include_str!("router.rs");
    let api = source.split("fn metrics").next().unwrap();
    let mut served = BTreeSet::new();
    for route in api.split(".route(").skip(1) {
        let path = route.split('"').nth(1).unwrap();
        let prefix = if api.find(".nest(") > api.find(route) {
            "/scim/v2"
        } else {
            ""
        };
        for method in ["get", "post", "put", "patch", "delete"] {
            if route.contains(&format!("{method}(")) {
                served.insert(format!("{method} {prefix}{path}"));
            }
        }
    }
    let described: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|operation| operation.0.to_owned())
        .collect();
    assert_eq!(described.len(), OPERATIONS.len());
    assert_eq!(described, served);
}
