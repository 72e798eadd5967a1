//! Custom keys on top of a profile, each checked against its range.

use std::{fmt::Display, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

use super::{Derivatives, Kdf, Profile};

/// Keys of the configuration that replace a value of the profile; none of them is needed.
///
/// For `max_age_days`, `lockout_window_min` and `disable_inactive_days` 0 means never or none.
/// The last six are fixed by every profile: they may be written down, but not changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    missing_docs,
    reason = "the keys have the meaning of the fields of Profile"
)]
pub struct ProfileOverrides {
    pub min_chars: Option<u32>,
    pub min_chars_with_mfa: Option<u32>,
    pub min_chars_generated: Option<u32>,
    pub max_chars: Option<u32>,
    pub composition_classes: Option<u32>,
    pub reject_user_id: Option<Derivatives>,
    pub reject_proper_name: Option<bool>,
    pub blocklist: Option<bool>,
    pub blocklist_max_age_days: Option<u32>,
    pub history: Option<u32>,
    pub max_age_days: Option<u32>,
    pub temp_password_hours: Option<u32>,
    pub reveal_while_typing: Option<bool>,
    pub lockout_attempts: Option<u32>,
    pub lockout_window_min: Option<u32>,
    pub idle_lock_min: Option<u32>,
    pub reauth_hours: Option<u32>,
    pub disconnect_idle_min: Option<u32>,
    pub step_up_window_min: Option<u32>,
    pub step_up_reason: Option<String>,
    pub disable_inactive_days: Option<u32>,
    pub kdf: Option<Kdf>,
    pub audit_keep_days: Option<u32>,
    pub operator_may_type_password: Option<bool>,
    pub must_change_after_reset: Option<bool>,
    pub lockout_release: Option<String>,
    pub blocklist_min_entries: Option<u32>,
    pub count: Option<String>,
    pub normalize: Option<String>,
    pub salt_bits: Option<u32>,
}

impl ProfileOverrides {
    /// Every key, in the order of `docs/policy.md`; the configuration offers the nearest of them
    /// for an unknown one.
    pub const KEYS: [&str; 30] = [
        "min_chars",
        "min_chars_with_mfa",
        "min_chars_generated",
        "max_chars",
        "composition_classes",
        "reject_user_id",
        "reject_proper_name",
        "blocklist",
        "blocklist_max_age_days",
        "history",
        "max_age_days",
        "temp_password_hours",
        "reveal_while_typing",
        "lockout_attempts",
        "lockout_window_min",
        "idle_lock_min",
        "reauth_hours",
        "disconnect_idle_min",
        "step_up_window_min",
        "step_up_reason",
        "disable_inactive_days",
        "kdf",
        "audit_keep_days",
        "operator_may_type_password",
        "must_change_after_reset",
        "lockout_release",
        "blocklist_min_entries",
        "count",
        "normalize",
        "salt_bits",
    ];
}

/// A key that cannot hold its value, and what it can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} = {value} is not possible: {allowed}")]
pub struct ProfileError {
    /// The key of the configuration: `lockout_attempts`.
    pub key: &'static str,
    /// The value that was given.
    pub value: String,
    /// What would do: `1 to 100`.
    pub allowed: String,
}

