//! `halligan check`

use clap::Args;
use serde_json::json;

use super::{
    Context, Exit, Failure,
    secret_input::{PasswordOptions, confirm},
    shape,
    target::TargetOption,
};
use crate::{audit::Kind, desk::DeskError, directory::DirectoryError};

/// Does this password sign the user in? Ends with 0 for yes, 14 for no and 12 where it is not known.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    target: TargetOption,
    #[command(flatten)]
    password: PasswordOptions,
}

impl Check {
    /// Asks the directory; the try is recorded.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (user, checked) = context
            .at_desk(async |signed_in| {
                let user = self.target.find(signed_in).await?;
                signed_in.at().may_reset(&user)?;
                let prompt = format!("Password to try for {}", user.login);
                let password = self.password.read(&prompt, false)?;
                let seat = async || signed_in.at().users_update(Kind::PasswordChecked).await;
                let checked = match seat().await?.check(&user.id, &password).await {
                    Err(grace @ DeskError::UsesGrace(_)) => {
                        let question = format!("{}: {grace}. Try it?", user.login);
                        confirm(&question, context.yes)?;
                        // The rights are read again: nobody knows how long the answer took.
                        seat().await?.check_by_grace(&user.id, &password).await
                    }
                    told => told,
                };
                Ok((user, checked.map_err(untold)?))
            })
            .await?;
        let lines = shape::checked_lines(&user, &checked);
        context.out.result(
            &json!({
                "id": user.login,
                "email": user.email,
                "matches": checked.matches,
                "signs_in": checked.signs_in,
                "remark": checked.remark,
            }),
            lines,
        )?;
        Ok(if checked.signs_in {
            Exit::Done
        } else {
            Exit::No
        })
    }
}

/// That it is not known is an answer of its own, not an outage of the directory.
fn untold(error: DeskError) -> Failure {
    if !matches!(
        error,
        DeskError::Directory(DirectoryError::PasswordNotChecked { .. })
    ) {
        return error.into();
    }
    Failure::new(
        Exit::Unknown,
        &error.to_string(),
        error.changed(),
        &error.cure(),
    )
}
