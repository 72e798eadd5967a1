//! Enabling and disabling accounts, where a server has a switch for it of its own; proved by reading
//! the account again.

use std::collections::HashSet;

use ldap3::Mod;

use super::{
    account_control::{DISABLED, account_control},
    directory::LdapDirectory,
    entry::Entry,
    flavour::Flavour,
    freeipa,
    read::Seen,
    refusal::Tried,
    session::Session,
    writing::replace,
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
        let changes = changes(writing.link.root.flavour, &writing.before.entry, active)?;
        let step = if active {
            Step::Enabled
        } else {
            Step::Disabled
        };
        if writing.before.user.state.active == Fact::Known(active) {
            let steps = vec![(step, StepOutcome::NotNeeded)];
            return Ok(writing.receipt(steps, Proof::NotNeeded, Some(&writing.before)));
        }
        let what = |_: &Seen| "a flag of the account".to_owned();
        let after = self
            .modified(&writing, changes, Tried::Status, what)
            .await?;
        let steps = vec![(step, seen(active, after.as_ref()))];
        Ok(writing.receipt(steps, Proof::NotNeeded, after.as_ref()))
    }
}

/// What enables or disables the account of `entry`.
pub(super) fn changes(
    flavour: Flavour,
    entry: &Entry,
    active: bool,
) -> Result<Vec<Mod<Vec<u8>>>, DirectoryError> {
    if let Support::No(why) = support(Some(flavour)) {
        return Err(DirectoryError::NotOffered(why));
    }
    if flavour == Flavour::FreeIpa && freeipa::is_deleted(&entry.dn) {
        return Err(DirectoryError::NotOffered(
            "This account was deleted and is kept (preserved): `ipa user-undel` restores it."
                .into(),
        ));
    }
    Ok(match flavour {
        Flavour::ActiveDirectory => {
            let Some(flags) = account_control(entry) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preserved_account_of_freeipa_is_enabled_by_nothing_that_is_written_here() {
        for (dn, kept) in [
            (
                "uid=a,cn=deleted users,cn=accounts,cn=provisioning,dc=lab",
                true,
            ),
            ("uid=a,cn=users,cn=accounts,dc=lab", false),
        ] {
            let entry = Entry::for_test(dn, &[("nsAccountLock", &["TRUE"])]);
            let changes = changes(Flavour::FreeIpa, &entry, true);
            assert_eq!(changes.is_err(), kept, "{changes:?}");
        }
    }
}
