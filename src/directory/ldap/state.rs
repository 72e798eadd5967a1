//! From an entry to a user. What a server does not tell is unknown, with the right that is
//! missing; never a "no".

mod active_directory;
mod change_right;
mod ds389;
mod failures;
mod freeipa;
mod name;
mod openldap;
mod reading;
mod validity;

use super::{attributes::Attributes, flavour::Flavour, rdn, version::Mark};
use crate::{
    permission::{Permissions, Reach},
    user::{AccountKind, AccountState, Details, Fact, User, UserId, full_name},
};

pub(super) use active_directory::SECURITY_DESCRIPTOR;
pub(super) use name::of as name_of;
pub(super) use openldap::PERMANENT;
pub(super) use reading::Reading;

impl Reading<'_> {
    /// The user.
    pub(super) fn user(&self, attributes: &Attributes, permissions: Permissions) -> User {
        let entry = self.entry;
        let text = |name: &str| entry.text(name).unwrap_or_default();
        let (given_name, family_name) = name::of(entry, attributes);
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
            details: self.details(attributes),
            state: self.state(),
            permissions,
            reach: Reach::EVERYWHERE,
            role: None,
            version: Mark::of(entry, attributes, self.flavour).version(),
        }
    }

    fn details(&self, attributes: &Attributes) -> Fact<Details> {
        if attributes.details.is_empty() {
            return Fact::NotOffered;
        }
        let mut details = Details::default();
        for (detail, name) in &attributes.details {
            *details.of_mut(*detail) = self.entry.text(name).unwrap_or_default();
        }
        let (given, family) = name::of(self.entry, attributes);
        details.drop_repeated_name(&full_name(&given, &family));
        Fact::Known(details)
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
            account_expires: validity::end(self.entry, Fact::NotOffered),
            password: {
                let changed = self.entry.time("pwdChangedTime");
                self.password(changed.is_some(), changed, None)
            },
            ..AccountState::nothing_offered()
        }
    }
}
