//! A password that is drawn here and shown once: what is said when it cannot be shown, and when it
//! is not known whether it was set.

use std::io;

use serde_json::json;

use super::{Context, Exit, Failure, output};
use crate::{password::Secret, text::system_error};

const CHANGED: &str = "The password was changed, and the new one is written nowhere.";
const NOWHERE: &str = "If the password was changed, nobody knows the new one.";

/// The password is in force, and standard output did not take it.
pub(super) fn unshown(error: &io::Error, cure: &str) -> Failure {
    Failure::unshown(error, CHANGED, cure)
}

/// Adds the password to a failure that leaves open whether it was set: without it nobody could
/// find out. `cure` is what to do when it cannot be shown.
pub(super) fn with_doubtful(
    context: &Context,
    failure: Failure,
    shown: Option<&Secret>,
    what: &str,
    cure: &str,
) -> Failure {
    let is_open = matches!(failure.exit(), Exit::Unknown | Exit::Partial);
    let Some(shown) = shown.filter(|_| is_open) else {
        return failure;
    };
    if context.out.is_json() {
        return failure.with("password", json!(shown.expose()));
    }
    // The outcome is told, whether or not standard error takes this.
    let _ = context.out.remark(&format!("The {what}, if it was set:"));
    match output::secret(shown.expose()) {
        Ok(()) => failure,
        Err(error) => Failure::new(
            failure.exit(),
            &format!(
                "{}; the {what} could not be shown: {}",
                failure.message(),
                system_error(&error)
            ),
            NOWHERE,
            cure,
        ),
    }
}
