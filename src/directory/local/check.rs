//! Would this password sign the user in?

use jiff::tz::TimeZone;

use super::{LocalDirectory, account, hashing, people, sign_in::stored_hash};
use crate::{
    directory::DirectoryError,
    password::Secret,
    receipt::Checked,
    user::{UserId, Verdict},
};

impl LocalDirectory {
    /// Tries the password on the hash; counts as no failed sign-in.
    pub(super) async fn password_checked(
        &self,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        let row = people::row_of(user)?;
        let (mut user, hash) = self
            .store
            .read(move |connection| {
                Ok((
                    people::user(connection, row)?,
                    stored_hash(connection, row)?,
                ))
            })
            .await?;
        account::end_inactive(&self.profile, &mut user);
        let matches = match hash {
            Some(hash) => hashing::verify(hash, password).await?,
            None => hashing::verify_nobody(self.profile.kdf, password).await?,
        };
        let now = self.now();
        let verdict = user.verdict(now);
        let open = matches!(verdict, Verdict::CanSignIn | Verdict::MustChange);
        let remark = match verdict {
            Verdict::CanSignIn => None,
            other => Some(other.sentence(now, &TimeZone::system())),
        };
        Ok(Checked {
            matches,
            signs_in: matches && open,
            remark,
        })
    }
}
