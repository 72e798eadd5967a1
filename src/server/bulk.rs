//! `POST /Bulk` (RFC 7644 section 3.7): bounded, in order, one operation after the other.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{
    auth::{self, Caller},
    body,
    condition::Condition,
    discovery::base,
    limits::MAX_OPERATIONS,
    resource::etag,
    respond::{Answer, ErrorResponse, scim, warned},
    state::SharedState,
    users::{self, Written},
};
use crate::{
    scim::{
        ScimError, ScimType,
        bulk::{
            BulkAnswer, BulkOperation, BulkRequest, BulkResponse, BulkResult, REQUEST_URN,
            RESPONSE_URN,
        },
        patch,
        schema::{EXTENSION_URN, USER_URN},
    },
    user::UserId,
};

/// After so long another bulk request may have ended.
const BUSY_SECONDS: u64 = 10;

pub(super) async fn post(
    State(state): State<SharedState>,
    caller: Caller,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    // The only part that hangs on the client; what was let in is finished whatever time it takes.
    let reading = body::message(&parts.headers, body, REQUEST_URN);
    let bulk: BulkRequest = timeout(state.limits.request, reading).await.map_err(|_| {
        ErrorResponse::new(
            StatusCode::REQUEST_TIMEOUT,
            "the body did not arrive in time",
        )
    })??;
    if bulk.operations.len() > MAX_OPERATIONS {
        return Err(ErrorResponse::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("a bulk request has at most {MAX_OPERATIONS} operations"),
        ));
    }
    if bulk.fail_on_errors == Some(0) {
        let detail = "failOnErrors is to be at least 1";
        return Err(ScimError::bad(ScimType::InvalidValue, detail).into());
    }
    // RFC 7644 section 3.7 names four methods: with another it is no bulk request, and what stands
    // before it is not done either.
    let methods = ["POST", "PUT", "PATCH", "DELETE"];
    if let Some(other) = (bulk.operations.iter())
        .find(|operation| !methods.contains(&&*operation.method.to_ascii_uppercase()))
    {
        let detail = format!("{:?} is no method of a bulk operation", other.method);
        return Err(invalid(&detail));
    }
    // All or nothing is let in, so that no operation is done whose result nobody is told.
    let wanted = u32::try_from(bulk.operations.len()).unwrap_or(u32::MAX);
    let Ok(turns) = Arc::clone(&state.bulk).try_acquire_many_owned(wanted) else {
        return Err(ErrorResponse {
            retry_after: Some(BUSY_SECONDS),
            ..ErrorResponse::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "other bulk requests are under way; nothing of this one was done",
            )
        });
    };
    let working = {
        let state = Arc::clone(&state);
        async move {
            let results = all(&state, &caller, &parts.headers, bulk).await;
            drop(turns);
            results
        }
    };
    let results = state.write(working).await.ok_or_else(auth::broken)?;
    let doubts = doubts(&results);
    let response = scim(
        StatusCode::OK,
        &BulkResponse {
            schemas: [RESPONSE_URN],
            operations: results,
        },
    );
    Ok(warned(response, doubts.as_deref()))
}

/// One operation after the other.
async fn all(
    state: &SharedState,
    caller: &Caller,
    headers: &HeaderMap,
    bulk: BulkRequest,
) -> Vec<BulkResult> {
    let mut made = HashMap::new();
    let mut results = Vec::with_capacity(bulk.operations.len());
    let mut failures = 0;
    for operation in bulk.operations {
        let result = one(state, caller, headers, operation, &mut made).await;
        failures += u64::from(result.has_failed());
        results.push(result);
        if bulk.fail_on_errors.is_some_and(|most| failures >= most) {
            break;
        }
    }
    results
}

/// What an operation that went well leaves behind.
struct Done {
    status: StatusCode,
    id: String,
    version: Option<String>,
    ignored: Vec<String>,
    doubt: Option<&'static str>,
}

impl Done {
    fn written(status: StatusCode, written: Written) -> Self {
        Self {
            status,
            version: Some(etag(&written.entry)),
            id: written.entry.user.id.0,
            ignored: written.ignored,
            doubt: written.doubt,
        }
    }

    /// Of the resource as much as tells what was not kept; nothing where all was.
    fn response(&self) -> Option<BulkAnswer> {
        (!self.ignored.is_empty()).then(|| {
            BulkAnswer::Part(json!({
                "schemas": [USER_URN, EXTENSION_URN],
                "id": self.id,
                EXTENSION_URN: { "ignored": self.ignored },
            }))
        })
    }
}

