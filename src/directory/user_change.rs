//! What is to become of a user.

mod attribute;
mod differences;

use jiff::Timestamp;

pub use attribute::{AttributeChange, AttributeConflict};

use super::{DirectoryError, UserAttribute, entry::Provisioned};
use crate::{
    password::Secret,
    permission::Role,
    receipt::Step,
    user::{AccountKind, AccountState, Detail, DetailsChange, Fact, User, validity},
};

/// A change of a user, all or nothing: what is absent stays as it is.
#[derive(Debug, Default)]
pub struct UserChange {
    /// The ID people know.
    pub login: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Kind of the account.
    pub kind: Option<AccountKind>,
    /// Display name, phone, station and job title.
    pub details: DetailsChange,
    /// From when on the account is valid; `Some(None)` is at once.
    pub valid_from: Option<Option<Timestamp>>,
    /// Until when the account is valid; `Some(None)` is without an end.
    pub valid_until: Option<Option<Timestamp>>,
    /// What provisioning clients keep with the user.
    pub provisioned: Option<ProvisionedChange>,
    /// Enable or disable.
    pub active: Option<bool>,
    /// Take a lock off.
    pub unlock: bool,
    /// End the sessions and tokens.
    pub end_sessions: bool,
    /// Another password must be chosen at the next sign-in; a new password brings that by itself.
    pub must_change: bool,
    /// Role in place of the one held.
    pub role: Option<Role>,
    /// The password.
    pub password: Option<PasswordChange>,
}

/// What provisioning clients keep, as it is to be, and which of it is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisionedChange {
    /// All of it.
    pub wanted: Provisioned,
    /// The names of what differs, for the audit.
    pub differs: Vec<&'static str>,
}

/// What is to become of a password.
#[derive(Debug)]
pub enum PasswordChange {
    /// Another, which must be changed at the next sign-in.
    Set {
        /// The new one.
        password: Secret,
        /// It was drawn by our generator.
        generated: bool,
    },
    /// None: the account has no password until a reset.
    TakeAway,
}

