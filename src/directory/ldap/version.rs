//! Which version of an entry was read, and which password it had.

use super::{attributes::Attributes, entry::Entry, flavour::Flavour, seen_values::SeenValues};
use crate::user::Version;

/// Counts the passwords of an account in Active Directory (MS-ADTS 3.1.1.4.5.16).
pub(super) const KEY_VERSION: &str = "msDS-KeyVersionNumber";

/// What is compared to tell whether an entry, its password, or an attribute that is written has changed.
/// Failed sign-ins move none of it, though they move `entryCSN`, `modifyTimestamp` and `uSNChanged`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// The entry itself: another account may get the same DN later.
    pub(super) identity: String,
    /// Flags that a reset or an administrator sets.
    pub(super) flags: String,
    /// The number of the last change, while that change is the password's own: it tells two
    /// resets within one second apart. Empty otherwise.
    pub(super) change: String,
    /// Moves when the password is set; empty where it cannot be read.
    pub(super) password: String,
    /// Moves when a lock comes or goes. Failed sign-ins do that, so it tells no versions apart.
    pub(super) lock: String,
    /// The attributes that a change writes, each compared by whoever writes it.
    pub(super) values: SeenValues,
}

impl Mark {
    /// Reads the mark.
    pub(super) fn of(entry: &Entry, attributes: &Attributes, flavour: Flavour) -> Self {
        let values = SeenValues::of(entry, attributes);
        let text = |name: &str| entry.text(name).unwrap_or_default();
        match flavour {
            Flavour::ActiveDirectory => Self {
                identity: hex(entry.bytes("objectGUID").unwrap_or_default()),
                flags: format!("{}.{}", text("pwdLastSet"), text("userAccountControl")),
                change: String::new(),
                // pwdLastSet is 0 after every reset with must-change; the key version still moves.
                password: match entry.text(KEY_VERSION) {
                    Some(number) => number,
                    None => text("pwdLastSet"),
                },
                lock: text("lockoutTime"),
                values,
            },
            Flavour::Ds389 => Self {
                identity: text("nsUniqueId"),
                flags: format!("{}.{}", text("pwdReset"), text("nsAccountLock")),
                // Failed sign-ins move entryusn, so it is no use here.
                change: String::new(),
                password: text("pwdUpdateTime"),
                lock: format!(
                    "{}.{}",
                    text("accountUnlockTime"),
                    text("passwordRetryCount")
                ),
                values,
            },
            Flavour::FreeIpa => Self {
                identity: entry
                    .text("ipaUniqueID")
                    .unwrap_or_else(|| text("nsUniqueId")),
                flags: format!(
                    "{}.{}",
                    text("nsAccountLock"),
                    text("krbPasswordExpiration")
                ),
                change: String::new(),
                password: text("krbLastPwdChange"),
                lock: format!(
                    "{}.{}",
                    text("krbLoginFailedCount"),
                    text("krbLastAdminUnlock")
                ),
                values,
            },
            Flavour::OpenLdap | Flavour::Lldap | Flavour::Other => Self {
                identity: text("entryUUID"),
                flags: text("pwdReset"),
                // A failed sign-in in that second would move it too.
                change: match entry.latest("pwdFailureTime") {
                    Some(failed) if Some(failed) >= entry.time("pwdChangedTime") => String::new(),
                    _ => {
                        within_second(&text("pwdChangedTime"), &text("entryCSN"), text("entryCSN"))
                    }
                },
                password: text("pwdChangedTime"),
                lock: text("pwdAccountLockedTime"),
                values,
            },
        }
    }

    /// Is it the same entry with the same password and flags?
    pub(super) fn matches(&self, other: &Self) -> bool {
        self.identity == other.identity
            && self.flags == other.flags
            && self.password == other.password
            && !self.overtaken(other)
    }

    /// Was the password set once more within the same second?
    pub(super) fn overtaken(&self, other: &Self) -> bool {
        self.password == other.password
            && !self.change.is_empty()
            && !other.change.is_empty()
            && self.change != other.change
    }

    /// As it is handed to the desk.
    pub(super) fn version(&self) -> Version {
        let parts = [
            &self.identity,
            &self.flags,
            &self.change,
            &self.password,
            &self.lock,
            &self.values.text(),
        ];
        Version(parts.map(|part| part.replace('|', "")).join("|"))
    }

    /// Back from what the desk kept.
    pub(super) fn from_version(version: &Version) -> Option<Self> {
        let mut parts = version.0.splitn(6, '|').map(str::to_owned);
        Some(Self {
            identity: parts.next()?,
            flags: parts.next()?,
            change: parts.next()?,
            password: parts.next()?,
            lock: parts.next()?,
            values: SeenValues::from_text(&parts.next().unwrap_or_default()),
        })
    }
}

/// The number of the last change, if that came in the second in which the password was set.
pub(super) fn within_second(password: &str, changed: &str, number: String) -> String {
    let second = |text: &str| text.get(..14).map(str::to_owned);
    match (second(password), second(changed)) {
        (Some(one), Some(other)) if one == other => number,
        _ => String::new(),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
