//! The operator's own change, with the old password as proof.

use ldap3::Mod;

use super::{
    directory::LdapDirectory,
    flavour::Flavour,
    lost::unavailable,
    mutex::lock,
    proof,
    refusal::{Tried, refused},
    result_code as code,
    session::{Change, Session},
    settle::GRACE,
    unicode_pwd::quoted,
    writing::Writing,
};
use crate::{
    directory::DirectoryError,
    operator::Operator,
    password::Secret,
    receipt::{Proof, Receipt, Step, StepOutcome},
};

impl LdapDirectory {
    pub(super) async fn change_own_password(
        &self,
        session: &Session,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
    ) -> Result<Receipt, DirectoryError> {
        let link = session.link().await?;
        // Operators who must change may read nothing, not even their own entry.
        let before = self
            .read_over(session, &link, &operator.id)
            .await
            .map_err(|lost| unavailable(&lost))?
            .unwrap_or_else(|| self.unseen(&link, &operator.id));
        let writing = Writing {
            session,
            link,
            id: &operator.id,
            expected: None,
            before,
        };
        let answer = if writing.link.root.flavour == Flavour::ActiveDirectory {
            let one = |bytes: &[u8]| std::iter::once(bytes.to_vec()).collect();
            let attribute = b"unicodePwd".to_vec();
            let changes = vec![
                Mod::Delete(attribute.clone(), one(&quoted(old.expose()))),
                Mod::Add(attribute, one(&quoted(new.expose()))),
            ];
            writing
                .link
                .modify(&operator.id.0, changes, Vec::new())
                .await
        } else {
            self.prove(session, old).await?;
            writing
                .link
                .password_modify(&operator.id.0, None, new.expose())
                .await
        };
        match answer {
            Ok(result) if result.rc == code::SUCCESS => {}
            Ok(result) => return Err(refused(&result, &writing.link, Tried::OwnChange, false)),
            Err(lost) => {
                let unknown = writing.unknown(Change::Password, &lost).await;
                return self.settle_lost_change(&writing, old, new, unknown).await;
            }
        }
        session.password_changed(new);
        let after = self.again(&writing).await;
        let mut proof = proof::password(&writing, after.as_ref());
        // Some servers end the connections of whoever changes the password.
        if after.is_none()
            && let Err(error) = session.link().await
            && session.was_refused()
        {
            proof = Proof::NotKnown(format!(
                "your password was changed, but signing in again with the new one was refused: {error}"
            ));
        }
        let steps = vec![(Step::PasswordSet, StepOutcome::Done)];
        Ok(writing.receipt(steps, proof, after.as_ref()))
    }

    /// The answer was lost: which of the two passwords signs the operator in now?
    async fn settle_lost_change(
        &self,
        writing: &Writing<'_>,
        old: &Secret,
        new: &Secret,
        unknown: DirectoryError,
    ) -> Result<Receipt, DirectoryError> {
        let Some(name) = writing.session.bind_name() else {
            return Err(unknown);
        };
        // A server that was stopped may still carry out what it was sent.
        tokio::time::sleep(GRACE).await;
        let Ok(link) = self.connector.connect().await else {
            return Err(unknown);
        };
        if link.server != writing.link.server {
            return Err(unknown);
        }
        // Only the two answers that are about the password are taken for one.
        let signs_in = async |password: &Secret| {
            let bound = link.simple_bind(&name, password.expose()).await.ok()?;
            match bound.rc {
                code::SUCCESS => Some(true),
                code::INVALID_CREDENTIALS => Some(false),
                _ => None,
            }
        };
        let Some(new_signs_in) = signs_in(new).await else {
            return Err(unknown);
        };
        let settled = if new_signs_in {
            writing.session.password_changed(new);
            let proof = Proof::SignedIn("the new password signs you in".into());
            let steps = vec![(Step::PasswordSet, StepOutcome::Done)];
            Ok(writing.receipt(steps, proof, None))
        } else if signs_in(old).await == Some(true) {
            Err(DirectoryError::Unavailable {
                message: format!("{unknown}; your old password is still in force"),
                cure: "Change it again when the directory answers.".into(),
                raw: None,
            })
        } else {
            return Err(unknown);
        };
        lock(&writing.session.uncertain).remove(writing.id);
        settled
    }

    /// OpenLDAP may refuse to verify the old password in the operation itself, so a bind does.
    async fn prove(&self, session: &Session, old: &Secret) -> Result<(), DirectoryError> {
        let Some(name) = session.bind_name() else {
            return Err(DirectoryError::NotOffered(
                "You signed in with a certificate or as a user of this machine: there is no \
                 password to change."
                    .into(),
            ));
        };
        if old.is_empty() {
            return Err(DirectoryError::OldPasswordWrong);
        }
        let link = self.connector.connect().await?;
        let bound = link
            .simple_bind(&name, old.expose())
            .await
            .map_err(|lost| unavailable(&lost))?;
        match bound.rc {
            code::SUCCESS => Ok(()),
            code::INVALID_CREDENTIALS => Err(DirectoryError::OldPasswordWrong),
            _ => Err(refused(&bound, &link, Tried::OwnChange, false)),
        }
    }
}
