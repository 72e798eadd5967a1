//! What the commands that write have in common: the reason that is given, the receipt that is printed,
//! the exit code that follows from it.

use clap::Args;
use serde_json::{Value, json};

use super::{Context, Exit, Failure, shape};
use crate::{
    receipt::{Ending, Receipt},
    user::User,
};

/// Why it is done.
#[derive(Debug, Clone, Args)]
pub struct ReasonOption {
    /// Reason, ticket or incident number, for the audit.
    #[arg(
        id = "reason",
        long = "reason",
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub text: String,
}

/// The document of `--json`: the user as it is after the write, and what the write did.
pub(super) fn document(user: &User, receipt: &Receipt) -> Value {
    json!({
        "user": shape::user_after(user, receipt),
        "receipt": shape::receipt(receipt),
    })
}

/// Prints what was done to `user`, with `more` keys in the document.
pub(super) fn tell(
    context: &Context,
    user: &User,
    receipt: &Receipt,
    more: &[(&str, Value)],
) -> Result<Exit, Failure> {
    let mut document = document(user, receipt);
    for (key, value) in more {
        document[*key] = value.clone();
    }
    let lines = [shape::who(user)].into_iter();
    let lines = lines.chain(shape::receipt_lines(user, receipt));
    context.out.result(&document, lines)?;
    Ok(exit(receipt))
}

/// The exit code of a receipt.
pub(super) fn exit(receipt: &Receipt) -> Exit {
    match receipt.ending() {
        Ending::Done => Exit::Done,
        Ending::NotKnown => Exit::Unknown,
        Ending::Refused
        | Ending::CannotSignIn
        | Ending::Accepted
        | Ending::Partial
        | Ending::SignInNotKnown => Exit::Partial,
    }
}
