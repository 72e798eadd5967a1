//! What the server can do: RFC 7643 sections 5 to 7, and the OpenAPI description.

mod site;

use axum::{
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, Response, StatusCode, header, request::Parts},
};
use serde_json::{Map, Value, json};

use super::{
    body,
    limits::{CURSOR_SECONDS, MAX_BODY, MAX_OPERATIONS, MAX_PAGE, PAGE},
    respond::{Answer, ErrorResponse, scim, typed},
    state::{Shared, SharedState},
};
use crate::{
    password::profile::Profile,
    scim::{
        list::LIST_URN,
        schema::{ENTERPRISE_URN, EXTENSION_URN, SCHEMA_URN, SITE_URN, USER_URN, UserSchema},
    },
};

use site::{site_fields, site_schema};

const CONFIG_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// URN of the profile in force. It has an address of its own: strict clients refuse a
/// `/ServiceProviderConfig` with members that they do not know.
const POLICY_URN: &str = "urn:halligan:params:scim:api:messages:1.0:Policy";
const OPENAPI: &str = include_str!("../../docs/openapi.json");

/// The address of the API: as configured, or as the client has called it.
pub(super) fn base(state: &Shared, headers: &HeaderMap) -> String {
    if let Some(base) = &state.base {
        return base.clone();
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .filter(|host| {
            host.bytes()
                .all(|c| c.is_ascii_alphanumeric() || b".-:[]".contains(&c))
        })
        .unwrap_or("localhost");
    format!("{}://{host}/scim/v2", state.scheme)
}

pub(super) async fn service_provider(
    State(state): State<SharedState>,
    headers: HeaderMap,
) -> Answer {
    let base = base(&state, &headers);
    let scheme = |kind: &str, name: &str, description: &str| json!({ "type": kind, "name": name, "description": description });
    Ok(scim(
        StatusCode::OK,
        &json!({
            "schemas": [CONFIG_URN],
            "documentationUri": "https://datatracker.ietf.org/doc/html/rfc7644",
            "patch": { "supported": true },
            "bulk": {
                "supported": true,
                "maxOperations": MAX_OPERATIONS,
                "maxPayloadSize": MAX_BODY,
            },
            "filter": { "supported": true, "maxResults": MAX_PAGE },
            "changePassword": { "supported": true },
            "sort": { "supported": true },
            "etag": { "supported": true },
            "pagination": {
                "cursor": true,
                "index": true,
                "defaultPaginationMethod": "index",
                "defaultPageSize": PAGE,
                "maxPageSize": MAX_PAGE,
                "cursorTimeout": CURSOR_SECONDS,
            },
            "authenticationSchemes": [
                scheme("oauthbearertoken", "Bearer token",
                    "A static token made by `halligan token create`, or an operator's token from /auth/sign-in (RFC 6750)"),
                scheme("oauth2", "OAuth 2.0 client credentials",
                    "A token from /oauth2/token (RFC 6749 section 4.4)"),
            ],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{base}/ServiceProviderConfig"),
            },
        }),
    ))
}

/// The parameters of the profile in force that a client can act on.
pub(super) fn described_policy(profile: &Profile) -> Value {
    json!({
        "schemas": [POLICY_URN],
        "profile": profile.name,
        "minCharacters": profile.min_chars,
        "minCharactersGenerated": profile.min_chars_generated,
        "maxCharacters": profile.max_chars,
        "compositionClasses": profile.composition_classes,
        "history": profile.history,
        "maxAgeDays": profile.max_age_days,
        "temporaryPasswordHours": profile.temp_password_hours,
        "lockoutAttempts": profile.lockout_attempts,
        "lockoutWindowMinutes": profile.lockout_window_min,
        "mustChangeAfterReset": true,
        "operatorsMayTypePasswords": profile.operator_may_type_password,
    })
}

pub(super) async fn policy(State(state): State<SharedState>) -> Answer {
    let mut policy = described_policy(state.desk.profile());
    let own: Map<String, Value> = state
        .desk
        .profiles()
        .own()
        .map(|(kind, profile)| (kind.word().to_owned(), described_policy(profile)))
        .collect();
    if let (false, Some(policy)) = (own.is_empty(), policy.as_object_mut()) {
        policy.insert("kinds".into(), own.into());
    }
    Ok(scim(StatusCode::OK, &policy))
}