impl Profile {
    /// The profile `base` with `overrides` on top; its name gains `+custom` when any of them
    /// differs from the base.
    ///
    /// # Errors
    /// One [`ProfileError`] for each key that is wrong: out of range, against another key, or
    /// against a value that every profile fixes.
    pub fn from_config(
        base: &str,
        overrides: &ProfileOverrides,
    ) -> Result<Self, Vec<ProfileError>> {
        let Some(base) = Self::named(base) else {
            return Err(vec![ProfileError {
                key: "profile",
                value: format!("\"{base}\""),
                allowed: "\"nist-800-63b-4\", \"cjis\" or \"legacy-90-10\"".into(),
            }]);
        };
        let mut profile = base.clone();
        let mut wrong = Wrong(Vec::new());
        wrong.lengths(&mut profile, overrides);
        wrong.times(&mut profile, overrides);
        wrong.fixed(overrides);
        wrong.step_up(&base, &mut profile, overrides);

        set(&mut profile.reject_user_id, overrides.reject_user_id);
        set(
            &mut profile.reject_proper_name,
            overrides.reject_proper_name,
        );
        set(&mut profile.blocklist, overrides.blocklist);
        set(
            &mut profile.reveal_while_typing,
            overrides.reveal_while_typing,
        );
        set(&mut profile.kdf, overrides.kdf);
        set(
            &mut profile.operator_may_type_password,
            overrides.operator_may_type_password,
        );
        if profile != base {
            profile.name.push_str("+custom");
        }
        if wrong.0.is_empty() {
            Ok(profile)
        } else {
            Err(wrong.0)
        }
    }
}

fn set<T: Copy>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

struct Wrong(Vec<ProfileError>);

impl Wrong {
    fn add(&mut self, key: &'static str, value: impl Display, allowed: impl Into<String>) {
        self.0.push(ProfileError {
            key,
            value: value.to_string(),
            allowed: allowed.into(),
        });
    }

    fn number(
        &mut self,
        key: &'static str,
        value: Option<u32>,
        range: RangeInclusive<u32>,
        field: &mut u32,
    ) {
        match value {
            Some(value) if range.contains(&value) => *field = value,
            Some(value) => {
                self.add(key, value, format!("{} to {}", range.start(), range.end()));
            }
            None => {}
        }
    }

    /// Like `number`, where 0 is "never".
    fn optional(
        &mut self,
        key: &'static str,
        value: Option<u32>,
        range: RangeInclusive<u32>,
        field: &mut Option<u32>,
    ) {
        match value {
            Some(0) => *field = None,
            Some(value) if range.contains(&value) => *field = Some(value),
            Some(value) => {
                let allowed = format!("{} to {}, or 0 for never", range.start(), range.end());
                self.add(key, value, allowed);
            }
            None => {}
        }
    }

    fn lengths(&mut self, profile: &mut Profile, given: &ProfileOverrides) {
        self.number(
            "max_chars",
            given.max_chars,
            64..=1024,
            &mut profile.max_chars,
        );
        let most = profile.max_chars;
        for (key, value, least, field) in [
            ("min_chars", given.min_chars, 8, &mut profile.min_chars),
            (
                "min_chars_with_mfa",
                given.min_chars_with_mfa,
                8,
                &mut profile.min_chars_with_mfa,
            ),
            (
                "min_chars_generated",
                given.min_chars_generated,
                6,
                &mut profile.min_chars_generated,
            ),
        ] {
            match value {
                Some(value) if value > most => {
                    self.add(key, value, format!("{least} to {most}, which is max_chars"));
                }
                _ => self.number(key, value, least..=most, field),
            }
        }
        self.number(
            "composition_classes",
            given.composition_classes,
            0..=4,
            &mut profile.composition_classes,
        );
        // Each former password costs one verification of its hash.
        self.number("history", given.history, 0..=24, &mut profile.history);
    }

    fn times(&mut self, profile: &mut Profile, given: &ProfileOverrides) {
        for (key, value, range, field) in [
            (
                "blocklist_max_age_days",
                given.blocklist_max_age_days,
                1..=3650,
                &mut profile.blocklist_max_age_days,
            ),
            (
                "temp_password_hours",
                given.temp_password_hours,
                1..=720,
                &mut profile.temp_password_hours,
            ),
            (
                "lockout_attempts",
                given.lockout_attempts,
                1..=100,
                &mut profile.lockout_attempts,
            ),
            (
                "idle_lock_min",
                given.idle_lock_min,
                1..=60,
                &mut profile.idle_lock_min,
            ),
            (
                "reauth_hours",
                given.reauth_hours,
                1..=24,
                &mut profile.reauth_hours,
            ),
            (
                "disconnect_idle_min",
                given.disconnect_idle_min,
                1..=1440,
                &mut profile.disconnect_idle_min,
            ),
            (
                "audit_keep_days",
                given.audit_keep_days,
                365..=36_500,
                &mut profile.audit_keep_days,
            ),
        ] {
            self.number(key, value, range, field);
        }
        for (key, value, range, field) in [
            (
                "max_age_days",
                given.max_age_days,
                1..=3650,
                &mut profile.max_age_days,
            ),
            (
                "lockout_window_min",
                given.lockout_window_min,
                1..=1440,
                &mut profile.lockout_window_min,
            ),
            (
                "disable_inactive_days",
                given.disable_inactive_days,
                1..=3650,
                &mut profile.disable_inactive_days,
            ),
        ] {
            self.optional(key, value, range, field);
        }
    }

