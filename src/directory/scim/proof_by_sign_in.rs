//! What a sign-in as the user proves, and what it tells of a password.

use super::{directory::ScimDirectory, verify::Verifier};
use crate::{
    directory::{DirectoryError, TriedSignIn},
    password::Secret,
    receipt::{Checked, Proof},
    user::User,
};

impl ScimDirectory {
    /// What a sign-in adds to what reading back has shown.
    pub(super) async fn proved_by_sign_in(
        &self,
        verifier: &Verifier,
        user: &User,
        password: &Secret,
        shown: Proof,
    ) -> Proof {
        let login = &user.login;
        let place = verifier.place();
        let tried = verifier.try_sign_in(&self.connection, login, password);
        match tried.await {
            TriedSignIn::SignedIn => {
                Proof::SignedIn(format!("the new password signed {login} in at {place}"))
            }
            TriedSignIn::Wrong(why) => Proof::NotKnown(format!(
                "the server took the new password, and the sign-in with it at {place} was refused: \
                 {why}"
            )),
            TriedSignIn::Refused(why) => Proof::NotKnown(format!(
                "the server took the new password, and the sign-in with it at {place} was refused, \
                 for that or for another reason: {why}"
            )),
            // What was read back says as much, and what keeps the user out is told beside it.
            TriedSignIn::KeptOut(_) | TriedSignIn::Untold(_) if shown.is_certain() => shown,
            TriedSignIn::KeptOut(why) => Proof::Accepted(format!(
                "{place} took the new password, and keeps the user out all the same: {why}"
            )),
            TriedSignIn::Untold(why) => Proof::NotKnown(format!(
                "the sign-in that is to prove it could not be tried at {place}: {why}"
            )),
        }
    }

    /// Does a password sign the user in? By the sign-in that the site names.
    pub(super) async fn checked_by_sign_in(
        &self,
        verifier: &Verifier,
        user: &User,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        let place = verifier.place();
        let tried = verifier.try_sign_in(&self.connection, &user.login, password);
        let untold = |why: String, cure: &str| DirectoryError::PasswordNotChecked {
            why,
            cure: cure.into(),
            user: None,
        };
        match tried.await {
            TriedSignIn::SignedIn => Ok(Checked {
                matches: true,
                signs_in: true,
                remark: Some(format!("tried at {place}")),
            }),
            TriedSignIn::KeptOut(why) => Ok(Checked {
                matches: true,
                signs_in: false,
                remark: Some(format!("{place}: {why}")),
            }),
            TriedSignIn::Wrong(why) => Ok(Checked {
                matches: false,
                signs_in: false,
                remark: Some(format!("{place}: {why}")),
            }),
            TriedSignIn::Refused(why) => Err(untold(
                format!(
                    "{place} refused the sign-in, which may be the password or something else: {why}"
                ),
                "Look whether the user may sign in there, or reset the password.",
            )),
            TriedSignIn::Untold(why) => Err(untold(
                format!("it could not be tried at {place}: {why}"),
                "See whether the sign-in that scim.verify names can be reached, then try again.",
            )),
        }
    }
}
