//! What is wrong with who somebody is to be, told before it is sent.

use crate::directory::UserAttribute;

/// What is to be kept, trimmed; what is absent is not to change.
#[derive(Debug, Default)]
pub(super) struct Identity<'a> {
    pub(super) login: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    /// Given and family name.
    pub(super) names: Option<[&'a str; 2]>,
}

impl Identity<'_> {
    /// The first attribute that cannot be so, and what to do about it.
    pub(super) fn fault(&self) -> Option<(UserAttribute, &'static str)> {
        if self.login == Some("") {
            let why = "An ID is needed: badge, employee or customer number.";
            return Some((UserAttribute::Id, why));
        }
        let is_address = |email: &str| email.is_empty() || email.contains('@');
        if self.email.is_some_and(|email| !is_address(email)) {
            let why = "This is not an address: name@agency.example is the form.";
            return Some((UserAttribute::Email, why));
        }
        if self.names == Some(["", ""]) {
            let why = "A name is needed; apparatus and businesses have one here.";
            return Some((UserAttribute::FamilyName, why));
        }
        None
    }
}