pub(super) async fn schemas(
    State(state): State<SharedState>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    unfiltered(query.as_deref())?;
    let base = base(&state, &parts.headers);
    let mut schemas = UserSchema::ALL
        .map(|schema| described(&base, schema))
        .to_vec();
    let fields = site_fields(&state, parts).await?;
    schemas.extend(site_schema(&base, &fields));
    Ok(listed(&schemas))
}

pub(super) async fn schema(
    State(state): State<SharedState>,
    Path(id): Path<String>,
    parts: Parts,
) -> Answer {
    let base = base(&state, &parts.headers);
    let schema = if id.eq_ignore_ascii_case(SITE_URN) {
        site_schema(&base, &site_fields(&state, parts).await?)
    } else {
        UserSchema::of_urn(&id).map(|schema| described(&base, schema))
    };
    let missing = || ErrorResponse::new(StatusCode::NOT_FOUND, "there is no such schema");
    Ok(scim(StatusCode::OK, &schema.ok_or_else(missing)?))
}

fn described(base: &str, schema: UserSchema) -> Value {
    let (name, description) = match schema {
        UserSchema::Core => ("User", "A user of the directory"),
        UserSchema::Desk => (
            "Desk",
            "What the desk wants to know of a user and SCIM lacks",
        ),
        UserSchema::Enterprise => ("EnterpriseUser", "Enterprise User"),
    };
    let urn = schema.urn();
    // The common attributes are part of every resource, not of a schema (RFC 7643 section 3.1).
    let attributes: Vec<_> = schema
        .attributes()
        .iter()
        .filter(|attribute| !matches!(attribute.name, "schemas" | "id" | "externalId" | "meta"))
        // These belong to a request, not to the user.
        .filter(|attribute| !matches!(attribute.name, "unlock" | "reason"))
        .collect();
    json!({
        "schemas": [SCHEMA_URN],
        "id": urn,
        "name": name,
        "description": description,
        "attributes": attributes,
        "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{urn}") },
    })
}

pub(super) async fn resource_types(
    State(state): State<SharedState>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    unfiltered(query.as_deref())?;
    Ok(listed(&[user_type(&state, parts).await?]))
}

pub(super) async fn resource_type(
    State(state): State<SharedState>,
    Path(id): Path<String>,
    parts: Parts,
) -> Answer {
    if id == "User" {
        Ok(scim(StatusCode::OK, &user_type(&state, parts).await?))
    } else {
        Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            "there is no such resource type",
        ))
    }
}

/// The site's own extension is named to whoever finds it at /Schemas: clients look each up there.
async fn user_type(state: &SharedState, parts: Parts) -> Result<Value, ErrorResponse> {
    let base = base(state, &parts.headers);
    let mut extensions = vec![
        json!({ "schema": EXTENSION_URN, "required": true }),
        json!({ "schema": ENTERPRISE_URN, "required": false }),
    ];
    if !site_fields(state, parts).await?.is_empty() {
        extensions.push(json!({ "schema": SITE_URN, "required": false }));
    }
    Ok(json!({
        "schemas": [TYPE_URN],
        "id": "User",
        "name": "User",
        "endpoint": "/Users",
        "description": "A user of the directory",
        "schema": USER_URN,
        "schemaExtensions": extensions,
        "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/User") },
    }))
}

fn listed(resources: &[Value]) -> Response<Body> {
    scim(
        StatusCode::OK,
        &json!({
            "schemas": [LIST_URN],
            "totalResults": resources.len(),
            "startIndex": 1,
            "itemsPerPage": resources.len(),
            "Resources": resources,
        }),
    )
}

/// A filter on a discovery endpoint is to be refused (RFC 7644 section 4).
fn unfiltered(query: Option<&str>) -> Result<(), ErrorResponse> {
    let filtered = body::pairs(query.unwrap_or_default().as_bytes())
        .iter()
        .any(|(name, _)| name == "filter");
    if filtered {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            "this endpoint takes no filter",
        ));
    }
    Ok(())
}

pub(super) async fn openapi() -> Response<Body> {
    typed(StatusCode::OK, "application/json", OPENAPI.into())
}
