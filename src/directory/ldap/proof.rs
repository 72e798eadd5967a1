//! Was the password seen to change? A bind would tell, but may count as a failed sign-in and is
//! left to the operator.

use super::{entry::Entry, flavour::Flavour, read::Seen, writing::Writing};
use crate::{receipt::Proof, user::Fact};

/// Compares the time (or number) of the last change before and after.
pub(super) fn password(writing: &Writing<'_>, after: Option<&Seen>) -> Proof {
    let flavour = writing.link.root.flavour;
    let named = match flavour {
        Flavour::ActiveDirectory => "the key version (msDS-KeyVersionNumber)",
        Flavour::Ds389 => "pwdUpdateTime",
        Flavour::FreeIpa => "krbLastPwdChange",
        Flavour::OpenLdap | Flavour::Lldap | Flavour::Other => "pwdChangedTime",
    };
    let Some(after) = after else {
        return Proof::Unproved("the user could not be read again".into());
    };
    let (before, now) = (&writing.before.mark, &after.mark);
    if now.password.is_empty() {
        let missing = match flavour {
            Flavour::Ds389 => {
                "this server keeps no pwdUpdateTime (passwordTrackUpdateTime is off), or hides it"
            }
            Flavour::OpenLdap
            | Flavour::FreeIpa
            | Flavour::ActiveDirectory
            | Flavour::Lldap
            | Flavour::Other => "the directory does not show you the time of the last change",
        };
        return Proof::Unproved(missing.into());
    }
    if before.password != now.password {
        return Proof::Proved(moved(named, after));
    }
    // Times of one second cannot tell two resets in one second apart; the change number can.
    let numbered = !now.change.is_empty() && before.change != now.change;
    if numbered || updated_now(&writing.before.entry, &after.entry) {
        return Proof::Proved(moved(named, after));
    }
    Proof::Unproved(format!("{named} did not move"))
}

/// 389 numbers the changes of entries too (USN plug-in); the last one was the password's when both
/// have the same time.
fn updated_now(before: &Entry, after: &Entry) -> bool {
    let number = after.text("entryusn");
    number.is_some()
        && number != before.text("entryusn")
        && after.text("pwdUpdateTime").is_some()
        && after.text("pwdUpdateTime") == after.text("modifyTimestamp")
}

fn moved(named: &str, after: &Seen) -> String {
    match &after.user.state.password {
        Fact::Known(password) => match password.changed_at {
            Some(at) => format!("{named} moved to {}", at.strftime("%H:%M:%S UTC")),
            None => format!("{named} moved"),
        },
        Fact::Unknown(_) | Fact::NotOffered => format!("{named} moved"),
    }
}
