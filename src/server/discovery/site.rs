//! The site's own fields, as a schema that clients can look up.

use axum::{
    extract::FromRequestParts as _,
    http::{header, request::Parts},
};
use serde_json::{Value, json};

use crate::{
    audit::Kind,
    desk::DeskError,
    permission::Permission,
    scim::schema::{SCHEMA_URN, SITE_URN},
    server::{auth::Caller, respond::ErrorResponse, state::SharedState},
    user::{FieldKind, SiteField},
};

/// The site's own fields, for whoever may read users and as far as the caller's role sees them: what
/// an agency asks of its people is nothing for strangers.
pub(super) async fn site_fields(
    state: &SharedState,
    mut parts: Parts,
) -> Result<Vec<SiteField>, ErrorResponse> {
    if !parts.headers.contains_key(header::AUTHORIZATION) {
        return Ok(Vec::new());
    }
    let caller = Caller::from_request_parts(&mut parts, state).await?;
    // Looked at here, since a seat that is not given is recorded: who asks what the server can do has
    // not asked for the fields.
    let held = caller.session.operator().permissions;
    if !held.holds(Permission::UsersRead) {
        return Ok(Vec::new());
    }
    let seat = state.desk.at(&caller.session);
    match seat.users_read(Kind::FieldsListed).await {
        Ok(seat) => Ok(seat.site_fields().await?),
        Err(DeskError::Lacks(_) | DeskError::OwnChangeFirst) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// The schema that fields make; none where there are none.
pub(super) fn site_schema(base: &str, fields: &[SiteField]) -> Option<Value> {
    let attributes: Vec<_> = fields
        .iter()
        .map(|field| {
            let offered = field.values.iter().filter(|value| !value.retired);
            let offered: Vec<_> = offered.map(|value| value.value.as_str()).collect();
            let mut attribute = json!({
                "name": field.name,
                "type": "string",
                "multiValued": false,
                "description": format!("{} ({})", field.title, field.kind.word()),
                "required": false,
                "caseExact": false,
                "mutability": if field.retired { "readOnly" } else { "readWrite" },
                "returned": "default",
                "uniqueness": "none",
            });
            if field.kind == FieldKind::List {
                attribute["canonicalValues"] = offered.into();
            }
            attribute
        })
        .collect();
    let location = format!("{base}/Schemas/{SITE_URN}");
    (!attributes.is_empty()).then(|| {
        json!({
            "schemas": [SCHEMA_URN],
            "id": SITE_URN,
            "name": "Site",
            "description": "Fields of the site's own",
            "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": location },
        })
    })
}
