//! Does a password sign the user in? Only a sign-in tells, on a connection of its own.
//!
//! A server that looks at the account before it looks at the password says no to the right one too.
//! So a refusal is taken for a wrong password only where nothing else is known to stand in the way.

use jiff::Timestamp;

use super::{
    control,
    directory::LdapDirectory,
    flavour::Flavour,
    lost::unavailable,
    read::Seen,
    refusal::{self, Tried, refused},
    result_code as code,
    session::Session,
};
use crate::{
    audit::Target,
    directory::DirectoryError,
    operator::SignInRefusal,
    password::Secret,
    receipt::Checked,
    user::{Fact, UserId},
};

impl LdapDirectory {
    /// Tries the user's password on a connection of its own.
    pub(super) async fn check_password(
        &self,
        session: &Session,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        if password.is_empty() {
            return Ok(Checked {
                matches: false,
                signs_in: false,
                remark: Some("an empty password never signs anybody in".into()),
            });
        }
        let before = self.read_user(session, user).await?;
        let flavour = session.link().await?.root.flavour;
        let shut = shut(&before);
        // A domain controller looks at the password first, save where the account is locked.
        if let Some((why, cure)) = shut
            && (flavour != Flavour::ActiveDirectory || is_locked(&before))
        {
            return Err(not_told(&before, why, cure));
        }
        let link = self.connector.connect().await?;
        let bound = link
            .simple_bind(&user.0, password.expose())
            .await
            .map_err(|lost| unavailable(&lost))?;
        if bound.rc == code::SUCCESS {
            let must_change = control::must_change(&bound.ctrls);
            let grace = control::grace(&bound.ctrls);
            return Ok(Checked {
                matches: true,
                signs_in: !must_change,
                remark: grace
                    .map(used_grace)
                    .or_else(|| must_change.then(|| "it must be changed at this sign-in".into())),
            });
        }
        let right = |remark: &str| Checked {
            matches: true,
            signs_in: false,
            remark: Some(remark.into()),
        };
        match refusal::sign_in(&bound) {
            // Said of the right password only.
            Some(SignInRefusal::Expired | SignInRefusal::MustChange) => {
                Ok(right("it has expired or must be changed"))
            }
            Some(
                SignInRefusal::AccountEnded | SignInRefusal::NotYetValid | SignInRefusal::NotNow,
            ) => Ok(right(
                "the account has ended, or may not sign in at this hour or from this machine",
            )),
            Some(SignInRefusal::Disabled) if flavour == Flavour::ActiveDirectory => {
                Ok(right("the account is disabled"))
            }
            Some(SignInRefusal::Locked) => Err(not_told(&before, LOCKED.0, LOCKED.1)),
            Some(SignInRefusal::Disabled) => Err(not_told(&before, DISABLED.0, DISABLED.1)),
            Some(SignInRefusal::WrongPassword) => match (shut, &before.user.state.lock) {
                (Some((why, cure)), _) => Err(not_told(&before, why, cure)),
                (None, Fact::Unknown(why)) => Err(not_told(
                    &before,
                    &format!(
                        "the directory refused it, and whether the account is locked cannot be \
                         read: it {why}"
                    ),
                    "Have that right given, or reset the password.",
                )),
                (None, Fact::Known(_) | Fact::NotOffered) => Ok(Checked {
                    matches: false,
                    signs_in: false,
                    remark: Some(self.counted(session, user, &before).await),
                }),
            },
            Some(
                why @ (SignInRefusal::UnknownUser
                | SignInRefusal::NowLocked
                | SignInRefusal::Delayed
                | SignInRefusal::NoPassword
                | SignInRefusal::Undisclosed),
            ) => Ok(Checked {
                matches: false,
                signs_in: false,
                remark: Some(why.words().into()),
            }),
            None => Err(refused(&bound, &link, Tried::Read, false)),
        }
    }

    /// Did the directory count the wrong password? Only what was read is said.
    async fn counted(&self, session: &Session, user: &UserId, before: &Seen) -> String {
        let after = self.read(session, user).await.ok();
        let counted = after.as_ref().and_then(|after| {
            counts(&before.failures, &after.failures).then_some(())?;
            let locked = if is_locked(after) {
                ", and is locked now"
            } else {
                ""
            };
            let words = after.failures_in_words().unwrap_or_default();
            Some(format!(
                "the directory counted this as a failed sign-in: {words}{locked}"
            ))
        });
        counted.unwrap_or_else(|| {
            "whether the directory counts this as a failed sign-in is not known".into()
        })
    }
}

/// Did the number of failures rise? A domain passes over a former password, and a policy without a lock
/// counts none.
fn counts(then: &Fact<u32>, now: &Fact<u32>) -> bool {
    matches!((then, now), (Fact::Known(then), Fact::Known(now)) if now > then)
}

const LOCKED: (&str, &str) = (
    "the account is locked, and the directory does not tell of a locked account whether a password \
     is right",
    "Unlock the account, then check again.",
);
const DISABLED: (&str, &str) = (
    "the account is disabled, and the directory does not tell of such an account whether a \
     password is right",
    "Have the account enabled, then check again.",
);
const ENDED: (&str, &str) = (
    "the account has ended or not begun, and the directory does not tell of such an account \
     whether a password is right",
    "Have the account's time extended, then check again.",
);

/// Why the account takes no password at all, where that is known.
fn shut(seen: &Seen) -> Option<(&'static str, &'static str)> {
    if seen.user.state.active == Fact::Known(false) {
        return Some(DISABLED);
    }
    if is_locked(seen) {
        return Some(LOCKED);
    }
    let now = Timestamp::now();
    // shadowExpire is the hosts' own, the server does not look at it.
    let over = seen.entry.time("pwdEndTime").is_some_and(|end| end <= now)
        || seen.entry.has("accountExpires")
            && matches!(seen.user.state.account_expires, Fact::Known(Some(end)) if end <= now);
    over.then_some(ENDED)
}

fn is_locked(seen: &Seen) -> bool {
    matches!(seen.user.state.lock, Fact::Known(Some(_)))
}

fn not_told(seen: &Seen, why: &str, cure: &str) -> DirectoryError {
    DirectoryError::PasswordNotChecked {
        why: why.into(),
        cure: cure.into(),
        user: Some(Box::new(Target::from(&seen.user))),
    }
}

fn used_grace(left: u32) -> String {
    format!("it has expired; this try used up a grace sign-in, and {left} are left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_said_to_be_counted_only_where_the_number_was_seen_to_rise() {
        let hidden = || Fact::Unknown("needs read".into());
        assert!(counts(&Fact::Known(1), &Fact::Known(2)));
        for (then, now) in [
            (Fact::Known(2), Fact::Known(2)),
            (Fact::Known(2), Fact::Known(0)),
            (hidden(), Fact::Known(2)),
            (Fact::Known(1), hidden()),
            (Fact::NotOffered, Fact::NotOffered),
        ] {
            assert!(!counts(&then, &now), "{then:?} {now:?}");
        }
    }
}
