//! PATCH operations (RFC 7644 section 3.5.2) on a resource in memory.

mod applied;
mod check;
mod operation;
mod values;

use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroize as _;

use super::{Object, ScimError, ScimType};

pub use applied::Applied;
pub(super) use check::typed;

/// Schema URN of a request.
pub const URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Most operations in one request.
pub const MAX_OPERATIONS: usize = 100;

/// The body of a PATCH.
#[derive(Deserialize)]
pub struct PatchRequest {
    /// [`URN`].
    #[serde(default)]
    pub schemas: Vec<String>,
    /// The operations, done in order, all or none.
    #[serde(rename = "Operations", alias = "operations")]
    pub operations: Vec<PatchOperation>,
}

/// One operation. It may carry a password, so there is no `Debug` of the value.
#[derive(Deserialize)]
pub struct PatchOperation {
    /// `add`, `replace` or `remove` in any case (Entra sends `Replace`).
    pub op: String,
    /// What to change; absent: the value is an object of attributes.
    #[serde(default)]
    pub path: Option<String>,
    /// The new value.
    #[serde(default)]
    pub value: Option<Value>,
}

impl std::fmt::Debug for PatchOperation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatchOperation")
            .field("op", &self.op)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Drop for PatchOperation {
    fn drop(&mut self) {
        if let Some(value) = &mut self.value {
            wipe(value);
        }
    }
}

/// Overwrites every text in `value`.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(list) => list.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl PatchRequest {
    /// Applies every operation to `resource`. Nothing is to be kept of it when this fails.
    ///
    /// # Errors
    /// `invalidSyntax`, `invalidPath`, `invalidValue`, `noTarget` or `mutability`.
    pub fn apply(&self, resource: &mut Object) -> Result<Applied, ScimError> {
        if self.operations.is_empty() || self.operations.len() > MAX_OPERATIONS {
            return Err(ScimError::bad(
                ScimType::InvalidSyntax,
                format!("a PATCH has 1 to {MAX_OPERATIONS} operations"),
            ));
        }
        let mut applied = Applied::nothing();
        for PatchOperation { op, path, value } in &self.operations {
            let value = value.clone().unwrap_or(Value::Null);
            operation::apply(op, path.as_deref(), value, resource, &mut applied)?;
        }
        Ok(applied)
    }
}
