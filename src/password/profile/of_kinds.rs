//! Profiles of their own for kinds of accounts: residents with eight characters beside staff with
//! fifteen.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Profile, ProfileError, ProfileOverrides};
use crate::{kind::AccountKind, user::User};

/// The profile in force, and those of kinds that have one of their own. What is asked of a
/// password, and of an account by it, is what the profile of the account's kind says; sessions and
/// the hash are the same for everybody. Clones share everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profiles {
    general: Arc<Profile>,
    of_kinds: BTreeMap<AccountKind, Arc<Profile>>,
}

impl Profiles {
    /// The one for everybody and everything that has none of its own.
    pub const fn general(&self) -> &Arc<Profile> {
        &self.general
    }

    /// The one for accounts of this kind. A kind that is not known has the general one.
    pub fn of(&self, kind: Option<AccountKind>) -> &Arc<Profile> {
        kind.and_then(|kind| self.of_kinds.get(&kind))
            .unwrap_or(&self.general)
    }

    /// The one for the account of `user`.
    pub fn of_user(&self, user: &User) -> &Arc<Profile> {
        self.of(user.kind.known().copied())
    }

    /// Has the kind one of its own?
    pub fn is_own(&self, kind: Option<AccountKind>) -> bool {
        kind.is_some_and(|kind| self.of_kinds.contains_key(&kind))
    }

    /// Those of kinds that have one of their own.
    pub fn own(&self) -> impl Iterator<Item = (AccountKind, &Arc<Profile>)> {
        self.of_kinds.iter().map(|(kind, profile)| (*kind, profile))
    }

    /// The same with a profile for a kind; what is not asked of a password stays the general one's.
    #[must_use]
    pub fn with(mut self, kind: AccountKind, profile: Profile) -> Self {
        let general = &self.general;
        let own = Profile {
            blocklist_max_age_days: general.blocklist_max_age_days,
            reveal_while_typing: general.reveal_while_typing,
            idle_lock_min: general.idle_lock_min,
            reauth_hours: general.reauth_hours,
            disconnect_idle_min: general.disconnect_idle_min,
            step_up_window_min: general.step_up_window_min,
            step_up_reason: general.step_up_reason.clone(),
            kdf: general.kdf,
            operator_may_type_password: general.operator_may_type_password,
            of_kind: Some(kind),
            ..profile
        };
        self.of_kinds.insert(kind, Arc::new(own));
        self
    }
}

impl From<Arc<Profile>> for Profiles {
    fn from(general: Arc<Profile>) -> Self {
        Self {
            general,
            of_kinds: BTreeMap::new(),
        }
    }
}

impl From<Profile> for Profiles {
    fn from(general: Profile) -> Self {
        Arc::new(general).into()
    }
}

/// What the configuration says of one kind: another profile, other values, or both. Without a
/// profile of its own the values stand on top of what holds for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KindProfile {
    /// Name of the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Values in place of the profile's own.
    #[serde(skip_serializing_if = "ProfileOverrides::is_nothing")]
    pub policy: ProfileOverrides,
}

impl KindProfile {
    /// Nothing is said.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The profile that comes of it, beside what holds for everybody.
    ///
    /// # Errors
    /// As [`Profile::from_config`]; and keys that cannot differ from kind to kind.
    pub fn profile(
        &self,
        general: &str,
        of_everybody: &ProfileOverrides,
    ) -> Result<Profile, Vec<ProfileError>> {
        let wrong = self.policy.same_for_everybody();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        match &self.profile {
            Some(name) => Profile::from_config(name, &self.policy),
            None => Profile::from_config(general, &self.policy.on_top_of(of_everybody)),
        }
    }
}

impl ProfileOverrides {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Keys that are about sessions or the store as a whole.
    fn same_for_everybody(&self) -> Vec<ProfileError> {
        [
            (
                "blocklist_max_age_days",
                self.blocklist_max_age_days.is_some(),
            ),
            ("reveal_while_typing", self.reveal_while_typing.is_some()),
            ("idle_lock_min", self.idle_lock_min.is_some()),
            ("reauth_hours", self.reauth_hours.is_some()),
            ("disconnect_idle_min", self.disconnect_idle_min.is_some()),
            ("step_up_window_min", self.step_up_window_min.is_some()),
            ("step_up_reason", self.step_up_reason.is_some()),
            ("kdf", self.kdf.is_some()),
            (
                "operator_may_type_password",
                self.operator_may_type_password.is_some(),
            ),
        ]
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(key, _)| ProfileError {
            key,
            value: "a value of its own".into(),
            allowed: "it is the same for every kind, and stands under [policy]".into(),
        })
        .collect()
    }

    /// These where they say something, and else those below.
    fn on_top_of(&self, below: &Self) -> Self {
        let mut below = below.clone();
        let Self {
            min_chars,
            min_chars_generated,
            max_chars,
            composition_classes,
            reject_user_id,
            reject_proper_name,
            blocklist,
            blocklist_max_age_days: _,
            min_strength,
            history,
            max_age_days,
            temp_password_hours,
            reveal_while_typing: _,
            lockout_attempts,
            lockout_window_min,
            idle_lock_min: _,
            reauth_hours: _,
            disconnect_idle_min: _,
            step_up_window_min: _,
            step_up_reason: _,
            disable_inactive_days,
            kdf: _,
            operator_may_type_password: _,
            must_change_after_reset,
            lockout_release,
            blocklist_min_entries,
            count,
            normalize,
            salt_bits,
        } = self.clone();
        over(&mut below.min_chars, min_chars);
        over(&mut below.min_chars_generated, min_chars_generated);
        over(&mut below.max_chars, max_chars);
        over(&mut below.composition_classes, composition_classes);
        over(&mut below.reject_user_id, reject_user_id);
        over(&mut below.reject_proper_name, reject_proper_name);
        over(&mut below.blocklist, blocklist);
        over(&mut below.min_strength, min_strength);
        over(&mut below.history, history);
        over(&mut below.max_age_days, max_age_days);
        over(&mut below.temp_password_hours, temp_password_hours);
        over(&mut below.lockout_attempts, lockout_attempts);
        over(&mut below.lockout_window_min, lockout_window_min);
        over(&mut below.disable_inactive_days, disable_inactive_days);
        over(&mut below.must_change_after_reset, must_change_after_reset);
        over(&mut below.lockout_release, lockout_release);
        over(&mut below.blocklist_min_entries, blocklist_min_entries);
        over(&mut below.count, count);
        over(&mut below.normalize, normalize);
        over(&mut below.salt_bits, salt_bits);
        below
    }
}

fn over<T>(below: &mut Option<T>, own: Option<T>) {
    if own.is_some() {
        *below = own;
    }
}

#[cfg(test)]
mod tests;
