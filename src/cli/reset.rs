//! `halligan reset`

use clap::Args;
use serde_json::Value;

use super::{
    Context, Exit, Failure,
    caller::CallerOptions,
    context::SignedIn,
    doubt,
    output::{self, Unwritten},
    receipt::{self, ReasonOption},
    secret_input::{PasswordOptions, confirm},
    shape,
    shown_once::{unshown, with_doubtful},
    target::{Found, TargetOption},
};
use crate::{
    audit::Kind,
    desk::{DeskError, ResetOrder},
    directory::DirectoryError,
    password::Secret,
    receipt::Receipt,
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
    #[command(flatten)]
    reason: ReasonOption,
    #[command(flatten)]
    caller: CallerOptions,
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
        self.caller
            .say_first(context, signed_in, &user, &self.reason.text)
            .await?;
        let known = signed_in
            .at()
            .users_read(Kind::UserViewed)
            .await?
            .beforehand(&user.id)
            .await;
        for warning in &known.warnings {
            context.out.remark(warning)?;
        }
        // Asked for first, without echo: whoever types it at once, as with passwd(1), must not type
        // it where a yes is waited for and everything shows.
        let typed = (!self.generate)
            .then(|| {
                let prompt = format!("New password for {}", shape::who(&user));
                self.password.read(&prompt, true)
            })
            .transpose()?;
        // Who pipes a password in and names the ID has no terminal to be asked on, and was exact.
        confirm(
            &format!("Reset the password of {}?", shape::who(&user)),
            context.yes || (exact && self.password.is_given()),
        )?;
        let password = if let Some(typed) = typed {
            typed
        } else {
            let shape = context.loaded.config.generator;
            signed_in
                .desk
                .generate(&user, shape, known.policy.as_ref())
                .map_err(|why| Failure::new(Exit::Failed, &why, "Nothing was changed.", ""))?
                .secret
        };
        let doubt = if self.generate {
            None
        } else {
            doubt::told(context, &password)
        };
        // The copy that is shown afterwards.
        let shown = self.generate.then(|| password.duplicate());
        let order = |expected, password| ResetOrder {
            user: user.id.clone(),
            expected,
            password,
            generated: self.generate,
            must_change: true,
            unlock: self.unlock,
            reason: self.reason.text.clone(),
        };
        let reset = async |order| {
            let seat = signed_in.at().users_update(Kind::PasswordReset).await?;
            seat.reset(order).await
        };
        let again = password.duplicate();
        let mut answer = reset(order(Some(user.version.clone()), password)).await;
        if let Err(DeskError::Directory(DirectoryError::Conflict { .. })) = &answer
            && self.is_as_it_was(signed_in, &user).await?
        {
            answer = reset(order(None, again)).await;
        }
        match answer {
            Ok(receipt) => report(context, &user, &receipt, shown.as_ref(), doubt),
            Err(error) => Err(with_doubtful(
                context,
                Failure::from(error),
                shown.as_ref(),
                "generated password",
                AGAIN,
            )),
        }
    }
}

impl Reset {
    /// A version moves with whatever is changed of a user. Only who has got another password, another
    /// name or another status meanwhile is not whom the operator has confirmed; else a client that
    /// writes all the time would keep everybody from a reset.
    async fn is_as_it_was(&self, signed_in: &SignedIn, was: &User) -> Result<bool, Failure> {
        let seat = signed_in.at().users_read(Kind::UserViewed).await?;
        let now = seat.open_user(&was.id).await?;
        Ok(now.login == was.login
            && now.email == was.email
            && now.permissions == was.permissions
            && now.state.active == was.state.active
            && now.state.password == was.state.password)
    }
}

fn report(
    context: &Context,
    user: &User,
    receipt: &Receipt,
    shown: Option<&Secret>,
    doubt: Option<&str>,
) -> Result<Exit, Failure> {
    if context.out.is_json() {
        let mut document = doubt::with_doubt(receipt::document(user, receipt), doubt);
        if let Some(shown) = shown {
            document["password"] = Value::from(shown.expose());
        }
        let written = context.out.result(&document, [""; 0]);
        match (written, shown) {
            (Err(Unwritten(error)), Some(_)) => return Err(unshown(&error, AGAIN)),
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
            output::secret(shown.expose()).map_err(|error| unshown(&error, AGAIN))?;
        }
    }
    Ok(receipt::exit(receipt))
}

const AGAIN: &str = "Reset it again, with a standard output that takes it.";