    fn fixed(&mut self, given: &ProfileOverrides) {
        if given.must_change_after_reset == Some(false) {
            self.add(
                "must_change_after_reset",
                false,
                "it is on in every profile (CJIS IA-5(1)(a)-2); leave the key out",
            );
        }
        for (key, value, only, why) in [
            (
                "lockout_release",
                &given.lockout_release,
                "administrator",
                "an administrator unlocks (CJIS AC-7)",
            ),
            (
                "count",
                &given.count,
                "code points",
                "lengths count code points (SP 800-63B-4, 3.1.1.2)",
            ),
            (
                "normalize",
                &given.normalize,
                "NFC",
                "passwords are hashed as NFC (SP 800-63B-4, 3.1.1.2)",
            ),
        ] {
            if let Some(value) = value
                && !value.eq_ignore_ascii_case(only)
            {
                let allowed = format!("only \"{only}\": {why}; leave the key out");
                self.add(key, format!("\"{value}\""), allowed);
            }
        }
        if let Some(bits) = given.salt_bits
            && bits != 128
        {
            self.add("salt_bits", bits, "only 128; leave the key out");
        }
        let shipped = crate::password::blocklist_entries();
        if let Some(entries) = given.blocklist_min_entries
            && !(3000..=shipped).contains(&entries)
        {
            let allowed = format!("3000 (ASVS 6.2.4) to {shipped}, the length of the shipped list");
            self.add("blocklist_min_entries", entries, allowed);
        }
    }

