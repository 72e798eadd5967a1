//! Does a password sign the user in? Only a sign-in tells, on a connection of its own.

use super::{
    control,
    directory::LdapDirectory,
    lost::unavailable,
    refusal::{self, Tried, refused},
    result_code as code,
};
use crate::{
    directory::DirectoryError, operator::SignInRefusal, password::Secret, receipt::Checked,
    user::UserId,
};

impl LdapDirectory {
    /// Tries the user's password on a connection of its own.
    pub(super) async fn check_password(
        &self,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        let refused_with = |remark: &str| Checked {
            matches: false,
            signs_in: false,
            remark: Some(remark.into()),
        };
        if password.is_empty() {
            return Ok(refused_with("an empty password never signs anybody in"));
        }
        let link = self.connector.connect().await?;
        let bound = link
            .simple_bind(&user.0, password.expose())
            .await
            .map_err(|lost| unavailable(&lost))?;
        if bound.rc == code::SUCCESS {
            let must_change = control::must_change(&bound.ctrls);
            return Ok(Checked {
                matches: true,
                signs_in: !must_change,
                remark: must_change.then(|| "it must be changed at this sign-in".into()),
            });
        }
        match refusal::sign_in(&bound) {
            // Active Directory says "must change" and "expired" of the right password only.
            Some(SignInRefusal::Expired | SignInRefusal::MustChange) => Ok(Checked {
                matches: true,
                signs_in: false,
                remark: Some("it has expired or must be changed".into()),
            }),
            Some(SignInRefusal::AccountEnded | SignInRefusal::NotNow) => Ok(Checked {
                matches: true,
                signs_in: false,
                remark: Some(
                    "the account has ended, or may not sign in at this hour or from this machine"
                        .into(),
                ),
            }),
            Some(SignInRefusal::Locked) => Ok(refused_with(
                "the account is locked, so the directory does not tell whether it is right",
            )),
            Some(SignInRefusal::Disabled) => Ok(refused_with(
                "the account is disabled, so the directory does not tell whether it is right",
            )),
            Some(_) => Ok(refused_with(
                "the directory has counted this as a failed sign-in",
            )),
            None => Err(refused(&bound, &link, Tried::Read, false)),
        }
    }
}
