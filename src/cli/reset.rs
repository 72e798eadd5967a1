//! `halligan reset`

use std::io;

use clap::Args;
use serde_json::{Value, json};

use super::{
    Context, Exit, Failure,
    context::SignedIn,
    output::{self, Unwritten},
    secret_input::{PasswordOptions, confirm},
    shape,
    target::{Found, TargetOption},
};
use crate::{
    audit::Kind,
    desk::ResetOrder,
    password::{Secret, generate::generate},
    receipt::{Ending, Receipt},
    user::User,
};

/// Reset a user's password. The user must choose another at the next sign-in.
#[derive(Debug, Args)]
pub struct Reset {
    #[command(flatten)]
    target: TargetOption,
    /// Draw a readable password and print it once.
    #[arg(long, conflicts_with_all = ["password_stdin", "password_fd"])]
    generate: bool,
    #[command(flatten)]
    password: PasswordOptions,
    /// Unlock the account too.
    #[arg(long)]
    unlock: bool,
    /// Reason, ticket or incident number, for the audit.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

impl Reset {
    /// Resets and prints the receipt, and with `--generate` the password.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        context
            .at_desk(async |signed_in| self.reset(context, signed_in).await)
            .await
    }

    async fn reset(&self, context: &Context, signed_in: &SignedIn) -> Result<Exit, Failure> {
        if self.generate {
            Failure::unless_shown("the new password")?;
        }
        let Found { user, exact } = self.target.look_up(signed_in).await?;
        signed_in.at().may_reset(&user)?;
        let known = signed_in
            .at()
            .users_read(Kind::UserViewed)
            .await?
            .beforehand(&user.id)
            .await;
        for warning in &known.warnings {
            context.out.remark(warning)?;
        }
        // Who pipes a password in and names the ID has no terminal to be asked on, and was exact.
        confirm(
            &format!("Reset the password of {}?", shape::who(&user)),
            context.yes || (exact && self.password.is_given()),
        )?;
        let password = if self.generate {
            let shape = context.loaded.config.generator;
            generate(
                signed_in.desk.profile(),
                shape,
                &signed_in.desk.context(&user, true),
            )
            .map_err(|why| Failure::new(Exit::Failed, &why, "Nothing was changed.", ""))?
            .secret
        } else {
            self.password
                .read(&format!("New password for {}", user.login), true)?
        };
        // The copy that is shown afterwards.
        let shown = self.generate.then(|| password.duplicate());
        let order = ResetOrder {
            user: user.id.clone(),
            expected: Some(user.version.clone()),
            password,
            generated: self.generate,
            must_change: true,
            unlock: self.unlock,
            reason: self.reason.clone(),
        };
        match signed_in
            .at()
            .users_update(Kind::PasswordReset)
            .await?
            .reset(order)
            .await
        {
            Ok(receipt) => report(context, &user, &receipt, shown.as_ref()),
            Err(error) => {
                let failure = Failure::from(error);
                // Whether it was set is not known: without the password nobody could find out.
                Err(match (failure.exit(), shown) {
                    (Exit::Unknown | Exit::Partial, Some(shown)) if context.out.is_json() => {
                        failure.with("password", json!(shown.expose()))
                    }
                    (Exit::Unknown | Exit::Partial, Some(shown)) => {
                        // The outcome is told, whether or not standard error takes this.
                        let _ = context.out.remark("The generated password, if it was set:");
                        match output::secret(shown.expose()) {
                            Ok(()) => failure,
                            Err(error) => Failure::new(
                                failure.exit(),
                                &format!(
                                    "{}; the generated password could not be shown: {error}",
                                    failure.message()
                                ),
                                NOWHERE,
                                AGAIN,
                            ),
                        }
                    }
                    _ => failure,
                })
            }
        }
    }
}

fn report(
    context: &Context,
    user: &User,
    receipt: &Receipt,
    shown: Option<&Secret>,
) -> Result<Exit, Failure> {
    if context.out.is_json() {
        let mut document = json!({
            "user": shape::user_after(user, receipt),
            "receipt": shape::receipt(receipt),
        });
        if let Some(shown) = shown {
            document["password"] = Value::from(shown.expose());
        }
        let written = context.out.result(&document, [""; 0]);
        match (written, shown) {
            (Err(Unwritten(error)), Some(_)) => return Err(unshown(&error)),
            (written, _) => written?,
        }
    } else {
        // Whether or not standard error takes the remarks, the password comes out.
        let _ = context.out.remark(&shape::who(user));
        for line in shape::receipt_lines(user, receipt) {
            let _ = context.out.remark(&line);
        }
        if let Some(shown) = shown {
            // Alone on standard output, for `pw=$(halligan reset --generate …)`.
            output::secret(shown.expose()).map_err(|error| unshown(&error))?;
        }
    }
    Ok(done(receipt))
}

const NOWHERE: &str = "If the password was changed, nobody knows the new one.";
const AGAIN: &str = "Reset it again, with a standard output that takes it.";

fn unshown(error: &io::Error) -> Failure {
    let changed = "The password was changed, and the new one is written nowhere.";
    Failure::unshown(error, changed, AGAIN)
}

/// The exit code of a receipt.
pub(super) fn done(receipt: &Receipt) -> Exit {
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
