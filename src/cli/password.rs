//! `halligan password`

use clap::Args;
use serde_json::json;

use super::{Context, Exit, Failure, doubt, receipt, secret_input::PasswordOptions, shape};
use crate::process;

/// Change your own password; the old one is the proof.
#[derive(Debug, Args)]
pub struct Password {
    #[command(flatten)]
    password: PasswordOptions,
}

impl Password {
    /// Asks for the old password (as the sign-in) and the new one.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (login, old) = context.operator.read(true)?;
        let new = self.password.read("New password", true)?;
        let doubt = doubt::told(context, &new);
        let desk = context.desk().await?;
        let session = desk.sign_in(&login, &old, &process::source()).await?;
        let changed = async {
            let seat = desk.at(&session).own_account().await?;
            seat.change_password(&old, &new).await
        };
        let changed = Box::pin(context.patiently(changed)).await;
        let left = desk.sign_out(&session).await;
        desk.tidy().await;
        let receipt = changed?;
        if let Err(error) = left {
            // What was done is told all the same: nothing of it depends on this record.
            let _ = context
                .out
                .remark(&format!("The sign-out was not recorded: {error}"));
        }
        context.out.result(
            &doubt::with_doubt(json!({ "receipt": shape::receipt(&receipt) }), doubt),
            shape::own_receipt_lines(&receipt),
        )?;
        Ok(receipt::exit(&receipt))
    }
}
