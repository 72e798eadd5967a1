//! Which version of an entry was read, and which password it had.

use crate::{
    directory::ldap::{entry::Entry, flavour::Flavour},
    user::Version,
};

/// What is compared to tell whether an entry, or its password, has changed. Failed sign-ins move
/// none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::directory::ldap) struct Mark {
    /// The entry itself: another account may come to bear the same DN.
    pub(in crate::directory::ldap) identity: String,
    /// Moves with every change that somebody makes.
    pub(in crate::directory::ldap) change: String,
    /// Moves when the password is set; empty where it cannot be read.
    pub(in crate::directory::ldap) password: String,
}

impl Mark {
    /// Reads the mark.
    pub(in crate::directory::ldap) fn of(entry: &Entry, flavour: Flavour) -> Self {
        let text = |name: &str| entry.text(name).unwrap_or_default();
        match flavour {
            Flavour::ActiveDirectory => Self {
                identity: hex(entry.bytes("objectGUID").unwrap_or_default()),
                change: format!("{}.{}", text("pwdLastSet"), text("userAccountControl")),
                // pwdLastSet is 0 after every reset with must-change; the key version still moves.
                password: match entry.text("msDS-KeyVersionNumber") {
                    Some(number) => number,
                    None => text("pwdLastSet"),
                },
            },
            Flavour::Ds389 => Self {
                identity: text("nsUniqueId"),
                change: format!(
                    "{}.{}",
                    text("pwdUpdateTime"),
                    text("passwordExpirationTime")
                ),
                password: text("pwdUpdateTime"),
            },
            Flavour::OpenLdap | Flavour::Lldap | Flavour::Other => Self {
                identity: text("entryUUID"),
                change: match entry.text("entryCSN") {
                    Some(number) => number,
                    None => text("modifyTimestamp"),
                },
                password: text("pwdChangedTime"),
            },
        }
    }

    /// As it is handed to the desk.
    pub(in crate::directory::ldap) fn version(&self) -> Version {
        Version(format!(
            "{}|{}|{}",
            self.identity, self.change, self.password
        ))
    }

    /// Back from what the desk kept.
    pub(in crate::directory::ldap) fn from_version(version: &Version) -> Option<Self> {
        let mut parts = version.0.splitn(3, '|').map(str::to_owned);
        Some(Self {
            identity: parts.next()?,
            change: parts.next()?,
            password: parts.next()?,
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
