//! Was the password seen to change? A bind would tell, but may count as a failed sign-in and is
//! left to the operator.

use super::{
    connection::Link,
    control::PASSWORD_POLICY,
    entry::Entry,
    flavour::Flavour,
    rdn::same,
    read::Seen,
    version::{KEY_VERSION, Mark},
    writing::Writing,
};
use crate::{
    receipt::Proof,
    text::{stamp, zone},
    user::Fact,
};

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
        return Proof::Accepted("the user could not be read again".into());
    };
    let (before, now) = (&writing.before.mark, &after.mark);
    if now.password.is_empty() {
        return Proof::Accepted(untold(&writing.link).into());
    }
    if let Some(other) = somebody_else(writing, after) {
        return Proof::NotKnown(other);
    }
    if before.password != now.password {
        return Proof::ReadBack(moved(named, after));
    }
    // Times of one second cannot tell two resets in one second apart. The change number moved with
    // something that was written in that second; that it was the password, nothing shows.
    if !now.change.is_empty() && before.change != now.change {
        return Proof::Accepted(format!(
            "{named} already had this second before; entryCSN moved"
        ));
    }
    if updated_now(&writing.before.entry, &after.entry) {
        return Proof::Accepted(format!(
            "{named} already had this second before; entryusn moved, and the last change was the \
             password's"
        ));
    }
    Proof::NotKnown(format!("{named} did not move"))
}

/// Does the entry still have the values that the write itself left (RFC 4527)?
pub(super) fn caused(caused: &Entry, after: Option<&Seen>) -> Proof {
    let Some(after) = after else {
        return Proof::Accepted("the user could not be read again".into());
    };
    let same = |name: &str| caused.has(name) && caused.text(name) == after.entry.text(name);
    if same("entryCSN") {
        return Proof::ReadBack(
            "entryCSN and pwdChangedTime have the values that this write gave them".into(),
        );
    }
    let by = after.entry.text("modifiersName");
    let by = by.map_or_else(|| "somebody".into(), |by| format!("{by} or somebody"));
    if same("pwdChangedTime") {
        return Proof::Accepted(
            "pwdChangedTime has the value that this write gave it, and the entry has been changed \
             since"
                .into(),
        );
    }
    Proof::NotKnown(format!("{by} has set another password since"))
}

/// Why the time of the last change is not there. A server that keeps none hides none.
fn untold(link: &Link) -> &'static str {
    match link.root.flavour {
        Flavour::Ds389 => {
            "this server keeps no pwdUpdateTime (passwordTrackUpdateTime is off), or hides it"
        }
        Flavour::OpenLdap | Flavour::Other if !link.root.control(PASSWORD_POLICY) => {
            "this server keeps no time of the last change: it has no password policy"
        }
        Flavour::Lldap => "this server keeps no time of the last change",
        Flavour::OpenLdap | Flavour::FreeIpa | Flavour::ActiveDirectory | Flavour::Other => {
            "the directory does not show you the time of the last change"
        }
    }
}

/// Has another writer been there between the look before and the look after? Then what was seen to
/// move may be that writer's, and so may the password.
fn somebody_else(writing: &Writing<'_>, after: &Seen) -> Option<String> {
    if writing.link.root.flavour == Flavour::ActiveDirectory {
        // Every password that is set moves the key version by one.
        let number = |mark: &Mark| mark.password.parse::<i64>().ok();
        let (before, now) = (number(&writing.before.mark)?, number(&after.mark)?);
        let counted = writing.before.entry.has(KEY_VERSION) && after.entry.has(KEY_VERSION);
        return (counted && now > before + 1).then(|| {
            "another password was set at the same time: it is not known which of the two is in \
             force"
                .into()
        });
    }
    // 389 writes what belongs to a password in its own name; of others nothing is known.
    if writing.link.root.flavour != Flavour::OpenLdap {
        return None;
    }
    let by = after.entry.text("modifiersName")?;
    let own = writing.session.own_dn()?;
    (!same(&by, own)).then(|| {
        format!("{by} has changed this user at the same time: look which password is in force")
    })
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
            Some(at) => format!("{named} moved to {}", stamp(at, zone())),
            None => format!("{named} moved"),
        },
        Fact::Unknown(_) | Fact::NotOffered => format!("{named} moved"),
    }
}
