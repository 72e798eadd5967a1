//! What a server says that it can do (RFC 7644 section 4), read once. It is a hint: what counts
//! is what was tried.

use serde_json::Value;

use super::{
    ScimDirectory,
    connection::{Answer, Ask},
    failure::Failure,
};
use crate::{
    operator::Operator,
    scim::{Object, member, schema::EXTENSION_URN},
};

/// What was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Discovered {
    /// Versions are kept and `If-Match` is obeyed.
    pub(super) etag: bool,
    /// Most rows that a search gives.
    pub(super) most_rows: Option<usize>,
    /// Pages by cursor (RFC 9865), which need no count of all that match.
    pub(super) cursors: bool,
    /// Our extension is there: lock, must-change, unlock, check.
    pub(super) extension: bool,
}

/// Reads the three descriptions. A server without one of them is taken as it is; one that cannot
/// be reached or does not know us is a failure.
pub(super) async fn discover(
    directory: &ScimDirectory,
    operator: &Operator,
) -> Result<Discovered, Failure> {
    let (config, types, schemas) = (
        Ask::get(&["ServiceProviderConfig"]),
        Ask::get(&["ResourceTypes"]),
        Ask::get(&["Schemas"]),
    );
    let (config, types, schemas) = tokio::join!(
        directory.read(operator, &config),
        directory.read(operator, &types),
        directory.read(operator, &schemas),
    );
    let answers = [config, types, schemas];
    // A web page everywhere is no SCIM server with gaps, but the wrong address.
    if let [
        Err(failure @ Failure::Html(_)),
        Err(Failure::Html(_)),
        Err(Failure::Html(_)),
    ] = &answers
    {
        return Err(failure.clone());
    }
    let [config, types, schemas] = answers.map(lenient);
    let (config, types, schemas) = (config?, types?, schemas?);
    let discovered = Discovered {
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

/// A description, or null where the server may well do without it.
fn lenient(answer: Result<Answer, Failure>) -> Result<Value, Failure> {
    match answer {
        Ok(answer) => Ok(answer.body),
        Err(failure) => match failure {
            Failure::NotScim(..) => Ok(Value::Null),
            _ if matches!(failure.status(), Some(400 | 404 | 405 | 500 | 501)) => Ok(Value::Null),
            _ => Err(failure),
        },
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

/// The rows of a list, or of a bare array, which some servers send.
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
