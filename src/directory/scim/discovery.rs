//! What a server says that it can do (RFC 7644 section 4), read once. It is a hint: what counts
//! is what was tried.

use serde_json::Value;

use super::{answer::Answer, request::Request, request_failure::RequestFailure};
use crate::{
    scim::{
        Object, member,
        schema::{ENTERPRISE_URN, EXTENSION_URN, USER_URN},
    },
    user::Detail,
};

/// What was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an announcement of the server's own"
)]
pub(super) struct Discovered {
    /// Versions are kept and `If-Match` is obeyed.
    pub(super) etag: bool,
    /// Most rows that a search gives.
    pub(super) most_rows: Option<usize>,
    /// Pages by cursor (RFC 9865), which need no count of all that match.
    pub(super) cursors: bool,
    /// Our extension is there: lock, must-change, unlock, check.
    pub(super) extension: bool,
    /// The server says that passwords are not changed here (`changePassword`, RFC 7643 section 5).
    pub(super) no_change_password: bool,
    /// The server says that passwords are changed here.
    pub(super) change_password: bool,
    /// The schema of users is shown, and there is no `password` in it.
    pub(super) no_password: bool,
    /// The schema of users is shown.
    pub(super) shows_schema: bool,
    /// The details that the schemas list.
    pub(super) details: Vec<Detail>,
    /// Our extension lists a beginning and an end of an account.
    pub(super) validity: bool,
}

impl Discovered {
    /// May a detail be written? A server that shows no schema may have all of them.
    pub(super) fn offers(&self, detail: Detail) -> bool {
        !self.shows_schema || self.details.contains(&detail)
    }

    /// The three descriptions to read.
    pub(super) fn requests() -> [Request; 3] {
        ["ServiceProviderConfig", "ResourceTypes", "Schemas"].map(|name| Request::get(&[name]))
    }

    /// What the answers to [`Self::requests`] say. A server without one of them is taken as it is;
    /// one that cannot be reached or does not know us is a failure.
    pub(super) fn of(answers: [Result<Answer, RequestFailure>; 3]) -> Result<Self, RequestFailure> {
        // A web page everywhere is no SCIM server with gaps, but the wrong address.
        if let [
            Err(failure @ RequestFailure::Html(_)),
            Err(RequestFailure::Html(_)),
            Err(RequestFailure::Html(_)),
        ] = &answers
        {
            return Err(failure.clone());
        }
        let [config, types, schemas] = answers.map(lenient);
        let (config, types, schemas) = (config?, types?, schemas?);
        let discovered = Self {
            no_change_password: said_no(&config, "changePassword"),
            change_password: supported(&config, "changePassword"),
            no_password: listed(&schemas)
                .iter()
                .any(|schema| is_of_users(schema) && has_no_password(schema)),
            details: Detail::ALL
                .into_iter()
                .filter(|detail| lists(&schemas, place_of(*detail)))
                .collect(),
            validity: lists(&schemas, (EXTENSION_URN, "validFrom"))
                && lists(&schemas, (EXTENSION_URN, "validUntil")),
            shows_schema: listed(&schemas).into_iter().any(is_of_users),
            etag: supported(&config, "etag"),
            most_rows: config
                .as_object()
                .and_then(|config| member(config, "filter"))
                .and_then(Value::as_object)
                .and_then(|filter| member(filter, "maxResults"))
                .and_then(Value::as_u64)
                .and_then(|rows| usize::try_from(rows).ok())
                .filter(|rows| *rows > 0),
            cursors: config
                .as_object()
                .and_then(|config| member(config, "pagination")?.as_object())
                .and_then(|pagination| member(pagination, "cursor")?.as_bool())
                .unwrap_or(false),
            extension: listed(&types)
                .iter()
                .filter_map(|kind| member(kind, "schemaExtensions").and_then(Value::as_array))
                .flatten()
                .filter_map(|extension| member(extension.as_object()?, "schema")?.as_str())
                .chain(
                    listed(&schemas)
                        .iter()
                        .filter_map(|schema| member(schema, "id")?.as_str()),
                )
                .any(|urn| urn.eq_ignore_ascii_case(EXTENSION_URN)),
        };
        tracing::debug!(?discovered, "what the server says");
        Ok(discovered)
    }
}

/// A description, or null where the server may well do without it.
fn lenient(answer: Result<Answer, RequestFailure>) -> Result<Value, RequestFailure> {
    match answer {
        Ok(answer) => Ok(answer.body),
        Err(RequestFailure::NotScim(..)) => Ok(Value::Null),
        Err(failure) if matches!(failure.status(), Some(400 | 404 | 405 | 500 | 501)) => {
            Ok(Value::Null)
        }
        Err(failure) => Err(failure),
    }
}

fn supported(config: &Value, name: &str) -> bool {
    config
        .as_object()
        .and_then(|config| member(config, name))
        .and_then(Value::as_object)
        .and_then(|feature| member(feature, "supported"))
        .and_then(Value::as_bool)
        .unwrap_or(false)
}

/// A feature that is named, and not offered.
fn said_no(config: &Value, name: &str) -> bool {
    let feature = config.as_object().and_then(|config| member(config, name));
    let told = feature
        .and_then(Value::as_object)
        .and_then(|feature| member(feature, "supported"));
    told.and_then(Value::as_bool) == Some(false)
}

/// The schema and the attribute in which a detail is kept.
const fn place_of(detail: Detail) -> (&'static str, &'static str) {
    match detail {
        Detail::DisplayName => (USER_URN, "displayName"),
        Detail::Phone => (USER_URN, "phoneNumbers"),
        Detail::Station => (ENTERPRISE_URN, "division"),
        Detail::JobTitle => (USER_URN, "title"),
    }
}

/// Does the schema of this URN list the attribute?
fn lists(schemas: &Value, (urn, name): (&str, &str)) -> bool {
    let is = |object: &Object, key: &str, text: &str| {
        let told = member(object, key).and_then(Value::as_str);
        told.is_some_and(|told| told.eq_ignore_ascii_case(text))
    };
    listed(schemas)
        .into_iter()
        .filter(|schema| is(schema, "id", urn))
        .filter_map(|schema| member(schema, "attributes")?.as_array())
        .flatten()
        .filter_map(Value::as_object)
        .any(|attribute| is(attribute, "name", name))
}

fn is_of_users(schema: &Object) -> bool {
    member(schema, "id")
        .and_then(Value::as_str)
        .is_some_and(|urn| urn.eq_ignore_ascii_case(USER_URN))
}

/// A schema with attributes, none of which is `password`.
fn has_no_password(schema: &Object) -> bool {
    let attributes = member(schema, "attributes").and_then(Value::as_array);
    let names: Vec<&str> = attributes
        .into_iter()
        .flatten()
        .filter_map(|attribute| member(attribute.as_object()?, "name")?.as_str())
        .collect();
    !names.is_empty()
        && !names
            .iter()
            .any(|name| name.eq_ignore_ascii_case("password"))
}

/// The rows of a list, or of a bare array, which some servers send.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
fn listed(answer: &Value) -> Vec<&Object> {
    let rows = match answer {
        Value::Array(rows) => Some(rows),
        Value::Object(list) => member(list, "Resources").and_then(Value::as_array),
        _ => None,
    };
    rows.map_or_else(Vec::new, |rows| {
        rows.iter().filter_map(Value::as_object).collect()
    })
}
