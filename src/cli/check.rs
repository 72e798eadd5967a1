//! `halligan check`

use clap::Args;
use serde_json::json;

use super::{Context, Exit, Failure, secret_input::PasswordOptions, shape, target::TargetOption};
use crate::audit::Kind;

/// Does this password sign the user in? Ends with 0 for yes and 14 for no.
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
                let checked = signed_in
                    .at()
                    .users_update(Kind::PasswordChecked)
                    .await?
                    .check(&user.id, &password)
                    .await?;
                Ok((user, checked))
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
