//! What must be said beside a profile's name.

use super::{Kdf, Profile};

impl Profile {
    /// Every name that [`Profile::named`] knows, the default first.
    pub const NAMES: [&str; 3] = ["nist-800-63b-4", "cjis", "legacy-90-10"];

    /// The profile's name without `+custom`.
    pub fn base_name(&self) -> &str {
        self.name.strip_suffix("+custom").unwrap_or(&self.name)
    }

    /// What to show beside the name: that `legacy-90-10` is not good enough for CJIS any more, and
    /// which custom keys are weaker than the profile they stand on.
    pub fn remark(&self) -> Option<String> {
        let mut remarks = Vec::new();
        if self.base_name() == "legacy-90-10" {
            remarks.push("does not meet CJIS 5.9.5 since 1 October 2024".to_owned());
        }
        let weaker = self.weaker_than_base();
        if !weaker.is_empty() {
            remarks.push(format!(
                "weaker than {}: {}",
                self.base_name(),
                weaker.join(", ")
            ));
        }
        (!remarks.is_empty()).then(|| remarks.join("; "))
    }

    fn weaker_than_base(&self) -> Vec<&'static str> {
        let Some(base) = Self::named(self.base_name()) else {
            return Vec::new();
        };
        // Never is longer than any number of days.
        let never = |days: Option<u32>| days.unwrap_or(u32::MAX);
        [
            ("min_chars", self.min_chars < base.min_chars),
            (
                "min_chars_generated",
                self.min_chars_generated < base.min_chars_generated,
            ),
            ("reject_user_id", self.reject_user_id < base.reject_user_id),
            (
                "reject_proper_name",
                !self.reject_proper_name && base.reject_proper_name,
            ),
            ("blocklist", !self.blocklist && base.blocklist),
            (
                "blocklist_max_age_days",
                self.blocklist_max_age_days > base.blocklist_max_age_days,
            ),
            ("min_strength", self.min_strength < base.min_strength),
            ("history", self.history < base.history),
            (
                "max_age_days",
                never(self.max_age_days) > never(base.max_age_days),
            ),
            (
                "temp_password_hours",
                self.temp_password_hours > base.temp_password_hours,
            ),
            (
                "reveal_while_typing",
                self.reveal_while_typing && !base.reveal_while_typing,
            ),
            (
                "lockout_attempts",
                self.lockout_attempts > base.lockout_attempts,
            ),
            (
                // Failures are forgotten after a shorter time; none is the strictest.
                "lockout_window_min",
                never(self.lockout_window_min) < never(base.lockout_window_min),
            ),
            ("idle_lock_min", self.idle_lock_min > base.idle_lock_min),
            ("reauth_hours", self.reauth_hours > base.reauth_hours),
            (
                "disconnect_idle_min",
                self.disconnect_idle_min > base.disconnect_idle_min,
            ),
            (
                "step_up_window_min",
                self.step_up_window_min > base.step_up_window_min && self.step_up_reason.is_none(),
            ),
            (
                "disable_inactive_days",
                never(self.disable_inactive_days) > never(base.disable_inactive_days),
            ),
            (
                "kdf (Argon2id is not FIPS-approved)",
                base.kdf == Kdf::Pbkdf2Sha256 && self.kdf == Kdf::Argon2id,
            ),
        ]
        .into_iter()
        .filter_map(|(key, weaker)| weaker.then_some(key))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::profile::ProfileOverrides;

    #[test]
    fn the_legacy_profile_says_that_cjis_has_moved_on() {
        assert_eq!(
            Profile::legacy_90_10().remark().as_deref(),
            Some("does not meet CJIS 5.9.5 since 1 October 2024")
        );
        assert_eq!(Profile::nist().remark(), None);
        assert_eq!(Profile::cjis().remark(), None);
    }

    #[test]
    fn keys_weaker_than_the_profile_are_named_and_stricter_ones_are_not() {
        let given = ProfileOverrides {
            min_chars: Some(12),
            history: Some(3),
            max_age_days: Some(0),
            kdf: Some(Kdf::Argon2id),
            ..ProfileOverrides::default()
        };
        let profile = Profile::from_config("cjis", &given).unwrap();
        assert_eq!(
            profile.remark().as_deref(),
            Some("weaker than cjis: min_chars, max_age_days, kdf (Argon2id is not FIPS-approved)")
        );
    }

    #[test]
    fn every_name_is_known_to_itself() {
        for name in Profile::NAMES {
            assert_eq!(Profile::named(name).unwrap().name, name);
        }
    }
}
