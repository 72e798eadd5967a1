//! Would this password sign the user in?

use super::{LocalDirectory, hashing, read, stand_in, state, stored_password::stored_hash};
use crate::{
    directory::DirectoryError,
    operator::Operator,
    password::Secret,
    receipt::Checked,
    text,
    user::{UserId, Verdict},
};

impl LocalDirectory {
    /// Tries the password on the hash; counts as no failed sign-in.
    pub(super) async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        let row = read::row_of(user)?;
        let kdf = self.profiles.general().kdf;
        let (mut user, hash, stand_in) = self
            .read_for(operator, move |connection| {
                let user = read::user(connection, row)?;
                let stand_in = stand_in::cost(connection, &user.login, kdf)?;
                Ok((user, stored_hash(connection, row)?, stand_in))
            })
            .await?;
        state::end_inactive(&self.profiles, &mut user);
        let matches = match hash {
            Some(hash) => hashing::verify(hash, password).await?,
            None => hashing::verify_nobody(stand_in, password).await?,
        };
        let now = self.now();
        let verdict = user.verdict(now);
        let open = matches!(verdict, Verdict::CanSignIn | Verdict::MustChange);
        let remark = (verdict != Verdict::CanSignIn).then(|| verdict.sentence(now, text::zone()));
        Ok(Checked {
            matches,
            signs_in: matches && open,
            remark,
        })
    }
}