/// `Warning` of the whole answer, since each part is a resource and nothing else.
fn doubts(results: &[BulkResult]) -> Option<String> {
    let doubts: Vec<_> = (1..)
        .zip(results)
        .filter_map(|(nth, result)| Some(format!("operation {nth}: {}", result.doubt?)))
        .collect();
    (!doubts.is_empty()).then(|| doubts.join("; "))
}

async fn one(
    state: &SharedState,
    caller: &Caller,
    headers: &HeaderMap,
    operation: BulkOperation,
    made: &mut HashMap<String, String>,
) -> BulkResult {
    let method = operation.method.to_ascii_uppercase();
    let bulk_id = operation.bulk_id.clone();
    let base = base(state, headers);
    let target = target(&operation.path, made);
    let named = target.as_ref().ok().and_then(Clone::clone);
    let outcome = match target {
        _ if state.stopping.load(Ordering::Relaxed) => Err(ErrorResponse::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the server is ending; this operation was not begun",
        )),
        Ok(target) => act(state, caller, &method, target, operation).await,
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(done) => {
            if let Some(bulk_id) = &bulk_id
                && method == "POST"
            {
                made.insert(bulk_id.clone(), done.id.clone());
            }
            BulkResult {
                method,
                bulk_id,
                response: done.response(),
                version: done.version,
                location: Some(format!("{base}/Users/{}", done.id)),
                status: done.status.as_u16().to_string(),
                doubt: done.doubt,
            }
        }
        Err(failure) => BulkResult {
            method,
            bulk_id,
            version: None,
            location: named.map(|id| format!("{base}/Users/{id}")),
            status: failure.error.status.to_string(),
            response: Some(BulkAnswer::Error(failure.error)),
            doubt: None,
        },
    }
}

/// The user that a path names; none for `/Users` itself.
fn target(path: &str, made: &HashMap<String, String>) -> Result<Option<String>, ScimError> {
    let unknown = || ScimError::new(404, "bulk operations are on /Users and /Users/{id}");
    let rest = path.strip_prefix("/Users").ok_or_else(unknown)?;
    let id = match rest.strip_prefix('/') {
        None if rest.is_empty() => return Ok(None),
        None => return Err(unknown()),
        Some("") => return Ok(None),
        Some(id) if id.contains('/') => return Err(unknown()),
        Some(id) => id,
    };
    match id.strip_prefix("bulkId:") {
        None => Ok(Some(id.to_owned())),
        Some(bulk_id) => made
            .get(bulk_id)
            .cloned()
            .map(Some)
            .ok_or_else(|| ScimError {
                status: 409,
                scim_type: Some(ScimType::InvalidValue),
                detail: format!("no operation before this one made bulkId {bulk_id:?}"),
            }),
    }
}

async fn act(
    state: &SharedState,
    caller: &Caller,
    method: &str,
    target: Option<String>,
    operation: BulkOperation,
) -> Result<Done, ErrorResponse> {
    let condition = Condition::of_version(operation.version.as_deref());
    match (method, target) {
        ("POST", None) => {
            if operation.bulk_id.is_none() {
                return Err(invalid("a POST in bulk needs a bulkId"));
            }
            let data = object(operation.data)?;
            let written = users::create_from(state, caller, data).await?;
            Ok(Done::written(StatusCode::CREATED, written))
        }
        ("PUT", Some(id)) => {
            let data = object(operation.data)?;
            let written = users::replace_by(state, caller, UserId(id), data, condition).await?;
            Ok(Done::written(StatusCode::OK, written))
        }
        ("PATCH", Some(id)) => {
            let data = object(operation.data)?;
            body::of_urn(&data, patch::URN)?;
            let change = serde_json::from_value(Value::Object(data))
                .map_err(|_| invalid("data does not have the form of a PATCH"))?;
            let written = users::patch_by(state, caller, UserId(id), change, condition).await?;
            Ok(Done::written(StatusCode::OK, written))
        }
        ("DELETE", Some(id)) => {
            users::delete_by(state, caller, UserId(id.clone()), condition).await?;
            Ok(Done {
                status: StatusCode::NO_CONTENT,
                version: None,
                id,
                ignored: Vec::new(),
                doubt: None,
            })
        }
        _ => Err(invalid(
            "a bulk operation is POST on /Users, or PUT, PATCH or DELETE on /Users/{id}",
        )),
    }
}

fn object(data: Option<Value>) -> Result<crate::scim::Object, ErrorResponse> {
    match data {
        Some(Value::Object(object)) => Ok(object),
        _ => Err(invalid("data is to be a JSON object")),
    }
}

fn invalid(detail: &str) -> ErrorResponse {
    ScimError::bad(ScimType::InvalidSyntax, detail).into()
}
