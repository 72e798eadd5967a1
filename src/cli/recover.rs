//! `halligan recover`

use clap::Args;
use serde_json::Value;

use super::{
    Context, Exit, Failure,
    output::{self, Unwritten},
    receipt::{self, ReasonOption},
    secret_input::confirm,
    shape,
    shown_once::{unshown, with_doubtful},
};
use crate::{
    config::{DirectoryKind, Loaded},
    desk::{Desk, Recovery},
    password::{Secret, generate::generate},
    process::{self, at_machine},
    receipt::Receipt,
    text::system_error,
    user::User,
};

/// Let an administrator in again who is locked out: at the machine with the store, as root or as
/// the owner of its file.
///
/// Takes the lock off the account, and with --temporary-password gives it a new password, which is
/// printed once and must be changed at the next sign-in. Asks for nobody's password: whoever owns
/// the file could change it anyway. It is recorded with the account that asked, and every
/// administrator is told at the next sign-in.
#[derive(Debug, Args)]
pub struct Recover {
    /// ID or email of an administrator.
    #[arg(value_name = "ADMINISTRATOR")]
    administrator: String,
    /// Give a temporary password too, and print it once.
    #[arg(long)]
    temporary_password: bool,
    #[command(flatten)]
    reason: ReasonOption,
}

/// Who asked for it, as it was before root went on as the owner of the store.
#[derive(Debug)]
pub struct Asker(String);

impl Asker {
    /// The asker in words for the audit.
    pub(super) fn words(&self) -> &str {
        &self.0
    }

    /// Notes who asks; root goes on as the owner of the store that `loaded` names.
    pub fn of(loaded: &Loaded) -> Result<Self, Failure> {
        let asker = Self(at_machine::who());
        let store = &loaded.config.store;
        at_machine::become_owner_of(store).map_err(|error| {
            Failure::new(
                Exit::Store,
                &format!(
                    "root cannot go on as the owner of {}: {}",
                    store.display(),
                    system_error(&error)
                ),
                "Nothing was changed.",
                "Run it as that user.",
            )
        })?;
        Ok(asker)
    }
}

impl Recover {
    /// Lets the administrator in again and prints the receipt, and the password where one was set.
    pub async fn run(self, asker: &Asker, context: &Context) -> Result<Exit, Failure> {
        if context.loaded.config.directory == DirectoryKind::Ldap {
            return Err(Failure::new(
                Exit::Failed,
                "the operators sign in at the LDAP directory, not in this store",
                "Nothing was changed.",
                "Let them in again with the directory's own tools.",
            ));
        }
        let desk = context.desk().await?;
        let done = self.recover(asker, context, &desk).await;
        desk.tidy().await;
        done
    }

    async fn recover(
        &self,
        asker: &Asker,
        context: &Context,
        desk: &Desk,
    ) -> Result<Exit, Failure> {
        if self.temporary_password {
            Failure::unless_shown("the temporary password")?;
        }
        let user = desk.administrator(self.administrator.trim()).await?;
        let what = if self.temporary_password {
            "Unlock and give a temporary password to"
        } else {
            "Unlock"
        };
        let store = context.loaded.config.store.display();
        confirm(
            &format!("{what} {} in {store}?", shape::who(&user)),
            context.yes,
        )?;
        let password = if self.temporary_password {
            let shape = context.loaded.config.generator;
            let drawn = generate(
                desk.profiles().of_user(&user),
                shape,
                &desk.context(&user, true),
            )
            .map_err(|why| Failure::new(Exit::Failed, &why, "Nothing was changed.", ""))?;
            Some(drawn.secret)
        } else {
            None
        };
        let order = Recovery {
            administrator: &user,
            password: password.as_ref(),
            by: &asker.0,
            reason: &self.reason.text,
            source: &process::source(),
        };
        match desk.recover(&order).await {
            Ok(receipt) => Self::report(context, &user, &receipt, password.as_ref()),
            Err(error) => Err(with_doubtful(
                context,
                Failure::from(error),
                password.as_ref(),
                "temporary password",
                AGAIN,
            )),
        }
    }

    fn report(
        context: &Context,
        user: &User,
        receipt: &Receipt,
        password: Option<&Secret>,
    ) -> Result<Exit, Failure> {
        if context.out.is_json() {
            let mut document = receipt::document(user, receipt);
            if let Some(password) = password {
                document["password"] = Value::from(password.expose());
            }
            let written = context.out.result(&document, [""; 0]);
            match (written, password) {
                (Err(Unwritten(error)), Some(_)) => return Err(unshown(&error, AGAIN)),
                (written, _) => written?,
            }
            return Ok(receipt::exit(receipt));
        }
        let mut lines = shape::receipt_lines(user, receipt);
        lines.push("recorded, and every administrator is told at the next sign-in".into());
        // Whether or not standard error takes the remarks, the password comes out.
        let _ = context.out.remark(&shape::who(user));
        for line in lines {
            let _ = context.out.remark(&line);
        }
        if let Some(shown) = password {
            output::secret(shown.expose()).map_err(|error| unshown(&error, AGAIN))?;
        }
        Ok(receipt::exit(receipt))
    }
}

const AGAIN: &str = "Run it again, with a standard output that takes it.";
