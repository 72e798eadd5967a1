//! From an entry to a user. What a server does not tell is unknown, with the right that is
//! missing; never a "no".

mod active_directory;
mod ds389;
mod freeipa;
mod openldap;
mod reading;

use super::{attributes::Attributes, flavour::Flavour, rdn, version::Mark};
use crate::{
    permission::Permissions,
    user::{AccountKind, AccountState, Fact, User, UserId},
};

pub(super) use reading::Reading;

impl Reading<'_> {
    /// The user.
    pub(super) fn user(&self, attributes: &Attributes, permissions: Permissions) -> User {
        let entry = self.entry;
        let text = |name: &str| entry.text(name).unwrap_or_default();
        let mut family_name = text(&attributes.family_name);
        let given_name = text(&attributes.given_name);
        if family_name.is_empty() && given_name.is_empty() {
            family_name = attributes
                .display
                .iter()
                .find_map(|name| entry.text(name))
                .unwrap_or_default();
        }
        User {
            id: UserId(entry.dn.clone()),
            login: rdn::preferred(entry, &attributes.login).unwrap_or_default(),
            email: rdn::address(entry, &attributes.email).unwrap_or_default(),
            given_name,
            family_name,
            kind: attributes
                .kind
                .as_ref()
                .and_then(|name| AccountKind::from_word(&text(name)))
                .map_or(Fact::NotOffered, Fact::Known),
            state: self.state(),
            permissions,
            version: Mark::of(entry, self.flavour).version(),
        }
    }

    /// The state alone.
    pub(super) fn state(&self) -> AccountState {
        match self.flavour {
            Flavour::ActiveDirectory => active_directory::state(self),
            Flavour::Ds389 => ds389::state(self),
            Flavour::FreeIpa => freeipa::state(self),
            Flavour::OpenLdap | Flavour::Other if self.has_policy => openldap::state(self),
            Flavour::OpenLdap | Flavour::Other | Flavour::Lldap => self.nothing_offered(),
        }
    }

    /// A directory without locks, expiry or must-change.
    fn nothing_offered(&self) -> AccountState {
        AccountState {
            active: Fact::NotOffered,
            account_expires: Fact::NotOffered,
            lock: Fact::NotOffered,
            must_change: Fact::NotOffered,
            password: self
                .entry
                .time("pwdChangedTime")
                .map_or(Fact::NotOffered, |changed| {
                    Fact::Known(crate::user::PasswordState {
                        set: true,
                        changed_at: Some(changed),
                        expires_at: None,
                    })
                }),
            last_sign_in: Fact::NotOffered,
        }
    }
}
