//! Many operations in one request (RFC 7644 section 3.7).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Schema URN of a request.
pub const REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// Schema URN of the answer.
pub const RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// Operations to be done in order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkRequest {
    /// [`REQUEST_URN`].
    #[serde(default)]
    pub schemas: Vec<String>,
    /// After so many failures the rest is left undone; absent: never.
    #[serde(default)]
    pub fail_on_errors: Option<u64>,
    /// The operations.
    #[serde(rename = "Operations")]
    pub operations: Vec<BulkOperation>,
}

/// One operation.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkOperation {
    /// POST, PUT, PATCH or DELETE.
    pub method: String,
    /// The client's handle of a resource that a POST makes.
    #[serde(default)]
    pub bulk_id: Option<String>,
    /// ETag that the resource must have.
    #[serde(default)]
    pub version: Option<String>,
    /// `/Users` or `/Users/{id}`, where the id may be `bulkId:…`.
    pub path: String,
    /// The body; it may hold a password, so there is no `Debug` of it.
    #[serde(default)]
    pub data: Option<Value>,
}

impl std::fmt::Debug for BulkOperation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BulkOperation")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What became of the operations.
#[derive(Debug, Serialize)]
pub struct BulkResponse {
    /// [`RESPONSE_URN`].
    pub schemas: [&'static str; 1],
    /// One for each operation that was tried, in order.
    #[serde(rename = "Operations")]
    pub operations: Vec<BulkResult>,
}

/// What became of one operation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkResult {
    /// POST, PUT, PATCH or DELETE.
    pub method: String,
    /// As in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bulk_id: Option<String>,
    /// ETag afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Address of the resource; absent only for a POST that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// HTTP status as a string.
    pub status: String,
    /// The error of an operation that failed; of one that went well only what was not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<BulkAnswer>,
    /// What is to be told of a password that was taken; it stands in no body.
    #[serde(skip)]
    pub doubt: Option<&'static str>,
}

impl BulkResult {
    /// Was the operation not done?
    pub const fn has_failed(&self) -> bool {
        matches!(self.response, Some(BulkAnswer::Error(_)))
    }
}

/// The body that an operation would have had as a request of its own.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum BulkAnswer {
    /// It failed.
    Error(super::ScimError),
    /// It went well; a part of the resource.
    Part(Value),
}
