//! The keys of the configuration that stand on top of a profile, and what is said of a wrong one.

use serde::{Deserialize, Serialize};

use crate::password::profile::{Derivatives, Kdf};

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
    pub min_chars_generated: Option<u32>,
    pub max_chars: Option<u32>,
    pub composition_classes: Option<u32>,
    pub reject_user_id: Option<Derivatives>,
    pub reject_proper_name: Option<bool>,
    pub blocklist: Option<bool>,
    pub blocklist_max_age_days: Option<u32>,
    pub min_strength: Option<u8>,
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
    pub const KEYS: [&str; 29] = [
        "min_chars",
        "min_chars_generated",
        "max_chars",
        "composition_classes",
        "reject_user_id",
        "reject_proper_name",
        "blocklist",
        "blocklist_max_age_days",
        "min_strength",
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
