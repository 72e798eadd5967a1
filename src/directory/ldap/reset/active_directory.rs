//! Reset in Active Directory and Samba: `unicodePwd`, `pwdLastSet` and `lockoutTime` in one modify
//! (MS-ADTS 3.1.1.3.1.5), so that all of it happens or nothing.

use ldap3::Mod;

use crate::{
    directory::{
        DirectoryError,
        ldap::{
            account_control::{NEVER_EXPIRES, SMART_CARD, account_control},
            control::{self, POLICY_HINTS},
            directory::LdapDirectory,
            entry::Entry,
            proof,
            read::Seen,
            refusal::{Tried, refused},
            result_code as code,
            session::Change,
            unicode_pwd::quoted,
            writing::{Writing, replace},
        },
    },
    receipt::{PasswordReset, Receipt, Step, StepOutcome},
    user::Fact,
};

/// What goes into the modify besides the password.
#[derive(Debug)]
struct Plan {
    must_change: bool,
    unlock: bool,
    /// Why must-change is left out though it was asked for.
    ineffective: Option<StepOutcome>,
    /// Why the unlock is left out though it was asked for.
    locked_out: Option<StepOutcome>,
}

impl LdapDirectory {
    pub(super) async fn reset_domain_user(
        &self,
        writing: &Writing<'_>,
        reset: &PasswordReset<'_>,
    ) -> Result<Receipt, DirectoryError> {
        let plan = plan(writing, reset)?;
        let password = quoted(reset.password.expose());
        let mut changes: Vec<Mod<Vec<u8>>> = vec![replace("unicodePwd", &[&password])];
        if plan.must_change {
            changes.extend(must_change_from(writing.before.entry.text(LAST_SET)));
        }
        if plan.unlock {
            changes.push(replace("lockoutTime", &[b"0"]));
        }
        let link = &writing.link;
        match link
            .modify(&writing.id.0, changes, self.hints(writing))
            .await
        {
            Ok(result) if result.rc == code::SUCCESS => {}
            Ok(result) if result.rc == code::NO_SUCH_ATTRIBUTE => {
                return Err(self.overtaken(writing).await);
            }
            Ok(result) => {
                return Err(refused(&result, link, Tried::Reset, writing.protected()));
            }
            Err(lost) => return Err(writing.unknown(Change::Password, &lost).await),
        }
        let mut after = self.again(writing).await;
        let must_change = match plan.ineffective {
            Some(why) => why,
            None => must_change(plan.must_change, after.as_ref()),
        };
        let unlocked = match plan.locked_out {
            Some(why) => why,
            // A failed sign-in may have locked the account between the look and the write.
            None => self.unlock_step(writing, reset.unlock, &mut after).await,
        };
        let proof = proof::password(writing, after.as_ref());
        let steps = vec![
            (Step::PasswordSet, StepOutcome::Done),
            (Step::MustChange, must_change),
            (Step::Unlocked, unlocked),
        ];
        Ok(writing.receipt(steps, proof, after.as_ref()))
    }

    /// The old `pwdLastSet` was not there any more: somebody else has set a password since.
    async fn overtaken(&self, writing: &Writing<'_>) -> DirectoryError {
        let now = self.again(writing).await;
        DirectoryError::Conflict {
            by: None,
            at: now.and_then(|seen| seen.entry.time("whenChanged")),
            what: "password set, or must-change".into(),
        }
    }

    /// The policy hints control, where the site wants it and the server knows it.
    fn hints(&self, writing: &Writing<'_>) -> Vec<ldap3::controls::RawControl> {
        if !self.connector.settings.policy_hints {
            return Vec::new();
        }
        POLICY_HINTS
            .into_iter()
            .find(|oid| writing.link.root.control(oid))
            .map(control::policy_hints)
            .into_iter()
            .collect()
    }
}

/// Decides what is worth trying, by what the domain says may be written.
fn plan(writing: &Writing<'_>, reset: &PasswordReset<'_>) -> Result<Plan, DirectoryError> {
    let entry = &writing.before.entry;
    let allowed = entry.texts("allowedAttributesEffective");
    // No list at all says nothing: then it is tried.
    let may = |attribute: &str| {
        allowed.is_empty()
            || allowed
                .iter()
                .any(|name| name.eq_ignore_ascii_case(attribute))
    };
    let without_effect = without_effect(entry);
    let never = without_effect.is_some();
    let ineffective = without_effect
        .filter(|_| reset.must_change)
        .map(|why| StepOutcome::NotOffered(why.into()));
    if reset.must_change && !never && !may("pwdLastSet") {
        return Err(DirectoryError::Forbidden {
            message: "you may not set must-change for this user (write on pwdLastSet is missing)"
                .into(),
            raw: None,
        });
    }
    let may_unlock = may("lockoutTime");
    let may_be_locked = !matches!(writing.before.user.state.lock, Fact::Known(None));
    Ok(Plan {
        must_change: reset.must_change && !never,
        // Also where no lock was seen: one may come before the write does.
        unlock: reset.unlock && may_unlock,
        ineffective,
        locked_out: (reset.unlock && may_be_locked && !may_unlock).then(|| {
            StepOutcome::Refused(
                "you may not unlock this user (write on lockoutTime is missing)".into(),
            )
        }),
    })
}

/// Why must-change does nothing to an account, where it does nothing.
pub(in crate::directory::ldap) fn without_effect(entry: &Entry) -> Option<&'static str> {
    let flags = account_control(entry).unwrap_or(0);
    (flags & (NEVER_EXPIRES | SMART_CARD) != 0).then_some(
        "the account is set to \"password never expires\" or needs a smart card, and must-change has \
         no effect on such an account",
    )
}

const LAST_SET: &str = "pwdLastSet";

/// Must-change, from the value that was read: with another one the whole modify fails (RFC 4511
/// section 4.6), so that no password is overwritten that somebody else has set since. A value of 0
/// tells two resets not apart; the key version does, after the write.
pub(in crate::directory::ldap) fn must_change_from(last_set: Option<String>) -> Vec<Mod<Vec<u8>>> {
    let one = |value: &str| std::iter::once(value.as_bytes().to_vec()).collect();
    let name = LAST_SET.as_bytes().to_vec();
    match last_set.filter(|value| value != "0") {
        Some(old) => vec![
            Mod::Delete(name.clone(), one(&old)),
            Mod::Add(name, one("0")),
        ],
        None => vec![replace(LAST_SET, &[b"0"])],
    }
}

pub(in crate::directory::ldap) fn must_change(asked: bool, after: Option<&Seen>) -> StepOutcome {
    let Some(after) = after else {
        return if asked {
            StepOutcome::Unknown("the user could not be read again".into())
        } else {
            StepOutcome::NotNeeded
        };
    };
    match (&after.user.state.must_change, asked) {
        // Without the right Unexpire-Password a reset always leaves must-change behind
        // (MS-SAMR 3.1.1.8.7).
        (Fact::Known(true), _) => StepOutcome::Done,
        (_, false) => StepOutcome::NotNeeded,
        (Fact::Known(false), true) => {
            StepOutcome::Refused("the domain took it, but it is not in effect".into())
        }
        (Fact::Unknown(why), true) => StepOutcome::Unknown(why.clone()),
        (Fact::NotOffered, true) => StepOutcome::NotOffered("there is no must-change".into()),
    }
}
