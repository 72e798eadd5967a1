//! Enabling and disabling accounts, where a server has a switch for it of its own; proved by reading
//! the account again.

use std::collections::HashSet;

use ldap3::Mod;

use super::{
    account_control::{DISABLED, account_control},
    directory::LdapDirectory,
    flavour::Flavour,
    freeipa,
    read::Seen,
    refusal::{Tried, refused},
    result_code as code,
    session::Session,
    writing::{Writing, conflict, replace},
};
use crate::{
    directory::{DirectoryError, Support},
    receipt::{Proof, Receipt, Step, StepOutcome},
    user::{Fact, UserId, Version},
};

const SWITCH: &str = "nsAccountLock";
const FLAGS: &str = "userAccountControl";

/// OpenLDAP has two things that keep an account out, and neither is a switch: an administrator's lock,
/// which every reset takes off, and an end of the account, which is a date.
const NO_SWITCH: &str = "This server has no switch for it: a lock of pwdAccountLockedTime is taken \
                         off by unlock and by every reset, and an end of the account (pwdEndTime) \
                         is set with the directory's own tools.";

/// Can accounts be enabled and disabled? Before a server has answered that is not known.
pub(super) fn support(flavour: Option<Flavour>) -> Support {
    match flavour {
        Some(Flavour::ActiveDirectory | Flavour::Ds389 | Flavour::FreeIpa) | None => Support::Yes,
        Some(Flavour::OpenLdap | Flavour::Other) => Support::No(NO_SWITCH.into()),
        Some(Flavour::Lldap) => Support::No("lldap has no disabled accounts.".into()),
    }
}

impl LdapDirectory {
    /// Enables or disables the account.
    pub(super) async fn set_status(
        &self,
        session: &Session,
        id: &UserId,
        expected: &Version,
        active: bool,
    ) -> Result<Receipt, DirectoryError> {
        let writing = self.begin(session, id, Some(expected)).await?;
        let flavour = writing.link.root.flavour;
        if let Support::No(why) = support(Some(flavour)) {
            return Err(DirectoryError::NotOffered(why));
        }
        if flavour == Flavour::FreeIpa && freeipa::is_deleted(&writing.before.entry.dn) {
            return Err(DirectoryError::NotOffered(
                "This account was deleted and is kept (preserved): `ipa user-undel` restores it."
                    .into(),
            ));
        }
        let step = if active {
            Step::Enabled
        } else {
            Step::Disabled
        };
        if writing.before.user.state.active == Fact::Known(active) {
            let steps = vec![(step, StepOutcome::NotNeeded)];
            return Ok(writing.receipt(steps, Proof::NotNeeded, Some(&writing.before)));
        }
        let changes = changes(&writing, active)?;
        match writing.link.modify(&id.0, changes, Vec::new()).await {
            Ok(result) if result.rc == code::SUCCESS => {}
            // The flags are no longer those that were read: nothing of them is overwritten.
            Ok(result) if result.rc == code::NO_SUCH_ATTRIBUTE => {
                let now = self.again(&writing).await;
                let now = now.as_ref().unwrap_or(&writing.before);
                return Err(conflict(now, "a flag of the account"));
            }
            Ok(result) => {
                let protected = writing.protected();
                return Err(refused(&result, &writing.link, Tried::Status, protected));
            }
            Err(lost) => return Err(writing.lost(&lost).await),
        }
        let after = self.again(&writing).await;
        let steps = vec![(step, seen(active, after.as_ref()))];
        Ok(writing.receipt(steps, Proof::NotNeeded, after.as_ref()))
    }
}

pub(super) fn changes(
    writing: &Writing<'_>,
    active: bool,
) -> Result<Vec<Mod<Vec<u8>>>, DirectoryError> {
    Ok(match writing.link.root.flavour {
        Flavour::ActiveDirectory => {
            let Some(flags) = account_control(&writing.before.entry) else {
                return Err(DirectoryError::Forbidden {
                    message: format!("the directory does not show you {FLAGS} of this user"),
                    raw: None,
                });
            };
            let wanted = if active {
                flags & !DISABLED
            } else {
                flags | DISABLED
            };
            // The other flags stay as they are: from the value that was read, or not at all.
            let one = |flags: i64| HashSet::from([flags.to_string().into_bytes()]);
            vec![
                Mod::Delete(FLAGS.as_bytes().to_vec(), one(flags)),
                Mod::Add(FLAGS.as_bytes().to_vec(), one(wanted)),
            ]
        }
        // As `dsidm account lock` and `unlock` write it.
        Flavour::Ds389 if active => vec![replace(SWITCH, &[])],
        Flavour::Ds389 => vec![replace(SWITCH, &[b"true"])],
        // As `ipa user-enable` and `user-disable` write it.
        Flavour::FreeIpa if active => vec![replace(SWITCH, &[b"FALSE"])],
        Flavour::FreeIpa => vec![replace(SWITCH, &[b"TRUE"])],
        Flavour::OpenLdap | Flavour::Lldap | Flavour::Other => {
            return Err(DirectoryError::NotOffered(NO_SWITCH.into()));
        }
    })
}

/// Does the account show what was written?
fn seen(active: bool, after: Option<&Seen>) -> StepOutcome {
    match after.map(|after| &after.user.state.active) {
        Some(Fact::Known(now)) if *now == active => StepOutcome::Done,
        Some(Fact::Known(false)) => StepOutcome::Refused(
            "the server took it, and the account is still disabled: something else keeps it so, a \
             role of inactive accounts perhaps"
                .into(),
        ),
        Some(Fact::Known(true)) => {
            StepOutcome::Refused("the server took it, and the account is still enabled".into())
        }
        Some(Fact::Unknown(why)) => {
            StepOutcome::Unknown(format!("whether it is enabled cannot be read: it {why}"))
        }
        Some(Fact::NotOffered) => {
            StepOutcome::Unknown("this directory does not show whether it is enabled".into())
        }
        None => StepOutcome::Unknown("the user could not be read again".into()),
    }
}
