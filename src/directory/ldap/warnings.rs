//! What the operator should know before saving.

use jiff::Timestamp;

use super::{
    account_control::{NEVER_EXPIRES, SMART_CARD, account_control},
    directory::LdapDirectory,
    entry::Entry,
    flavour::Flavour,
    freeipa,
    policy::Rules,
    read::Seen,
    session::Session,
    state::PERMANENT,
};
use crate::{
    directory::DirectoryError,
    text::{ahead, moment, zone},
    user::{Fact, UserId},
};

impl LdapDirectory {
    pub(super) async fn warnings(
        &self,
        session: &Session,
        id: &UserId,
        must_change: bool,
    ) -> Result<Vec<String>, DirectoryError> {
        let seen = self.read_user(session, id).await?;
        let flavour = session.link().await?.root.flavour;
        let mut warnings = Vec::new();
        if seen.user.state.active == Fact::Known(false) {
            warnings.push(
                "This account is disabled: a new password alone does not let the user in.".into(),
            );
        }
        let now = Timestamp::now();
        let zone = zone();
        if let Some(Some(end)) = seen.user.state.account_expires.known()
            && *end <= now
        {
            warnings.push(format!(
                "This account ended {}: a new password alone does not let the user in.",
                moment(*end, now, zone)
            ));
        }
        if let Some(Some(begin)) = seen.user.state.valid_from.known()
            && *begin > now
        {
            warnings.push(format!(
                "This account is not valid until {}: before that no password lets the user in.",
                ahead(*begin, now, zone)
            ));
        }
        if must_change && may_not_change(&seen, flavour) {
            warnings.push(
                "This user may not change the own password, and must after a reset: the user will \
                 not get in."
                    .into(),
            );
        }
        if seen.entry.text("pwdAccountLockedTime").as_deref() == Some(PERMANENT) {
            warnings.push(
                "An administrator has locked this account; a reset takes that lock off.".into(),
            );
        }
        if let Rules::Known(policy) = &seen.rules {
            // Must-change lifts the least age, where it is in effect.
            let lifted = must_change && policy.must_change != Some(false);
            if !lifted && let Some(age) = policy.min_age {
                warnings.push(format!(
                    "The directory's policy wants passwords to be at least {} old before they \
                     change: the user may not be able to change this one at once.",
                    words(age.as_secs())
                ));
            }
            if must_change && policy.must_change == Some(false) {
                let switch = match flavour {
                    Flavour::Ds389 => "passwordMustChange",
                    Flavour::OpenLdap
                    | Flavour::FreeIpa
                    | Flavour::ActiveDirectory
                    | Flavour::Lldap
                    | Flavour::Other => "pwdMustChange",
                };
                warnings.push(format!(
                    "Must-change has no effect: {switch} is off in {}.",
                    policy.source
                ));
            }
            if let Some(life) = policy.temporary {
                warnings.push(format!(
                    "A temporary password works for {} only.",
                    words(life.as_secs())
                ));
            }
        }
        if flavour == Flavour::FreeIpa && freeipa::is_deleted(&seen.entry.dn) {
            warnings.push(
                "This account was deleted and is kept (preserved): nobody signs in with it before \
                 it is restored with `ipa user-undel`."
                    .into(),
            );
        }
        if flavour == Flavour::ActiveDirectory {
            domain(&seen.entry, must_change, &mut warnings);
        }
        Ok(warnings)
    }
}

/// Will the user, who must change, not be allowed to? 389 lets those change all the same.
fn may_not_change(seen: &Seen, flavour: Flavour) -> bool {
    flavour != Flavour::Ds389 && seen.user.state.may_change_password == Fact::Known(false)
}

fn domain(entry: &Entry, must_change: bool, warnings: &mut Vec<String>) {
    let flags = account_control(entry).unwrap_or(0);
    if must_change && flags & NEVER_EXPIRES != 0 {
        warnings.push(
            "This account is set to \"password never expires\": must-change has no effect.".into(),
        );
    }
    if flags & SMART_CARD != 0 {
        warnings.push("This account needs a smart card: a password does not let it in.".into());
    }
    if entry.number("adminCount") == Some(1) {
        warnings.push(
            "This account is or was an administrator's (adminCount=1): delegated rights do not \
             reach it."
                .into(),
        );
    }
}

/// `1 day`, `36 hours`, `90 minutes`, `30 seconds`.
fn words(seconds: i64) -> String {
    let (count, unit) = match seconds {
        s if s % 86_400 == 0 => (s / 86_400, "day"),
        s if s % 3_600 == 0 => (s / 3_600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
