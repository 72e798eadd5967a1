//! What is to be told of a password that was typed and is allowed, but may not be what was meant.

use serde_json::{Value, json};

use super::Context;
use crate::password::{Secret, policy};

/// Tells it on standard error, before anything is done with the password.
pub(super) fn told(context: &Context, password: &Secret) -> Option<&'static str> {
    let doubt = policy::doubt(password.expose())?;
    // Whether or not standard error takes it, the act goes on.
    let _ = context.out.remark(&format!("warning: {doubt}"));
    Some(doubt)
}

/// The same in the document of `--json`, which has no remarks beside it.
pub(super) fn with_doubt(mut document: Value, doubt: Option<&str>) -> Value {
    if let Some(doubt) = doubt {
        document["warnings"] = json!([doubt]);
    }
    document
}