impl UserChange {
    /// The same once more, its password too.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let password = self.password.as_ref().map(|password| match password {
            PasswordChange::Set {
                password,
                generated,
            } => PasswordChange::Set {
                password: password.duplicate(),
                generated: *generated,
            },
            PasswordChange::TakeAway => PasswordChange::TakeAway,
        });
        Self {
            password,
            ..self.without_password()
        }
    }

    /// Nothing is to change.
    pub fn is_nothing(&self) -> bool {
        self.steps().is_empty()
    }

    /// Password, lock or must-change.
    pub const fn changes_sign_in(&self) -> bool {
        self.password.is_some() || self.unlock || self.must_change
    }

    /// From or until when the account is valid.
    pub const fn changes_validity(&self) -> bool {
        self.valid_from.is_some() || self.valid_until.is_some()
    }

    /// Anything but status, validity, role and password.
    pub fn changes_attributes(&self) -> bool {
        self.login.is_some()
            || self.email.is_some()
            || self.given_name.is_some()
            || self.family_name.is_some()
            || self.kind.is_some()
            || !self.details.is_nothing()
            || self.provisioned.is_some()
    }

    /// The way to reach the person: address or phone.
    pub const fn changes_contact(&self) -> bool {
        self.email.is_some() || self.details.phone.is_some()
    }

    /// Nothing but the role.
    pub fn is_role_only(&self) -> bool {
        self.steps() == [Step::RoleAssigned]
    }

    /// Whether the account is to be enabled or disabled, where nothing else is to change.
    pub fn status_alone(&self) -> Option<bool> {
        let steps = self.steps();
        let is_alone = steps == [Step::Enabled] || steps == [Step::Disabled];
        self.active.filter(|_| is_alone)
    }

    /// What it is called in one word: by its only step, or that the user was changed.
    pub fn step(&self) -> Step {
        match self.steps().as_slice() {
            [one] => *one,
            _ => Step::Changed,
        }
    }

    /// What it is made of, as a receipt names it.
    pub fn steps(&self) -> Vec<Step> {
        let is_set = self.new_password().is_some();
        let changes = self.changes_attributes()
            || self.changes_validity()
            || matches!(self.password, Some(PasswordChange::TakeAway));
        [
            (Step::PasswordSet, is_set),
            (Step::MustChange, is_set || self.must_change),
            (Step::Unlocked, self.unlock),
            (Step::Enabled, self.active == Some(true)),
            (Step::Disabled, self.active == Some(false)),
            (Step::RoleAssigned, self.role.is_some()),
            (Step::Changed, changes),
            (Step::SessionsEnded, self.end_sessions),
        ]
        .into_iter()
        .filter_map(|(step, is_part)| is_part.then_some(step))
        .collect()
    }

    /// The new password, where one is to be set.
    pub const fn new_password(&self) -> Option<&Secret> {
        match &self.password {
            Some(PasswordChange::Set { password, .. }) => Some(password),
            Some(PasswordChange::TakeAway) | None => None,
        }
    }

    /// The same without a password.
    #[must_use]
    pub fn without_password(&self) -> Self {
        Self {
            login: self.login.clone(),
            email: self.email.clone(),
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            kind: self.kind,
            details: self.details.clone(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            provisioned: self.provisioned.clone(),
            active: self.active,
            unlock: self.unlock,
            end_sessions: self.end_sessions,
            must_change: self.must_change,
            role: self.role.clone(),
            password: None,
        }
    }

    /// For a directory in which only a reset asks for a change of the password, and in which a lock and
    /// sessions are not written with attributes: nothing of it may be passed over in silence.
    ///
    /// # Errors
    /// [`DirectoryError::NotOffered`].
    fn refuse_what_is_an_act_of_its_own(&self) -> Result<(), DirectoryError> {
        let what = if self.must_change {
            "A change at the next sign-in is asked for together with a new password only"
        } else if self.unlock {
            "A lock is taken off by an act of its own"
        } else if self.end_sessions {
            "Sessions are ended by an act of their own"
        } else {
            return Ok(());
        };
        Err(DirectoryError::NotOffered(format!(
            "{what} in this directory."
        )))
    }

    /// What a directory of others takes in one request: attributes, status, validity and role, with
    /// details as they can be kept.
    ///
    /// # Errors
    /// [`DirectoryError::NotOffered`] for everything else, [`DirectoryError::Invalid`] for a detail.
    pub(super) fn as_attributes(&self) -> Result<Self, DirectoryError> {
        if self.password.is_some() || self.provisioned.is_some() {
            return Err(not_changed());
        }
        self.refuse_what_is_an_act_of_its_own()?;
        Ok(Self {
            details: self.details.checked().map_err(DirectoryError::of_detail)?,
            ..self.without_password()
        })
    }

    /// Would the account, with this change, end before it begins?
    ///
    /// # Errors
    /// [`DirectoryError::Invalid`] at the end.
    pub(super) fn refuse_an_end_before_the_beginning(
        &self,
        user: &User,
    ) -> Result<(), DirectoryError> {
        if !self.changes_validity() {
            return Ok(());
        }
        let state = self.applied_to(user).state;
        refuse_an_end_before_the_beginning(state.valid_from.value(), state.account_expires.value())
    }

    /// The user as the account will be, as far as a policy looks at it.
    #[must_use]
    pub fn applied_to(&self, user: &User) -> User {
        let text = |new: &Option<String>, old: &str| new.clone().unwrap_or_else(|| old.to_owned());
        User {
            login: text(&self.login, &user.login),
            email: text(&self.email, &user.email),
            given_name: text(&self.given_name, &user.given_name),
            family_name: text(&self.family_name, &user.family_name),
            kind: self.kind.map_or_else(|| user.kind.clone(), Fact::Known),
            details: if self.details.is_nothing() {
                user.details.clone()
            } else {
                let old = user.details.known().cloned().unwrap_or_default();
                Fact::Known(self.details.applied_to(&old))
            },
            state: AccountState {
                valid_from: changed(self.valid_from, &user.state.valid_from),
                account_expires: changed(self.valid_until, &user.state.account_expires),
                ..user.state.clone()
            },
            permissions: self
                .role
                .as_ref()
                .map_or(user.permissions, Role::permissions),
            reach: self
                .role
                .as_ref()
                .map_or_else(|| user.reach.clone(), Role::reach),
            // Where roles are not kept by their names, another is not either.
            role: match (&self.role, &user.role) {
                (Some(new), Some(_)) => Some(new.clone()),
                (_, held) => held.clone(),
            },
            ..user.clone()
        }
    }

    /// The names of what changes, for the audit; values stay out of it but for the role, whether the
    /// account is active, and from and until when it is valid.
    pub fn described(&self) -> Option<String> {
        if self.is_role_only() {
            return self.role.as_ref().map(|role| format!("role {role}"));
        }
        let provisioned = |name| {
            self.provisioned
                .as_ref()
                .is_some_and(|change| change.differs.contains(&name))
        };
        let mut words: Vec<String> = [
            ("userName", self.login.is_some()),
            ("externalId", provisioned("externalId")),
            (
                "displayName",
                self.details.display_name.is_some() || provisioned("displayName"),
            ),
            ("givenName", self.given_name.is_some()),
            ("familyName", self.family_name.is_some()),
            ("emails", self.email.is_some() || provisioned("emails")),
        ]
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| name.to_owned())
        .collect();
        words.extend(self.active.map(|active| {
            let word = if active { "enabled" } else { "disabled" };
            word.to_owned()
        }));
        if self.unlock {
            words.push("unlocked".into());
        }
        if self.must_change {
            words.push("must change".into());
        }
        words.extend(self.kind.map(|_| "kind".to_owned()));
        words.extend(
            [Detail::Phone, Detail::Station, Detail::JobTitle]
                .into_iter()
                .filter(|detail| self.details.of(*detail).is_some())
                .map(|detail| detail.words().to_owned()),
        );
        words.extend(
            self.details
                .fields
                .keys()
                .map(|name| format!("field {name}")),
        );
        words.extend(self.valid_from.map(|from| {
            from.map_or_else(
                || "valid at once".into(),
                |from| format!("valid from {from}"),
            )
        }));
        words.extend(self.valid_until.map(|until| {
            until.map_or_else(
                || "valid without end".into(),
                |until| format!("valid until {until}"),
            )
        }));
        words.extend(self.role.as_ref().map(|role| format!("role {role}")));
        if self.end_sessions {
            words.push("sessions ended".into());
        }
        if matches!(self.password, Some(PasswordChange::TakeAway)) {
            words.push("password taken away".into());
        }
        (!words.is_empty()).then(|| format!("changes {}", words.join(", ")))
    }
}

pub(super) fn not_changed() -> DirectoryError {
    DirectoryError::NotOffered(
        "Users of this directory are changed with the directory's own tools.".into(),
    )
}

/// Refuses an account that would end before it begins.
pub(super) fn refuse_an_end_before_the_beginning(
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<(), DirectoryError> {
    if validity::ends_before_it_begins(from, until) {
        return Err(DirectoryError::Invalid {
            attribute: Some(UserAttribute::ValidUntil),
            message: "the account would end before it begins".into(),
        });
    }
    Ok(())
}

#[expect(clippy::option_option, reason = "no change, no bound, a bound")]
fn changed(
    new: Option<Option<Timestamp>>,
    old: &Fact<Option<Timestamp>>,
) -> Fact<Option<Timestamp>> {
    new.map_or_else(|| old.clone(), Fact::Known)
}
