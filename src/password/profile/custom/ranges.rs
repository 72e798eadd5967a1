//! What each key can hold.

use std::{fmt::Display, ops::RangeInclusive};

use super::overrides::{ProfileError, ProfileOverrides};
use crate::password::profile::Profile;

/// The keys found wrong so far.
pub(super) struct Wrong(pub(super) Vec<ProfileError>);

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

    pub(super) fn lengths(&mut self, profile: &mut Profile, given: &ProfileOverrides) {
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
        match given.min_strength {
            Some(value @ 0..=4) => profile.min_strength = value,
            Some(value) => self.add("min_strength", value, "0 to 4"),
            None => {}
        }
        // Each former password costs one verification of its hash.
        self.number("history", given.history, 0..=24, &mut profile.history);
    }

    pub(super) fn times(&mut self, profile: &mut Profile, given: &ProfileOverrides) {
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

    pub(super) fn fixed(&mut self, given: &ProfileOverrides) {
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
    pub(super) fn step_up(
        &mut self,
        base: &Profile,
        profile: &mut Profile,
        given: &ProfileOverrides,
    ) {
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
