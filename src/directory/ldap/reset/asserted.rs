//! Reset by one modify that the server carries out only if the entry is as it was read (RFC 4528),
//! and answers with the values that it left (RFC 4527). Of two writers at once one is refused.
//!
//! The Password Modify operation takes neither control: OpenLDAP 2.5 ignores them with it, or
//! answers 12 where they are critical.

use crate::{
    directory::{
        DirectoryError,
        ldap::{
            control::{self, ASSERTION, POST_READ},
            directory::LdapDirectory,
            entry::Entry,
            flavour::Flavour,
            proof,
            read::Seen,
            refusal::{Tried, refused},
            result_code as code,
            session::Change,
            settings::PasswordWrite,
            version::within_second,
            writing::{Writing, compare, conflict, replace},
        },
    },
    receipt::{PasswordReset, Receipt, Step, StepOutcome},
};

/// Moves with every change of an entry.
const CHANGE_NUMBER: &str = "entryCSN";
/// Failed sign-ins move the change number too: so often it is read again.
const TRIES: u32 = 5;

impl LdapDirectory {
    /// Does the site want it, and can the server do it?
    pub(super) fn can_assert(&self, writing: &Writing<'_>) -> bool {
        let root = &writing.link.root;
        self.connector.settings.write_password_by == PasswordWrite::Modify
            && root.flavour == Flavour::OpenLdap
            && root.control(ASSERTION)
            && root.control(POST_READ)
            && writing.before.entry.has(CHANGE_NUMBER)
    }

    pub(super) async fn reset_asserted(
        &self,
        writing: &Writing<'_>,
        reset: &PasswordReset<'_>,
    ) -> Result<Receipt, DirectoryError> {
        let caused = self.write_asserted(writing, reset).await?;
        let mut after = self.again(writing).await;
        // Before anything else is written to the entry.
        let proof = match &caused {
            Some(caused) => proof::caused(caused, after.as_ref()),
            None => proof::password(writing, after.as_ref()),
        };
        let must_change = self
            .must_change(writing, reset.must_change, &mut after)
            .await;
        let unlocked = self.unlock_step(writing, reset.unlock, &mut after).await;
        let steps = vec![
            (Step::PasswordSet, StepOutcome::Done),
            (Step::MustChange, must_change),
            (Step::Unlocked, unlocked),
        ];
        Ok(writing.receipt(steps, proof, after.as_ref()))
    }

    /// Writes; the values that the write left, where the server told them.
    async fn write_asserted(
        &self,
        writing: &Writing<'_>,
        reset: &PasswordReset<'_>,
    ) -> Result<Option<Entry>, DirectoryError> {
        let link = &writing.link;
        let mut seen = writing.before.clone();
        for _ in 0..TRIES {
            let number = seen.entry.text(CHANGE_NUMBER).unwrap_or_default();
            let password = reset.password.expose().as_bytes();
            let mut changes = vec![replace("userPassword", &[password])];
            if reset.must_change {
                changes.push(replace("pwdReset", &[b"TRUE"]));
            }
            let mut controls = link.password_policy();
            controls.push(control::while_it_is(CHANGE_NUMBER, &number));
            controls.push(control::post_read(&[CHANGE_NUMBER, "pwdChangedTime"]));
            let result = match link.modify(&writing.id.0, changes, controls).await {
                Ok(result) => result,
                Err(lost) => return Err(writing.unknown(Change::Password, &lost).await),
            };
            match result.rc {
                code::SUCCESS => return Ok(control::read_after(&result.ctrls).map(Entry::new)),
                code::ASSERTION_FAILED => {}
                _ => return Err(refused(&result, link, Tried::Reset, false)),
            }
            let Some(now) = self.again(writing).await else {
                break;
            };
            compare(&seen.mark.version(), &now)?;
            if may_hide_a_reset(&seen) {
                return Err(conflict(&now, "password set, or something else"));
            }
            seen = now;
        }
        Err(DirectoryError::Unavailable {
            message: "the user was changed again and again while the password was to be set".into(),
            cure: "Look who or what signs in as this user so often, then try again.".into(),
            raw: None,
        })
    }
}

/// Could another reset leave `pwdChangedTime` as it is? It counts whole seconds: one could, in the
/// second in which the password was set last. After that second the time moves with every reset.
fn may_hide_a_reset(seen: &Seen) -> bool {
    let text = |name: &str| seen.entry.text(name).unwrap_or_default();
    let (set, changed) = (text("pwdChangedTime"), text(CHANGE_NUMBER));
    !set.is_empty() && !within_second(&set, &changed, changed.clone()).is_empty()
}