    /// 0 is CJIS IA-11; only `cjis` lets the site raise it, to 15 and with a reason.
    fn step_up(&mut self, base: &Profile, profile: &mut Profile, given: &ProfileOverrides) {
        const KEY: &str = "step_up_window_min";
        let reason = given
            .step_up_reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| !reason.is_empty());
        let value = given.step_up_window_min;
        match (base.name.as_str(), value) {
            (_, None) if reason.is_some() => self.add(
                "step_up_reason",
                "(text)",
                "it explains step_up_window_min, which is not set; set both or neither",
            ),
            ("cjis", Some(1..=15)) if reason.is_none() => self.add(
                KEY,
                value.unwrap_or_default(),
                "0, or up to 15 together with the reason in writing as step_up_reason",
            ),
            ("cjis", value) => self.number(KEY, value, 0..=15, &mut profile.step_up_window_min),
            ("legacy-90-10", value) => {
                self.number(KEY, value, 0..=0, &mut profile.step_up_window_min);
            }
            (_, value) => self.number(KEY, value, 0..=60, &mut profile.step_up_window_min),
        }
        profile.step_up_reason = reason.map(str::to_owned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(base: &str, given: &ProfileOverrides) -> Vec<String> {
        Profile::from_config(base, given)
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn parsed(toml: &str) -> ProfileOverrides {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn without_overrides_a_profile_is_itself() {
        for base in Profile::NAMES {
            let profile = Profile::from_config(base, &ProfileOverrides::default()).unwrap();
            assert_eq!(Some(profile), Profile::named(base));
        }
    }

    #[test]
    fn an_override_replaces_its_value_and_marks_the_name() {
        let given = parsed("min_chars = 20\nhistory = 5\nkdf = \"pbkdf2-sha256\"");
        let profile = Profile::from_config("nist-800-63b-4", &given).unwrap();
        assert_eq!(profile.name, "nist-800-63b-4+custom");
        assert_eq!((profile.min_chars, profile.history), (20, 5));
        assert_eq!(profile.kdf, Kdf::Pbkdf2Sha256);
        assert_eq!(profile.max_chars, 128);
    }

    #[test]
    fn writing_down_the_profiles_own_value_changes_nothing() {
        let given = parsed("min_chars = 15\nmust_change_after_reset = true\nsalt_bits = 128");
        let profile = Profile::from_config("cjis", &given).unwrap();
        assert_eq!(profile, Profile::cjis());
    }

    #[test]
    fn zero_days_are_never() {
        let given = parsed("max_age_days = 0\ndisable_inactive_days = 0\nlockout_window_min = 0");
        let profile = Profile::from_config("cjis", &given).unwrap();
        assert_eq!(profile.max_age_days, None);
        assert_eq!(profile.disable_inactive_days, None);
        assert_eq!(profile.lockout_window_min, None);
    }

    #[test]
    fn every_wrong_key_is_named_with_its_value_and_range() {
        let given = parsed(
            "lockout_attempts = 101\nmax_chars = 63\nmin_chars = 7\naudit_keep_days = 30\n\
             max_age_days = 4000\nmust_change_after_reset = false\nnormalize = \"NFKC\"\n\
             blocklist_min_entries = 100",
        );
        let wrong = wrong("nist-800-63b-4", &given).join("\n");
        for line in [
            "lockout_attempts = 101 is not possible: 1 to 100",
            "max_chars = 63 is not possible: 64 to 1024",
            "min_chars = 7 is not possible: 8 to 128",
            "audit_keep_days = 30 is not possible: 365 to 36500",
            "max_age_days = 4000 is not possible: 1 to 3650, or 0 for never",
            "must_change_after_reset = false is not possible: it is on in every profile",
            "normalize = \"NFKC\" is not possible: only \"NFC\"",
            "blocklist_min_entries = 100 is not possible: 3000",
        ] {
            assert!(wrong.contains(line), "{line}\nis not in\n{wrong}");
        }
        assert_eq!(wrong.lines().count(), 8);
    }

    #[test]
    fn the_least_length_cannot_exceed_the_most() {
        assert_eq!(
            wrong("cjis", &parsed("min_chars = 90\nmax_chars = 80")),
            ["min_chars = 90 is not possible: 8 to 80, which is max_chars"]
        );
    }

    #[test]
    fn cjis_wants_a_written_reason_for_a_step_up_window() {
        assert_eq!(wrong("cjis", &parsed("step_up_window_min = 15")).len(), 1);
        let given = parsed("step_up_window_min = 15\nstep_up_reason = \"chief's order 7\"");
        let profile = Profile::from_config("cjis", &given).unwrap();
        assert_eq!(profile.step_up_window_min, 15);
        assert_eq!(profile.step_up_reason.as_deref(), Some("chief's order 7"));
        assert_eq!(wrong("legacy-90-10", &given).len(), 1);
        assert_eq!(
            wrong(
                "cjis",
                &parsed("step_up_window_min = 16\nstep_up_reason = \"x\"")
            ),
            ["step_up_window_min = 16 is not possible: 0 to 15"]
        );
    }

    #[test]
    fn an_unknown_profile_or_key_is_an_error() {
        assert_eq!(wrong("nist", &ProfileOverrides::default()).len(), 1);
        assert!(toml::from_str::<ProfileOverrides>("min_charz = 9").is_err());
    }

    #[test]
    fn the_list_of_keys_is_the_list_of_fields() {
        let fields = serde_json::to_value(ProfileOverrides::default()).unwrap();
        let mut fields: Vec<_> = fields.as_object().unwrap().keys().cloned().collect();
        let mut keys = ProfileOverrides::KEYS.map(str::to_owned).to_vec();
        fields.sort_unstable();
        keys.sort_unstable();
        assert_eq!(fields, keys);
    }
}
